"""What service tasks ask of the outside: each call is a row, made after the commit by whoever sweeps, and made again
with growing pauses while nothing comes back.

An answer brings the case on. An error of the diagram (a code) goes to the boundary event that catches it. A failure of
the moment is tried again; after the last attempt it is an incident, and a retry begins to count anew. A call whose task
the case has left is not made; one of a suspended case waits.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

import structlog
from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step
from engine.case import incidents
from engine.case.opening import lock_case, try_lock_case
from engine.case.turn import Turn
from engine.claiming import Queue, Soonest, next_attempt, soonest
from engine.connectors import CallAnswer, CallFailed
from engine.errors import CaseSuspended
from engine.flow.advance import advance
from engine.flow.connector_calls import asking_step
from engine.house import House
from engine.people.actors import A_CONNECTOR
from storage.calls import CallStatus, ConnectorCall
from storage.processes import FailedPart, InstanceStatus, ProcessInstance

CALLS: Final = Queue(
    ConnectorCall,
    ConnectorCall.id,
    ConnectorCall.next_attempt_at,
    is_open=lambda _: ConnectorCall.status.in_((CallStatus.PENDING, CallStatus.CALLING)),
    taken={ConnectorCall.status: CallStatus.CALLING, ConnectorCall.attempts: ConnectorCall.attempts + 1},
)
log = structlog.get_logger("owso.calls")


def make_due(house: House, *, now: datetime) -> int:
    """Makes the calls that are due, the longest due first; how many were answered."""
    return CALLS.work_off(
        house.database, partial(_make, house, now), _case_runs(), now=now, claim=partial(claim, house)
    )


def next_due(after: datetime | None = None) -> Soonest:
    """When the next call of a running case is to be made."""
    pending = ConnectorCall.status == CallStatus.PENDING
    return soonest(ConnectorCall.next_attempt_at, pending, _case_runs(), after=after)


def claim(house: House, session: Session, call_id: int, *, now: datetime) -> ConnectorCall | None:
    """Takes a due call for this worker; ``None`` when another has it or its case, or the case went another way."""
    known = session.get(ConnectorCall, call_id)
    case = try_lock_case(session, house, known.application_id) if known is not None else None
    if known is None or case is None or case.instance.status != InstanceStatus.RUNNING:
        return None
    if not bpmn.awaits(case.published.process, case.instance.state, known.task_ref, now=now):
        known.status = CallStatus.WITHDRAWN
        return None
    return CALLS.claim(session, call_id, now=now)


def _make(house: House, now: datetime, asked: ConnectorCall) -> bool:
    outcome = _outcome(house, asked)
    with house.database.transaction() as session:
        return _bring(session, house, asked, outcome, now)


def _outcome(house: House, asked: ConnectorCall) -> CallAnswer | str:
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


def _bring(session: Session, house: House, asked: ConnectorCall, outcome: CallAnswer | str, now: datetime) -> bool:
    """Writes down what became of a call and lets its case go on."""
    turn = Turn(session, house, lock_case(session, house, asked.application_id), A_CONNECTOR, now)
    call = session.get_one(ConnectorCall, asked.id, populate_existing=True)
    if call.status != CallStatus.CALLING:  # this worker took too long, and somebody else had the answer
        return False
    if isinstance(outcome, str):
        _failed(turn, call, outcome)
        return False
    call.status, call.answered_at, call.last_error = CallStatus.ANSWERED, now, ""
    return _answered(turn, call, outcome)


def _answered(turn: Turn, call: ConnectorCall, answer: CallAnswer) -> bool:
    code = answer.error_code
    values = {} if code else answer.values
    step = Step("fail" if code else "complete", task_ref=call.task_ref, name=code, variables=values)
    try:
        if not advance(turn, step) and code:
            # Where nothing catches the code, a retry asks again: meanwhile the answer may be another.
            incidents.retry_with(turn, step.operation, call.element_id, asking_step(call))
    except bpmn.TaskNotReady:
        call.status = CallStatus.WITHDRAWN
        return False
    except CaseSuspended:  # asked again with the same key once it is resumed
        call.status, call.next_attempt_at = CallStatus.PENDING, turn.now
        return False
    return True


def _failed(turn: Turn, call: ConnectorCall, reason: str) -> None:
    """Sets the next attempt; after the last one an administrator has to look."""
    call.last_error = reason
    if call.attempts < turn.house.call_attempts:
        call.status, call.next_attempt_at = CallStatus.PENDING, next_attempt(turn.now, call.attempts, call.key)
        return
    case = turn.case
    if not bpmn.awaits(case.published.process, case.instance.state, call.task_ref, now=turn.now):
        call.status = CallStatus.WITHDRAWN
        return
    call.status = CallStatus.FAILED
    told = incidents.Failure(
        element_id=call.element_id,
        what=FailedPart.CONNECTOR,
        expression=call.connector,
        reason=f"the connector did not answer: {reason}",
        reason_km=f"ឧបករណ៍ភ្ជាប់មិនបានឆ្លើយតប៖ {reason}",
        used=call.parameters,
    )
    incidents.keep(turn, asking_step(call), told)


def _case_runs() -> ColumnElement[bool]:
    return exists().where(
        ProcessInstance.id == ConnectorCall.instance_id, ProcessInstance.status == InstanceStatus.RUNNING
    )
