"""Sessions of an office: publishing them, who sits there, another place, and cancelling with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from functools import partial
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import localise
from engine.errors import (
    DaysClosed,
    DaysUnclear,
    PlaceMissing,
    ReasonMissing,
    Refused,
    SeatsUnclear,
    SessionEndsEarly,
    SessionInThePast,
    WeeksUnclear,
)
from engine.khmer import Bilingual
from engine.queries.office.sessions import SessionLine, SessionPage, publishing_offices, session_lines, session_page
from engine.queries.shared.pages import Page
from engine.sessions import cancelling, publishing
from engine.sessions.publishing import MOST_DAYS, MOST_SEATS, MOST_WEEKS, WHO_PUBLISHES, Made, SessionFacts
from engine.typed.days import typed_day
from engine.typed.fault import Fault
from engine.typed.numbers import typed_number
from engine.typed.times import typed_time
from engine.words import SessionStatus
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading, transaction
from web.errors import sentence
from web.exports import FORMATS, paged_answer, table_answer
from web.office import blueprint
from web.office.paging import asked_page
from web.wording import current_lang, in_language

FIELDS: Final[Mapping[type[Refused], str]] = {
    DaysClosed: "day",
    SessionInThePast: "day",
    SessionEndsEarly: "ends",
    SeatsUnclear: "seats",
    WeeksUnclear: "weeks",
    DaysUnclear: "days",
    PlaceMissing: "place_km",
}
"""Beside which field each refusal is said."""


@blueprint.get("/office/sessions", endpoint="sessions")
@access(groups=WHO_PUBLISHES)
def show_sessions() -> ResponseReturnValue:
    """What is to come, and how many applicants wait for a session; ``?as`` is a file."""
    past = request.args.get("show") == "past"
    if end := choice("as", FORMATS):
        return paged_answer("one-window-sessions", end, _heads(), partial(_read_lines, past=past), _row)
    with reading() as (session, actor):
        offices = publishing_offices(session, house(), actor, now=now())
        lines = session_lines(session, house(), actor, asked_page(), past=past, now=now())
    return render_template("office/sessions.html", offices=offices, lines=lines, past=past)


def _read_lines(number: int, size: int, *, past: bool) -> Page[SessionLine]:
    with reading() as (session, actor):
        return session_lines(session, house(), actor, number, past=past, size=size, now=now())


def _heads() -> list[str]:
    return [
        *(gettext("Begins"), gettext("Ends"), gettext("Session"), gettext("Service"), gettext("Place")),
        *(gettext("Office"), gettext("Seats"), gettext("Seats taken"), gettext("State")),
    ]


def _row(one: SessionLine) -> Sequence[object]:
    what = in_language(one.title), in_language(one.service), in_language(one.place), in_language(one.office)
    when = one.starts_at.isoformat(), one.ends_at.isoformat()
    state = gettext("Cancelled") if one.status == SessionStatus.CANCELLED else ""
    return [*when, *what, one.seats, one.taken, state]


def _seated(page: SessionPage) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Applicant"), gettext("Reference number"), gettext("Telephone"), gettext("Seats")),
        gettext("Chosen on"),
    ]
    for one in page.seated:
        yield [in_language(one.applicant), one.reference, one.phone, one.seats, one.chosen_at.isoformat()]


@blueprint.get("/office/sessions/new", endpoint="session_new")
@access(groups=WHO_PUBLISHES)
def show_new(errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """When, where and how many seats."""
    with reading() as (session, actor):
        offices = publishing_offices(session, house(), actor, now=now())
    kinds = [(f"{office.id}/{kind.key}", office, kind) for office in offices for kind in office.kinds]
    typed = request.form or request.args
    page = render_template("office/session_new.html", kinds=kinds, typed=typed, day=_day_parts(), errors=errors or {})
    return page, 422 if errors else 200


@blueprint.post("/office/sessions/new", endpoint="session_new_post")
@access(groups=WHO_PUBLISHES)
def take_new() -> ResponseReturnValue:
    """Publishes them; a second click publishes nothing twice."""
    facts, errors = _facts()
    office, _, kind = request.form.get("kind", "").partition("/")
    if not office.isascii() or not office.isdigit() or len(office) > 9:
        errors["kind"] = gettext("Choose what the session is for.")
    if errors or facts is None:
        return show_new(errors)
    try:
        with transaction() as (session, actor):
            made = publishing.publish(session, house(), actor, int(office), kind, facts=facts, now=now())
    except tuple(FIELDS) as refused:
        return show_new({FIELDS[type(refused)]: sentence(refused)})
    flash(_published(made), "success" if made.count else "warning")
    return redirect(url_for("office.sessions"), code=303)


@blueprint.get("/office/sessions/<session_key>", endpoint="session")
@access(groups=WHO_PUBLISHES)
def show_session(session_key: str, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """One session, and who sits in it; ``?as`` is a file of them."""
    with reading() as (session, actor):
        page = session_page(session, house(), actor, session_key, now=now())
    if request.method == "GET":
        note_listed(actor, [one.key for one in page.seated])
        if end := choice("as", FORMATS):
            return table_answer(f"one-window-seats-{page.line.starts_at.date()}", end, _seated(page))
    answer = render_template("office/session.html", page=page, errors=errors or {}, typed=request.form)
    return answer, 422 if errors else 200


@blueprint.post("/office/sessions/<session_key>/place", endpoint="session_move")
@access(groups=WHO_PUBLISHES)
def take_place(session_key: str) -> ResponseReturnValue:
    """Another place; everybody who has a seat is told."""
    place = Bilingual(request.form.get("place_km", ""), request.form.get("place_en", ""))
    try:
        with transaction() as (session, actor):
            told = cancelling.move(session, house(), actor, session_key, place, now=now())
    except PlaceMissing as refused:
        return show_session(session_key, {"place_km": sentence(refused)})
    flash(gettext("The place was changed. Told: %(count)s.", count=localise.number(told, current_lang())), "success")
    return redirect(url_for("office.session", session_key=session_key), code=303)


@blueprint.post("/office/sessions/<session_key>/cancel", endpoint="session_cancel")
@access(groups=WHO_PUBLISHES)
def take_cancel(session_key: str) -> ResponseReturnValue:
    """Cancels it; everybody who had a seat is told why and chooses again."""
    try:
        with transaction() as (session, actor):
            told = cancelling.cancel(session, house(), actor, session_key, request.form.get("reason", ""), now=now())
    except ReasonMissing as refused:
        return show_session(session_key, {"reason": sentence(refused)})
    flash(gettext("The session is cancelled. Told: %(count)s.", count=localise.number(told, current_lang())), "success")
    return redirect(url_for("office.session", session_key=session_key), code=303)


def _published(made: Made) -> str:
    count = localise.number(made.count, current_lang())
    said = gettext("Sessions published: %(count)s.", count=count)
    if not made.count:
        said = gettext("These sessions were published already.")
    days = ", ".join(localise.short_day(day, current_lang()) for day in made.closed)
    left_out = gettext("Left out, because the office is closed: %(days)s.", days=days)
    return f"{said} {left_out}" if days else said


def _day_parts() -> dict[str, str]:
    return {part: request.form.get(f"day-{part}", "") for part in ("day", "month", "year")}


def _facts() -> tuple[SessionFacts | None, dict[str, str]]:
    """What was typed, and what is wrong with it by field."""
    errors: dict[str, str] = {}
    day, begins, ends = _day(errors), _time("begins", errors), _time("ends", errors)
    seats = _number("seats", MOST_SEATS, SeatsUnclear(most=MOST_SEATS), errors)
    weeks = _number("weeks", MOST_WEEKS, WeeksUnclear(most=MOST_WEEKS), errors)
    days = _number("days", MOST_DAYS, DaysUnclear(most=MOST_DAYS), errors)
    place = Bilingual(request.form.get("place_km", ""), request.form.get("place_en", ""))
    if not place.km.strip() and not place.en.strip():
        errors["place_km"] = sentence(PlaceMissing())
    if day is None or begins is None or ends is None or errors:
        return None, errors
    return SessionFacts(day, begins, ends, place, seats, weeks, days), errors


def _day(errors: dict[str, str]) -> date | None:
    try:
        day = typed_day(_day_parts())
    except Fault:
        day = None
    if day is None:
        errors["day"] = gettext("Enter a day that exists, for example 27 3 2026.")
    return day


def _time(name: str, errors: dict[str, str]) -> time | None:
    try:
        typed = typed_time(request.form.get(name))
    except Fault:
        typed = None
    if typed is None:
        errors[name] = gettext("Write a time like 07:30.")
        return None
    return time.fromisoformat(typed)


def _number(name: str, most: int, refusal: Refused, errors: dict[str, str]) -> int:
    try:
        typed = typed_number(request.form.get(name))
    except Fault:
        typed = None
    if typed is None or typed != int(typed) or not 1 <= typed <= most:
        errors[name] = sentence(refusal)
        return 1
    return int(typed)
