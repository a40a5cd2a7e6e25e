"""Finished cases of the small service, written down as they would stand after so many days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from storage.applications import Application, ApplicationStatus, Outcome
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.processes import InstanceStatus, ProcessInstance, TaskKind, TaskStatus, UserTask
from tests.cast import NOW
from tests.small.cases import SERVICE, Kilns
from tests.ways import step

SENT = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
"""A Monday; no holiday follows for two months."""


@step
def finish(
    kilns: Kilns, days: Sequence[int], *, sent: datetime = SENT, office_id: int | None = None, minutes: int = 30
) -> None:
    """Cases that were checked, and decided, so many days (up to four, Tuesday to Friday) after a Monday. The work of
    each began so many minutes before."""
    with kilns.house.database.transaction() as session:
        definition = kilns.house.catalog.current(session, SERVICE, now=NOW).definition_id
        for number, count in enumerate(days):
            at, ended = sent + timedelta(minutes=number), sent + timedelta(days=count, hours=6, minutes=number)
            case = Application(
                key=f"{sent:%j}{office_id}{number}", service_key=SERVICE, definition_id=definition,
                office_id=office_id or kilns.cast.battambang, applicant_id=kilns.cast.dara.person_id,
                status=ApplicationStatus.ENDED, outcome=Outcome.APPROVED, created_at=at, submitted_at=at,
                decided_at=ended, ended_at=ended,
            )  # fmt: skip
            session.add(case)
            session.flush()
            _check(session, case, kilns.cast.bopha.person_id, at, ended, minutes)


def _check(session: Session, case: Application, by: int, at: datetime, ended: datetime, minutes: int) -> None:
    instance = ProcessInstance(
        application_id=case.id, definition_id=case.definition_id, state=b"", status=InstanceStatus.COMPLETED,
        started_at=at, ended_at=ended, waits={},
    )  # fmt: skip
    session.add(instance)
    session.flush()
    task = UserTask(
        key=f"t{case.key}", instance_id=instance.id, application_id=case.id, task_ref="check", element_id="check",
        name="", kind=TaskKind.FORM, group="front_office", service_key=SERVICE, office_id=case.office_id,
        status=TaskStatus.COMPLETED, ready_at=at, claimed_at=ended - timedelta(minutes=minutes), completed_at=ended,
        completed_by_id=by,
    )  # fmt: skip
    clock = Clock(
        application_id=case.id, office_id=case.office_id, kind=ClockKind.TERM, term="10 working days",
        status=ClockStatus.MET, started_at=at, ended_at=ended,
        ledger=[["run", at.isoformat(), ended.isoformat(), ""]],
    )  # fmt: skip
    session.add_all((task, clock))
