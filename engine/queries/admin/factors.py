"""The second factors of an account as administrators of every office see them, and what was proposed about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people import factors
from engine.people.actors import Actor
from engine.people.factors import Held
from engine.people.names import holder
from storage.factors import FactorRemoval, RemovalStatus
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody's factors are to be taken away, says an administrator; ``is_mine``: it was the one who asks."""

    id: int
    person_id: int
    name: Bilingual
    reason: str
    by: Bilingual
    at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class FactorsShown:
    """Which factors somebody has, and the proposal that waits."""

    held: Held
    proposal: Proposal | None


def factors_of(session: Session, actor: Actor, person_id: int) -> FactorsShown:
    """The factors of one account; two statements."""
    actor.require(None, ADMINISTRATOR)
    waiting = [one for one in proposals(session, actor) if one.person_id == person_id]
    return FactorsShown(factors.held(session, person_id), waiting[0] if waiting else None)


def proposals(session: Session, actor: Actor) -> Sequence[Proposal]:
    """Every proposal that waits for a second administrator, the oldest first; one statement."""
    actor.require(None, ADMINISTRATOR)
    about, by = aliased(Person), aliased(Person)
    rows = session.execute(
        select(FactorRemoval, about, by)
        .join(about, about.id == FactorRemoval.person_id)
        .join(by, by.id == FactorRemoval.proposed_by_id)
        .where(FactorRemoval.status == RemovalStatus.OPEN)
        .order_by(FactorRemoval.id)
    )
    return [
        Proposal(
            row.id,
            row.person_id,
            holder(person),
            row.reason,
            holder(proposer),
            row.proposed_at,
            row.proposed_by_id == actor.person_id,
        )
        for row, person, proposer in rows
    ]
