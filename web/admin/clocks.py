"""Clocks: who keeps the promises, who is about to break one, who has."""

from __future__ import annotations

from dataclasses import asdict, replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.clocks import KINDS, STATES, ClockFilter, clock_board, clock_lines
from engine.queries.shared.names import read_names
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice, page_number
from web.context import house, note_listed, now, reading


@blueprint.get("", endpoint="home")
@access(groups=(ADMINISTRATOR,))
def show_home() -> ResponseReturnValue:
    """The first page of administrators is the one about promises."""
    return redirect(url_for("admin.clocks"), code=303)


@blueprint.get("/clocks", endpoint="clocks")
@access(groups=(ADMINISTRATOR,))
def show_clocks() -> ResponseReturnValue:
    """How many clocks run, are due soon, are late or stand still, by office, service and task."""
    wanted = replace(_wanted(), state="")
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        board = clock_board(session, names, actor, wanted, now=now())
    return render_template("admin/clocks.html", board=board, wanted=wanted, names=names, states=STATES)


@blueprint.get("/clocks/list", endpoint="clock_list")
@access(groups=(ADMINISTRATOR,))
def show_clock_list() -> ResponseReturnValue:
    """The clocks behind one number, due first."""
    wanted = _wanted()
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        lines = clock_lines(session, names, actor, wanted, page=page_number(), now=now())
    note_listed(actor, [line.application_key for line in lines.items])
    chosen = {name: value for name, value in asdict(wanted).items() if value}
    return render_template(
        "admin/clock_list.html", lines=lines, wanted=wanted, names=names, states=STATES, kinds=KINDS, chosen=chosen
    )


def _wanted() -> ClockFilter:
    return ClockFilter(
        office=request.args.get("office", ""),
        service=request.args.get("service", ""),
        kind=choice("kind", KINDS),
        element=request.args.get("element", ""),
        state=choice("state", STATES),
    )
