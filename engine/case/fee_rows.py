"""The rows of what a case owes, and the lines of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages import Fee, FeeRule, ServicePackage
from engine.packages import FeeLine as FeeLineTold
from engine.packages.fee_rules import THE_FEE
from engine.references import new_key
from storage.applications import Application, ApplicationStatus
from storage.base import Id
from storage.loading import Rows, given, load
from storage.payments import DueFee, FeeLine, FeeStatus, Payment, PaymentStatus
from storage.processes import OPEN_TASK, TaskKind, UserTask

THE_TITLE: Final = Bilingual("ថ្លៃសេវា", "Fee")
"""What a fee is called where its service has one only."""


def in_hand(session: Session, application: Application, package: ServicePackage) -> Sequence[DueFee]:
    """Every fee of a case that is locked, in the order in which they came up; one that was sent when a service had one
    fee only is given its row."""
    rows = fees_of(session, application)
    if rows or not application.fee_total or application.status == ApplicationStatus.DRAFT:
        return rows
    rule = package.manifest.fees[0] if package.manifest.fees else FeeRule(THE_FEE, "", "", refundable=False)
    row = new_row(package, application, rule, FeeStatus.EXPECTED, application.submitted_at or application.created_at)
    row.amount = application.fee_total
    row.status, task = _stands(session, application)
    row.task_ref, row.element_id = (task.task_ref, task.element_id) if task is not None else ("", "")
    session.add(row)
    session.flush()
    for table in (FeeLine, Payment):
        lone = table.application_id == application.id, table.fee_id.is_(None)
        session.execute(update(table).where(*lone).values(fee_id=row.id))
    return [row]


def _stands(session: Session, application: Application) -> tuple[FeeStatus, UserTask | None]:
    """Where the one fee of an older application stands, and the task that waits for it."""
    payments = select(Payment.id).where(Payment.application_id == application.id)
    if session.scalar(payments.where(Payment.status == PaymentStatus.CONFIRMED).limit(1)) is not None:
        return FeeStatus.PAID, None
    if application.status == ApplicationStatus.ENDED:
        return FeeStatus.DROPPED, None
    waits = UserTask.kind == TaskKind.PAYMENT, UserTask.status.in_(OPEN_TASK)
    task = session.scalar(select(UserTask).where(UserTask.application_id == application.id, *waits).limit(1))
    void = session.scalar(payments.where(Payment.voided_at.is_not(None)).limit(1))
    return (FeeStatus.DUE if task is not None or void is not None else FeeStatus.EXPECTED), task


_OF_APPLICATION: Final = Rows(
    DueFee, which=lambda rows: rows.where(DueFee.application_id == given("application_id", Id)).order_by(DueFee.id)
)

_LINES: Final = Rows(
    FeeLine, which=lambda rows: rows.where(FeeLine.fee_id == given("fee_id", Id)).order_by(FeeLine.position)
)


def fees_of(session: Session, application: Application) -> Sequence[DueFee]:
    """The rows of an application, oldest first; one statement."""
    return [row for (row,) in load(session, _OF_APPLICATION, application_id=application.id)]


def new_row(
    package: ServicePackage, application: Application, rule: FeeRule, status: FeeStatus, now: datetime
) -> DueFee:
    """The row of a fee that was not reckoned yet; it is written with its lines."""
    title = package.texts.fee_titles.get(rule.key, THE_TITLE)
    return DueFee(
        key=new_key(),
        application_id=application.id,
        fee_key=rule.key,
        title_km=title.km,
        title_en=title.en,
        task_ref="",
        element_id="",
        amount=0,
        cap=rule.cap,
        refundable=rule.refundable,
        refunded=0,
        status=status,
        reckoned_at=now,
    )


def write(session: Session, application: Application, row: DueFee, fee: Fee) -> None:
    """The row with its lines, in place of older ones; lines that say the same stay."""
    lines = [_line(application, position, line) for position, line in enumerate(fee.lines)]
    row.amount, row.cap = fee.total, fee.cap
    if row.id is not None:
        before = [line for (line,) in load(session, _LINES, fee_id=row.id)]
        if list(map(_said, before)) == list(map(_said, lines)):
            return
        for line in before:
            session.delete(line)
    session.add(row)
    session.flush()
    for line in lines:
        line.fee_id = row.id
    session.add_all(lines)


def _line(application: Application, position: int, line: FeeLineTold) -> FeeLine:
    return FeeLine(
        application_id=application.id,
        position=position,
        line_key=line.key,
        label_km=line.label.km,
        label_en=line.label.en,
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        amount=line.amount,
        citation_km=line.citation.km,
        citation_en=line.citation.en,
    )


def _said(line: FeeLine) -> tuple[object, ...]:
    return line.label_km, line.label_en, line.quantity, line.unit_amount, line.citation_km, line.citation_en


def add_up(application: Application, rows: Iterable[DueFee]) -> None:
    """All that the application costs, as far as it is known."""
    application.fee_total = sum(row.amount for row in rows if row.status != FeeStatus.DROPPED)
