"""One release as its analysts and approvers see it: packages, gate, history, and what the reader may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalog.archives import unpack
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import ServicePackage
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.people.actors import Actor
from engine.people.ministries import acts_for_ministry
from engine.queries.admin.transfers import TransferLine, to_versions
from engine.queries.analyst.releases import EventShown, Names, ReleaseLine, events_shown, line_of, names_for
from engine.queries.analyst.trials import TrialLine
from engine.queries.analyst.trials import line_of as line_of_trial
from engine.releases.deciding import has_made
from engine.releases.in_hand import items_of, read_release
from engine.releases.overtaken import Change, changes_under
from engine.releases.replaying import is_replayed, trials_of
from storage.applications import Application
from storage.offices import Office
from storage.processes import LIVE_INSTANCE, ProcessDefinition, ProcessInstance
from storage.releases import (
    GateResult,
    GateStep,
    GateVerdict,
    MinistryEvent,
    Release,
    ReleaseItem,
    ReleaseStatus,
)


@dataclass(frozen=True, slots=True)
class ItemShown:
    """A package of a release: its version before and, once there is one, its own; running cases on other versions.
    ``is_replayed``: the gate tries it on many cases; ``trial`` is the newest trial of exactly this package."""

    service_key: str
    title: Bilingual
    digest: str
    before: int | None
    version: int | None
    is_changed: bool
    put_in_at: datetime | None
    put_in_by: Bilingual
    running: int
    is_replayed: bool
    trial: TrialLine | None


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of the gate: what it came to and when, and who let the release through all the same."""

    step: GateStep
    verdict: GateVerdict
    at: datetime
    findings: tuple[Mapping[str, Any], ...]
    reason: str
    overridden_at: datetime | None
    overridden_by: Bilingual

    @property
    def is_open(self) -> bool:
        """Whether the release gets through here."""
        return self.verdict == GateVerdict.PASSED or self.overridden_at is not None


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do: ``may_make`` as an analyst, ``may_decide`` as an approver; not what is their own."""

    may_make: bool
    may_decide: bool
    is_own: bool
    may_transfer: bool


@dataclass(frozen=True, slots=True)
class ReleaseShown:
    """One release as a whole. ``overtaken`` is what was published under it; ``offices`` all that it could be for.
    ``transfers`` are those of running cases to its versions, the newest first."""

    line: ReleaseLine
    note: str
    status: ReleaseStatus
    revision: int
    based_on: int | None
    items: tuple[ItemShown, ...]
    gate: tuple[StepShown, ...]
    overtaken: tuple[Change, ...]
    history: tuple[EventShown, ...]
    rights: Rights
    pilots: tuple[str, ...]
    offices: Mapping[str, Bilingual]
    transfers: tuple[TransferLine, ...]

    @property
    def changed(self) -> tuple[ItemShown, ...]:
        """The packages that the release changes."""
        return tuple(item for item in self.items if item.is_changed)

    @property
    def exports(self) -> tuple[EventShown, ...]:
        """When, by whom and for whom it was exported, the newest first."""
        return tuple(event for event in self.history if event.kind == "exported")

    @property
    def is_through(self) -> bool:
        """Whether every step of the gate lets the release through."""
        return bool(self.gate) and all(step.is_open for step in self.gate)


def release_page(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> ReleaseShown:
    """One release; ``NotFound`` for somebody of another ministry."""
    row = read_release(session, actor, key)
    siblings = session.scalars(select(Release).where(Release.ministry_key == row.ministry_key)).all()
    items, gate = items_of(session, row.id), _gate_rows(session, row.id)
    people = [row.made_by_id, *(item.put_in_by_id for item in items), *(one.overridden_by_id for one in gate)]
    names = names_for(session, people)
    is_open = row.status in (ReleaseStatus.DRAFT, ReleaseStatus.SUBMITTED)
    return ReleaseShown(
        line=line_of(row, siblings, names, now),
        note=row.note,
        status=row.status,
        revision=row.revision,
        based_on=next((one.number for one in siblings if one.id == row.based_on_id), None),
        items=_items(session, house, row, items, names),
        gate=tuple(_step(one, names) for one in gate),
        overtaken=changes_under(session, row, items) if is_open else (),
        history=events_shown(session, MinistryEvent.release_id == row.id),
        rights=_rights(session, actor, row),
        pilots=tuple(row.offices),
        offices=names.offices,
        transfers=to_versions(session, house, actor, _made(items)),
    )


def packages_of(
    session: Session, house: House, actor: Actor, key: str, service_key: str
) -> tuple[ServicePackage | None, ServicePackage]:
    """What a release has of a service that it changes: the package that it was made from, if there is one, and its
    own. ``NotFound`` for a service that it does not change, and for somebody of another ministry."""
    row = read_release(session, actor, key)
    item = next((one for one in items_of(session, row.id) if one.service_key == service_key), None)
    if item is None or item.archive is None:
        raise NotFound
    before = house.catalog.of(session, item.base_id).package if item.base_id else None
    return before, house.catalog.draft(unpack(item.archive)).package


def _rights(session: Session, actor: Actor, row: Release) -> Rights:
    return Rights(
        may_make=acts_for_ministry(session, actor, row.ministry_key, ANALYST),
        may_decide=acts_for_ministry(session, actor, row.ministry_key, APPROVER),
        is_own=has_made(session, row.id, actor.person_id),
        may_transfer=actor.acts_for(ADMINISTRATOR, None),
    )


def _made(items: list[ReleaseItem]) -> list[int]:
    """The versions that the release has made."""
    return [item.definition_id for item in items if item.archive is not None and item.definition_id is not None]


def _items(
    session: Session, house: House, row: Release, items: list[ReleaseItem], names: Names
) -> tuple[ItemShown, ...]:
    trials = trials_of(session, row.id, items)
    known = [one for item in items for one in (item.base_id, item.definition_id) if one is not None]
    found = session.execute(
        select(ProcessDefinition.id, ProcessDefinition.version).where(ProcessDefinition.id.in_(known))
    )
    versions = {one.id: one.version for one in found}
    running = _running(session, [item.service_key for item in items], row.offices)
    return tuple(
        ItemShown(
            service_key=item.service_key,
            title=_title(session, house, item),
            digest=item.digest,
            before=versions.get(item.base_id or 0),
            version=versions.get(item.definition_id or 0),
            is_changed=item.archive is not None,
            put_in_at=item.put_in_at,
            put_in_by=names.who(item.put_in_by_id),
            running=sum(
                count for (key, on), count in running.items() if key == item.service_key and on != item.definition_id
            ),
            is_replayed=is_replayed(item),
            trial=line_of_trial(trials[item.service_key], None) if item.service_key in trials else None,
        )
        for item in items
    )


def _title(session: Session, house: House, item: ReleaseItem) -> Bilingual:
    if item.archive is not None:
        return house.catalog.draft(unpack(item.archive)).package.manifest.title
    if item.definition_id is None:
        raise NotFound
    return house.catalog.of(session, item.definition_id).package.manifest.title


def _running(session: Session, services: list[str], pilots: list[str]) -> dict[tuple[str, int], int]:
    """How many cases run on which version of each service, at the offices that the release is for."""
    wanted = (
        select(ProcessDefinition.service_key, ProcessDefinition.id, func.count())
        .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
        .where(ProcessDefinition.service_key.in_(services), ProcessInstance.status.in_(LIVE_INSTANCE))
        .group_by(ProcessDefinition.service_key, ProcessDefinition.id)
    )
    if pilots:
        wanted = wanted.join(Application, Application.id == ProcessInstance.application_id)
        wanted = wanted.where(Application.office_id.in_(select(Office.id).where(Office.code.in_(pilots))))
    return {(key, definition_id): count for key, definition_id, count in session.execute(wanted)}


def _gate_rows(session: Session, release_id: int) -> list[GateResult]:
    rows = session.scalars(select(GateResult).where(GateResult.release_id == release_id)).all()
    order = list(GateStep)
    return sorted(rows, key=lambda one: order.index(one.step))


def _step(row: GateResult, names: Names) -> StepShown:
    return StepShown(
        step=row.step,
        verdict=row.verdict,
        at=row.at,
        findings=tuple(row.findings),
        reason=row.reason,
        overridden_at=row.overridden_at,
        overridden_by=names.who(row.overridden_by_id),
    )
