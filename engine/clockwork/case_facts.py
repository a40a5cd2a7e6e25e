"""How cases came, what of them was sent back, and how often their applicants had to come, counted behind the work.

A visit is a day on which somebody stood at the office for a case: they filed it there, answered at the counter, paid in
cash, or came for the result. What the office does without them, and what they do at home, is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import literal, select, text, tuple_
from sqlalchemy.orm import Session

from engine.case.received import Fact, add_facts, in_week, month_of, received
from engine.packages.groups import APPLICANT
from engine.working_time.calendar import WorkingTime
from storage.applications import WAS_SENT, Application, Channel, Correction, Outcome
from storage.base import Id, Moment
from storage.events import CaseEvent
from storage.grounds import CaseFinding, RefusalGround
from storage.payments import Payment, PaymentMethod, PaymentStatus
from storage.step_times import FactKind, StepCount

MOST_VISITS: Final = 9
"""More days than that count as so many."""
_CAME: Final = ("papers_brought", "answered_at_counter", "handed_over", "handover_refused")
_REFUSED: Final = (Outcome.REJECTED, Outcome.REFUSED)
_KEPT_IN: Final[Mapping[FactKind, type[RefusalGround] | type[CaseFinding]]] = {
    FactKind.GROUND: RefusalGround,
    FactKind.FOUND: CaseFinding,
}


def count_received(session: Session, calendar: WorkingTime, reached: StepCount, *, most: int, until: datetime) -> int:
    """Counts the next applications that were sent to an office by their channel; how many they were."""
    office_id = reached.office_id
    last = tuple_(literal(reached.submitted_at, Moment()), literal(reached.application_id, Id))
    rows = session.execute(
        select(Application.id, Application.service_key, Application.channel, Application.submitted_at)
        .where(text(f"application.{WAS_SENT}"), Application.office_id == office_id)
        .where(tuple_(Application.submitted_at, Application.id) > last, Application.submitted_at <= until)
        .order_by(Application.submitted_at, Application.id)
        .limit(most)
    ).all()
    if not rows:
        return 0
    add_facts(session, Counter(fact for row in rows for fact in received(calendar, office_id, row)))
    reached.submitted_at, reached.application_id = rows[-1].submitted_at, rows[-1].id
    return len(rows)


def count_done(session: Session, calendar: WorkingTime, office_id: int, done: Sequence[Any]) -> None:
    """Counts what was sent back with these completed tasks, on which grounds cases were refused with them, what was
    found in those that were decided, and the visits of the cases that ended; two statements, one more where a case was
    decided, one where one was refused, two where one ended."""
    facts = _returned(session, calendar, office_id, done)
    refused = {row.application_id: row for row in done if _refuses(row)}
    decided = {row.application_id: row for row in done if row.decided_at == row.completed_at}
    facts += _chosen(session, calendar, office_id, FactKind.GROUND, refused)
    facts += _chosen(session, calendar, office_id, FactKind.FOUND, decided)
    for row in done:
        if _refuses(row):
            month = month_of(calendar, row.completed_at)
            facts[row.service_key, month, office_id, FactKind.REFUSED, row.element_id] += 1
        if row.group != APPLICANT:
            facts[in_week(calendar, office_id, row.service_key, row.completed_at, FactKind.DONE_IN_WEEK)] += 1
    ended = {row.application_id: row for row in done if row.ended_at is not None and row.ended_at == row.completed_at}
    for application_id, days in _days(session, calendar, ended).items():
        row = ended[application_id]
        key = str(min(len(days), MOST_VISITS))
        facts[row.service_key, month_of(calendar, row.ended_at), office_id, FactKind.VISITS, key] += 1
    if facts:
        add_facts(session, facts)


def _returned(session: Session, calendar: WorkingTime, office_id: int, done: Sequence[Any]) -> Counter[Fact]:
    """A question or document counts once for each time that a case was sent back with it."""
    tasks = {row.id: row for row in done}
    cases = sorted({row.application_id for row in done})
    asked = select(Correction.user_task_id, Correction.target_kind, Correction.target_key).where(
        Correction.application_id.in_(cases), Correction.user_task_id.in_(sorted(tasks))
    )
    facts: Counter[Fact] = Counter()
    for task_id, kind, target in session.execute(asked.distinct()):
        row = tasks[task_id]
        key = f"{kind.value}:{target}"
        facts[row.service_key, month_of(calendar, row.completed_at), office_id, FactKind.RETURNED, key] += 1
    return facts


def _chosen(
    session: Session, calendar: WorkingTime, office_id: int, kind: FactKind, cases: Mapping[int, Any]
) -> Counter[Fact]:
    """What was chosen counts once for each of these cases; their rows by the case."""
    facts: Counter[Fact] = Counter()
    if not cases:
        return facts
    of = _KEPT_IN[kind]
    given = select(of.application_id, of.form_key, of.field_key, of.value).where(of.application_id.in_(sorted(cases)))
    for application_id, *parts in session.execute(given.distinct()):
        row = cases[application_id]
        facts[row.service_key, month_of(calendar, row.completed_at), office_id, kind, ":".join(parts)] += 1
    return facts


def _refuses(row: Any) -> bool:
    """With this task the case was refused."""
    return row.decided_at == row.completed_at and row.outcome in _REFUSED


def _days(session: Session, calendar: WorkingTime, ended: dict[int, Any]) -> dict[int, set[date]]:
    """On which days somebody came for each of these cases."""
    if not ended:
        return {}
    days: dict[int, set[date]] = {
        key: {calendar.local_date(row.submitted_at)} if _was_filed_there(row) else set() for key, row in ended.items()
    }
    came = select(CaseEvent.application_id, CaseEvent.at)
    paid = select(Payment.application_id, Payment.confirmed_at.label("at")).where(
        Payment.method == PaymentMethod.CASH, Payment.status == PaymentStatus.CONFIRMED
    )
    of_these = sorted(ended)
    came = came.where(CaseEvent.kind.in_(_CAME), CaseEvent.application_id.in_(of_these))
    paid = paid.where(Payment.application_id.in_(of_these), Payment.confirmed_at.is_not(None))
    rows: list[Any] = [*session.execute(came), *session.execute(paid)]
    for row in rows:
        days[row.application_id].add(calendar.local_date(row.at))
    return days


def _was_filed_there(row: Any) -> bool:
    return row.channel == Channel.COUNTER and row.submitted_at is not None
