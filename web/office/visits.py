"""Visits: what is to be visited by day and commune, planning several at once, and the route sheet of a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import NotFound, Refused
from engine.errors.visits import VisitDayMissing
from engine.packages.groups import DO_TASKS
from engine.queries.office import visits as queries
from engine.queries.office.named_tasks import references
from engine.tasks import visits
from engine.tasks.visits import Slot
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading, today, transaction
from web.errors import sentence
from web.exports import FORMATS, WHOLE, table_answer, whole
from web.labels import PARTS_OF_DAY
from web.office import blueprint
from web.office.together import Result
from web.office.visit_slots import part_typed, parts_typed, slot_typed
from web.wording import in_language

MOST: Final = 50
_LONGEST: Final = 80


@blueprint.get("/office/visits", endpoint="visits")
@access(groups=DO_TASKS)
def show_visits() -> ResponseReturnValue:
    """One's own visits; a head asks for those of an office. ``?as`` is a file."""
    end = choice("as", FORMATS)
    return _file(end) if end else _page({})


@blueprint.post("/office/visits", endpoint="visits_plan")
@access(groups=DO_TASKS)
def plan_visits() -> ResponseReturnValue:
    """Plans the ticked ones for the same day, each for itself, and says what became of each."""
    keys, slot = _ticked(), slot_typed()
    errors = {} if keys else {"task": gettext("Tick the visits first.")}
    if slot.day is None:
        errors["day"] = sentence(VisitDayMissing())
    if len(keys) > MOST:
        errors["task"] = gettext("At most 50 visits at once. Nothing was done; tick fewer.")
    if errors:
        return _page(errors), 422
    with reading() as (session, actor):
        called = references(session, actor, keys)
    results = [_planned(key, called.get(key, "–"), slot) for key in keys]
    return render_template("office/visits_planned.html", results=results, slot=slot, parts=PARTS_OF_DAY)


@blueprint.get("/office/visits/sheet/<day>", endpoint="visits_sheet")
@access(groups=DO_TASKS)
def show_sheet(day: str) -> ResponseReturnValue:
    """The stops of one day in order, to be printed."""
    try:
        wanted = date.fromisoformat(day[:_LONGEST])
    except ValueError as unreadable:
        raise NotFound from unreadable
    with reading() as (session, actor):
        found = queries.stops(session, house(), actor, wanted, code=_office(), now=now())
    note_listed(actor, [one.application_key for one in found.planned])
    return render_template("office/visits_sheet.html", found=found, day=wanted, parts=PARTS_OF_DAY)


def _file(end: str) -> ResponseReturnValue:
    found = _read(WHOLE + 1)
    return table_answer("-".join(filter(None, ("one-window-visits", found.code))), end, whole(_rows(found)))


def _rows(found: queries.Visits) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Day of the visit"), gettext("When on that day"), gettext("Reference number"), gettext("Task")),
        *(gettext("Service"), gettext("Business"), gettext("Applicant"), gettext("Telephone"), gettext("Commune")),
        *(gettext("Address"), gettext("Due"), gettext("Officer")),
    ]
    for one in (*found.unplanned, *found.planned):
        day = (one.day.isoformat(), str(PARTS_OF_DAY[one.part])) if one.day else ("", "")
        what = one.reference, in_language(one.name), in_language(one.service), one.business, in_language(one.applicant)
        where = one.phone, in_language(one.commune_name), in_language(one.address)
        due = one.due_at.isoformat() if one.due_at else ""
        yield [*day, *what, *where, due, in_language(one.officer) if one.officer else ""]


def _read(most: int) -> queries.Visits:
    with reading() as (session, actor):
        found = queries.visits(session, house(), actor, code=_office(), most=most, now=now())
    note_listed(actor, [one.application_key for one in (*found.unplanned, *found.planned)], page="list_of_visits")
    return found


def _page(errors: dict[str, str]) -> str:
    found = _read(queries.MOST)
    return render_template(
        "office/visits.html",
        found=found,
        errors=errors,
        today=today(),
        parts=PARTS_OF_DAY,
        chosen=frozenset(_ticked()),
        typed={"day": parts_typed(), "part": part_typed()},
    )


def _planned(key: str, reference: str, slot: Slot) -> Result:
    try:
        with transaction() as (session, actor):
            visits.plan(session, house(), actor, key, slot, now=now())
    except Refused as refused:
        errors = getattr(refused, "errors", None)
        first = next(iter(errors.values())) if errors else refused
        return Result(key, reference, sentence(first if isinstance(first, Refused) else refused), is_done=False)
    return Result(key, reference, gettext("Planned. The applicant is told."), is_done=True)


def _ticked() -> list[str]:
    return list(dict.fromkeys(key[:_LONGEST] for key in request.form.getlist("task")[: MOST + 1]))


def _office() -> str:
    return request.args.get("office", "")[:_LONGEST]
