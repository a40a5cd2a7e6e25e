"""The security log as administrators of every office read it: newest first, by kind and by person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.people.names import holder
from storage.people import Person
from storage.security_log import SecurityEvent

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class SecurityLine:
    """One line: about ``person``, by ``actor`` (``None`` for somebody unknown), or by a ``role`` without an account.
    ``is_sealed``: a change of it would be noticed. ``people``: whom it names."""

    id: int
    at: datetime
    kind: str
    person: Bilingual | None
    actor: Bilingual | None
    role: str
    by_themselves: bool
    address: str
    browser: str
    data: Mapping[str, Any]
    is_sealed: bool
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class SecurityPage:
    """Some lines, newest first; ``before`` asks for those that are older, ``None`` at the end."""

    lines: tuple[SecurityLine, ...]
    before: int | None


def security_page(
    session: Session,
    actor: Actor,
    *,
    kind: str = "",
    person_id: int | None = None,
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> SecurityPage:
    """Lines of this kind, and about or by this person where one is given; one statement, however long the log."""
    actor.require(None, ADMINISTRATOR)
    about, by = aliased(Person), aliased(Person)
    wanted = (
        select(SecurityEvent, about, by)
        .outerjoin(about, about.id == SecurityEvent.person_id)
        .outerjoin(by, by.id == SecurityEvent.actor_id)
        .order_by(SecurityEvent.id.desc())
        .limit(size + 1)
    )
    if kind:
        wanted = wanted.where(SecurityEvent.kind == kind)
    if person_id is not None:
        wanted = wanted.where(or_(SecurityEvent.person_id == person_id, SecurityEvent.actor_id == person_id))
    if before is not None:
        wanted = wanted.where(SecurityEvent.id < before)
    rows = session.execute(wanted).all()
    lines = tuple(line_of(*row) for row in rows[:size])
    return SecurityPage(lines, lines[-1].id if len(rows) > size else None)


def line_of(event: SecurityEvent, about: Person | None, by: Person | None) -> SecurityLine:
    """A row as a line: whom it is about, and who did it."""
    return SecurityLine(
        id=event.id,
        at=event.at,
        kind=event.kind,
        person=None if about is None else holder(about),
        actor=None if by is None else holder(by),
        role=event.actor_role,
        by_themselves=event.actor_id is not None and event.actor_id == event.person_id,
        address=event.address,
        browser=event.browser,
        data=event.data,
        is_sealed=event.seq is not None,
        people=frozenset(one.id for one in (about, by) if one is not None),
    )
