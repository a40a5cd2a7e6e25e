"""Submitting a release: it goes through the gate and waits for its approver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.catalog.archives import unpack
from engine.errors import NothingChanged, ReleaseClosed, StalePage
from engine.house import House
from engine.packages.groups import ANALYST
from engine.people.actors import Actor
from engine.releases import gate, replaying, telling
from engine.releases.in_hand import items_of, read_release, require, take
from engine.releases.making import in_making
from engine.releases.overtaken import require_up_to_date
from storage.releases import GateResult, GateStep, Release, ReleaseItem, ReleaseStatus


def submit(
    house: House, actor: Actor, key: str, *, seen: int | None = None, now: datetime
) -> tuple[gate.StepResult, ...]:
    """What the gate found; the release waits for its approver, whatever that is. It is looked at without a lock and
    written down in one transaction: stopped between, it is still being made. The replay begins, unless it was made
    before, and goes on in the background.

    ``ReleaseClosed``, ``NothingChanged``, ``ReleaseOvertaken``; ``StalePage`` when it was changed meanwhile.
    """
    with house.database.reading() as session:
        release = read_release(session, actor, key)
        require(session, actor, release.ministry_key, ANALYST)
        items = _submittable(session, release, seen)
        found = gate.go_through(session, house, changed_in(session, house, items), now=now)
    with house.database.transaction() as session:
        hand = in_making(take(session, actor, key, ANALYST, seen=release.revision, now=now))
        require_up_to_date(session, hand.release, hand.items())
        replaying.begin_all(hand, house, _unsound(found))
        found = (*found, replaying.found(session, hand.release.id, hand.items()))
        _write_down(session, hand.release, found, now)
        hand.release.status = ReleaseStatus.SUBMITTED
        hand.release.submitted_at, hand.release.submitted_by_id = now, actor.person_id
        hand.record("submitted", gate={result.step.value: result.verdict.value for result in found})
        telling.tell_approvers(hand, house)
    return found


def changed_in(session: Session, house: House, items: Sequence[ReleaseItem]) -> list[gate.Changed]:
    """The packages that a release changes, each with the version that it was made from."""
    found = []
    for item in items:
        if item.archive is not None:
            draft = house.catalog.draft(unpack(item.archive))
            base = house.catalog.of(session, item.base_id) if item.base_id else None
            found.append(gate.Changed(draft.package, draft.problems, base))
    return found


def _submittable(session: Session, release: Release, seen: int | None) -> list[ReleaseItem]:
    if seen is not None and seen != release.revision:
        raise StalePage
    if release.status != ReleaseStatus.DRAFT:
        raise ReleaseClosed
    items = items_of(session, release.id)
    if all(item.archive is None for item in items):
        raise NothingChanged
    require_up_to_date(session, release, items)
    return items


def _unsound(found: Sequence[gate.StepResult]) -> frozenset[str]:
    """The services whose packages failed the check, which are not tried further."""
    checked = next(result for result in found if result.step == GateStep.CHECKED)
    return frozenset(finding.service for finding in checked.findings if finding.holds)


def _write_down(session: Session, release: Release, found: Sequence[gate.StepResult], now: datetime) -> None:
    session.execute(delete(GateResult).where(GateResult.release_id == release.id))
    session.add_all(
        GateResult(
            release_id=release.id,
            step=result.step,
            verdict=result.verdict,
            at=now,
            findings=[one.kept() for one in result.findings],
        )
        for result in found
    )
    session.flush()
