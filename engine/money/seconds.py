"""The second person of a small office: somebody of the office above, named by an administrator, who answers its books.

Named is a person, not a group: whoever is to look at the money of another office is known there by name. They answer as
long as they work as head or cashier in the office above; then the office has nobody again, and the page says so.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from engine.case.holding import responsible
from engine.errors import NotFound
from engine.errors.cash import NoSuchSecond
from engine.packages.gazetteer import PROVINCE_DIGITS
from engine.packages.groups import ADMINISTRATOR, CASHIER, HEAD
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.members import members
from engine.reasons import reason_given
from storage.cash_books import BookSecond
from storage.offices import Office, OfficeLevel
from storage.people import Membership, Person
from storage.security_log import SecurityKind

WHO_ANSWERS: Final = (CASHIER, HEAD)
"""The groups of the office above of whom one can be named."""


def name_second(
    session: Session, actor: Actor, office_code: str, person_id: int | None, reason: str, *, today: date, now: datetime
) -> None:
    """From now on this person answers the books of the office beside its own people; nobody does where it is empty.
    The same again changes nothing. ``NoSuchSecond`` for whoever is neither head nor cashier of the office above, or
    works at this one; ``ReasonMissing``."""
    office = session.scalar(select(Office).where(Office.code == office_code).with_for_update(key_share=True))
    if office is None:
        raise NotFound
    actor.require(office.id, ADMINISTRATOR)
    before = session.scalar(select(BookSecond).where(BookSecond.office_id == office.id, BookSecond.ended_at.is_(None)))
    if (before.person_id if before else None) == person_id:
        return
    why = reason_given(reason)
    if person_id is not None and person_id not in session.scalars(candidates(session, office, today)).all():
        raise NoSuchSecond
    if before is not None:
        before.ended_at, before.ended_by_id = now, actor.person_id
        session.flush()
        _note(session, SecurityKind.BOOK_SECOND_ENDED, actor, office, before.person_id, reason=why, now=now)
    if person_id is not None:
        named = {"named_at": now, "named_by_id": actor.person_id}
        session.add(BookSecond(office_id=office.id, person_id=person_id, reason=why, **named))
        _note(session, SecurityKind.BOOK_SECOND_NAMED, actor, office, person_id, reason=why, now=now)


def candidates(session: Session, office: Office, today: date) -> Select[int]:
    """The ids of the people who can be named: heads and cashiers of the province above a district who do not work in
    the district themselves; nobody for other offices."""
    above = responsible(session, office, OfficeLevel.PROVINCE, "") if office.level == OfficeLevel.DISTRICT else None
    lasting = Membership.to_day.is_(None) | (Membership.to_day >= today)
    works_here = exists().where(Membership.office_id == office.id, Membership.person_id == Person.id, lasting)
    wanted = select(Person.id).where(~works_here)
    if above is None:
        return wanted.where(Person.id.is_(None))
    by_name = select(Membership.person_id).where(Membership.office_id == above.id)
    serve = members(WHO_ANSWERS, above.id, today)
    return wanted.where(Person.id.in_(serve), Person.id.in_(by_name)).order_by(Person.name_km, Person.id)


def seconded(actor: Actor) -> Select[int]:
    """The ids of the offices whose books the actor answers as somebody of the office above, while they work there."""
    above, here = aliased(Office), sorted({office for group, office in _serves(actor) if office is not None})
    return (
        select(BookSecond.office_id)
        .join(Office, Office.id == BookSecond.office_id)
        .join(above, above.code == func.substr(Office.code, 1, PROVINCE_DIGITS))
        .where(BookSecond.person_id == actor.person_id, BookSecond.ended_at.is_(None), above.id.in_(here))
    )


def is_second(session: Session, actor: Actor, office_id: int) -> bool:
    """Whether the actor answers the books of this office for it; one statement, none for who could not be named."""
    if not any(office is not None for _, office in _serves(actor)):
        return False
    return session.scalar(seconded(actor).where(BookSecond.office_id == office_id)) is not None


def second_of(session: Session, office_id: int) -> Person | None:
    """Who is named for the office."""
    named = BookSecond.office_id == office_id, BookSecond.ended_at.is_(None)
    return session.scalar(select(Person).join(BookSecond, BookSecond.person_id == Person.id).where(*named))


def answers_above(session: Session, office_id: int, today: date) -> int | None:
    """The id of whoever is named for the office, while they still work above it."""
    office, named = session.get_one(Office, office_id), second_of(session, office_id)
    if named is None:
        return None
    return session.scalar(candidates(session, office, today).order_by(None).where(Person.id == named.id))


def _serves(actor: Actor) -> list[tuple[str, int | None]]:
    return [(group, office) for group, office in actor.memberships if group in WHO_ANSWERS]


def _note(
    session: Session, kind: SecurityKind, actor: Actor, office: Office, person_id: int, *, reason: str, now: datetime
) -> None:
    data = {"office": office.code, "reason": reason}
    security_log.note(session, kind, actor, person_id=person_id, data=data, at=now)
