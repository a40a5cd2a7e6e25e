"""To whom a late case was raised: they read it while the clock that was broken has not ended."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage.applications import Application
from storage.chains import Raised
from storage.clocks import Clock


def is_raised_to(session: Session, application: Application, actor: Actor) -> bool:
    """Whether a late clock of the case was raised to the actor, or to somebody in whose place they work; one
    statement."""
    ways = raised_ways(actor)
    if not ways:
        return False
    found = (
        select(Raised.rung)
        .join(Clock, Clock.id == Raised.clock_id)
        .where(Clock.application_id == application.id, Clock.is_open(), or_(*ways))
    )
    return session.scalar(found.limit(1)) is not None


def raised_ways(actor: Actor) -> list[ColumnElement[bool]]:
    """Over rungs that were reached: the ways by which one is for the actor, each by a group of an office."""
    groups = {(group, office) for group, office in actor.memberships if office is not None}
    groups |= {(stand.group, stand.office_id) for stand in actor.stands}
    everywhere = sorted(group for group, office in actor.memberships if office is None)
    return [
        *(and_(Raised.office_id == office, Raised.group == group) for group, office in sorted(groups)),
        *(Raised.group == group for group in everywhere),
    ]
