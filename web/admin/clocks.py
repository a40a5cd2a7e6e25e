"""Clocks: who keeps the promises, who is about to break one, who has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.clock_list import ClockLine, clock_lines
from engine.queries.admin.clocks import KINDS, STATES, ClockFilter, ClockGroup, clock_board
from engine.queries.shared.names import read_names
from engine.queries.shared.pages import Page
from engine.queries.shared.stretches import Stretch, Wanted
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice, page_number
from web.context import house, note_listed, now, reading
from web.event_words import RAISED_TO
from web.exports import FORMATS, list_answer, paged_answer
from web.list_words import CLOCKS, PROMISES, word_of
from web.office.paging import asked_stretch
from web.wording import in_language


@blueprint.get("", endpoint="home")
@access(groups=(ADMINISTRATOR,))
def show_home() -> ResponseReturnValue:
    """The first page of administrators is the one about promises."""
    return redirect(url_for("admin.clocks"), code=303)


@blueprint.get("/clocks", endpoint="clocks")
@access(groups=(ADMINISTRATOR,))
def show_clocks() -> ResponseReturnValue:
    """How many clocks run, are due soon, are late or stand still, by office, service and task; ``?as`` is a file."""
    wanted = replace(_wanted(), state="")
    if end := choice("as", FORMATS):
        return paged_answer("one-window-clocks-by-task", end, _group_heads(), partial(_read_groups, wanted), _group_row)
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        board = clock_board(session, names, actor, wanted, page=page_number(), now=now())
    chosen = {"office": wanted.office, "service": wanted.service}
    return render_template(
        "admin/clocks.html",
        board=board,
        wanted=wanted,
        names=names,
        states=STATES,
        state_words=CLOCKS,
        chosen=_said(chosen),
    )


def _read_groups(wanted: ClockFilter, number: int, size: int) -> Page[ClockGroup]:
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        board = clock_board(session, names, actor, wanted, page=number, size=size, now=now())
    return Page(board.groups, board.number, board.pages, len(board.groups))


def _group_heads() -> list[str]:
    return [
        *(gettext("Code"), gettext("Office"), gettext("Service"), gettext("What was promised")),
        *(str(CLOCKS[state]) for state in STATES),
    ]


def _group_row(group: ClockGroup) -> Sequence[object]:
    what = in_language(group.task) if group.task else word_of(PROMISES, group.kind)
    numbers = (group.breached, group.warned, group.running, group.paused)
    return [group.office_code, in_language(group.office), in_language(group.service), what, *numbers]


@blueprint.get("/clocks/list", endpoint="clock_list")
@access(groups=(ADMINISTRATOR,))
def show_clock_list() -> ResponseReturnValue:
    """The clocks behind one number, due first. The links to the pages beside this one say where it ends and begins;
    ``?as`` is a file."""
    wanted = _wanted()
    if end := choice("as", FORMATS):
        return list_answer("one-window-clocks", end, _heads(), partial(_read, wanted), _row)
    page = replace(asked_stretch(), number=page_number())
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        lines = clock_lines(session, names, actor, wanted, page=page, now=now())
    note_listed(actor, [line.application_key for line in lines.items])
    return render_template(
        "admin/clock_list.html",
        lines=lines, wanted=wanted, names=names, states=STATES, kinds=KINDS, chosen=_said(asdict(wanted)),
        raised_to=RAISED_TO, state_words=CLOCKS,
    )  # fmt: skip


def _read(asked: ClockFilter, page: Wanted, size: int) -> Stretch[ClockLine]:
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        lines = clock_lines(session, names, actor, asked, page=page, size=size, now=now())
    note_listed(actor, [line.application_key for line in lines.items])
    return lines


def _heads() -> list[str]:
    return [
        *(gettext("Reference number"), gettext("Office"), gettext("Service"), gettext("What was promised")),
        *(gettext("State"), gettext("Since"), gettext("Due"), gettext("New day"), gettext("Officer")),
    ]


def _row(line: ClockLine) -> Sequence[object]:
    what = in_language(line.task) if line.task else word_of(PROMISES, line.kind)
    days = [day.isoformat() if day else "" for day in (line.started_at, line.due_at, line.new_due_at)]
    where = line.reference, in_language(line.office), in_language(line.service), what, word_of(CLOCKS, line.state)
    return [*where, *days, in_language(line.assignee)]


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
