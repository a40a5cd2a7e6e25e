"""For which ministries somebody acts: those at whose offices they belong to a group, or all of them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage.offices import Office


def ministries_of(session: Session, actor: Actor, *groups: str) -> frozenset[str] | None:
    """The ministries at whose offices somebody belongs to one of the groups; ``None`` stands for all. One statement at
    most."""
    offices = actor.offices(*groups)
    if offices is None:
        return None
    wanted = select(Office.ministry_key).where(Office.id.in_(offices), Office.ministry_key.is_not(None))
    return frozenset(key for key in session.scalars(wanted) if key is not None)


def acts_for_ministry(session: Session, actor: Actor, ministry_key: str, *groups: str) -> bool:
    """Whether somebody belongs to one of the groups at the office of a ministry, or everywhere."""
    theirs = ministries_of(session, actor, *groups)
    return theirs is None or ministry_key in theirs


def offices_of_service(session: Session, actor: Actor, service_key: str, *groups: str) -> frozenset[int] | None:
    """The offices whose cases of a service somebody counts and compares; ``None`` stands for all. Who belongs to one of
    the groups at the ministry's office answers for its services wherever they are applied for; anybody else counts
    those of their own offices."""
    ministry, _, _ = service_key.partition(".")
    return None if acts_for_ministry(session, actor, ministry, *groups) else actor.offices(*groups)
