"""Carrying an approved release to an installation without a link: exported signed, imported as it was signed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalog.archives import unpack
from engine.errors import (
    NotAllowed,
    PackageRefused,
    ParcelDiffers,
    ParcelForOthers,
    ParcelOutOfOrder,
    ParcelTampered,
    ReleaseKnown,
    ReleaseNotApproved,
)
from engine.house import House
from engine.khmer import tidy
from engine.packages import ServicePackage
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.ministries import acts_for_ministry
from engine.references import new_key
from engine.releases.deciding import publish_items
from engine.releases.in_hand import InHand, take
from engine.releases.making import newest_approved
from engine.releases.overtaken import Newest, newest_versions
from engine.releases.sealing import Parcel, Sealed, seal, unseal
from engine.versions.publishing import named_ministry
from storage.offices import Office
from storage.processes import ProcessDefinition
from storage.releases import Release, ReleaseItem, ReleaseStatus
from storage.security_log import SecurityKind

LONGEST_RECEIVER: Final = 200


def export(session: Session, actor: Actor, key: str, secret: str, *, to: str = "", now: datetime) -> bytes:
    """An approved release with all packages that it pins, as one file signed with the key of this installation. ``to``
    says for whom; the history keeps it. ``ReleaseNotApproved``."""
    hand = take(session, actor, key, ANALYST, APPROVER, now=now)
    release = hand.release
    if release.status != ReleaseStatus.APPROVED or release.number is None or release.effective_from is None:
        raise ReleaseNotApproved
    parcel = Parcel(
        ministry_key=release.ministry_key,
        number=release.number,
        based_on=session.scalar(select(Release.number).where(Release.id == release.based_on_id)),
        title=release.title,
        note=release.note,
        effective_from=release.effective_from,
        offices=tuple(release.offices),
        packages=tuple(_sealed(session, item) for item in hand.items()),
    )
    hand.record("exported", number=release.number, to=receiver(to))
    what = {"what": f"release {release.ministry_key} {release.number}"}
    security_log.note(session, SecurityKind.EXPORTED, actor, data=what, at=now)
    return seal(parcel, secret)


def take_in(
    session: Session, house: House, actor: Actor, sent: bytes, trusted: Mapping[str, Collection[str]], *, now: datetime
) -> str:
    """The key of the release in a file, which was approved where it comes from: its packages are the next versions of
    their services here, from its moment on, or at once where that has passed. An approver of the ministry or an
    administrator does it. The first release of a ministry here brings every package.

    Raises what ``unseal`` raises, ``ReleaseKnown``, ``ParcelOutOfOrder``, ``ParcelDiffers``, ``ParcelForOthers``.
    """
    parcel = unseal(sent, trusted)
    require_taker(session, actor, parcel.ministry_key)
    packages = [_package(house, parcel, one) for one in parcel.packages]
    if not packages:
        raise ParcelTampered
    ministry = named_ministry(session, packages[0])
    _require_next(session, parcel)
    newest = newest_versions(session, parcel.ministry_key)
    based_on_id = newest_approved(session, parcel.ministry_key)
    if based_on_id is not None:
        _require_same(parcel, newest)
    release = Release(
        key=new_key(),
        ministry_key=parcel.ministry_key,
        number=parcel.number,
        title=parcel.title,
        note=parcel.note,
        based_on_id=based_on_id,
        status=ReleaseStatus.APPROVED,
        revision=0,
        offices=_offices_here(session, parcel),
        planned_for=parcel.effective_from,
        made_at=now,
        approved_at=now,
        effective_from=max(parcel.effective_from, now),
    )
    session.add(release)
    session.flush()
    items = [_item(release.id, one, newest.get(one.service_key)) for one in parcel.packages]
    session.add_all(items)
    hand = InHand(session, ministry, release, actor, now)
    hand.record("imported", number=parcel.number)
    publish_items(hand, house, items)
    return release.key


def require_taker(session: Session, actor: Actor, ministry_key: str) -> None:
    """Raises ``NotAllowed`` unless the person takes in what a ministry has signed."""
    if not actor.acts_for(ADMINISTRATOR, None) and not acts_for_ministry(session, actor, ministry_key, APPROVER):
        raise NotAllowed


def receiver(typed: str) -> str:
    """For whom a file is, as the history keeps it."""
    return tidy(typed)[:LONGEST_RECEIVER]


def _sealed(session: Session, item: ReleaseItem) -> Sealed:
    archive = item.archive
    if archive is None:
        archive = session.scalars(
            select(ProcessDefinition.archive).where(ProcessDefinition.id == item.definition_id)
        ).one()
    before = session.scalar(select(ProcessDefinition.digest).where(ProcessDefinition.id == item.base_id))
    return Sealed(item.service_key, item.digest, before, archive)


def _package(house: House, parcel: Parcel, one: Sealed) -> ServicePackage:
    """The package of an archive, which must be what the signed list calls it."""
    draft = house.catalog.draft(unpack(one.archive))
    if not draft.is_whole:
        raise PackageRefused(draft.problems)
    found = draft.package
    told = (found.digest, found.manifest.key, found.ministry.key, found.manifest.ministry)
    if told != (one.digest, one.service_key, parcel.ministry_key, parcel.ministry_key):
        raise ParcelTampered
    return found


def _require_next(session: Session, parcel: Parcel) -> None:
    """Raises unless the release is the one after the newest that there is."""
    of_ministry = Release.ministry_key == parcel.ministry_key
    if session.scalar(select(Release.id).where(of_ministry, Release.number == parcel.number)) is not None:
        raise ReleaseKnown(number=parcel.number)
    here = session.scalar(select(func.max(Release.number)).where(of_ministry, Release.status == ReleaseStatus.APPROVED))
    if here is not None and parcel.based_on != here:
        raise ParcelOutOfOrder(number=parcel.number, before=parcel.based_on or 0, here=here)


def _require_same(parcel: Parcel, newest: Mapping[str, Newest]) -> None:
    """Raises ``ParcelDiffers`` where a service is another here than the one that the release was made from."""
    before = {one.service_key: one.before for one in parcel.packages}
    for service_key in sorted(before.keys() | newest.keys()):
        there = newest.get(service_key)
        if (there.digest if there else None) != before.get(service_key):
            raise ParcelDiffers(service=service_key)


def _offices_here(session: Session, parcel: Parcel) -> list[str]:
    """The offices of its pilot that there are here; none for a release that is for all."""
    if not parcel.offices:
        return []
    found = session.scalars(select(Office.code).where(Office.code.in_(parcel.offices)).order_by(Office.code)).all()
    if not found:
        raise ParcelForOthers(offices=", ".join(parcel.offices))
    return list(found)


def _item(release_id: int, one: Sealed, there: Newest | None) -> ReleaseItem:
    is_same = there is not None and there.digest == one.digest
    # What only a pilot has here may be for all in the release; what the release does not change stays as it is.
    is_here = is_same and (one.before == one.digest or not (there and there.is_pilot))
    return ReleaseItem(
        release_id=release_id,
        service_key=one.service_key,
        digest=one.digest,
        base_id=there.definition_id if there else None,
        definition_id=there.definition_id if there and is_here else None,
        archive=None if is_here else one.archive,
    )
