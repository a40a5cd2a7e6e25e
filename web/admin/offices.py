"""Offices: their hours and days off. An edit moves the promises that run under it (``web.admin.calendar_changes``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.errors import BadAnswers
from engine.offices import offices
from engine.offices.recomputing import Changed
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.calendar_changes import progress
from engine.queries.admin.offers import OfferLine, office_offers
from engine.queries.admin.offices import OfficeLine, day_off, national_days, office_lacks, office_lines, office_page
from engine.queries.admin.seconds import second_shown
from web.access import access
from web.admin import blueprint
from web.admin.calendar_changes import make_change
from web.admin.day_form import read_day, sentences, typed_day
from web.admin.hours_form import read_hours, week
from web.admin.parameters import choice, year
from web.context import house, now, reading, today
from web.exports import FORMATS, table_answer
from web.intake import whole_number
from web.labels import OFFICE_LEVELS, group_label
from web.wording import in_language


@blueprint.get("/offices", endpoint="offices")
@access(groups=(ADMINISTRATOR,))
def show_offices() -> ResponseReturnValue:
    """The offices and whether they work today; ``?as`` is a file."""
    with reading() as (session, actor):
        lines = office_lines(session, actor, today=today())
        everywhere = actor.offices(ADMINISTRATOR) is None
    if end := choice("as", FORMATS):
        return table_answer("one-window-offices", end, _office_rows(lines))
    return render_template("admin/offices.html", lines=lines, everywhere=everywhere)


@blueprint.get("/offices/<code>", endpoint="office")
@access(groups=(ADMINISTRATOR,))
def show_office(code: str) -> ResponseReturnValue:
    """One office: how it is reached, its hours and days off, and what it offers; ``?as`` is a file of the latter."""
    if end := choice("as", FORMATS):
        with reading() as (session, actor):
            shown = office_offers(session, house(), actor, code, today=today(), now=now())
        return table_answer(f"one-window-offers-{code}", end, _offer_rows(shown.offered))
    return office_answer(code)


def _office_rows(lines: Sequence[OfficeLine]) -> Iterator[Sequence[object]]:
    yield [gettext("Code"), gettext("Office"), gettext("Level"), gettext("Today"), gettext("Open clocks")]
    for line in lines:
        day = gettext("Works today") if line.works_today else gettext("Day off")
        shown = gettext("Closed") if line.is_closed else day
        yield [line.code, in_language(line.name), str(OFFICE_LEVELS[line.level]), shown, line.open_clocks]


def _offer_rows(offered: Sequence[OfferLine]) -> Iterator[Sequence[object]]:
    yield [gettext("Service code"), gettext("Service"), gettext("From"), gettext("To")]
    for line in offered:
        days = [day.isoformat() if day else "" for day in (line.from_day, line.to_day)]
        yield [line.key, in_language(line.title), *days]


@blueprint.post("/offices/<code>/hours", endpoint="hours_post")
@access(groups=(ADMINISTRATOR,))
def take_hours(code: str) -> ResponseReturnValue:
    """Sets the weekly hours from a day on."""
    weekly, errors = read_hours(request.form)
    begins, wrong = typed_day(request.form, "from") if _typed("from") else (None, False)
    if wrong:
        errors["from"] = gettext("Enter a day that exists, for example 27 3 2026.")
    if errors:
        return office_answer(code, errors=errors)

    def change(session: Session, actor: Actor) -> Changed:
        return offices.set_hours(session, actor, code, weekly, revision=_revision(), from_day=begins, now=now())

    try:
        return make_change(change, gettext("The hours were changed."), url_for("admin.office", code=code))
    except BadAnswers as refused:
        errors = sentences(refused)
        return office_answer(code, errors=errors | ({"from": errors["from_day"]} if "from_day" in errors else {}))


@blueprint.post("/offices/<code>/holidays", endpoint="holiday_post")
@access(groups=(ADMINISTRATOR,))
def take_holiday(code: str) -> ResponseReturnValue:
    """Adds a day off, or a national day off that is worked, to one office."""
    return _add_day(code)


@blueprint.get("/holidays", endpoint="holidays")
@access(groups=(ADMINISTRATOR,))
def show_holidays() -> ResponseReturnValue:
    """The national days off."""
    return _holidays()


@blueprint.post("/holidays", endpoint="national_holiday_post")
@access(groups=(ADMINISTRATOR,))
def take_national_holiday() -> ResponseReturnValue:
    """Adds a day off for the whole country."""
    return _add_day(None)


@blueprint.post("/holidays/seed", endpoint="holidays_seed")
@access(groups=(ADMINISTRATOR,))
def take_seed() -> ResponseReturnValue:
    """Puts the known public holidays of a year on the national list."""
    chosen = year(today().year)

    def change(session: Session, actor: Actor) -> Changed:
        return offices.seed_national_holidays(session, actor, chosen, now=now())

    said = gettext("The public holidays of the year are on the list.")
    return make_change(change, said, url_for("admin.holidays", year=chosen))


@blueprint.post("/holidays/<int:holiday_id>/remove", endpoint="holiday_remove")
@access(groups=(ADMINISTRATOR,))
def take_removal(holiday_id: int) -> ResponseReturnValue:
    """Takes a day off the list it is on. One that has passed is removed only when somebody says so again."""
    with reading() as (session, actor):
        listed = day_off(session, actor, holiday_id)

    def change(session: Session, actor: Actor) -> Changed:
        return offices.remove_holiday(session, actor, holiday_id, now=now())

    code = request.form.get("office", "")
    back = url_for("admin.office", code=code) if code else url_for("admin.holidays", year=year(today().year))
    past = listed if listed is not None and listed.day <= today() else None
    return make_change(change, gettext("The day was removed."), back, past=past)


def _add_day(code: str | None) -> ResponseReturnValue:
    typed, errors = read_day(request.form)
    if typed is None:
        return _holidays(errors) if code is None else office_answer(code, errors=errors)

    def change(session: Session, actor: Actor) -> Changed:
        return offices.add_holiday(
            session, actor, code, typed.day, name=typed.name, works=typed.works, hours=typed.hours, now=now()
        )

    year_of = typed.day.year
    back = url_for("admin.office", code=code, year=year_of) if code else url_for("admin.holidays", year=year_of)
    try:
        return make_change(change, gettext("The day was added."), back)
    except BadAnswers as refused:
        errors = sentences(refused)
        return _holidays(errors) if code is None else office_answer(code, errors=errors)


def office_answer(code: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """The page of one office, with what is wrong in what was typed."""
    with reading() as (session, actor):
        office = office_page(session, actor, code, year=year(today().year))
        lacks = office_lacks(session, house(), actor, code, today=today(), now=now())
        offers = office_offers(session, house(), actor, code, today=today(), now=now())
        reckoned = progress(session, actor, code)
        everywhere = actor.offices(ADMINISTRATOR) is None
        second = second_shown(session, actor, code, today=today())
    typed = request.form or None
    answer = render_template(
        "admin/office.html",
        office_shown=office,
        lacks=lacks,
        offers=offers,
        progress=reckoned,
        group_label=group_label,
        week=week(office.weekly, typed if typed is not None and "hours" in typed else None),
        errors=errors or {},
        typed=typed or {},
        today=today(),
        everywhere=everywhere,
        second=second,
        level=OFFICE_LEVELS[office.level],
    )
    return answer, 422 if errors else 200


def _holidays(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    chosen = year(today().year)
    with reading() as (session, actor):
        days = national_days(session, actor, year=chosen)
        reckoned = progress(session, actor, None)
    answer = render_template(
        "admin/holidays.html", days=days, year=chosen, errors=errors or {}, typed=request.form, progress=reckoned
    )
    return answer, 422 if errors else 200


def _typed(name: str) -> bool:
    return any(request.form.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day"))


def _revision() -> int:
    return whole_number(request.form.get("revision", "")) or 0
