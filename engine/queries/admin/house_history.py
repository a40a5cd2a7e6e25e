"""The history of the house: each change of what is administered, from the sealed security log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from engine.localise import PHNOM_PENH
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.security_log import SecurityLine, SecurityPage, line_of
from storage.people import Person
from storage.security_log import SecurityEvent, SecurityKind

PAGE_SIZE: Final = 50

ABOUT: Final[Mapping[str, tuple[SecurityKind, ...]]] = {
    "staff": (
        SecurityKind.INVITED,
        SecurityKind.INVITED_AGAIN,
        SecurityKind.INVITATION_REVOKED,
        SecurityKind.INVITATION_ACCEPTED,
        SecurityKind.GROUP_OFFERED,
        SecurityKind.GROUP_GRANTED,
        SecurityKind.GROUP_DAYS_CHANGED,
        SecurityKind.GROUP_ENDED,
        SecurityKind.ACCOUNT_ADDED,
        SecurityKind.ACCOUNT_DISABLED,
        SecurityKind.ACCOUNT_ENABLED,
        SecurityKind.RESET_BEGUN,
        SecurityKind.FACTORS_REMOVAL_PROPOSED,
        SecurityKind.FACTORS_REMOVAL_REFUSED,
        SecurityKind.FACTORS_REMOVED,
    ),
    "absences": (SecurityKind.ABSENCE_RECORDED, SecurityKind.ABSENCE_ENDED),
    "offices": (SecurityKind.OFFICE_OPENED, SecurityKind.OFFICE_CHANGED, SecurityKind.OFFICE_CLOSED),
    "offers": (SecurityKind.SERVICE_OFFERED, SecurityKind.OFFER_ENDED),
    "calendars": (SecurityKind.SETTINGS_CHANGED,),
    "rules": (SecurityKind.TASK_RULES_CHANGED,),
    "money": (
        SecurityKind.SHARES_SET,
        SecurityKind.SHARES_WITHDRAWN,
        SecurityKind.BOOK_SECOND_NAMED,
        SecurityKind.BOOK_SECOND_ENDED,
    ),
    "services": (SecurityKind.VERSION_PUBLISHED,),
    "chains": (SecurityKind.CHAIN_SET, SecurityKind.CHAIN_WITHDRAWN),
    "messages": (SecurityKind.MESSAGE_CHANGED, SecurityKind.MESSAGE_WITHDRAWN),
    "reports": (SecurityKind.REPORT_SUBSCRIBED, SecurityKind.REPORT_UNSUBSCRIBED),
}
"""What a line can be about, and by which kinds it is known."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: about one of ``ABOUT`` (empty: all), of one office by its code, about or by one person, between two
    days, both included."""

    about: str = ""
    office: str = ""
    person_id: int | None = None
    first: date | None = None
    last: date | None = None


def house_history(
    session: Session, actor: Actor, asked: Asked, *, before: int | None = None, size: int = PAGE_SIZE
) -> SecurityPage:
    """The newest of these lines, or those older than line ``before``; one statement that reads so many lines of each
    kind from its index, however many people signed in meanwhile. For administrators of every office."""
    actor.require(None, ADMINISTRATOR)
    wanted = _narrowed(asked, before)
    kinds = ABOUT.get(asked.about) or tuple(kind for kinds in ABOUT.values() for kind in kinds)
    newest = union_all(*(_newest(kind, wanted, size + 1) for kind in kinds)).subquery()
    about, by = aliased(Person), aliased(Person)
    rows = session.execute(
        select(SecurityEvent, about, by)
        .outerjoin(about, about.id == SecurityEvent.person_id)
        .outerjoin(by, by.id == SecurityEvent.actor_id)
        .where(SecurityEvent.id.in_(select(newest.c.id)))
        .order_by(SecurityEvent.id.desc())
        .limit(size + 1)
    ).all()
    lines: tuple[SecurityLine, ...] = tuple(line_of(*row) for row in rows[:size])
    return SecurityPage(lines, lines[-1].id if len(rows) > size else None)


def _newest(kind: SecurityKind, wanted: list[ColumnElement[bool]], most: int) -> Select[Any]:
    """The ids of the newest lines of one kind; a piece by itself, since SQLite limits no part of a union."""
    found = select(SecurityEvent.id).where(SecurityEvent.kind == kind.value, *wanted)
    return select(found.order_by(SecurityEvent.id.desc()).limit(most).subquery())


def _narrowed(asked: Asked, before: int | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if before is not None:
        wanted.append(SecurityEvent.id < before)
    if asked.office:
        wanted.append(SecurityEvent.data["office"].as_string() == asked.office)
    if asked.person_id is not None:
        wanted.append(or_(SecurityEvent.person_id == asked.person_id, SecurityEvent.actor_id == asked.person_id))
    if asked.first is not None:
        wanted.append(SecurityEvent.at >= _midnight(asked.first))
    if asked.last is not None:
        wanted.append(SecurityEvent.at < _midnight(asked.last + timedelta(days=1)))
    return wanted


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, PHNOM_PENH)
