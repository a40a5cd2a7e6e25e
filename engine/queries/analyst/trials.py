"""Trials of many cases as analysts read them: how far one is, what was found, by groups, and the cases of a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case.kept_apart import not_apart
from engine.catalog.published import Published
from engine.house import House
from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.queries.analyst.definitions import drawings_of
from engine.queries.analyst.elements import ElementShown, shown
from engine.queries.shared.names import read_names
from engine.queries.shared.pages import Page, page_of
from engine.versions import trials
from storage.applications import Application
from storage.releases import Release
from storage.trials import OPEN_TRIAL, Trial, TrialCase, TrialStatus, TrialVerdict

PARTED, DEARER, CHEAPER, LATE, DOCUMENTS = "parted", "dearer", "cheaper", "late", "documents"
KINDS: Final = (*(each.value for each in TrialVerdict), PARTED, DEARER, CHEAPER, LATE, DOCUMENTS)
"""What the cases of a trial may be listed by."""
CASES_ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A trial in a list. ``version`` None: files that were no version."""

    key: str
    version: int | None
    status: TrialStatus
    total: int
    done: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of which the same was found at the same element; ``element`` None where there is none."""

    verdict: TrialVerdict
    element: ElementShown | None
    reason: str
    cases: int


@dataclass(frozen=True, slots=True)
class Money:
    """How many cases would pay more or less, and the riel of all of them together."""

    dearer: int
    dearer_by: int
    cheaper: int
    cheaper_by: int


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A sequence flow of the package and how often it was taken."""

    source: ElementShown
    target: ElementShown
    taken: int


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of a trial: no word of its applicant. ``element`` is where its path parts or it gets stuck."""

    application_key: str
    reference: str
    verdict: TrialVerdict
    element: ElementShown | None
    fee_before: int | None
    fee_after: int | None
    late_before: bool | None
    late: bool | None
    moved_on: bool


@dataclass(frozen=True, slots=True)
class TrialShown:
    """A trial with its groups. ``newly_late`` are late by the term of the package and not by their own. ``documents``
    are those asked besides (true) and no longer (false), each with the number of cases; ``drawings`` are the BPMN
    files of the package. ``release``: key and title of the release whose gate it is of; ``may_change``: the reader may
    stop and repeat it."""

    line: TrialLine
    service_key: str
    title: Bilingual
    office: Bilingual | None
    since: datetime | None
    until: datetime | None
    most: int
    started_at: datetime | None
    finished_at: datetime | None
    groups: tuple[Group, ...]
    money: Money
    late: int
    late_before: int
    newly_late: int
    moved_on: int
    documents: tuple[tuple[bool, Bilingual, int], ...]
    ways: Mapping[str, int]
    flows: tuple[FlowLine, ...]
    drawings: tuple[str, ...]
    release: tuple[str, str] | None
    may_change: bool

    @property
    def is_open(self) -> bool:
        """Whether cases are still to be tried."""
        return self.line.status in OPEN_TRIAL


def trial(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> TrialShown:
    """One trial; ten statements at most, however many cases it has. ``NotFound``, ``NotAllowed``."""
    row = trials.readable(session, actor, key)
    there = trials.published_for(session, house, row)
    office = read_names(session, house, now=now).offices.get(row.office_id or 0)
    late, late_before, newly_late, moved_on = _counts(session, row.id)
    return TrialShown(
        line=line_of(row, there.version or None),
        service_key=row.service_key,
        title=there.package.manifest.title,
        office=office.name if office else None,
        since=row.since,
        until=row.until,
        most=row.most,
        started_at=row.started_at,
        finished_at=row.finished_at,
        groups=_groups(session, row.id, there),
        money=_money(session, row.id),
        late=late,
        late_before=late_before,
        newly_late=newly_late,
        moved_on=moved_on,
        documents=_documents(session, row.id, there),
        ways=row.ways,
        flows=tuple(_flows(row.ways, there)),
        drawings=drawings_of(there.package),
        release=_release(session, row.release_id),
        may_change=bool(actor.groups & {*trials.READERS}),
    )


def cases(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    *,
    kind: str,
    element_id: str,
    page: int,
    size: int = CASES_ON_A_PAGE,
) -> Page[CaseLine]:
    """The cases of which this was found, in the order of the trial, but for those of which the actor is shown nothing;
    ``NotFound``, ``NotAllowed``."""
    row = trials.readable(session, actor, key)
    there = trials.published_for(session, house, row)
    wanted = (
        select(TrialCase, Application.key, Application.reference)
        .join(Application, Application.id == TrialCase.application_id)
        .where(TrialCase.trial_id == row.id, _is(kind), not_apart(actor, TrialCase.application_id))
        .order_by(TrialCase.place)
    )
    if element_id:
        wanted = wanted.where(TrialCase.element_id == element_id)
    return page_of(session, wanted, lambda found: _case(found, there), page, size=size)


def _is(kind: str) -> ColumnElement[bool]:
    difference = TrialCase.fee_after - TrialCase.fee_before
    by_kind: Mapping[str, ColumnElement[bool]] = {
        PARTED: TrialCase.verdict.in_((TrialVerdict.OTHER, TrialVerdict.STUCK)),
        DEARER: difference > 0,
        CHEAPER: difference < 0,
        LATE: TrialCase.late.is_(True) & TrialCase.late_before.is_not(True),
        DOCUMENTS: TrialCase.has_other_documents.is_(True),
    }
    return by_kind[kind] if kind in by_kind else TrialCase.verdict == TrialVerdict(kind)


def _case(found: Any, there: Published) -> CaseLine:
    row, key, reference = found
    return CaseLine(
        application_key=key,
        reference=reference or "",
        verdict=row.verdict,
        element=shown(row.element_id, there) if row.element_id else None,
        fee_before=row.fee_before,
        fee_after=row.fee_after,
        late_before=row.late_before,
        late=row.late,
        moved_on=row.moved_on,
    )


def _release(session: Session, release_id: int | None) -> tuple[str, str] | None:
    found = session.execute(select(Release.key, Release.title).where(Release.id == release_id)).one_or_none()
    return None if found is None else (found.key, found.title)


def line_of(row: Trial, version: int | None) -> TrialLine:
    """A trial in a list."""
    return TrialLine(row.key, version, row.status, row.total, row.done, row.asked_at)


def _groups(session: Session, trial_id: int, there: Published) -> tuple[Group, ...]:
    """By verdict as they are listed, the largest group of each first."""
    found = session.execute(
        select(TrialCase.verdict, TrialCase.element_id, TrialCase.reason, func.count())
        .where(TrialCase.trial_id == trial_id)
        .group_by(TrialCase.verdict, TrialCase.element_id, TrialCase.reason)
    ).all()
    groups = (
        Group(verdict, shown(element, there) if element else None, reason, count)
        for verdict, element, reason, count in found
    )
    places = {verdict: place for place, verdict in enumerate(TrialVerdict)}
    return tuple(
        sorted(groups, key=lambda one: (places[one.verdict], -one.cases, one.element.id if one.element else ""))
    )


def _counts(session: Session, trial_id: int) -> tuple[int, int, int, int]:
    """Cases that are late by the term of the package, by their own, by the first alone, and that had gone on."""
    which = TrialCase.late.is_(True), TrialCase.late_before.is_(True), _is(LATE), TrialCase.moved_on.is_(True)
    sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in which]
    late, before, newly, moved_on = session.execute(select(*sums).where(TrialCase.trial_id == trial_id)).one()
    return int(late), int(before), int(newly), int(moved_on)


def _money(session: Session, trial_id: int) -> Money:
    by = TrialCase.fee_after - TrialCase.fee_before
    sums = [
        func.coalesce(func.sum(case((of, what), else_=0)), 0) for of in (by > 0, by < 0) for what in (1, func.abs(by))
    ]
    found = session.execute(select(*sums).where(TrialCase.trial_id == trial_id)).one()
    return Money(*(int(number) for number in found))


def _flows(ways: Mapping[str, int], there: Published) -> Iterator[FlowLine]:
    """Every flow that was taken, the one that was taken most often first."""
    drawn = {flow.id: flow for flow in bpmn.drawn_flows(there.process)}
    for flow_id, taken in sorted(ways.items(), key=lambda one: (-one[1], one[0])):
        if flow_id in drawn:
            flow = drawn[flow_id]
            yield FlowLine(shown(flow.source_id, there), shown(flow.target_id, there), taken)


def _documents(session: Session, trial_id: int, there: Published) -> tuple[tuple[bool, Bilingual, int], ...]:
    wanted = TrialCase.trial_id == trial_id, TrialCase.has_other_documents.is_(True)
    counted = Counter(
        (kind, key)
        for documents in session.scalars(select(TrialCase.documents).where(*wanted))
        for kind, keys in documents.items()
        for key in keys
    )
    texts = there.package.texts.documents
    return tuple(
        (kind == "asked", texts[key].label if key in texts else Bilingual(key, key), number)
        for (kind, key), number in sorted(counted.items())
    )
