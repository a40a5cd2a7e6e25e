"""The control room: what stands how just now, and the cases behind each number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.packages.groups import ADMINISTRATOR, DECLARED, HEAD
from engine.queries.admin.case_facts import weeks
from engine.queries.admin.control import control_board
from engine.queries.admin.control_list import AGES, STATES, CaseFilter, CaseLine, case_lines
from engine.queries.admin.control_officers import hands
from engine.queries.admin.watching import WatchFilter, choices, watched
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import Stretch, Wanted
from engine.words import RaisedTo
from web.access import access
from web.admin import blueprint
from web.admin.month_words import month_text
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading
from web.event_words import RAISED_TO
from web.exports import FORMATS, list_answer
from web.intake import whole_number
from web.list_words import CASES, word_of
from web.office.paging import asked_stretch
from web.presentation import in_language

WHO: Final = (ADMINISTRATOR, HEAD, DECLARED)
"""Of the declared groups only governors watch anything; the query refuses the others."""
LONGEST: Final = 200
AGE_WORDS: Final[Mapping[str, LazyString]] = {
    "week": _l("Up to 7 days late"),
    "month": _l("8 to 30 days late"),
    "longer": _l("More than 30 days late"),
    "still": _l("Late, and the day was moved or stands still"),
}


@blueprint.get("/now", endpoint="control")
@access(groups=WHO)
def show_control() -> ResponseReturnValue:
    """How many cases are open, due today and late; by province, office, service and step, of one office by officer."""
    asked = asked_watch()
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        board = control_board(session, names, watch)
        office = watch.one_office()
        people = hands(session, watch, office) if office is not None else ()
        trend = weeks(session, watch)
    return render_template(
        "admin/control.html",
        board=board, people=people, wanted=asked, choices=choices(names, watch), chosen=said_of(asdict(asked)),
        states=CASES, ages=AGE_WORDS, month_text=month_text, service_name=names.service,
        trend=trend, absences=office is not None and actor.acts_for(HEAD, office),
    )  # fmt: skip


@blueprint.get("/now/cases", endpoint="control_cases")
@access(groups=WHO)
def show_cases() -> ResponseReturnValue:
    """The cases behind one number, due first; ``?as`` is a file."""
    asked, of_cases, end = asked_watch(), _of_cases(), choice("as", FORMATS)
    if end:
        return list_answer("one-window-cases", end, _heads(), partial(_read_lines, asked, of_cases), _row)
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        lines = case_lines(session, names, actor, watch, of_cases, page=asked_stretch())
    note_listed(actor, [line.key for line in lines.items])
    return render_template(
        "admin/control_cases.html",
        lines=lines, wanted=asked, of_cases=of_cases, choices=choices(names, watch), states=CASES, ages=AGE_WORDS,
        chosen=said_of({**asdict(asked), **asdict(of_cases)}), back=said_of(asdict(asked)),
        raised_to=RAISED_TO,
    )  # fmt: skip


def _read_lines(asked: WatchFilter, of_cases: CaseFilter, page: Wanted, size: int) -> Stretch[CaseLine]:
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        lines = case_lines(session, names, actor, watch, of_cases, page=page, size=size)
    note_listed(actor, [line.key for line in lines.items])
    return lines


def _heads() -> list[str]:
    return [
        *(gettext("Reference number"), gettext("Office"), gettext("Service"), gettext("State")),
        *(gettext("Promised for"), gettext("New day"), gettext("Where it lies"), gettext("Officer")),
    ]


def _row(line: CaseLine) -> Sequence[object]:
    days = (line.due_at.isoformat() if line.due_at else "", line.new_due_at.isoformat() if line.new_due_at else "")
    tasks = ", ".join(in_language(one.task) for one in line.doing)
    who = ", ".join(in_language(one.officer) for one in line.doing if one.officer)
    state = word_of(CASES, line.state)
    return [line.reference, in_language(line.office), in_language(line.service), state, *days, tasks, who]


def asked_watch() -> WatchFilter:
    """Which part of what is watched an address asks for."""
    return WatchFilter(*(request.args.get(name, "")[:LONGEST] for name in ("province", "office", "service")))


def _of_cases() -> CaseFilter:
    officer = whole_number(request.args.get("officer", ""))
    element = request.args.get("element", "")[:LONGEST]
    return CaseFilter(choice("state", STATES), choice("age", AGES), element, officer, choice("raised", tuple(RaisedTo)))


def said_of(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What of a filter an address says."""
    return {name: value for name, value in wanted.items() if value}
