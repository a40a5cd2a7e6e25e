"""The payments of a case, as officers read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import Session, aliased

from engine.money.payments import KHQR_LIFETIME
from engine.queries.shared.bank_slips import PaidAtBank, paid_at_bank
from storage.applications import Application, ApplicationStatus
from storage.bank_slips import BankSlip
from storage.base import Id
from storage.loading import Rows, given, load
from storage.payments import Payment, PaymentStatus


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """A payment, confirmed (then with its receipt, and its bank where there is a slip) or waiting for the bank."""

    key: str
    fee_id: int | None
    method: str
    amount: int
    status: str
    created_at: datetime
    confirmed_at: datetime | None
    receipt_number: str
    khqr: str
    md5: str
    bank: PaidAtBank | None

    def is_live(self, now: datetime) -> bool:
        """Whether the code can still be paid with."""
        return self.status == PaymentStatus.PENDING and now < self.created_at + KHQR_LIFETIME


_THAT_COUNT: Final = Rows(
    Payment,
    BankSlip,
    which=lambda rows: (
        rows.outerjoin(BankSlip, BankSlip.payment_id == Payment.id)
        .where(Payment.application_id == given("application_id", Id), Payment.status != PaymentStatus.VOID)
        .order_by(Payment.id)
    ),
)


def payments_of(session: Session, application_id: int) -> tuple[PaymentShown, ...]:
    """Payments that count: confirmed ones and codes that wait for the bank; one statement."""
    rows = load(session, _THAT_COUNT, application_id=application_id)
    return tuple(
        PaymentShown(
            row.key,
            row.fee_id,
            row.method,
            row.amount,
            row.status,
            row.created_at,
            row.confirmed_at,
            row.receipt_number or "",
            row.khqr,
            row.khqr_md5,
            paid_at_bank(slip),
        )
        for row, slip in rows
    )


def owes_again() -> ColumnElement[bool]:
    """Of an ``Application`` that a statement reads: whether a void receipt left its fee open. Nothing is owed to a case
    that is over."""
    void, paid = aliased(Payment), aliased(Payment)
    again = exists().where(of_one_fee(void, paid), paid.status == PaymentStatus.CONFIRMED)
    return and_(
        Application.status != ApplicationStatus.ENDED,
        exists().where(void.application_id == Application.id, void.voided_at.is_not(None), ~again),
    )


def of_one_fee(one: type[Payment], other: type[Payment]) -> ColumnElement[bool]:
    """Whether two payments are for the same fee of an application; those of the time when there was one fee only have
    none."""
    lone = and_(one.fee_id.is_(None), other.fee_id.is_(None))
    return and_(one.application_id == other.application_id, or_(one.fee_id == other.fee_id, lone))
