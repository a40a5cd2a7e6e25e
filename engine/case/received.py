"""How many applications an office received, by channel and by week: counted behind the work, and moved with a case."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.working_time.calendar import WorkingTime
from storage.adding_up import add_up
from storage.applications import Application
from storage.step_times import CaseTally, FactKind, StepCount

Fact = tuple[str, str, int, str, str]
"""Service, month, office, kind and key."""


def received(calendar: WorkingTime, office_id: int, sent: Any) -> tuple[Fact, Fact]:
    """What is counted of an application that was sent: its channel, and its week."""
    channel = sent.service_key, month_of(calendar, sent.submitted_at), office_id, FactKind.RECEIVED, sent.channel
    return channel, in_week(calendar, office_id, sent.service_key, sent.submitted_at, FactKind.SENT_IN_WEEK)


def move(session: Session, application: Application, calendar: WorkingTime, *, left_id: int, reached_id: int) -> None:
    """An application that goes on at another office counts there and no longer where it came in: at once as far as
    these offices are counted already, else when its turn comes. Three statements at most."""
    wanted = select(StepCount).where(StepCount.office_id.in_((left_id, reached_id))).order_by(StepCount.office_id)
    rows = session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).all()
    if application.submitted_at is None:
        return
    mine, facts = (application.submitted_at, application.id), Counter[Fact]()
    for row in rows:
        if mine <= (row.submitted_at, row.application_id):
            by = 1 if row.office_id == reached_id else -1
            facts.update(dict.fromkeys(received(calendar, row.office_id, application), by))
    if facts:
        add_facts(session, facts)


def in_week(calendar: WorkingTime, office_id: int, service_key: str, at: datetime, kind: FactKind) -> Fact:
    """A fact of the week of that moment."""
    day = calendar.local_date(at)
    monday = day - timedelta(days=day.weekday())
    return service_key, f"{monday:%Y-%m}", office_id, kind, monday.isoformat()


def month_of(calendar: WorkingTime, moment: datetime) -> str:
    """The month of a moment, as facts have it."""
    return f"{calendar.local_date(moment):%Y-%m}"


def add_facts(session: Session, facts: Counter[Fact]) -> None:
    """Adds them to the sums, always in the same order; one statement."""
    names = ("service_key", "month", "office_id", "kind", "key")
    rows = [dict(zip(names, fact, strict=True)) | {"cases": facts[fact]} for fact in sorted(facts)]
    add_up(session, CaseTally, names, ("cases",), rows)
