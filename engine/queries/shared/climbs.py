"""How far a late clock has gone up the chain of its office, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.namesakes import office_name
from storage.chains import Climb, EscalationChain, Raised, RaisedTo
from storage.clocks import Clock, ClockStatus
from storage.offices import Office


@dataclass(frozen=True, slots=True)
class RungShown:
    """To whom it was raised, at which office, and when."""

    raised_to: RaisedTo
    office: Bilingual
    at: datetime


@dataclass(frozen=True, slots=True)
class ClimbShown:
    """The rungs that were reached, from below, and to whom it goes next; ``next_at`` is missing while the clock stands
    still."""

    reached: tuple[RungShown, ...]
    next_to: RaisedTo | None
    next_at: datetime | None


def climb_of(session: Session, clock: Clock) -> ClimbShown | None:
    """Of a clock that is on a chain; none for any other. Two statements at most, none for one that was kept."""
    if clock.breached_at is None:
        return None
    rows = select(Climb, EscalationChain).join(EscalationChain, EscalationChain.id == Climb.chain_id)
    found = session.execute(rows.where(Climb.clock_id == clock.id)).one_or_none()
    if found is None:
        return None
    climb, chain = found
    raised = session.execute(
        select(Raised, Office)
        .join(Office, Office.id == Raised.office_id)
        .where(Raised.clock_id == clock.id)
        .order_by(Raised.rung)
    )
    goes_on = clock.ended_at is None and climb.rung < len(chain.rungs)
    return ClimbShown(
        reached=tuple(RungShown(row.level, office_name(office), row.raised_at) for row, office in raised),
        next_to=RaisedTo(chain.rungs[climb.rung][0]) if goes_on else None,
        next_at=climb.next_at if goes_on and clock.status == ClockStatus.RUNNING else None,
    )
