"""What happened to a clock: when it ran and stood still, who was behind it, and what time was given to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.flow.more_time import GIVEN
from engine.khmer import Bilingual
from engine.queries.shared.people import person_name
from engine.working_time import clocks
from storage.applications import Application
from storage.events import CaseEvent
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Who:
    """Who was behind a turn of a clock: an officer by name, or only as what somebody acted (``role``)."""

    name: Bilingual | None
    role: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a clock ran (``run``), began anew (``restart``) or stood still (``pause``) for a reason, and who
    was behind it, where somebody was. ``ends`` is None while it lasts."""

    kind: str
    begins: datetime
    ends: datetime | None
    reason: str
    who: Who | None


@dataclass(frozen=True, slots=True)
class Given:
    """Time that was given beyond the promise: how much, by whom, when and why (none once it was erased)."""

    count: int
    at: datetime
    who: Bilingual
    reason: str


def stretches_of(session: Session, application: Application, ledger: Sequence[clocks.Interval]) -> tuple[Stretch, ...]:
    """The ledger with who was behind each turn of it; one statement."""
    behind = _behind(session, application, [stretch.started_at for stretch in ledger])
    return tuple(
        Stretch(each.kind, each.started_at, each.ended_at, each.reason, behind.get(each.started_at))
        for each in ledger
        if each.started_at != each.ended_at
    )


def _behind(session: Session, application: Application, moments: Sequence[datetime]) -> Mapping[datetime, Who]:
    """Who did something in the case at these very moments: a turn of a clock is part of a step."""
    rows = session.execute(
        select(CaseEvent.at, CaseEvent.actor_role, CaseEvent.actor_id, Person.name_km, Person.name_latin)
        .outerjoin(Person, Person.id == CaseEvent.actor_id)
        .where(CaseEvent.application_id == application.id, CaseEvent.at.in_(moments))
        .order_by(CaseEvent.seq)
    )
    found: dict[datetime, Who] = {}
    for at, role, actor_id, name_km, name_latin in rows:
        is_officer = actor_id is not None and actor_id != application.applicant_id
        found[at] = Who(person_name(name_km, name_latin) if is_officer else None, role)
    return found


def given_to(session: Session, application: Application) -> tuple[Given, ...]:
    """The time that was given to a case beyond its promise, the first first; one statement."""
    rows = session.execute(
        select(CaseEvent, Person)
        .join(Person, Person.id == CaseEvent.actor_id)
        .where(CaseEvent.application_id == application.id, CaseEvent.kind == GIVEN)
        .order_by(CaseEvent.seq)
    )
    return tuple(
        Given(
            int(event.data["count"]),
            event.at,
            person_name(person.name_km, person.name_latin),
            str((event.personal or {}).get("reason", "")),
        )
        for event, person in rows
    )
