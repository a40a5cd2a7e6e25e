"""What service tasks ask of the outside, put into the queue; ``engine.flow.connector_answers`` makes the calls."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from engine.bpmn import Step
from engine.case.turn import Turn
from engine.packages.operations import CONNECTOR_CALL
from engine.references import new_key
from storage.calls import CallStatus, ConnectorCall

WHICH: Final = "connector"
"""The parameter that names the connector; the others are what it is asked."""


def ask(turn: Turn, step: Step) -> None:
    """Puts the call of a service task into the queue. One that failed for good begins to count anew."""
    case, now = turn.case, turn.now
    known = turn.session.scalar(
        select(ConnectorCall).where(
            ConnectorCall.instance_id == case.instance.id, ConnectorCall.task_ref == step.task_ref
        )
    )
    if known is not None:
        known.status, known.attempts, known.next_attempt_at = CallStatus.PENDING, 0, now
        return
    turn.session.add(
        ConnectorCall(
            key=new_key(),
            instance_id=case.instance.id,
            application_id=case.application.id,
            task_ref=step.task_ref,
            element_id=step.element_id,
            connector=str(step.variables.get(WHICH, "")),
            parameters={name: value for name, value in step.variables.items() if name != WHICH},
            status=CallStatus.PENDING,
            next_attempt_at=now,
            asked_at=now,
        )
    )


def asking_step(call: ConnectorCall) -> Step:
    """The step with which the service task asked."""
    asked = {WHICH: call.connector, **call.parameters}
    return Step("perform", task_ref=call.task_ref, name=CONNECTOR_CALL, variables=asked, element_id=call.element_id)
