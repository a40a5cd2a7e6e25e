"""Absences: when an officer is away and who stands in, said by themselves or by their head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import BadAnswers
from engine.offices import absences
from engine.offices.absences import Away
from engine.packages.groups import CASE_WORKERS, DECLARED
from engine.queries.office import absences as queries
from web.access import access
from web.admin.parameters import choice
from web.citizen.problems import said
from web.context import now, reading, today, transaction
from web.exports import FORMATS, WHOLE, table_answer, whole
from web.intake import whole_number, written_day
from web.labels import group_label
from web.office import blueprint
from web.wording import in_language

WHO: Final = (*CASE_WORKERS, DECLARED)
"""Whose tasks another can do meanwhile."""
DEPUTY: Final = "deputy-"
DAYS: Final = ("first", "last")


@blueprint.get("/office/absences", endpoint="absences")
@access(groups=WHO)
def show_own() -> ResponseReturnValue:
    """The officer's own absences; for a head also who of the office is away. ``?as`` is a file."""
    most = WHOLE + 1 if choice("as", FORMATS) else queries.MOST_SHOWN
    with reading() as (session, actor):
        own = queries.absences_of(session, actor, actor.person_id or 0, today=today())
        people = queries.colleagues(session, actor, most=most, today=today())
    return _file(own, people.away) or _page(own, {}, people=people)


@blueprint.get("/office/officers/<int:person_id>/absences", endpoint="absences_of")
@access(groups=WHO)
def show_of(person_id: int) -> ResponseReturnValue:
    """Those of somebody whom the officer heads; ``?as`` is a file."""
    with reading() as (session, actor):
        found = queries.absences_of(session, actor, person_id, today=today())
    return _file(found, ()) or _page(found, {})


@blueprint.post("/office/officers/<int:person_id>/absences", endpoint="absence_record")
@access(groups=WHO)
def take_absence(person_id: int) -> ResponseReturnValue:
    """Records an absence; what is wrong stands beside its field, with everything that was chosen."""
    typed = {name[:200]: value for name, value in list(request.form.items())[:60] if name.startswith(DEPUTY)}
    away = Away(
        written_day(_parts("first").values()),
        written_day(_parts("last").values()),
        {name: whole_number(value) for name, value in typed.items()},
    )
    try:
        with transaction() as (session, actor):
            absences.record(session, actor, person_id, away, today=today(), now=now())
            is_own = actor.person_id == person_id
    except BadAnswers as refused:
        with reading() as (session, actor):
            found = queries.absences_of(session, actor, person_id, today=today())
        return _page(found, said(refused.errors)), 422
    flash(gettext("The absence is recorded. It begins and ends by itself."), "success")
    return _back(person_id, is_own=is_own)


@blueprint.route("/office/absences/<int:absence_id>/end", methods=("GET", "POST"), endpoint="absence_end")
@access(groups=WHO)
def end_absence(absence_id: int) -> ResponseReturnValue:
    """Ends an absence before its last day, once the officer has said yes."""
    if request.method == "GET":
        with reading() as (session, actor):
            line = queries.one_absence(session, actor, absence_id, today=today())
            is_own = actor.person_id == line.person_id
        return render_template("office/absence_end.html", line=line, is_own=is_own, group_label=group_label)
    with transaction() as (session, actor):
        person_id = absences.end(session, actor, absence_id, today=today(), now=now())
        is_own = actor.person_id == person_id
    flash(gettext("The absence has ended. Nobody stands in from now on."), "success")
    return _back(person_id, is_own=is_own)


def _file(found: queries.OfficerAbsences, others: Sequence[queries.AbsenceLine]) -> ResponseReturnValue | None:
    """Whoever is away on this page, each absence once; ``None`` where no file is asked for."""
    end = choice("as", FORMATS)
    lines = {line.id: line for line in (*found.lines, *found.stands, *others)}
    return table_answer("one-window-absences", end, whole(_rows(list(lines.values())))) if end else None


def _rows(lines: Sequence[queries.AbsenceLine]) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Officer"), gettext("First day away"), gettext("Last day away"), gettext("Group")),
        *(gettext("Office"), gettext("Stands in")),
    ]
    for line in lines:
        days = in_language(line.name), line.first_day.isoformat(), line.last_day.isoformat()
        for one in line.deputies:
            yield [*days, group_label(one.group), in_language(one.office), in_language(one.deputy)]
        if not line.deputies:
            yield [*days, "", "", ""]


def _back(person_id: int, *, is_own: bool) -> ResponseReturnValue:
    where = url_for("office.absences") if is_own else url_for("office.absences_of", person_id=person_id)
    return redirect(where, code=303)


def _page(found: queries.OfficerAbsences, errors: dict[str, str], people: queries.Colleagues | None = None) -> str:
    values: dict[str, object] = {name: value[:20] for name, value in request.form.items() if name.startswith(DEPUTY)}
    values |= {name: _parts(name) for name in DAYS}
    return render_template(
        "office/absences.html", found=found, people=people, values=values, errors=errors, group_label=group_label
    )


def _parts(name: str) -> dict[str, str]:
    return {part: request.form.get(f"{name}-{part}", "").strip()[:10] for part in ("day", "month", "year")}
