"""How an officer wants to hear of what is new without looking under the bell: on which way, when, of what at once.

It is apart from what the same person has chosen as a citizen. SMS is none of the ways: a sentence in Khmer takes
several.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, NotFound
from engine.errors.notices import (
    EmailNotProved,
    HourInQuiet,
    NoSuchHour,
    NothingChosen,
    QuietEmpty,
    QuietHalf,
    TelegramNotLinked,
)
from engine.localise import PHNOM_PENH
from engine.people.actors import Actor
from engine.people.contacts import proved_contacts
from storage.messages import MessageChannel, TelegramLink
from storage.notices import NoticeAtOnce, NoticeChoice, NoticeKind, NoticeWay
from storage.people import Person
from storage.together import inserting

HOURS: Final = range(24)
WHOLE_DAY: Final = timedelta(days=1)
FROM_THE_FIRST: Final = (
    *(NoticeKind.NEARLY_DUE, NoticeKind.LATE, NoticeKind.OFFICE_NEARLY_DUE, NoticeKind.OFFICE_LATE),
    *(NoticeKind.WILL_BE_LATE, NoticeKind.RAISED, NoticeKind.INCIDENT, NoticeKind.RELEASE_WAITS),
)
"""What an officer hears at once, until they choose."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What an officer has chosen. ``digest_hour``: what is new comes together at this hour of each working day in
    Cambodia, if anything is; ``quiet``: from which hour to which nothing comes."""

    way: NoticeWay = NoticeWay.NONE
    digest_hour: int | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None
    at_once: frozenset[NoticeKind] = frozenset()


def choice_of(session: Session, actor: Actor) -> Choice:
    """What the officer has chosen; two statements, one where they never did."""
    found = session.get(NoticeChoice, actor.person_id)
    if found is None:
        return Choice()
    kinds = session.scalars(select(NoticeAtOnce.kind).where(NoticeAtOnce.person_id == actor.person_id))
    return Choice(found.way_kind, found.digest_hour, found.quiet_from, found.quiet_until, frozenset(kinds))


def choose(session: Session, actor: Actor, wanted: Choice, *, now: datetime) -> None:
    """From now on the officer hears of what is new as they say. ``BadAnswers`` names ``way``, ``digest_hour`` or
    ``quiet``: a way on which they are not reached or nothing would come, an hour that is none or lies in the quiet
    ones, half a stretch or none."""
    person = session.get(Person, actor.person_id, with_for_update={"key_share": True})
    if person is None or not actor.is_officer:
        raise NotFound
    if wrong := _wrong(session, person, wanted):
        raise BadAnswers(wrong)
    found = session.get(NoticeChoice, person.id, populate_existing=True)
    if found is None:
        found = NoticeChoice(person_id=person.id)
        session.add(found)
    found.way_kind, found.digest_hour = wanted.way, wanted.digest_hour
    found.quiet_from, found.quiet_until = wanted.quiet_from, wanted.quiet_until
    is_told = wanted.way != NoticeWay.NONE
    found.next_at = next_digest(wanted.digest_hour, now) if is_told and wanted.digest_hour is not None else None
    found.changed_at = now
    session.execute(delete(NoticeAtOnce).where(NoticeAtOnce.person_id == person.id))
    for kind in sorted(wanted.at_once) if is_told else ():
        session.add(NoticeAtOnce(person_id=person.id, kind=kind))


def begin_to_hear(session: Session, person: Person, *, now: datetime) -> None:
    """Who works in an office, has proved an e-mail and never chose hears by it at once of what is late, goes up, fails
    or waits for a second person. Nothing for whoever has chosen, wants no message, or is reached by telephone only;
    harmless where it is said again."""
    wants_none = person.preferred_channel == MessageChannel.PORTAL
    if wants_none or address_of(session, person, NoticeWay.EMAIL) is None:
        return
    insert, mine = inserting(session), {"person_id": person.id}
    first = insert(NoticeChoice).values(**mine, way_kind=NoticeWay.EMAIL, changed_at=now)
    begun = first.on_conflict_do_nothing().returning(NoticeChoice.person_id)  # two administrators at once begin it once
    if session.scalar(begun) is None:
        return
    session.execute(insert(NoticeAtOnce), [mine | {"kind": kind} for kind in FROM_THE_FIRST])


def next_digest(hour: int, now: datetime) -> datetime:
    """The next moment at which it is this hour in Cambodia."""
    local = now.astimezone(PHNOM_PENH)
    today = datetime.combine(local.date(), time(hour), PHNOM_PENH)
    return today if today > local else today + WHOLE_DAY


def quiet_until(choice: NoticeChoice, now: datetime) -> datetime | None:
    """The end of the officer's quiet hours in which this moment lies; ``None`` where it lies in none."""
    begins, ends = choice.quiet_from, choice.quiet_until
    if begins is None or ends is None or not in_stretch(now.astimezone(PHNOM_PENH).hour, begins, ends):
        return None
    return next_digest(ends, now)


def in_stretch(hour: int, begins: int, ends: int) -> bool:
    """Whether an hour lies between two, over midnight where the second comes first."""
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def address_of(session: Session, person: Person, way: NoticeWay) -> tuple[MessageChannel, str] | None:
    """Where the officer is reached on this way now; ``None`` where they are not any more. One statement at most."""
    if way == NoticeWay.EMAIL:
        mails = (point.address for point in proved_contacts(person) if point.channel == MessageChannel.EMAIL)
        return next(((MessageChannel.EMAIL, address) for address in mails), None)
    if way == NoticeWay.TELEGRAM:
        chat = session.scalar(select(TelegramLink.chat).where(TelegramLink.person_id == person.id))
        return (MessageChannel.TELEGRAM, chat) if chat else None
    return None


def _wrong(session: Session, person: Person, wanted: Choice) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if wanted.way != NoticeWay.NONE and address_of(session, person, wanted.way) is None:
        wrong["way"] = EmailNotProved() if wanted.way == NoticeWay.EMAIL else TelegramNotLinked()
    elif wanted.way != NoticeWay.NONE and wanted.digest_hour is None and not wanted.at_once:
        wrong["digest_hour"] = NothingChosen()
    hours = wanted.digest_hour, wanted.quiet_from, wanted.quiet_until
    if any(hour not in HOURS for hour in hours if hour is not None):
        wrong["digest_hour"] = NoSuchHour()
    elif (wanted.quiet_from is None) != (wanted.quiet_until is None):
        wrong["quiet"] = QuietHalf()
    elif wanted.quiet_from is not None and wanted.quiet_from == wanted.quiet_until:
        wrong["quiet"] = QuietEmpty()
    elif _lies_in_quiet(wanted):
        wrong["digest_hour"] = HourInQuiet()
    return wrong


def _lies_in_quiet(wanted: Choice) -> bool:
    hour, begins, ends = wanted.digest_hour, wanted.quiet_from, wanted.quiet_until
    return hour is not None and begins is not None and ends is not None and in_stretch(hour, begins, ends)
