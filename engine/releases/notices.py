"""A withdrawal that follows an exported release: a small signed file that takes it back where it was imported."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NoticeDiffers, ParcelTampered, ReleaseNotWithdrawn, WithdrawnHere
from engine.house import House
from engine.packages.groups import ANALYST, APPROVER
from engine.people import security_log
from engine.people.actors import Actor
from engine.references import new_key
from engine.releases.carrying import receiver, require_taker
from engine.releases.deciding import take_back
from engine.releases.in_hand import InHand, hold, take
from engine.releases.sealing import opened, signed
from engine.versions.history import lock_ministry
from storage.releases import MinistryEvent, Release, ReleaseStatus
from storage.security_log import SecurityKind

NAME: Final = "withdrawal"
FORM: Final = "withdrawal 1"


@dataclass(frozen=True, slots=True)
class Notice:
    """Which release was withdrawn and why; ``packages`` are the digests that it pinned, by service key."""

    ministry_key: str
    number: int
    title: str
    reason: str
    packages: Mapping[str, str]


def export_notice(session: Session, actor: Actor, key: str, secret: str, *, to: str = "", now: datetime) -> bytes:
    """The withdrawal of a release as a file signed with the key of this installation. ``ReleaseNotWithdrawn`` unless it
    had been approved."""
    hand = take(session, actor, key, ANALYST, APPROVER, now=now)
    release = hand.release
    if release.status != ReleaseStatus.WITHDRAWN or release.number is None:
        raise ReleaseNotWithdrawn
    packages = {item.service_key: item.digest for item in hand.items()}
    notice = Notice(release.ministry_key, release.number, release.title, _reason(session, release.id), packages)
    hand.record("notice_exported", number=release.number, to=receiver(to))
    what = {"what": f"withdrawal {release.ministry_key} {release.number}"}
    security_log.note(session, SecurityKind.EXPORTED, actor, data=what, at=now)
    return seal(notice, secret)


def take_in_notice(
    session: Session, house: House, actor: Actor, sent: bytes, trusted: Mapping[str, Collection[str]], *, now: datetime
) -> str:
    """The key of the release that a notice withdraws here: planned, it never takes effect; not here yet, it is kept
    out. An approver of the ministry or an administrator does it.

    Raises what ``sealing.unseal`` raises, ``NoSuchMinistry``, ``WithdrawnHere``, ``NoticeDiffers``, and what
    ``deciding.withdraw`` raises of a release that is in effect or was built upon.
    """
    notice = unseal(sent, trusted)
    require_taker(session, actor, notice.ministry_key)
    ministry = lock_ministry(session, notice.ministry_key)
    of_number = Release.ministry_key == notice.ministry_key, Release.number == notice.number
    key = session.scalar(select(Release.key).where(*of_number))
    if key is None:
        return _kept_out(InHand(session, ministry, _never_here(notice, now), actor, now), notice)
    hand = hold(session, actor, notice.ministry_key, key, now=now)
    if hand.release.status == ReleaseStatus.WITHDRAWN:
        raise WithdrawnHere(number=notice.number)
    if {item.service_key: item.digest for item in hand.items()} != notice.packages:
        raise NoticeDiffers(number=notice.number)
    take_back(hand, house, "withdrawn_by_notice", notice.reason)
    return key


def is_notice(sent: bytes) -> bool:
    """Whether a file calls itself the notice of a withdrawal; who signed it is asked when it is taken in."""
    try:
        with zipfile.ZipFile(io.BytesIO(sent)) as found:
            return f"{NAME}.json" in found.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def seal(notice: Notice, secret: str) -> bytes:
    """The notice as a file, signed with this key."""
    told = {
        "ministry": notice.ministry_key,
        "number": notice.number,
        "title": notice.title,
        "reason": notice.reason,
        "packages": dict(notice.packages),
    }
    return signed(NAME, FORM, told, {}, secret)


def unseal(sent: bytes, trusted: Mapping[str, Collection[str]]) -> Notice:
    """The notice in a file, when somebody who is trusted for its ministry signed exactly this."""
    read, files = opened(sent, NAME, FORM, trusted)
    if files:
        raise ParcelTampered
    return _read(read)


def _read(read: Mapping[str, Any]) -> Notice:
    return Notice(read["ministry"], read["number"], read["title"], read["reason"], read["packages"])


def _reason(session: Session, release_id: int) -> str:
    said = MinistryEvent.release_id == release_id, MinistryEvent.kind == "withdrawn"
    data = session.scalars(select(MinistryEvent.data).where(*said).order_by(MinistryEvent.seq.desc())).first()
    return str(data["reason"]) if data else ""


def _never_here(notice: Notice, now: datetime) -> Release:
    return Release(
        key=new_key(),
        ministry_key=notice.ministry_key,
        number=notice.number,
        title=notice.title,
        status=ReleaseStatus.WITHDRAWN,
        revision=0,
        offices=[],
        made_at=now,
        withdrawn_at=now,
    )


def _kept_out(hand: InHand, notice: Notice) -> str:
    hand.session.add(hand.release)
    hand.session.flush()
    hand.record("kept_out", number=notice.number, reason=notice.reason)
    return hand.release.key
