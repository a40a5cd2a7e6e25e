"""How old the cases are that are not decided, and the cases of each age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.queries.admin.ageing import CLASSES, age_board
from engine.queries.admin.ageing_list import AgedCase, AgeFilter, aged_cases
from engine.queries.admin.watching import WatchFilter, choices, watched
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import Stretch, Wanted
from web.access import access
from web.admin import blueprint
from web.admin.control import LONGEST, WHO, asked_watch, said_of
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading
from web.exports import FORMATS, list_answer
from web.office.paging import asked_stretch
from web.presentation import in_language

AGE_WORDS: Final[Mapping[str, LazyString]] = {
    "5": _l("0 to 5 days"),
    "10": _l("6 to 10 days"),
    "20": _l("11 to 20 days"),
    "40": _l("21 to 40 days"),
    "80": _l("41 to 80 days"),
    "more": _l("More than 80 days"),
}


@blueprint.get("/now/ages", endpoint="ages")
@access(groups=WHO)
def show_ages() -> ResponseReturnValue:
    """How many cases are how old; by province, office and service, of one service or a few offices by step."""
    asked = asked_watch()
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        board = age_board(session, names, watch)
    return render_template(
        "admin/ages.html",
        board=board, wanted=asked, choices=choices(names, watch), chosen=said_of(asdict(asked)), ages=AGE_WORDS,
        service_name=names.service,
    )  # fmt: skip


@blueprint.get("/now/ages/cases", endpoint="aged_cases")
@access(groups=WHO)
def show_aged_cases() -> ResponseReturnValue:
    """The cases behind one number, the oldest first; ``?as`` is a file."""
    asked, of_cases, end = asked_watch(), _of_cases(), choice("as", FORMATS)
    if end:
        return list_answer("one-window-ages", end, _heads(), partial(_read_cases, asked, of_cases), _row)
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        cases = aged_cases(session, names, actor, watch, of_cases, page=asked_stretch())
        step = names.element(asked.service, of_cases.element) if of_cases.element else None
    note_listed(actor, [case.key for case in cases.items])
    return render_template(
        "admin/aged_cases.html",
        cases=cases, wanted=asked, of_cases=of_cases, choices=choices(names, watch), ages=AGE_WORDS, step=step,
        chosen=said_of({**asdict(asked), **asdict(of_cases)}), back=said_of(asdict(asked)),
    )  # fmt: skip


def _read_cases(asked: WatchFilter, of_cases: AgeFilter, page: Wanted, size: int) -> Stretch[AgedCase]:
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        cases = aged_cases(session, names, actor, watch, of_cases, page=page, size=size)
    note_listed(actor, [case.key for case in cases.items])
    return cases


def _heads() -> list[str]:
    return [
        *(gettext("Reference number"), gettext("Office"), gettext("Service"), gettext("Sent on")),
        *(gettext("Days since"), gettext("Where it lies"), gettext("Officer")),
    ]


def _row(case: AgedCase) -> Sequence[object]:
    tasks = ", ".join(in_language(one.task) for one in case.doing)
    who = ", ".join(in_language(one.officer) for one in case.doing if one.officer)
    places = (case.reference, in_language(case.office), in_language(case.service))
    return [*places, case.sent_at.isoformat(), case.days, tasks, who]


def _of_cases() -> AgeFilter:
    return AgeFilter(choice("age", tuple(CLASSES)), request.args.get("element", "")[:LONGEST])
