"""To whom a late case was raised: they read it while the clock that was broken has not ended, and from above its office
they act on it (``engine.tasks.raised_acts``)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage.applications import Application
from storage.chains import Raised, RaisedTo
from storage.clocks import Clock

ABOVE: Final = (RaisedTo.PROVINCE, RaisedTo.GOVERNOR, RaisedTo.MINISTRY)
"""The rungs beyond the office. Its head and administrators do by their groups what these do by the rung."""


def is_raised_to(session: Session, application: Application, actor: Actor) -> bool:
    """Whether a late clock of the case was raised to the actor, or to somebody in whose place they work; one
    statement."""
    return bool(_rungs(session, application, actor, tuple(RaisedTo), limit=1))


def rungs_above(session: Session, application: Application, actor: Actor) -> Collection[Raised]:
    """The rungs beyond the office by which the actor, or somebody in whose place they work, has the case now; never
    one's own. One statement at most, for whoever belongs to nothing none."""
    if application.applicant_id == actor.person_id:
        return ()
    return _rungs(session, application, actor, ABOVE)


def acts_from_above(session: Session, application: Application, actor: Actor, *groups: str) -> bool:
    """Whether the actor acts on the case by a rung beyond its office: of one of these groups, where some are named."""
    return any(not groups or rung.group in groups for rung in rungs_above(session, application, actor))


def _rungs(
    session: Session, application: Application, actor: Actor, levels: Collection[RaisedTo], limit: int | None = None
) -> Collection[Raised]:
    ways = raised_ways(actor)
    if not ways:
        return ()
    found = (
        select(Raised)
        .join(Clock, Clock.id == Raised.clock_id)
        .where(Clock.application_id == application.id, Raised.stands(), Raised.level.in_(levels), or_(*ways))
        .order_by(Raised.rung.desc(), Raised.clock_id)
        .limit(limit)
    )
    return session.scalars(found).all()


def raised_ways(actor: Actor) -> list[ColumnElement[bool]]:
    """Over rungs that were reached: the ways by which one is for the actor, each by a group of an office."""
    groups = {(group, office) for group, office in actor.memberships if office is not None}
    groups |= {(stand.group, stand.office_id) for stand in actor.stands}
    everywhere = sorted(group for group, office in actor.memberships if office is None)
    return [
        *(and_(Raised.office_id == office, Raised.group == group) for group, office in sorted(groups)),
        *(Raised.group == group for group in everywhere),
    ]
