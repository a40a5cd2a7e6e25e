"""What a view asks for: the house, the moment, the reader's language, and a transaction with the person in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, g, request
from sqlalchemy.orm import Session

from engine.case import access_log
from engine.case.access_log import Look, note_cases
from engine.errors import MandateOver, NotAllowed, NotSignedIn, SecondFactorNeeded
from engine.house import House
from engine.people import factors, mandates, sign_ins
from engine.people.actors import Actor, load_actor
from engine.people.sign_ins import Known, Limits
from web.access import acting_for, check_actor, rule_here, signed_in_as, stop_acting
from web.browsers import place
from web.clock import Clock, machine_now
from web.config import Settings
from web.looks import LISTS, OF_A_CASE
from web.prepared import prepared_for
from web.wording import current_lang as current_language

__all__ = [
    "LOCAL_ZONE",
    "Shell",
    "current_language",
    "house",
    "limits",
    "note_case",
    "note_draft",
    "note_listed",
    "note_people",
    "now",
    "public_reading",
    "public_transaction",
    "reading",
    "recognised",
    "settings",
    "shell",
    "today",
    "transaction",
]

LOCAL_ZONE = ZoneInfo("Asia/Phnom_Penh")


@dataclass(frozen=True, slots=True)
class Shell:
    """What one running application works with; lies in ``app.extensions["owso"]``."""

    house: House
    clock: Clock
    settings: Settings


def shell() -> Shell:
    """The shell of the running application."""
    found: Shell = current_app.extensions["owso"]
    return found


def house() -> House:
    """The open house: database, files, packages."""
    return shell().house


def settings() -> Settings:
    return shell().settings


def now() -> datetime:
    """The moment of this request, aware and in UTC; the same one however often it is asked for."""
    if "now" not in g:
        g.now = shell().clock.now()
    moment: datetime = g.now
    return moment


def today() -> date:
    """The day in Cambodia at the moment of this request."""
    return now().astimezone(LOCAL_ZONE).date()


@contextmanager
def transaction() -> Iterator[tuple[Session, Actor]]:
    """A writing transaction with the signed-in person loaded in it and let in by the page's rule.

    What happened in the block is kept when it returns and undone when it raises. Raises NotSignedIn or NotAllowed.
    """
    with house().database.transaction() as session:
        yield session, _load(session)


@contextmanager
def reading() -> Iterator[tuple[Session, Actor]]:
    """Like ``transaction`` for pages that only read: never waits for a writer, cannot write."""
    with house().database.reading() as session:
        yield session, _load(session)


@contextmanager
def public_transaction() -> Iterator[Session]:
    """A writing transaction of a page that asks nobody who they are: sign-in, registration."""
    with house().database.transaction() as session:
        yield session


@contextmanager
def public_reading() -> Iterator[Session]:
    """A reading one of a public page: services, tracking, verification."""
    with house().database.reading() as session:
        yield session


def note_case(reference: str | None) -> None:
    """Put the reference of the case that this page is about into the log line of the page; where the page shows it to
    somebody else than its applicant, that is noted for the applicant, once for each page that was opened."""
    g.case = reference
    page = OF_A_CASE.get(request.endpoint or "") if request.method == "GET" else None
    if reference and page and g.actor.is_officer:  # an applicant is shown nobody else's
        with house().database.transaction() as session:
            note_cases(session, g.actor, (reference,), page, now=now())


def note_listed(actor: Actor, cases: Collection[str | None], people: Collection[int] = (), *, page: str = "") -> None:
    """Note for whose cases (by their keys) this list shows that it did, once a day for each reader and list; ``people``
    are those whom it shows without a case. One statement more for each of the two."""
    page, since = page or LISTS[request.endpoint or ""], _midnight()
    shown = {key for key in cases if key}
    if shown or people:
        with house().database.transaction() as session:
            access_log.note_listed(session, actor, shown, page, since=since, now=now())
            access_log.note_people_listed(session, actor, people, page, since=since, now=now())


def note_draft(key: str) -> None:
    """Note for the applicant that a counter has a page of their draft open, once a day for each reader; nothing for an
    applicant, who is shown their own."""
    if g.actor.is_officer:
        note_listed(g.actor, [key], page="draft")


def _midnight() -> datetime:
    return datetime.combine(today(), time.min, LOCAL_ZONE)


def note_people(people: Collection[int], page: str, *, reason_id: int | None = None) -> None:
    """Note for each of these people, once for each page that was opened, that it showed their data."""
    if people and request.method == "GET":
        with house().database.transaction() as session:
            access_log.note_people(session, g.actor, people, Look(page, reason_id=reason_id), now=now())


def recognised(session: Session) -> Known | None:
    """Whoever is signed in in this browser, whatever the page's rule says of them; one statement where it carries a
    sign-in, none elsewhere."""
    carried, citizens, officers = signed_in_as(), limits(is_officer=False), limits(is_officer=True)
    if carried is None:
        return None
    return sign_ins.recognise(
        session, carried.token, citizens=citizens, officers=officers, today=today(), now=machine_now()
    )


def limits(*, is_officer: bool) -> Limits:
    """How long people stay signed in; whoever works in an office shorter than others."""
    idle, longest = (
        (settings().officer_idle_minutes, settings().officer_max_hours)
        if is_officer
        else (settings().session_idle_minutes, settings().session_max_hours)
    )
    return Limits(timedelta(minutes=idle), timedelta(hours=longest))


def _load(session: Session) -> Actor:
    prepared = prepared_for()
    if prepared is not None:  # a worker reads the list of this page for whoever asked for it as a file
        actor = load_actor(session, prepared.person_id, today=today())
        if actor is None:
            raise NotAllowed
        return check_actor(actor)
    carried = signed_in_as()
    if carried is None:
        raise NotSignedIn
    known = recognised(session)
    if known is None:
        g.end_kind = sign_ins.why_ended(session, carried.token)
        return check_actor(None)
    g.known = known = replace(known, actor=replace(known.actor, place=place()))
    if factors.lacks(house(), known) and not rule_here().before_factor:
        raise SecondFactorNeeded
    return check_actor(_in_whose_name(session, known.actor))


def _in_whose_name(session: Session, actor: Actor) -> Actor:
    """The actor, or the person for whom this browser acts, where that still holds; one statement more for the latter.
    Raises MandateOver, and acts for nobody from then on, where it does not."""
    wanted = acting_for()
    if wanted is None:
        return actor
    helped = mandates.acting(session, actor, wanted.mandate_id, today=today())
    if helped is None:
        stop_acting()
        raise MandateOver
    return helped
