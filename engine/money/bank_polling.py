"""Asking the bank about KHQR codes that wait for their money, and believing only an answer that fits.

A new code is asked about often, an old one seldom. Taking a code for a question sets the moment of the next one, so two
workers never ask about the same code at once and one that dies loses nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from engine import bpmn
from engine.connectors import BankAnswer, BankFailed
from engine.errors import AlreadyPaid, BankReferenceUsed, CaseSuspended, Refused, WrongAmount
from engine.house import House
from engine.money import bank_notes, payments
from storage.payments import Payment

BATCH: Final = 20
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(minutes=10)
PART_OF_AGE: Final = 8
"""After each question the next waits an eighth of the code's age."""

CURRENCY: Final = "KHR"
log = structlog.get_logger("owso.bank")


def ask_due(house: House, *, now: datetime) -> int:
    """Asks about the codes whose turn it is; how many payments that confirmed. A bank that fails is left alone until
    the next sweep."""
    if house.bank is None:
        return 0
    with house.database.reading() as session:
        due = session.execute(
            select(Payment.id, Payment.created_at).where(_due(now)).order_by(Payment.ask_bank_at).limit(BATCH)
        ).all()
    confirmed = 0
    for payment_id, created_at in due:
        with house.database.transaction() as session:
            md5 = take(session, payment_id, created_at, now=now)
        if md5 is None:
            continue
        try:
            answer = house.bank.paid(md5)
        except BankFailed as failure:
            log.warning("bank_failed", reason=str(failure))
            break
        if answer is not None:
            confirmed += _settle(house, payment_id, answer, now)
    return confirmed


def take(session: Session, payment_id: int, created_at: datetime, *, now: datetime) -> str | None:
    """The MD5 of a code to ask about, for this worker alone; ``None`` when another was quicker."""
    wait = min(max((now - created_at) / PART_OF_AGE, FIRST_WAIT), LONGEST_WAIT)
    return session.scalar(
        update(Payment)
        .where(Payment.id == payment_id, _due(now))
        .values(ask_bank_at=now + wait)
        .returning(Payment.khqr_md5)
    )


def _due(now: datetime) -> ColumnElement[bool]:
    """Codes that wait, until a last question after they expired: money sent in the last minute counts."""
    return (
        (Payment.status == payments.PENDING)
        & (Payment.ask_bank_at <= now)
        & (Payment.created_at > now - payments.KHQR_LIFETIME - 2 * LONGEST_WAIT)
    )


def _settle(house: House, payment_id: int, answer: BankAnswer, now: datetime) -> bool:
    """Confirms the payment when the answer fits; otherwise leaves the cashier a note."""
    try:
        with house.database.transaction() as session:
            payment = session.get_one(Payment, payment_id)
            if (answer.amount, answer.currency) != (Decimal(payment.amount), CURRENCY):
                raise WrongAmount(expected=payment.amount)
            payments.confirm_by_md5(session, house, payment.khqr_md5, answer.reference, now=now)
        return True
    except Refused as refusal:
        problem = _PROBLEMS.get(type(refusal), bank_notes.NOT_DUE)
    except bpmn.BpmnRefusal as failure:
        log.error("confirmation_failed", payment=payment_id, failure=type(failure).__name__)
        return False
    with house.database.transaction() as session:
        bank_notes.write(session, house, payment_id, answer, problem, now=now)
    return False


_PROBLEMS: Final[dict[type[Refused], str]] = {
    WrongAmount: bank_notes.OTHER_AMOUNT,
    AlreadyPaid: bank_notes.PAID_BEFORE,
    BankReferenceUsed: bank_notes.REFERENCE_USED,
    CaseSuspended: bank_notes.SUSPENDED,
}
