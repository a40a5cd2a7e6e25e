"""Offices: their hours and days off. Every edit moves the promises that run under it, and says how many."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import BadAnswers, Refused
from engine.khmer import Bilingual, latin_digits
from engine.offices import offices
from engine.offices.recomputing import Recomputed
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.offices import national_days, office_lines, office_page
from web.access import access
from web.admin import blueprint
from web.admin.hours_form import read_hours, week
from web.admin.parameters import PLANNED_YEARS, year
from web.context import now, reading, today, transaction
from web.errors import sentence
from web.intake import whole_number


@blueprint.get("/offices", endpoint="offices")
@access(groups=(ADMINISTRATOR,))
def show_offices() -> ResponseReturnValue:
    """The offices and whether they work today."""
    with reading() as (session, actor):
        lines = office_lines(session, actor, today=today())
        everywhere = actor.offices(ADMINISTRATOR) is None
    return render_template("admin/offices.html", lines=lines, everywhere=everywhere)


@blueprint.get("/offices/<code>", endpoint="office")
@access(groups=(ADMINISTRATOR,))
def show_office(code: str) -> ResponseReturnValue:
    """The hours and days off of one office."""
    return _office(code)


@blueprint.post("/offices/<code>/hours", endpoint="hours_post")
@access(groups=(ADMINISTRATOR,))
def take_hours(code: str) -> ResponseReturnValue:
    """Sets the weekly hours."""
    weekly, errors = read_hours(request.form)
    if errors:
        return _office(code, errors=errors)
    try:
        with transaction() as (session, actor):
            moved = offices.set_hours(session, actor, code, weekly, revision=_revision(), now=now())
    except BadAnswers as refused:
        return _office(code, errors=_sentences(refused))
    flash(gettext("The hours were changed.") + " " + _moved(moved), "success")
    return redirect(url_for("admin.office", code=code), code=303)


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
    with transaction() as (session, actor):
        moved = offices.seed_national_holidays(session, actor, chosen, now=now())
    flash(gettext("The public holidays of the year are on the list.") + " " + _moved(moved), "success")
    return redirect(url_for("admin.holidays", year=chosen), code=303)


@blueprint.post("/holidays/<int:holiday_id>/remove", endpoint="holiday_remove")
@access(groups=(ADMINISTRATOR,))
def take_removal(holiday_id: int) -> ResponseReturnValue:
    """Takes a day off the list it is on."""
    with transaction() as (session, actor):
        moved = offices.remove_holiday(session, actor, holiday_id, now=now())
    flash(gettext("The day was removed.") + " " + _moved(moved), "success")
    code = request.form.get("office", "")
    back = url_for("admin.office", code=code) if code else url_for("admin.holidays", year=year(today().year))
    return redirect(back, code=303)


def _add_day(code: str | None) -> ResponseReturnValue:
    day, wrong = _day()
    errors = {"day": gettext("Enter a day that exists, for example 27 3 2026.")} if wrong else {}
    name = Bilingual(request.form.get("name_km", ""), request.form.get("name_en", ""))
    works = request.form.get("works") == "yes"
    if day is not None:
        try:
            with transaction() as (session, actor):
                moved = offices.add_holiday(session, actor, code, day, name, works=works, now=now())
        except BadAnswers as refused:
            errors = _sentences(refused)
        else:
            flash(gettext("The day was added.") + " " + _moved(moved), "success")
            back = url_for("admin.office", code=code) if code else url_for("admin.holidays")
            return redirect(f"{back}?year={day.year}", code=303)
    return _holidays(errors) if code is None else _office(code, errors=errors)


def _office(code: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    with reading() as (session, actor):
        office = office_page(session, actor, code, year=year(today().year))
    typed = request.form if errors else None
    answer = render_template(
        "admin/office.html",
        office_shown=office,
        week=week(office.weekly, typed if typed is not None and "hours" in typed else None),
        errors=errors or {},
        typed=typed or {},
    )
    return answer, 422 if errors else 200


def _holidays(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    chosen = year(today().year)
    with reading() as (session, actor):
        days = national_days(session, actor, year=chosen)
    answer = render_template(
        "admin/holidays.html", days=days, year=chosen, errors=errors or {}, typed=request.form if errors else {}
    )
    return answer, 422 if errors else 200


def _day() -> tuple[date | None, bool]:
    """The day that was typed in three fields, and whether it is none."""
    typed = (request.form.get(f"day-{part}", "").strip() for part in ("year", "month", "day"))
    year, month, day = (whole_number(latin_digits(part)) or 0 for part in typed)
    if year not in PLANNED_YEARS:
        return None, True
    try:
        return date(year, month, day), False
    except ValueError:
        return None, True


def _revision() -> int:
    return whole_number(request.form.get("revision", "")) or 0


def _sentences(refused: BadAnswers) -> dict[str, str]:
    return {field: sentence(error) for field, error in refused.errors.items() if isinstance(error, Refused)}


def _moved(moved: Recomputed) -> str:
    if not moved.clocks:
        return str(gettext("No promise had to be moved."))
    text = gettext("Promises moved: %(clocks)s, in cases: %(cases)s.", clocks=moved.clocks, cases=moved.cases)
    return str(text)
