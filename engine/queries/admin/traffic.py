"""What is on its way to and from cases, for administrators: calls that are not answered, messages that nobody took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from storage.applications import Application
from storage.calls import CallStatus, ConnectorCall
from storage.processes import WaitingMessage

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call of a service task that is not answered. ``status``: pending, calling, or failed (an incident)."""

    application_key: str
    reference: str
    element: Bilingual
    connector: str
    status: str
    attempts: int
    next_attempt_at: datetime
    last_error: str


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message or signal (``kind``) of a case that no case has taken yet. ``correlation`` is the value it is for."""

    application_key: str
    reference: str
    kind: str
    name: str
    correlation: str
    thrown_at: datetime


def unanswered_calls(session: Session, names: Names, actor: Actor) -> tuple[CallLine, ...]:
    """The calls of the administrator's offices that are not answered, the next attempt first; one statement."""
    statement = (
        select(ConnectorCall, Application)
        .join(Application, Application.id == ConnectorCall.application_id)
        .where(ConnectorCall.status.in_((CallStatus.PENDING, CallStatus.CALLING, CallStatus.FAILED)))
        .order_by(ConnectorCall.next_attempt_at, ConnectorCall.id)
    )
    return tuple(
        CallLine(
            application.key,
            application.reference or "",
            names.element(application.service_key, call.element_id),
            call.connector,
            call.status,
            call.attempts,
            call.next_attempt_at,
            call.last_error,
        )
        for call, application in session.execute(_visible(statement, actor))
    )


def kept_messages(session: Session, actor: Actor) -> tuple[KeptMessage, ...]:
    """What cases of the administrator's offices threw and nobody took, the oldest first; one statement."""
    statement = (
        select(WaitingMessage, Application)
        .join(Application, Application.id == WaitingMessage.sender_id)
        .order_by(WaitingMessage.thrown_at, WaitingMessage.id)
    )
    return tuple(
        KeptMessage(sender.key, sender.reference or "", kept.kind, kept.name, kept.correlation, kept.thrown_at)
        for kept, sender in session.execute(_visible(statement, actor))
    )


def _visible(statement: Select[*tuple[Any, ...]], actor: Actor) -> Select[*tuple[Any, ...]]:
    offices = actor.offices(ADMINISTRATOR)
    return (statement if offices is None else statement.where(Application.office_id.in_(offices))).limit(MOST)
