"""Making a release: begun from what is published, packages put in, the day and the offices planned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalog.archives import pack
from engine.errors import (
    NotFound,
    PackageOfAnotherMinistry,
    PackageRefused,
    PlannedInThePast,
    ReleaseClosed,
    TitleMissing,
)
from engine.house import House
from engine.khmer import tidy
from engine.offices.opening import code_of
from engine.packages.groups import ANALYST
from engine.people.actors import Actor
from engine.references import new_key
from engine.releases.in_hand import InHand, read_release, require, take
from engine.releases.overtaken import Change, Newest, changes_under, newest_versions
from engine.studio.problems import services_there
from engine.versions.history import lock_ministry
from storage.releases import Release, ReleaseItem, ReleaseStatus

LONGEST_TITLE: Final = 200
LONGEST_NOTE: Final = 2000

MAKING: Final = ("begun", "put_in", "taken_out", "planned", "rebased", "submitted")
"""What somebody did who made a part of a release, as its history calls it: they do not approve it."""


@dataclass(frozen=True, slots=True)
class PutIn:
    """What became of a package: its service, and whether the release changes that now."""

    service_key: str
    is_changed: bool


def begin(session: Session, actor: Actor, ministry_key: str, title: str, *, note: str = "", now: datetime) -> str:
    """The key of a new release of a ministry. It pins every service at its newest version, until packages are put in.
    ``NotAllowed``, ``NoSuchMinistry``, ``TitleMissing``."""
    require(session, actor, ministry_key, ANALYST)
    ministry = lock_ministry(session, ministry_key)
    release = Release(
        key=new_key(),
        ministry_key=ministry_key,
        title=_title(title),
        note=note.strip()[:LONGEST_NOTE],
        based_on_id=newest_approved(session, ministry_key),
        revision=0,
        offices=[],
        made_at=now,
        made_by_id=actor.person_id,
    )
    session.add(release)
    session.flush()
    session.add_all(_pinned(release.id, newest) for newest in newest_versions(session, ministry_key).values())
    InHand(session, ministry, release, actor, now).record("begun", title=release.title)
    return release.key


def put_in(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    files: Mapping[str, bytes],
    *,
    seen: int | None = None,
    now: datetime,
) -> PutIn:
    """Puts a package into a release, in the place of the version that it pins. The files of that version change
    nothing. ``PackageRefused`` for what cannot be read, ``PackageOfAnotherMinistry``, ``ReleaseClosed``."""
    require(session, actor, read_release(session, actor, key).ministry_key, ANALYST)
    draft, problems = house.examined.look(files, known=services_there(session))
    if not draft.is_whole:
        raise PackageRefused(problems)
    package = draft.package
    service_key = package.manifest.key
    hand = in_making(take(session, actor, key, ANALYST, seen=seen, now=now))
    if {package.manifest.ministry, package.ministry.key} != {hand.release.ministry_key}:
        raise PackageOfAnotherMinistry(service=service_key)
    item = next((one for one in hand.items() if one.service_key == service_key), None)
    if item is None:
        item = ReleaseItem(release_id=hand.release.id, service_key=service_key, digest="")
        session.add(item)
    newest = newest_versions(session, hand.release.ministry_key).get(service_key)
    item.digest, item.archive = package.digest, pack(package.files)
    item.put_in_at, item.put_in_by_id = now, actor.person_id
    _settle(item, newest if newest and newest.definition_id == item.base_id else None)
    hand.record("put_in", service=service_key, digest=package.digest)
    return PutIn(service_key, item.archive is not None)


def take_out(
    session: Session, actor: Actor, key: str, service_key: str, *, seen: int | None = None, now: datetime
) -> None:
    """Takes a package out: the release pins the newest version of its service again. ``NotFound`` when it changes no
    such service."""
    hand = in_making(take(session, actor, key, ANALYST, seen=seen, now=now))
    item = next((one for one in hand.items() if one.service_key == service_key and one.archive is not None), None)
    if item is None:
        raise NotFound
    session.delete(item)
    session.flush()
    newest = newest_versions(session, hand.release.ministry_key).get(service_key)
    if newest is not None:
        session.add(_pinned(hand.release.id, newest))
    hand.record("taken_out", service=service_key)


def plan(
    session: Session,
    actor: Actor,
    key: str,
    *,
    planned_for: datetime | None,
    offices: Collection[str],
    seen: int | None = None,
    now: datetime,
) -> None:
    """From when (``None``: as soon as it is approved) and at which offices (codes; none: at all) the release is to be
    in effect. ``PlannedInThePast``, ``NoSuchOffice``, ``ReleaseClosed``."""
    hand = in_making(take(session, actor, key, ANALYST, seen=seen, now=now))
    if planned_for is not None and planned_for <= now:
        raise PlannedInThePast
    codes = sorted({code_of(session, code) for code in offices})
    hand.release.planned_for, hand.release.offices = planned_for, codes
    hand.record("planned", planned_for=planned_for.isoformat() if planned_for else None, offices=codes)


def rebase(session: Session, actor: Actor, key: str, *, seen: int | None = None, now: datetime) -> tuple[Change, ...]:
    """Takes over what was published under the release, which is being made again: what it does not change it pins
    anew, what it changes stays as it was put in. What there was to take over, by service; nothing is lost."""
    hand = take(session, actor, key, ANALYST, seen=seen, now=now)
    if hand.release.status == ReleaseStatus.SUBMITTED:
        hand.release.status = ReleaseStatus.DRAFT
    in_making(hand)
    items = {item.service_key: item for item in hand.items()}
    changes = changes_under(session, hand.release, items.values())
    for change in changes:
        _take_over(session, hand.release.id, change, items.get(change.service_key))
    hand.release.based_on_id = newest_approved(session, hand.release.ministry_key)
    hand.record("rebased", services=[change.service_key for change in changes])
    return changes


def in_making(hand: InHand) -> InHand:
    """The release in hand; ``ReleaseClosed`` unless it is being made."""
    if hand.release.status != ReleaseStatus.DRAFT:
        raise ReleaseClosed
    return hand


def newest_approved(session: Session, ministry_key: str) -> int | None:
    """The release of a ministry that was approved last and not withdrawn."""
    return session.scalar(
        select(Release.id)
        .where(Release.ministry_key == ministry_key, Release.status == ReleaseStatus.APPROVED)
        .order_by(Release.number.desc())
        .limit(1)
    )


def next_number(session: Session, ministry_key: str) -> int:
    """The number that the next release of a ministry gets; those of withdrawn ones are not given again."""
    return (session.scalar(select(func.max(Release.number)).where(Release.ministry_key == ministry_key)) or 0) + 1


def _take_over(session: Session, release_id: int, change: Change, item: ReleaseItem | None) -> None:
    if item is not None and item.archive is not None:
        item.base_id = change.newest.definition_id if change.newest else None
        _settle(item, change.newest)
        return
    if item is not None:
        session.delete(item)
        session.flush()
    if change.newest is not None:
        session.add(_pinned(release_id, change.newest))


def _settle(item: ReleaseItem, base: Newest | None) -> None:
    """What is the same as the version it was made from changes nothing, unless only a pilot has that version."""
    is_same = base is not None and not base.is_pilot and base.digest == item.digest
    item.archive = None if is_same else item.archive
    item.definition_id = item.base_id if is_same else None


def _pinned(release_id: int, newest: Newest) -> ReleaseItem:
    return ReleaseItem(
        release_id=release_id,
        service_key=newest.service_key,
        digest=newest.digest,
        base_id=newest.definition_id,
        definition_id=newest.definition_id,
    )


def _title(typed: str) -> str:
    title = tidy(typed)[:LONGEST_TITLE]
    if not title:
        raise TitleMissing
    return title
