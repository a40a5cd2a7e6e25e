"""What a case owes: each fee reckoned when its payment is reached, told before where the answers alone give it.

Every fee is a row, and a payment task that is reached again is another one: what was paid of the same fee before is
taken off it, so that nothing is ever paid twice. Whoever calls holds the lock of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case import promising
from engine.case.continuations import kind_of, service_of
from engine.case.fee_rows import add_up, in_hand, new_row, write
from engine.case.holders import held_by
from engine.case.messages import tell_about
from engine.case.turn import Turn
from engine.khmer import Bilingual
from engine.localise import plain_riel
from engine.packages import (
    APPLY,
    Fee,
    FeeRule,
    FeeUndetermined,
    Known,
    ServicePackage,
    expected,
    facts_of,
    fee_of_task,
    less_paid,
    reckon,
    routing_variables,
)
from engine.packages.case_facts import CERTIFICATES_HELD
from engine.packages.register_rules import kind_facts
from storage.applications import Application, Certificate, Opinion
from storage.clocks import Clock, ClockKind
from storage.payments import DueFee, FeeStatus

Told = Sequence[tuple[FeeRule, Fee | None]]
"""The fees of a service before its application is sent; None for one that depends on what the office finds."""

_COUNTED = (FeeStatus.PAID, FeeStatus.WRITTEN_OFF, FeeStatus.DUE)


def told_before_sending(
    session: Session,
    package: ServicePackage,
    application: Application,
    answers: Mapping[str, Any],
    day: date,
) -> Told:
    """What each fee comes to with these answers on that day; raises FeeUndetermined (engine.packages)."""
    return expected(package, answers, known_facts(session, package, application, day, day))


def tell(
    session: Session,
    package: ServicePackage,
    application: Application,
    told: Told,
    before: Iterable[DueFee] = (),
    *,
    now: datetime,
) -> list[DueFee]:
    """Writes down what the applicant was told, in place of what was told ``before``; what was reached stays. Gives
    every fee of the case."""
    expected_before = {row.fee_key: row for row in before if row.status == FeeStatus.EXPECTED}
    rows = [row for row in before if row.status != FeeStatus.EXPECTED]
    there = {row.fee_key for row in rows}
    for rule, fee in told:
        if fee is not None and rule.key not in there:
            row = expected_before.get(rule.key) or new_row(package, application, rule, FeeStatus.EXPECTED, now)
            write(session, application, row, fee)
            rows.append(row)
    add_up(application, rows)
    return rows


@dataclass(frozen=True, slots=True)
class Reached:
    """A payment task that is ready since this step, and what is to be paid there; ``rows`` are the fees of the case so
    far."""

    task: bpmn.ReadyTask
    rule: FeeRule
    fee: Fee
    rows: list[DueFee]


class FeeNotReckoned(Exception):
    """The fee of a payment task that was reached could not be worked out from what is known of the case."""

    def __init__(self, element_id: str, file: str) -> None:
        self.element_id, self.file = element_id, file
        super().__init__(file)


def reached(turn: Turn, ready: Iterable[bpmn.ReadyTask]) -> tuple[Reached, ...]:
    """The fees of payment tasks that are ready since this step, reckoned from what is known now; writes nothing. Raises
    FeeNotReckoned."""
    package = turn.case.published.package
    paying = [(task, rule) for task in ready if (rule := fee_of_task(package, package.tasks[task.element_id]))]
    rows = (turn.case.fees or list(in_hand(turn.session, turn.case.application, package))) if paying else []
    known = {row.task_ref for row in rows}
    found: list[Reached] = []
    for task, rule in paying:
        if task.id not in known:
            before = _counted(rows, rule) + sum(one.fee.total for one in found if one.rule == rule)
            found.append(Reached(task, rule, _left(turn, task, rule, before), rows))
    return tuple(found)


def due(turn: Turn, fees: Iterable[Reached]) -> tuple[str, ...]:
    """Writes down what was reached. Gives the tasks at which nothing is to be paid: they are done."""
    application, package = turn.case.application, turn.case.published.package
    done = []
    for one in fees:
        told = (row for row in one.rows if row.fee_key == one.rule.key and row.status == FeeStatus.EXPECTED)
        before = next(told, None)
        row = before or new_row(package, application, one.rule, FeeStatus.DUE, turn.now)
        if row not in one.rows:
            one.rows.append(row)
        row.task_ref, row.element_id, row.reckoned_at = one.task.id, one.task.element_id, turn.now
        row.status = FeeStatus.DUE if one.fee.total else FeeStatus.NOTHING
        write(turn.session, application, row, one.fee)
        if not one.fee.total:
            row.settled_at = turn.now
            _record_nothing(turn, row, one.fee)
            start_promise(turn)
            done.append(one.task.id)
        elif before is None:
            _tell_due(turn, row)
        add_up(application, one.rows)
    return tuple(done)


def again(turn: Turn, ready: Iterable[bpmn.ReadyTask], told: Told) -> None:
    """Corrected answers: what was told and what is still to be paid follows them, what was paid stays. Raises
    FeeNotReckoned."""
    session, application, package = turn.session, turn.case.application, turn.case.published.package
    rows = tell(session, package, application, told, in_hand(session, application, package), now=turn.now)
    waiting, answered = {task.id: task for task in ready}, routing_variables(package, APPLY, application.answers)
    for row in rows:
        rule = package.manifest.fee(row.fee_key)
        if row.status == FeeStatus.DUE and rule is not None and row.task_ref in waiting:
            others = _counted([one for one in rows if one is not row], rule)
            fee = _left(turn, waiting[row.task_ref], rule, others, answered)
            if fee.total:
                write(session, application, row, fee)
    add_up(application, rows)


def drop(turn: Turn, task_refs: AbstractSet[str] | None = None) -> None:
    """What nobody has to pay any more: the fees of these payment tasks, or of the whole case when it is over."""
    owed = (FeeStatus.EXPECTED, FeeStatus.DUE) if task_refs is None else (FeeStatus.DUE,)
    which = [DueFee.application_id == turn.case.application.id, DueFee.status.in_(owed)]
    if task_refs is not None:
        which.append(DueFee.task_ref.in_(sorted(task_refs)))
    turn.session.execute(update(DueFee).where(*which).values(status=FeeStatus.DROPPED, settled_at=turn.now))


def _tell_due(turn: Turn, row: DueFee) -> None:
    """Nobody could be told this fee before sending: what it came to is told when it is due."""
    applicant = turn.case.applicant
    key, amount = f"{turn.case.application.id}/fee_due/{row.key}", plain_riel(row.amount, applicant.language)
    tell_about(turn, applicant, turn.house.texts["fee_due"], key=key, amount=amount)


def start_promise(turn: Turn) -> None:
    """Where the clock of the service starts with the payment, it starts with the first one, once."""
    package = turn.case.published.package
    if package.manifest.clock.starts != "paid" or _was_promised(turn):
        return
    promising.begin(turn.session, turn.case.application, package, turn.case.calendar, now=turn.now)
    turn.session.flush()


def _was_promised(turn: Turn) -> bool:
    promised = Clock.application_id == turn.case.application.id, Clock.kind != ClockKind.TASK
    return turn.session.scalar(select(Clock.id).where(*promised).limit(1)) is not None


def _record_nothing(turn: Turn, row: DueFee, fee: Fee) -> None:
    """Why nothing is to be paid: the law that says so, or that it was paid before."""
    cited = next((line.citation for line in fee.lines if line.citation.en), Bilingual("", ""))
    was_paid = any(line.amount < 0 for line in fee.lines)
    data = {"fee": row.fee_key, "fee_km": row.title_km, "fee_en": row.title_en}
    if was_paid:
        turn.record("fee_paid_before", element_id=row.element_id, data=data)
    else:
        data |= {"citation_km": cited.km, "citation_en": cited.en}
        turn.record("fee_free", element_id=row.element_id, data=data)


def _counted(rows: Iterable[DueFee], rule: FeeRule) -> int:
    """What was paid and not paid back, written off or is due of this fee."""
    counted = (row for row in rows if row.fee_key == rule.key and row.status in _COUNTED)
    return sum(row.amount - row.refunded for row in counted)


def _left(
    turn: Turn, task: bpmn.ReadyTask, rule: FeeRule, before: int, newest: Mapping[str, Any] = MappingProxyType({})
) -> Fee:
    """What the fee comes to now, less what was paid, or is due elsewhere, of the same fee. ``newest`` are variables
    that the task does not see yet."""
    session, application, package = turn.session, turn.case.application, turn.case.published.package
    today = turn.case.calendar.local_date(turn.now)
    submitted_on = turn.case.calendar.local_date(application.submitted_at or turn.now)
    answered = routing_variables(package, APPLY, application.answers)
    facts = known_facts(session, package, application, submitted_on, today)
    answers = {APPLY: application.answers, **_found(session, application, package, rule)}
    try:
        fee = reckon(package, rule, Known({**facts, **answered, **task.variables, **newest}, answers))
    except FeeUndetermined as undetermined:
        raise FeeNotReckoned(task.element_id, rule.file) from undetermined
    return less_paid(fee, before)


def _found(
    session: Session, application: Application, package: ServicePackage, rule: FeeRule
) -> Mapping[str, Mapping[str, Any]]:
    """The newest answers of the officers' form whose rows are paid for."""
    form = rule.for_each[0] if rule.for_each is not None else APPLY
    if form == APPLY:
        return {}
    session.flush()  # the form may have been answered in this very step
    asking = [task.element_id for task in package.tasks.values() if task.form == form]
    newest = (
        select(Opinion.answers)
        .where(Opinion.application_id == application.id, Opinion.element_id.in_(asking))
        .order_by(Opinion.id.desc())
        .limit(1)
    )
    return {form: session.scalar(newest) or {}}


def known_facts(
    session: Session, package: ServicePackage, application: Application, submitted_on: date, today: date
) -> dict[str, Any]:
    """What the house knows of the case; it looks into the register only for a table that asks."""
    asks = any(CERTIFICATES_HELD in table.names() for table in package.fees.values())
    held = 0
    if asks:
        counted = (
            select(func.count())
            .select_from(Certificate)
            .join(Application, Application.id == Certificate.application_id)
            .where(held_by(application.applicant_id), Application.id != application.id)
            .where(service_of() == package.manifest.certificate_of, Certificate.revoked_at.is_(None))
        )
        held = session.scalar(counted) or 0
    kinds = kind_facts(kind_of(session, application))
    return facts_of(submitted_on=submitted_on, today=today, certificates_held=held, **kinds)
