"""The control room: what stands how just now, and the cases behind each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.packages.groups import ADMINISTRATOR, DECLARED, HEAD
from engine.queries.admin.control import control_board
from engine.queries.admin.control_list import AGES, STATES, CaseFilter, case_lines
from engine.queries.admin.control_officers import hands
from engine.queries.admin.watching import WatchFilter, choices, watched
from engine.queries.shared.names import read_names
from web.access import access
from web.admin import blueprint
from web.admin.month_words import month_text
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading
from web.event_words import RAISED_TO
from web.intake import whole_number
from web.office.paging import asked_stretch

WHO: Final = (ADMINISTRATOR, HEAD, DECLARED)
"""Of the declared groups only governors watch anything; the query refuses the others."""
LONGEST: Final = 200
STATE_WORDS: Final[Mapping[str, LazyString]] = {
    "breached": _l("Late"),
    "today": _l("Due today"),
    "warned": _l("Due soon"),
    "running": _l("Running"),
    "paused": _l("Paused"),
}
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
    asked = _asked()
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        board = control_board(session, names, watch)
        office = watch.one_office()
        people = hands(session, watch, office) if office is not None else ()
    return render_template(
        "admin/control.html",
        board=board, people=people, wanted=asked, choices=choices(names, watch), chosen=_said(asdict(asked)),
        states=STATE_WORDS, ages=AGE_WORDS, month_text=month_text, service_name=names.service,
        absences=office is not None and actor.acts_for(HEAD, office),
    )  # fmt: skip


@blueprint.get("/now/cases", endpoint="control_cases")
@access(groups=WHO)
def show_cases() -> ResponseReturnValue:
    """The cases behind one number, due first."""
    asked, of_cases = _asked(), _of_cases()
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        lines = case_lines(session, names, actor, watch, of_cases, page=asked_stretch())
    note_listed(actor, [line.key for line in lines.items])
    return render_template(
        "admin/control_cases.html",
        lines=lines, wanted=asked, of_cases=of_cases, choices=choices(names, watch), states=STATE_WORDS, ages=AGE_WORDS,
        chosen=_said({**asdict(asked), **asdict(of_cases)}), back=_said(asdict(asked)),
        raised_to=RAISED_TO,
    )  # fmt: skip


def _asked() -> WatchFilter:
    return WatchFilter(*(request.args.get(name, "")[:LONGEST] for name in ("province", "office", "service")))


def _of_cases() -> CaseFilter:
    officer = whole_number(request.args.get("officer", ""))
    element = request.args.get("element", "")[:LONGEST]
    return CaseFilter(choice("state", STATES), choice("age", AGES), element, officer)


def _said(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What of a filter an address says."""
    return {name: value for name, value in wanted.items() if value}
