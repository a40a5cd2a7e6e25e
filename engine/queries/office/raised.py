"""The late cases that were raised to an officer, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.case.raised_to import raised_ways
from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from storage.applications import Application
from storage.chains import Raised, RaisedTo
from storage.clocks import Clock

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class RaisedCase:
    """A late case, and which of its promises was broken since when; ``clock_id`` names the page that explains it."""

    key: str
    reference: str
    office: Bilingual
    service: Bilingual
    kind: str
    task: Bilingual | None
    clock_id: int
    raised_to: RaisedTo
    raised_at: datetime
    due_at: datetime | None
    new_due_at: datetime | None


def raised_cases(session: Session, names: Names, actor: Actor) -> tuple[RaisedCase, ...]:
    """The open clocks that were raised to the actor or to somebody in whose place they work, without their own cases;
    one statement."""
    ways = raised_ways(actor)
    if not ways:
        return ()
    rows = session.execute(
        select(Raised, Clock, Application.key, Application.reference)
        .join(Clock, Clock.id == Raised.clock_id)
        .join(Application, Application.id == Clock.application_id)
        .where(or_(*ways), Clock.is_open(), Application.applicant_id != actor.person_id)
        .order_by(Raised.raised_at.desc(), Raised.clock_id.desc(), Raised.rung.desc())
        .limit(MOST)
    )
    found: dict[int, RaisedCase] = {}
    for raised, clock, key, reference in rows:
        found.setdefault(
            clock.id,
            RaisedCase(
                key=key,
                reference=reference or "",
                office=names.offices[clock.office_id].name,
                service=names.service(clock.service_key),
                kind=clock.kind,
                task=names.element(clock.service_key, clock.element_id) if clock.element_id else None,
                clock_id=clock.id,
                raised_to=raised.level,
                raised_at=raised.raised_at,
                due_at=clock.breached_at,
                new_due_at=clock.new_due_at,
            ),
        )
    return tuple(found.values())
