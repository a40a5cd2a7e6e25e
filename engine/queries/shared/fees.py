"""The fees of an application as people see them: what each is for, where it stands, how it was paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.case.fee_rows import THE_TITLE
from engine.khmer import Bilingual
from engine.queries.shared.bank_slips import PaidAtBank, paid_at_bank
from storage.applications import Application, ApplicationStatus
from storage.bank_slips import BankSlip
from storage.base import Id
from storage.loading import Rows, given, load
from storage.payments import DueFee, FeeLine, FeeStatus, Payment, PaymentStatus
from storage.processes import OPEN_TASK, TaskKind, UserTask

Paid = tuple[Payment, BankSlip | None]

_TOLD: Final = Rows(
    FeeLine,
    DueFee,
    which=lambda rows: (
        rows.outerjoin(DueFee, DueFee.id == FeeLine.fee_id)
        .where(FeeLine.application_id == given("application_id", Id))
        .order_by(FeeLine.fee_id, FeeLine.position)
    ),
)
_PAID: Final = Rows(
    Payment,
    BankSlip,
    which=lambda rows: (
        rows.outerjoin(BankSlip, BankSlip.payment_id == Payment.id)
        .where(
            Payment.application_id == given("application_id", Id),
            or_(Payment.status == PaymentStatus.CONFIRMED, Payment.voided_at.is_not(None)),
        )
        .order_by(Payment.voided_at, Payment.id)
    ),
)


@dataclass(frozen=True, slots=True)
class FeeLineShown:
    """One line of a fee as it was told; whole riel."""

    label: Bilingual
    quantity: int
    unit_amount: int
    amount: int
    citation: Bilingual


@dataclass(frozen=True, slots=True)
class HowPaid:
    """How a fee was paid; ``bank`` where there is a slip of it. ``void_receipt``: the last receipt of it that was made
    void, and why."""

    method: str
    receipt_number: str
    paid_at: datetime | None
    bank: PaidAtBank | None
    void_receipt: str
    void_reason: str


@dataclass(frozen=True, slots=True)
class FeeShown:
    """A fee with its lines; ``key`` is its address, empty for one of an application that was sent when a service had
    one fee only and that nobody has had in hand since. ``refunded``: what was paid back of it. Whole riel."""

    id: int | None
    key: str
    title: Bilingual
    lines: tuple[FeeLineShown, ...]
    amount: int
    cap: int | None
    status: FeeStatus
    refundable: bool
    refunded: int
    told_at: datetime
    how: HowPaid

    @property
    def is_due(self) -> bool:
        """Whether it is to be paid now."""
        return self.status == FeeStatus.DUE

    @property
    def is_paid(self) -> bool:
        """Whether it was paid."""
        return self.status == FeeStatus.PAID


def fees_shown(session: Session, application: Application) -> tuple[FeeShown, ...]:
    """The fees in the order in which they came up, without those that nobody has to pay any more; two statements."""
    told = _told(session, application.id)
    paid = _payments(session, application.id)
    rows = [(row, lines) for row, lines in told if row is not None and row.status != FeeStatus.DROPPED]
    shown = tuple(_shown(row, lines, [one for one in paid if one[0].fee_id == row.id]) for row, lines in rows)
    lone = next((lines for row, lines in told if row is None), ())
    return shown or _only_fee(session, application, lone, paid)


def told_of(session: Session, payment: Payment) -> tuple[Bilingual | None, tuple[FeeLineShown, ...]]:
    """What the fee that a payment is for is called, and its lines; one statement."""
    for row, lines in _told(session, payment.application_id):
        if (row.id if row else None) == payment.fee_id:
            return (Bilingual(row.title_km, row.title_en) if row else None), lines
    return None, ()


def _told(session: Session, application_id: int) -> list[tuple[DueFee | None, tuple[FeeLineShown, ...]]]:
    """Every fee with its lines: none is without any."""
    rows = load(session, _TOLD, application_id=application_id)
    by_fee = groupby(rows, key=lambda row: row[1])
    return [(fee, tuple(_line(line) for line, _ in together)) for fee, together in by_fee]


def _line(row: FeeLine) -> FeeLineShown:
    return FeeLineShown(
        Bilingual(row.label_km, row.label_en),
        row.quantity,
        row.unit_amount,
        row.amount,
        Bilingual(row.citation_km, row.citation_en),
    )


def _payments(session: Session, application_id: int) -> Sequence[Paid]:
    """Confirmed payments, and those whose receipt was made void, in the order in which that happened."""
    return [(payment, slip) for payment, slip in load(session, _PAID, application_id=application_id)]


def _shown(row: DueFee, lines: tuple[FeeLineShown, ...], payments: Sequence[Paid]) -> FeeShown:
    return FeeShown(
        id=row.id,
        key=row.key,
        title=Bilingual(row.title_km, row.title_en),
        lines=lines,
        amount=row.amount,
        cap=row.cap,
        status=row.status,
        refundable=row.refundable,
        refunded=row.refunded,
        told_at=row.reckoned_at,
        how=_how(payments),
    )


def _how(payments: Sequence[Paid]) -> HowPaid:
    paid, slip = next(((paid, slip) for paid, slip in payments if paid.voided_at is None), (None, None))
    void = next((payment for payment, _ in reversed(payments) if payment.voided_at is not None), None)
    return HowPaid(
        method=paid.method if paid else "",
        receipt_number=(paid.receipt_number or "") if paid else "",
        paid_at=paid.confirmed_at if paid else None,
        bank=paid_at_bank(slip),
        void_receipt=(void.receipt_number or "") if void else "",
        void_reason=void.void_reason if void else "",
    )


def _only_fee(
    session: Session, application: Application, lines: tuple[FeeLineShown, ...], payments: Sequence[Paid]
) -> tuple[FeeShown, ...]:
    """The fee of an application that has no row for it yet."""
    if not lines or application.status == ApplicationStatus.DRAFT:
        return ()
    return (
        FeeShown(
            id=None,
            key="",
            title=THE_TITLE,
            lines=lines,
            amount=application.fee_total,
            cap=None,
            status=_stands(session, application, payments),
            refundable=False,
            refunded=0,
            told_at=application.submitted_at or application.created_at,
            how=_how(payments),
        ),
    )


def _stands(session: Session, application: Application, payments: Sequence[Paid]) -> FeeStatus:
    if any(payment.status == PaymentStatus.CONFIRMED for payment, _ in payments):
        return FeeStatus.PAID
    waits = UserTask.kind == TaskKind.PAYMENT, UserTask.status.in_(OPEN_TASK)
    waiting = select(UserTask.id).where(UserTask.application_id == application.id, *waits).limit(1)
    if payments or session.scalar(waiting) is not None:
        return FeeStatus.DUE
    return FeeStatus.EXPECTED if application.status == ApplicationStatus.RUNNING else FeeStatus.DROPPED
