"""Published process definitions, the running instances of them, and what each instance waits for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    and_,
    false,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage import open_tasks
from storage.base import Base, Key, Moment, OftenNew, OrderedName, Pk, words


class ProcessDefinition(Base):
    """One published version of a service package: the archive of all its files, under the digest of their contents.

    One in a pilot is for the offices in ``pilot_office`` only; one that was withdrawn never takes effect."""

    __tablename__ = "process_definition"
    id: Mapped[Pk]
    service_key: Mapped[Key]
    version: Mapped[int]
    digest: Mapped[Key]
    archive: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(default="")
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime] = mapped_column(Moment)
    effective_from: Mapped[datetime] = mapped_column(Moment, index=True)
    is_pilot: Mapped[bool] = mapped_column(default=False, server_default=false())
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("service_key", "version"),)


class InstanceStatus(StrEnum):
    """A running or suspended process has not ended; the others say how it did."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    FAILED = "failed"


LIVE_INSTANCE = (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED)
"""A process that has not ended."""


class TaskKind(StrEnum):
    """What a user task asks for: a form, or something that has its own page."""

    FORM = "form"
    PAYMENT = "payment"
    HANDOVER = "handover"
    CORRECTION = "correction"
    APPOINTMENT = "appointment"


class TaskStatus(StrEnum):
    """A user task waits for somebody, is somebody's, or is closed: done, or taken back by the process."""

    READY = "ready"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


OPEN_TASK = (TaskStatus.READY, TaskStatus.CLAIMED)
"""A task that is still to be done."""


class ThrownKind(StrEnum):
    """What cases throw to one another: a message is for one of them, a signal for all that listen."""

    MESSAGE = "message"
    SIGNAL = "signal"


class IncidentStatus(StrEnum):
    """An incident waits to be dealt with, or has been."""

    OPEN = "open"
    RESOLVED = "resolved"


class IncidentKind(StrEnum):
    """What was being done when a step failed: the operations of ``engine.bpmn.Step``."""

    START = "start"
    COMPLETE = "complete"
    FAIL = "fail"
    TIMERS = "timers"
    DELIVER = "deliver"
    SIGNAL = "signal"
    PERFORM = "perform"
    CANCEL = "cancel"
    SKIP = "skip"
    MOVE = "move"
    CORRECT = "correct"


class FailedPart(StrEnum):
    """What failed at an element; unknown of incidents older than this fact."""

    UNKNOWN = ""
    EXPRESSION = "expression"
    SCRIPT = "script"
    DECISION = "decision"
    OPERATION = "operation"
    CONNECTOR = "connector"


class ProcessInstance(Base):
    """A running case of a definition. ``state`` is the engine's own bytes; ``revision`` grows with every step.

    ``waits`` remembers what the last step waited for (open task references, timers, subscriptions), so that a step
    touches those rows only when something changed."""

    __tablename__ = "process_instance"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"), index=True)
    revision: Mapped[int] = mapped_column(default=0)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    waits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[InstanceStatus] = mapped_column(
        words("status", InstanceStatus), default=InstanceStatus.RUNNING, index=True
    )
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class UserTask(OftenNew, Base):
    """Work for one person. ``group`` and ``office_id`` say whose inbox it is in; ``escalated_to`` adds a second group
    after a breach. ``remind_at``: when the applicant is still to be reminded of it. ``service_key`` and
    ``applicant_name`` (``storage.naming``) stand here too, for lists that are read by them; tasks that were over before
    have neither."""

    __tablename__ = "user_task"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    task_ref: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    kind: Mapped[TaskKind] = mapped_column(words("kind", TaskKind))
    group: Mapped[Key]
    service_key: Mapped[Key] = mapped_column(default="", server_default="")
    applicant_name: Mapped[OrderedName] = mapped_column(default="", server_default="")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    status: Mapped[TaskStatus] = mapped_column(words("status", TaskStatus))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    escalated_to: Mapped[str] = mapped_column(default="")
    ready_at: Mapped[datetime] = mapped_column(Moment)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    remind_at: Mapped[datetime | None] = mapped_column(Moment)
    completed_at: Mapped[datetime | None] = mapped_column(Moment)
    completed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    __table_args__ = (
        UniqueConstraint("instance_id", "task_ref"),
        Index("ix_user_task_inbox", "office_id", "group", "status", "due_at"),  # of the version before
        *open_tasks.indexes(),
        Index("ix_user_task_application", "application_id", "status"),
        Index(
            "ix_user_task_remind",
            "remind_at",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
    )

    @classmethod
    def is_to_be_chosen(cls) -> ColumnElement[bool]:
        """An open task in which a session is chosen. Said as the index says it."""
        return and_(
            cls.kind == literal_column("'appointment'"), cls.status.in_(map(literal_column, ("'ready'", "'claimed'")))
        )


class DataStore(Base):
    """What a data store of a service's diagrams holds, under the store's name: ``content`` is ``{"value": …}``.

    Every version of the service shares it. ``application_id`` is the case that wrote it last, none before the first."""

    __tablename__ = "data_store"
    id: Mapped[Pk]
    service_key: Mapped[Key]
    name: Mapped[str]
    content: Mapped[dict[str, Any]]
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    written_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("service_key", "name"),)


class Timer(Base):
    """A BPMN timer that an instance waits for; one row per waiting element and due moment."""

    __tablename__ = "timer"
    id: Mapped[Pk]
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    element_id: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_timer_due", "due_at", "id"),)


class Subscription(Base):
    """A message or signal that an instance waits for."""

    __tablename__ = "subscription"
    id: Mapped[Pk]
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    kind: Mapped[ThrownKind] = mapped_column(words("kind", ThrownKind))
    name: Mapped[str]
    correlation: Mapped[str] = mapped_column(default="")
    __table_args__ = (Index("ix_subscription_name", "kind", "name", "correlation"),)


class WaitingMessage(Base):
    """What a case threw to others and has not arrived: a ``message`` until some case takes it, a ``signal`` for the one
    case (``target_id``) that listened when it was thrown. ``tried_at`` is when a case was last looked for."""

    __tablename__ = "waiting_message"
    id: Mapped[Pk]
    kind: Mapped[ThrownKind] = mapped_column(words("kind", ThrownKind))
    name: Mapped[str]
    correlation: Mapped[str] = mapped_column(default="")
    payload: Mapped[dict[str, Any]]
    sender_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    element_id: Mapped[str]
    target_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"), index=True)
    thrown_at: Mapped[datetime] = mapped_column(Moment)
    tried_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Incident(Base):
    """A step that failed. ``input`` is what was to be done, so that a retry does exactly that from the same state.

    ``element_name`` is the element's name in the diagram of that version, ``what`` is what failed there, ``expression``
    its text or name. ``variables`` are those it used, each value as text, masked where it may be personal. ``reason``
    is English, ``reason_km`` Khmer."""

    __tablename__ = "incident"
    id: Mapped[Pk]
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    element_id: Mapped[str]
    kind: Mapped[IncidentKind] = mapped_column(words("kind", IncidentKind))
    expression: Mapped[str] = mapped_column(default="")
    element_name: Mapped[str] = mapped_column(default="")
    what: Mapped[FailedPart] = mapped_column(words("what", FailedPart), default=FailedPart.UNKNOWN)
    reason: Mapped[str]
    reason_km: Mapped[str] = mapped_column(default="")
    variables: Mapped[dict[str, Any]] = mapped_column(default=dict)
    input: Mapped[dict[str, Any]]
    status: Mapped[IncidentStatus] = mapped_column(
        words("status", IncidentStatus), default=IncidentStatus.OPEN, index=True
    )
    attempts: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[datetime] = mapped_column(Moment)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        Index("ix_incident_resolved", "status", "resolved_at", "id"),
        # Two sweeps that meet the same failing timer raise one incident, not two.
        Index(
            "uq_incident_open",
            "instance_id",
            "kind",
            "element_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )
