"""Taking running cases to another version of their service: a report of what would happen, the transfer, and back.

Each case is looked at and taken in a transaction of its own, suspended ones too, which stay suspended. Timers and
clocks keep their due moments. A transfer that was interrupted is continued by the next sweep, or by hand, with the case
after the last one. Transfers are undone newest first; a case that moved on after a transfer stays on the newer version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case.opening import lock_case, read_case
from engine.case.settling import settle
from engine.case.turn import Turn
from engine.catalog.published import Published
from engine.errors import AlreadyUndone, ElementUnknown, NotFound, TakenFurther, VersionWithdrawn
from engine.house import House
from engine.outages import outage_in
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import OPERATOR, Actor
from engine.reasons import reason_given
from engine.versions import second_look, transfer_rows
from engine.versions.judging import Verdict, failed, judge, stays
from storage.processes import LIVE_INSTANCE, ProcessDefinition
from storage.transfers import Transfer, TransferredCase

AT_ONCE: Final = 200
"""Cases of one transfer that a sweep takes before it goes on to other work."""
Progress = Callable[[Verdict], None]
log = structlog.get_logger("owso.transfers")


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


def survey(
    house: House,
    actor: Actor,
    service_key: str,
    to_version: int,
    *,
    mapping: Mapping[str, str],
    now: datetime,
    most: int | None = None,
    on_case: Progress | None = None,
) -> tuple[Verdict, ...]:
    """What would happen to the running cases of other versions, to the first ``most`` of them if that is given.

    Each is tried on a copy, nothing is written. ``NoSuchVersion``, ``ElementUnknown``.
    """
    actor.require(None, ADMINISTRATOR)
    verdicts = []
    with house.database.reading() as session:
        target = house.catalog.numbered(session, service_key, to_version)
        _require_known(session, house, target, mapping)
        wanted = transfer_rows.candidates(service_key, target.definition_id).limit(most)
        for application_id in session.scalars(wanted).all():
            case = read_case(session, house, application_id)
            verdict = judge(session, house, case, target, mapping, now=now).verdict
            verdicts.append(verdict)
            if on_case is not None:
                on_case(verdict)
    return tuple(verdicts)


def begin(
    session: Session,
    house: House,
    actor: Actor,
    service_key: str,
    to_version: int,
    *,
    mapping: Mapping[str, str],
    reason: str,
    now: datetime,
) -> int:
    """A new transfer, by its number; no case has been looked at, and none is until ``second_look.confirm`` where the
    mapping needs that. ``ReasonMissing``, ``NoSuchVersion``, ``VersionWithdrawn``, ``ElementUnknown``."""
    actor.require(None, ADMINISTRATOR)
    why = reason_given(reason)
    target = house.catalog.numbered(session, service_key, to_version)
    if session.get_one(ProcessDefinition, target.definition_id).withdrawn_at is not None:
        raise VersionWithdrawn(service=service_key, version=to_version)
    _require_known(session, house, target, mapping)
    row = Transfer(
        definition_id=target.definition_id,
        mapping=dict(mapping),
        reason=why,
        made_at=now,
        made_by_id=actor.person_id,
        needs_second=second_look.needs_second(session, house, target, mapping),
    )
    session.add(row)
    session.flush()
    return row.id


def go_on(
    house: House, transfer_id: int, *, now: datetime, most: int | None = None, on_case: Progress | None = None
) -> tuple[Verdict, ...]:
    """Takes the next cases of a transfer, at most so many, in the name of whoever began it; none when it is over."""
    verdicts: list[Verdict] = []
    while most is None or len(verdicts) < most:
        with house.database.transaction() as session:
            verdict = _take_next(session, house, transfer_id, now)
        if verdict is None:
            break
        verdicts.append(verdict)
        if on_case is not None:
            on_case(verdict)
    return tuple(verdicts)


def go_on_with_all(house: House, *, now: datetime) -> int:
    """Continues every transfer that was begun and is not finished, a part of each; how many cases were looked at."""
    with house.database.reading() as session:
        unfinished = session.scalars(select(Transfer.id).where(Transfer.goes_on()).order_by(Transfer.id))
        found = unfinished.all()
    return sum(len(go_on(house, transfer_id, now=now, most=AT_ONCE)) for transfer_id in found)


def transfer(
    house: House,
    actor: Actor,
    service_key: str,
    to_version: int,
    *,
    mapping: Mapping[str, str],
    reason: str,
    now: datetime,
    on_case: Progress | None = None,
) -> Transferred:
    """Takes every running case there that can go; blocked ones stay where they are. Raises what ``begin`` raises."""
    with house.database.transaction() as session:
        transfer_id = begin(session, house, actor, service_key, to_version, mapping=mapping, reason=reason, now=now)
    return Transferred(transfer_id, go_on(house, transfer_id, now=now, on_case=on_case))


def undo(house: House, actor: Actor, transfer_id: int, *, now: datetime) -> Undone:
    """Takes the cases of a transfer back to the version and state they had, where they have not moved since.

    An undoing that was interrupted can be asked for again. ``TakenFurther`` while a later transfer has cases of this
    one, ``AlreadyUndone``, ``NotFound``.
    """
    actor.require(None, ADMINISTRATOR)
    with house.database.transaction() as session:
        row = _locked(session, transfer_id)
        if row.undone_at is not None:
            raise AlreadyUndone
        later = transfer_rows.taken_further_by(session, transfer_id)
        if later is not None:
            raise TakenFurther(transfer=later)
        row.finished_at = row.finished_at or now
        kept = transfer_rows.kept_cases(session, transfer_id)
    back: list[str] = []
    moved_on: list[str] = []
    for kept_id, application_id in kept:
        with house.database.transaction() as session:
            turn = Turn(session, house, lock_case(session, house, application_id), actor, now)
            went = _take_back(turn, kept_id)
            (back if went else moved_on).append(turn.case.application.reference or "")
    with house.database.transaction() as session:
        _locked(session, transfer_id).undone_at = now
    return Undone(tuple(back), tuple(moved_on))


def _locked(session: Session, transfer_id: int) -> Transfer:
    row = session.get(Transfer, transfer_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row


def _require_known(session: Session, house: House, target: Published, mapping: Mapping[str, str]) -> None:
    """``ElementUnknown`` for a mapping that names what no version has, or what the target has not."""
    of_service = select(ProcessDefinition.id).where(ProcessDefinition.service_key == target.service_key)
    there = bpmn.names(target.process)
    for old, new in mapping.items():
        if new not in there:
            raise ElementUnknown(element=new)
        versions = (house.catalog.of(session, one) for one in session.scalars(of_service).all())
        if not any(old in bpmn.names(each.process) for each in versions):
            raise ElementUnknown(element=old)


def _take_next(session: Session, house: House, transfer_id: int, now: datetime) -> Verdict | None:
    """Looks at the next case of a transfer; whoever holds the row of the transfer is the only one who does."""
    row = _locked(session, transfer_id)
    if row.finished_at is not None or row.waits:
        return None
    target = house.catalog.of(session, row.definition_id)
    application_id = transfer_rows.next_candidate(session, transfer_id, target)
    if application_id is None:
        row.finished_at = now
        return None
    turn = Turn(session, house, lock_case(session, house, application_id), _who_began(row), now)
    try:
        with session.begin_nested():
            verdict = _transfer_case(turn, row, target)
    except Exception as failure:  # whatever breaks leaves this case where it is, and stops no other
        if outage := outage_in(failure):
            raise outage from None
        log.error("transfer_failed", transfer=transfer_id, case=application_id, failure=type(failure).__name__)
        verdict = failed(lock_case(session, house, application_id))
    transfer_rows.keep_verdict(session, transfer_id, verdict)
    return verdict


def _transfer_case(turn: Turn, row: Transfer, target: Published) -> Verdict:
    """One case, judged under its lock, and taken over unless it is blocked."""
    session, case = turn.session, turn.case
    found = judge(session, turn.house, case, target, row.mapping, now=turn.now)
    if found.snapshot is None:
        return found.verdict
    if second_look.concerns(session, case, row):
        return stays(case, second_look.OWN_FACT)
    source = case.published
    kept = transfer_rows.keep_before(session, case, row.id)
    transfer_rows.follow_tasks(turn, found.snapshot, target)
    transfer_rows.follow_incidents(session, case, row.mapping)
    _stand(turn, target, found.snapshot)
    kept.revision = case.instance.revision
    data = {
        "from": source.definition_id, "to": target.definition_id, "from_version": source.version,
        "to_version": target.version, "mapping": dict(row.mapping), "transfer": row.id, "heard": found.heard,
    }  # fmt: skip
    turn.record("transferred", data=data)
    return found.verdict


def _who_began(row: Transfer) -> Actor:
    """Whoever began the transfer, as the administrator that he was then."""
    return OPERATOR if row.made_by_id is None else Actor(row.made_by_id, memberships=OPERATOR.memberships)


def _take_back(turn: Turn, kept_id: int) -> bool:
    session, case = turn.session, turn.case
    kept = session.get_one(TransferredCase, kept_id, populate_existing=True)
    if kept.undone_at is not None:
        return True
    if case.instance.revision != kept.revision or case.instance.status not in LIVE_INSTANCE:
        return False
    source, newer = turn.house.catalog.of(session, kept.definition_id), case.published
    snapshot = bpmn.describe(source.process, kept.state, now=turn.now)
    mapping = session.get_one(Transfer, kept.transfer_id).mapping
    transfer_rows.follow_tasks(turn, snapshot, source)
    transfer_rows.follow_incidents(session, case, {new: old for old, new in mapping.items()})
    _stand(turn, source, snapshot)
    case.instance.state = kept.state
    kept.undone_at = turn.now
    transfer_rows.stand_as_before(session, kept, case.instance.revision)
    data = {"from_version": newer.version, "to_version": source.version, "transfer": kept.transfer_id}
    turn.record("transfer_undone", data=data)
    return True


def _stand(turn: Turn, there: Published, snapshot: bpmn.Snapshot) -> None:
    """The case stands on a version, in the state of the snapshot."""
    case = turn.case
    case.published = there
    case.instance.definition_id, case.instance.state = there.definition_id, snapshot.state
    case.instance.revision += 1
    settle(turn, snapshot, (), ())
