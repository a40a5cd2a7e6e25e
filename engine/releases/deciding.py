"""Deciding about a release: let through with a reason, approved by a second person, sent back, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalog.archives import unpack
from engine.errors import (
    BuiltUpon,
    GateClosed,
    NotFound,
    OwnRelease,
    ReleaseClosed,
    ReleaseHasCases,
    ReleaseInEffect,
    ReleaseNotSubmitted,
)
from engine.house import House
from engine.khmer import Bilingual
from engine.offices.offering import drop_planned
from engine.offices.opening import find_office
from engine.packages.groups import ANALYST, APPROVER
from engine.people.actors import Actor
from engine.reasons import reason_given
from engine.releases import telling
from engine.releases.in_hand import InHand, take
from engine.releases.making import MAKING, next_number
from engine.releases.overtaken import require_up_to_date
from engine.versions.publishing import add_version, named_ministry
from storage.processes import ProcessDefinition, ProcessInstance
from storage.releases import (
    GateResult,
    GateStep,
    GateVerdict,
    MinistryEvent,
    Release,
    ReleaseItem,
    ReleaseStatus,
)

STEP_WORDS = {
    GateStep.CHECKED: Bilingual("ពិនិត្យ", "checked"),
    GateStep.TESTED: Bilingual("សាកល្បង", "tested"),
    GateStep.COVERED: Bilingual("គ្របដណ្តប់", "covered"),
    GateStep.COMPARED: Bilingual("ប្រៀបធៀប", "compared"),
    GateStep.REPLAYED: Bilingual("សាកសំណុំរឿងឡើងវិញ", "replayed"),
}


def let_through(
    session: Session, actor: Actor, key: str, step: GateStep, reason: str, *, seen: int | None = None, now: datetime
) -> None:
    """An approver lets a release through a step of the gate that holds it up, and says why. ``OwnRelease``,
    ``ReasonMissing``, ``ReleaseNotSubmitted``; ``NotFound`` for a step that holds nothing up."""
    hand = _to_be_decided(take(session, actor, key, APPROVER, seen=seen, now=now))
    result = next((one for one in closed_steps(session, hand.release.id) if one.step == step), None)
    if result is None:
        raise NotFound
    result.reason, result.overridden_at, result.overridden_by_id = reason_given(reason), now, actor.person_id
    hand.record("let_through", step=step.value, reason=result.reason)


def approve(session: Session, house: House, actor: Actor, key: str, *, seen: int | None = None, now: datetime) -> int:
    """The number of the release: its packages are the next versions of their services, in effect from its moment on, at
    once where that has passed. Running cases stay on theirs. ``OwnRelease``, ``GateClosed``, ``ReleaseOvertaken``,
    ``ReleaseNotSubmitted``."""
    hand = _to_be_decided(take(session, actor, key, APPROVER, seen=seen, now=now))
    release, items = hand.release, hand.items()
    require_up_to_date(session, release, items)
    closed = [STEP_WORDS[result.step] for result in closed_steps(session, release.id)]
    if closed:
        raise GateClosed(steps=Bilingual(", ".join(one.km for one in closed), ", ".join(one.en for one in closed)))
    release.number = next_number(session, release.ministry_key)
    release.status = ReleaseStatus.APPROVED
    release.approved_at, release.approved_by_id = now, actor.person_id
    release.effective_from = max(release.planned_for or now, now)
    hand.record("approved", number=release.number, effective_from=release.effective_from.isoformat())
    publish_items(hand, house, items)
    telling.tell_makers(hand, house, "release_approved")
    return release.number


def send_back(
    session: Session, house: House, actor: Actor, key: str, reason: str, *, seen: int | None = None, now: datetime
) -> None:
    """An approver does not approve a release: it is being made again, and its makers read why."""
    hand = take(session, actor, key, APPROVER, seen=seen, now=now)
    if hand.release.status != ReleaseStatus.SUBMITTED:
        raise ReleaseNotSubmitted
    why = reason_given(reason)
    hand.release.status = ReleaseStatus.DRAFT
    hand.record("sent_back", reason=why)
    telling.tell_makers(hand, house, "release_sent_back", reason=why)


def withdraw(
    session: Session, house: House, actor: Actor, key: str, reason: str, *, seen: int | None = None, now: datetime
) -> None:
    """Takes a release back before it is in effect; its versions never take effect. ``ReasonMissing``,
    ``ReleaseInEffect``, ``ReleaseClosed`` for one that was withdrawn before, ``BuiltUpon``, ``ReleaseHasCases``."""
    hand = take(session, actor, key, ANALYST, APPROVER, seen=seen, now=now)
    why, release = reason_given(reason), hand.release
    if release.status == ReleaseStatus.WITHDRAWN:
        raise ReleaseClosed
    take_back(hand, house, "withdrawn", why)


def take_back(hand: InHand, house: House, kind: str, why: str) -> None:
    """The release in hand never takes effect; its history says so by this kind of event. Raises what ``withdraw``
    raises of versions."""
    release = hand.release
    if release.status == ReleaseStatus.APPROVED:
        _take_back_versions(hand)
    release.status, release.withdrawn_at, release.tell_at = ReleaseStatus.WITHDRAWN, hand.now, None
    hand.record(kind, reason=why)
    telling.tell_makers(hand, house, "release_withdrawn", reason=why, also=telling.DECIDING)


def closed_steps(session: Session, release_id: int) -> Sequence[GateResult]:
    """The steps of the gate that hold a release up: neither passed nor let through."""
    results = session.scalars(
        select(GateResult).where(
            GateResult.release_id == release_id,
            GateResult.verdict != GateVerdict.PASSED,
            GateResult.overridden_at.is_(None),
        )
    ).all()
    order = list(GateStep)
    return sorted(results, key=lambda result: order.index(result.step))


def has_made(session: Session, release_id: int, person_id: int | None) -> bool:
    """Whether somebody made a part of a release: begun, changed, planned or submitted it."""
    found = session.scalar(
        select(MinistryEvent.seq)
        .where(
            MinistryEvent.release_id == release_id,
            MinistryEvent.kind.in_(MAKING),
            MinistryEvent.actor_id == person_id,
        )
        .limit(1)
    )
    return found is not None


def publish_items(hand: InHand, house: House, items: Sequence[ReleaseItem]) -> None:
    """What the release changes becomes the next version of its service, for all offices or those of its pilot; whoever
    makes another one is told, and everybody concerned at its moment where that is still to come."""
    session, release = hand.session, hand.release
    pilots = [find_office(session, code) for code in release.offices]
    for item in items:
        if item.archive is None:
            continue
        package = house.catalog.draft(unpack(item.archive)).package
        named_ministry(session, package)
        item.definition_id = add_version(
            session,
            hand.ministry,
            package,
            hand.actor,
            note=release.title,
            effective_from=release.effective_from,
            pilots=pilots,
            release_id=release.id,
            now=hand.now,
        ).id
    if release.effective_from is not None and release.effective_from > hand.now:
        release.tell_at = release.effective_from
    session.flush()
    telling.tell_overtaken(hand, house)


def _to_be_decided(hand: InHand) -> InHand:
    if hand.release.status != ReleaseStatus.SUBMITTED:
        raise ReleaseNotSubmitted
    if has_made(hand.session, hand.release.id, hand.actor.person_id):
        raise OwnRelease
    return hand


def _take_back_versions(hand: InHand) -> None:
    session, release = hand.session, hand.release
    if release.effective_from is not None and release.effective_from <= hand.now:
        raise ReleaseInEffect
    made = [item.definition_id for item in hand.items() if item.archive is not None]
    later = session.scalar(
        select(func.min(Release.number))
        .join(ReleaseItem, ReleaseItem.release_id == Release.id)
        .where(Release.status == ReleaseStatus.APPROVED, Release.number > release.number)
        .where(ReleaseItem.base_id.in_(made))
    )
    if later is not None:
        raise BuiltUpon(number=later)
    for version in session.scalars(select(ProcessDefinition).where(ProcessDefinition.id.in_(made))):
        if session.scalar(select(ProcessInstance.id).where(ProcessInstance.definition_id == version.id).limit(1)):
            raise ReleaseHasCases(service=version.service_key, version=version.version)
        version.withdrawn_at = hand.now
    drop_planned(session, made)
    session.flush()
