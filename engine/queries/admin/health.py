"""Whether the installation works: database, migrations, and whether the clock and the outbox keep up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.documents.pdf import can_draw
from engine.flow import connector_answers
from storage.clocks import Clock
from storage.database import Database
from storage.files import FileStore
from storage.follow_ups import FollowUp, StartEvent
from storage.messages import Notification
from storage.migrations import is_current
from storage.processes import Incident, IncidentStatus, InstanceStatus, ProcessInstance, Timer

LATE_TIMER_SECONDS: Final = 300
"""A due timer waits for one sweep, not for ten."""
LEAST_ROOM: Final = 100 * 1024 * 1024
"""Octets for documents and certificates: ten of the largest uploads."""
LONG_INCIDENT_SECONDS: Final = 24 * 3600
"""Administrators are told of an incident at once; one that stands for a day was forgotten."""
LATE_MESSAGE_SECONDS: Final = 3600
"""Long enough for a gateway to be away and the outbox to try again."""


@dataclass(frozen=True, slots=True)
class Health:
    """What a watcher needs. Ages in whole seconds; None when nothing waits, or when the database did not answer."""

    database: bool
    disk: bool
    papers: bool
    migrations_current: bool = False
    oldest_due_timer_seconds: int | None = None
    oldest_undelivered_message_seconds: int | None = None
    oldest_unswept_clock_seconds: int | None = None
    oldest_incident_seconds: int | None = None

    @property
    def ok(self) -> bool:
        """Whether nobody needs to look."""
        return (
            self.database
            and self.disk
            and self.papers
            and self.migrations_current
            and (self.oldest_due_timer_seconds or 0) <= LATE_TIMER_SECONDS
            and (self.oldest_undelivered_message_seconds or 0) <= LATE_MESSAGE_SECONDS
            and (self.oldest_unswept_clock_seconds or 0) <= LATE_TIMER_SECONDS
            and (self.oldest_incident_seconds or 0) < LONG_INCIDENT_SECONDS
        )


def examine(database: Database, files: FileStore, fonts: Path, *, now: datetime) -> Health:
    """The state of this installation; a database that does not answer, a disk that is full and papers that cannot be
    drawn are findings, not exceptions."""
    disk, papers = files.room() >= LEAST_ROOM, can_draw(fonts)
    try:
        if not is_current(database):
            return Health(True, disk, papers)
        with database.reading() as session:
            timer = _age(oldest_due_timer(session, now), now)
            message = _age(oldest_undelivered_message(session, now), now)
            clock = _age(oldest_unswept_clock(session, now), now)
            incident = _age(oldest_incident(session), now)
    except SQLAlchemyError:
        return Health(False, disk, papers)
    return Health(True, disk, papers, True, timer, message, clock, incident)


def oldest_due_timer(session: Session, now: datetime) -> datetime | None:
    """When the longest waiting due timer was due, those that begin cases and the cases that are to begin included.
    Timers of a case with an open incident wait for a person instead."""
    running = exists().where(ProcessInstance.id == Timer.instance_id, ProcessInstance.status == InstanceStatus.RUNNING)
    stuck = exists().where(Incident.instance_id == Timer.instance_id, Incident.status == IncidentStatus.OPEN)
    moments = (
        session.scalar(select(func.min(Timer.due_at)).where(Timer.due_at <= now, running, ~stuck)),
        session.scalar(select(func.min(StartEvent.due_at)).where(StartEvent.due_at <= now)),
        session.scalar(select(func.min(FollowUp.due_at)).where(FollowUp.application_id.is_(None))),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def oldest_unswept_clock(session: Session, now: datetime) -> datetime | None:
    """When the longest waiting promise should have been told as broken or warned of, or the longest waiting call of a
    service task made."""
    moments = (
        session.scalar(select(func.min(Clock.watch_at)).where(Clock.runs(), Clock.watch_at < now)),
        session.scalar(select(func.min(Clock.warn_at)).where(Clock.is_unwarned(), Clock.warn_at <= now)),
        session.scalar(select(connector_answers.next_due())),
    )
    return min((moment for moment in moments if moment is not None and moment <= now), default=None)


def oldest_incident(session: Session) -> datetime | None:
    """When the oldest open incident was raised."""
    return session.scalar(select(func.min(Incident.raised_at)).where(Incident.status == IncidentStatus.OPEN))


def oldest_undelivered_message(session: Session, now: datetime) -> datetime | None:
    """From when on the oldest message that has not left might have: it was written, or its night ended. Failed ones
    were given up and lie before the administrator."""
    might_leave = func.coalesce(Notification.held_until, Notification.created_at)
    return session.scalar(select(func.min(might_leave)).where(Notification.waits(), might_leave <= now))


def _age(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else max(0, int((now - moment).total_seconds()))
