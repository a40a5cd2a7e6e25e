"""What service tasks ask of the outside: each call is a row, made after the commit by whoever sweeps, and made again
with growing pauses while nothing comes back.

An answer brings the case on. An error of the diagram (a code) goes to the boundary event that catches it. A failure of
the moment is tried again; after the last attempt it is an incident, and a retry begins to count anew. A call whose task
the case has left is not made; one of a suspended case waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from engine import bpmn
from engine.backoff import next_attempt
from engine.bpmn import Step
from engine.case import incidents
from engine.case.opening import RUNNING, Case, lock_case, try_lock_case
from engine.connectors import CallAnswer, CallFailed
from engine.errors import CaseSuspended
from engine.flow.advance import advance
from engine.flow.connector_calls import ANSWERED, CALLING, FAILED, PENDING, WITHDRAWN, asking_step
from engine.house import House
from engine.people.actors import A_CONNECTOR
from storage.calls import ConnectorCall
from storage.processes import ProcessInstance

LEASE: Final = timedelta(minutes=5)
BATCH: Final = 200
log = structlog.get_logger("owso.calls")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that this worker makes now."""

    id: int
    application_id: int
    key: str
    connector: str
    parameters: dict[str, Any]


def make_due(house: House, *, now: datetime) -> int:
    """Makes the calls that are due, the longest due first; how many were answered."""
    due = select(ConnectorCall.id).join(ProcessInstance, ProcessInstance.id == ConnectorCall.instance_id)
    with house.database.reading() as session:
        found = session.scalars(
            due.where(_claimable(now), ProcessInstance.status == RUNNING)
            .order_by(ConnectorCall.next_attempt_at, ConnectorCall.id)
            .limit(BATCH)
        ).all()
    return sum(_make(house, call_id, now) for call_id in found)


def next_due(session: Session) -> datetime | None:
    """When the next call of a running case is to be made."""
    return session.scalar(
        select(ConnectorCall.next_attempt_at)
        .join(ProcessInstance, ProcessInstance.id == ConnectorCall.instance_id)
        .where(ConnectorCall.status == PENDING, ProcessInstance.status == RUNNING)
        .order_by(ConnectorCall.next_attempt_at)
        .limit(1)
    )


def _make(house: House, call_id: int, now: datetime) -> bool:
    try:
        with house.database.transaction() as session:
            asked = claim(session, house, call_id, now=now)
        if asked is None:
            return False
        outcome = _outcome(house, asked)
        with house.database.transaction() as session:
            return _bring(session, house, asked, outcome, now)
    except Exception as failure:  # whatever breaks stops this call, and no other; its lease ends by itself
        log.error("call_broke", call=call_id, failure=type(failure).__name__)
        return False


def claim(session: Session, house: House, call_id: int, *, now: datetime) -> Asked | None:
    """Takes a due call for this worker; ``None`` when another has it or its case, or the case went another way."""
    known = session.get(ConnectorCall, call_id)
    case = try_lock_case(session, house, known.application_id) if known is not None else None
    if known is None or case is None or case.instance.status != RUNNING:
        return None
    if not bpmn.awaits(case.published.process, case.instance.state, known.task_ref, now=now):
        known.status = WITHDRAWN
        return None
    claimed = session.execute(
        update(ConnectorCall)
        .where(ConnectorCall.id == call_id, _claimable(now))
        .values(status=CALLING, lease_until=now + LEASE, attempts=ConnectorCall.attempts + 1)
        .returning(ConnectorCall.id)
    ).one_or_none()
    if claimed is None:
        return None
    return Asked(known.id, known.application_id, known.key, known.connector, known.parameters)


def _outcome(house: House, asked: Asked) -> CallAnswer | str:
    """What came back, or why nothing did. Of a failure that the connector did not foresee only the kind is kept."""
    connector = house.connectors.get(asked.connector)
    if connector is None:
        return "it is not set up"
    try:
        return connector.call(asked.key, asked.parameters)
    except CallFailed as failure:
        return str(failure)
    except Exception as failure:
        log.error("call_broke", connector=asked.connector, failure=type(failure).__name__)
        return type(failure).__name__


def _bring(session: Session, house: House, asked: Asked, outcome: CallAnswer | str, now: datetime) -> bool:
    """Writes down what became of a call and lets its case go on."""
    case = lock_case(session, house, asked.application_id)
    call = session.get_one(ConnectorCall, asked.id, populate_existing=True)
    if call.status != CALLING:  # somebody else was given it when this worker took too long, and had the answer
        return False
    call.lease_until = None
    if isinstance(outcome, str):
        _failed(session, house, case, call, outcome, now)
        return False
    call.status, call.answered_at, call.last_error = ANSWERED, now, ""
    return _answered(session, house, case, call, outcome, now)


def _answered(
    session: Session, house: House, case: Case, call: ConnectorCall, answer: CallAnswer, now: datetime
) -> bool:
    code = answer.error_code
    values = {} if code else answer.values
    step = Step("fail" if code else "complete", task_ref=call.task_ref, name=code, variables=values)
    try:
        if not advance(session, house, case, step, A_CONNECTOR, now=now) and code:
            # Where nothing catches the code, a retry asks again: meanwhile the answer may be another.
            incidents.retry_with(session, case, step.operation, call.element_id, asking_step(call))
    except bpmn.TaskNotReady:
        call.status = WITHDRAWN
        return False
    except CaseSuspended:  # asked again with the same key once it is resumed
        call.status, call.next_attempt_at = PENDING, now
        return False
    return True


def _failed(session: Session, house: House, case: Case, call: ConnectorCall, reason: str, now: datetime) -> None:
    """Sets the next attempt; after the last one an administrator has to look."""
    call.last_error = reason
    if call.attempts < house.call_attempts:
        call.status, call.next_attempt_at = PENDING, next_attempt(now, call.attempts, call.key)
        return
    if not bpmn.awaits(case.published.process, case.instance.state, call.task_ref, now=now):
        call.status = WITHDRAWN
        return
    call.status = FAILED
    told = incidents.Failure(
        element_id=call.element_id,
        what=incidents.CONNECTOR,
        expression=call.connector,
        reason=f"the connector did not answer: {reason}",
        reason_km=f"ឧបករណ៍ភ្ជាប់មិនបានឆ្លើយតប៖ {reason}",
        used=call.parameters,
    )
    incidents.keep(session, case, asking_step(call), told, A_CONNECTOR, now=now)


def _claimable(now: datetime) -> ColumnElement[bool]:
    waiting = (ConnectorCall.status == PENDING) & (ConnectorCall.next_attempt_at <= now)
    abandoned = (ConnectorCall.status == CALLING) & (ConnectorCall.lease_until < now)
    return or_(waiting, abandoned)
