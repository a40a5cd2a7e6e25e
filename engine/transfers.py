"""Taking running cases to another version of their service: a report of what would happen, the transfer, and back.

A case is *safe* when nothing that it passed or waits at differs, *mapped* when it differs where the mapping says that
this is meant, and *blocked* otherwise, with the element and the fact. Timers and clocks keep their due moments. Each
case is a transaction of its own; a case that moved on after a transfer cannot go back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn, events
from engine.actors import ADMINISTRATOR, Actor
from engine.case import RUNNING, SUSPENDED, Case, lock_case, read_case
from engine.catalog import Published
from engine.errors import AlreadyUndone, NoSuchVersion, NotFound, ReasonMissing
from engine.khmer import tidy
from engine.replaying import is_same, walked
from engine.settling import settle
from engine.steps import calendar_functions, remembering
from engine.transfer_rows import follow_tasks, keep_before
from storage.applications import Application
from storage.processes import ProcessDefinition, ProcessInstance, Transfer, TransferredCase

if TYPE_CHECKING:
    from engine.house import House

LONGEST_REASON: Final = 500
SUSPENDED_FACT, HISTORY_FACT, VARIABLE_FACT, ENDED_FACT = "suspended", "history-differs", "variable-missing", "ended"
Progress = Callable[["Verdict"], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case: what would happen to it, or has happened. ``obstacles`` says for a blocked one where and why."""

    application_id: int
    reference: str
    from_version: int
    verdict: Literal["safe", "mapped", "blocked"]
    obstacles: tuple[bpmn.Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Transferred:
    """A transfer that was made: its number, by which it can be undone, and what became of each case."""

    transfer_id: int
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """The references of cases that went back, and of those that had moved on and stay on the newer version."""

    back: tuple[str, ...]
    moved_on: tuple[str, ...]


def version(session: Session, house: House, service_key: str, number: int) -> Published:
    """A published version of a service; ``NoSuchVersion``."""
    definition_id = session.scalar(
        select(ProcessDefinition.id).where(
            ProcessDefinition.service_key == service_key, ProcessDefinition.version == number
        )
    )
    if definition_id is None:
        raise NoSuchVersion(service=service_key, version=number)
    return house.catalog.of(session, definition_id)


def case_of(session: Session, reference: str) -> tuple[int, str]:
    """The application with this reference, by its id and service; ``NotFound``."""
    row = session.execute(
        select(Application.id, Application.service_key).where(Application.reference == tidy(reference))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def survey(
    house: House,
    actor: Actor,
    service_key: str,
    to_version: int,
    mapping: Mapping[str, str],
    *,
    now: datetime,
    on_case: Progress | None = None,
) -> tuple[Verdict, ...]:
    """What would happen to every running case of other versions; each is tried on a copy, nothing is written."""
    actor.require(None, ADMINISTRATOR)
    verdicts = []
    with house.database.reading() as session:
        target = version(session, house, service_key, to_version)
        for application_id in _running(session, target):
            case = read_case(session, house, application_id)
            verdict = _judged(session, house, case, target, mapping, now)[0]
            verdicts.append(verdict)
            if on_case is not None:
                on_case(verdict)
    return tuple(verdicts)


def transfer(
    house: House,
    actor: Actor,
    service_key: str,
    to_version: int,
    mapping: Mapping[str, str],
    reason: str,
    *,
    now: datetime,
    on_case: Progress | None = None,
) -> Transferred:
    """Takes every running case there that can go; blocked ones stay where they are. ``ReasonMissing``."""
    actor.require(None, ADMINISTRATOR)
    why = tidy(reason)[:LONGEST_REASON]
    if not why:
        raise ReasonMissing
    with house.database.transaction() as session:
        target = version(session, house, service_key, to_version)
        found = list(_running(session, target))
        row = Transfer(
            definition_id=target.definition_id,
            mapping=dict(mapping),
            reason=why,
            made_at=now,
            made_by_id=actor.person_id,
        )
        session.add(row)
        session.flush()
        transfer_id = row.id
    verdicts = []
    for application_id in found:
        with house.database.transaction() as session:
            verdict = _transfer_case(session, house, actor, transfer_id, application_id, target, mapping, now)
        verdicts.append(verdict)
        if on_case is not None:
            on_case(verdict)
    return Transferred(transfer_id, tuple(verdicts))


def undo(house: House, actor: Actor, transfer_id: int, *, now: datetime) -> Undone:
    """Takes the cases of a transfer back to the version and state they had, where they have not moved since."""
    actor.require(None, ADMINISTRATOR)
    with house.database.transaction() as session:
        row = session.get(Transfer, transfer_id, with_for_update=True)
        if row is None:
            raise NotFound
        if row.undone_at is not None:
            raise AlreadyUndone
        row.undone_at = now
        taken = session.execute(
            select(TransferredCase.id, ProcessInstance.application_id)
            .join(ProcessInstance, ProcessInstance.id == TransferredCase.instance_id)
            .where(TransferredCase.transfer_id == transfer_id, TransferredCase.undone_at.is_(None))
            .order_by(TransferredCase.id)
        ).all()
    back: list[str] = []
    moved_on: list[str] = []
    for transferred_id, application_id in taken:
        with house.database.transaction() as session:
            case = lock_case(session, house, application_id)
            went = _take_back(session, house, actor, case, transferred_id, now)
            (back if went else moved_on).append(case.application.reference or "")
    return Undone(tuple(back), tuple(moved_on))


def _transfer_case(
    session: Session,
    house: House,
    actor: Actor,
    transfer_id: int,
    application_id: int,
    target: Published,
    mapping: Mapping[str, str],
    now: datetime,
) -> Verdict:
    """One case, judged again under its lock, and taken over unless it is blocked."""
    case = lock_case(session, house, application_id)
    verdict, snapshot, heard = _judged(session, house, case, target, mapping, now)
    if snapshot is None:
        return verdict
    source = case.published
    kept = keep_before(session, case, transfer_id)
    follow_tasks(session, case, snapshot, target)
    _stand(session, case, target, snapshot, actor, now)
    kept.revision = case.instance.revision
    data = {
        "from": source.definition_id, "to": target.definition_id, "from_version": source.version,
        "to_version": target.version, "mapping": dict(mapping), "transfer": transfer_id, "heard": heard,
    }  # fmt: skip
    events.record(session, case.application, "transferred", actor, at=now, data=data)
    return verdict


def _take_back(session: Session, house: House, actor: Actor, case: Case, transferred_id: int, now: datetime) -> bool:
    kept = session.get_one(TransferredCase, transferred_id)
    if (case.instance.revision, case.instance.status) != (kept.revision, RUNNING):
        return False
    source = house.catalog.of(session, kept.definition_id)
    snapshot = bpmn.describe(source.process, kept.state, now=now)
    newer = case.published
    follow_tasks(session, case, snapshot, source)
    _stand(session, case, source, snapshot, actor, now)
    case.instance.state = kept.state
    kept.undone_at = now
    data = {"from_version": newer.version, "to_version": source.version, "transfer": kept.transfer_id}
    events.record(session, case.application, "transfer_undone", actor, at=now, data=data)
    return True


def _stand(
    session: Session, case: Case, there: Published, snapshot: bpmn.Snapshot, actor: Actor, now: datetime
) -> None:
    """The case stands on a version, in the state of the snapshot."""
    case.published = there
    case.instance.definition_id, case.instance.state = there.definition_id, snapshot.state
    case.instance.revision += 1
    settle(session, case, snapshot, (), actor, now=now)


def _judged(
    session: Session, house: House, case: Case, target: Published, mapping: Mapping[str, str], now: datetime
) -> tuple[Verdict, bpmn.Snapshot | None, Mapping[str, Any]]:
    """The verdict about a case, its snapshot on the target, and what the calendar answered on the way."""
    heard: dict[str, Any] = {}
    obstacles = list(_house_obstacles(case, target, now))
    walk = walked(session, house, case.instance, case.calendar)
    if not is_same(walk, case.instance):
        obstacles.append(bpmn.Obstacle("", HISTORY_FACT))
    moved = None
    if not obstacles:
        functions = remembering(calendar_functions(case.calendar, now), heard)
        moved = bpmn.migrate(
            case.published.process, target.process, case.instance.state,
            now=now, passed=walk.passed, mapping=mapping, functions=functions,
        )  # fmt: skip
        obstacles += moved.obstacles
    verdict = Verdict(
        case.application.id,
        case.application.reference or "",
        case.published.version,
        moved.verdict if moved is not None else "blocked",
        tuple(obstacles),
    )
    return verdict, moved.snapshot if moved is not None else None, heard


def _house_obstacles(case: Case, target: Published, now: datetime) -> Iterator[bpmn.Obstacle]:
    """What the drawing does not know: the case stands still or ended, or would lack a variable that is new."""
    if case.instance.status == SUSPENDED:
        yield bpmn.Obstacle("", SUSPENDED_FACT)
    elif case.instance.status != RUNNING or case.instance.definition_id == target.definition_id:
        yield bpmn.Obstacle("", ENDED_FACT)
    there, here = target.process, case.published.process
    decided = {task.decides for task in target.package.tasks.values() if task.decides}
    known = bpmn.variables(here, case.instance.state, now=now).keys()
    for name in sorted(there.variables_read - here.variables_read - there.variables_written - decided - known):
        yield bpmn.Obstacle(name, VARIABLE_FACT)


def _running(session: Session, target: Published) -> Sequence[int]:
    return session.scalars(
        select(ProcessInstance.application_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(ProcessDefinition.service_key == target.service_key, ProcessDefinition.id != target.definition_id)
        .where(ProcessInstance.status.in_((RUNNING, SUSPENDED)))
        .order_by(ProcessInstance.application_id)
    ).all()
