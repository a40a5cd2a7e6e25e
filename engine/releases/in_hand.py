"""A release in somebody's hands: found, permitted, locked, and with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotAllowed, NotFound, StalePage
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.people.actors import Actor
from engine.people.ministries import acts_for_ministry
from engine.versions import history
from storage.offices import Ministry
from storage.releases import Release, ReleaseItem


@dataclass(frozen=True, slots=True)
class InHand:
    """A release that is locked with its ministry: in which transaction, who acts on it, and when."""

    session: Session
    ministry: Ministry
    release: Release
    actor: Actor
    now: datetime

    def record(self, kind: str, **data: Any) -> None:
        """Notes in the history of the ministry what was done, and makes pages that show the release stale."""
        self.release.revision += 1
        history.record(
            self.session, self.ministry, kind, self.actor, at=self.now, release_id=self.release.id, data=data
        )

    def items(self) -> list[ReleaseItem]:
        """The packages of the release, by service key."""
        return items_of(self.session, self.release.id)


def may_read(session: Session, actor: Actor, ministry_key: str) -> bool:
    """Whether somebody sees the releases of a ministry: its analysts and approvers, and administrators of all."""
    return actor.acts_for(ADMINISTRATOR, None) or acts_for_ministry(session, actor, ministry_key, ANALYST, APPROVER)


def require(session: Session, actor: Actor, ministry_key: str, *groups: str) -> None:
    """Raises ``NotAllowed`` unless the person belongs to one of the groups for this ministry."""
    if not acts_for_ministry(session, actor, ministry_key, *groups):
        raise NotAllowed


def read_release(session: Session, actor: Actor, key: str) -> Release:
    """The release under this key; ``NotFound`` when there is none, and the same for somebody of another ministry."""
    release = session.scalar(select(Release).where(Release.key == key))
    if release is None or not may_read(session, actor, release.ministry_key):
        raise NotFound
    return release


def take(session: Session, actor: Actor, key: str, *groups: str, seen: int | None = None, now: datetime) -> InHand:
    """The release under this key, locked, for somebody of one of these groups. ``seen`` is the revision that they had
    before them: ``StalePage`` when it is another by now. ``NotFound``, ``NotAllowed``."""
    ministry_key = read_release(session, actor, key).ministry_key
    require(session, actor, ministry_key, *groups)
    hand = hold(session, actor, ministry_key, key, now=now)
    if seen is not None and seen != hand.release.revision:
        raise StalePage
    return hand


def hold(session: Session, actor: Actor, ministry_key: str, key: str, *, now: datetime) -> InHand:
    """The release under this key, locked after its ministry, for whoever may do what follows."""
    ministry = history.lock_ministry(session, ministry_key)
    release = session.scalars(
        select(Release).where(Release.key == key).with_for_update().execution_options(populate_existing=True)
    ).one()
    return InHand(session, ministry, release, actor, now)


def items_of(session: Session, release_id: int) -> list[ReleaseItem]:
    """The packages of a release, by service key."""
    wanted = select(ReleaseItem).where(ReleaseItem.release_id == release_id).order_by(ReleaseItem.service_key)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))
