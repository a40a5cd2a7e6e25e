"""Clocks: who keeps the promises, who is about to break one, who has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.clock_list import clock_lines
from engine.queries.admin.clocks import KINDS, STATES, ClockFilter, clock_board
from engine.queries.shared.names import read_names
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice, page_number
from web.context import house, note_listed, now, reading
from web.event_words import RAISED_TO
from web.office.paging import asked_stretch


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
        board = clock_board(session, names, actor, wanted, page=page_number(), now=now())
    chosen = {"office": wanted.office, "service": wanted.service}
    return render_template(
        "admin/clocks.html", board=board, wanted=wanted, names=names, states=STATES, chosen=_said(chosen)
    )


@blueprint.get("/clocks/list", endpoint="clock_list")
@access(groups=(ADMINISTRATOR,))
def show_clock_list() -> ResponseReturnValue:
    """The clocks behind one number, due first. The links to the pages beside this one say where it ends and begins."""
    wanted = _wanted()
    page = replace(asked_stretch(), number=page_number())
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        lines = clock_lines(session, names, actor, wanted, page=page, now=now())
    note_listed(actor, [line.application_key for line in lines.items])
    return render_template(
        "admin/clock_list.html",
        lines=lines, wanted=wanted, names=names, states=STATES, kinds=KINDS, chosen=_said(asdict(wanted)),
        raised_to=RAISED_TO,
    )  # fmt: skip


def _said(wanted: Mapping[str, str]) -> dict[str, Any]:
    """What of a filter an address says."""
    return {name: value for name, value in wanted.items() if value}


def _wanted() -> ClockFilter:
    return ClockFilter(
        office=request.args.get("office", ""),
        service=request.args.get("service", ""),
        kind=choice("kind", KINDS),
        element=request.args.get("element", ""),
        state=choice("state", STATES),
    )
