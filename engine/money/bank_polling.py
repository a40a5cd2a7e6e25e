"""Asking the bank about KHQR codes that wait for their money, and believing only an answer that fits.

A new code is asked about often, an old one seldom.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

import structlog
from sqlalchemy import ColumnElement

from engine import bpmn
from engine.claiming import Queue, spread
from engine.connectors import Bank, BankAnswer, BankFailed
from engine.errors import AlreadyPaid, BankReferenceUsed, CaseSuspended, Refused, WrongAmount
from engine.house import House
from engine.money import bank_notes, payments
from storage.payments import BankProblem, Payment, PaymentStatus

FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(minutes=10)
PART_OF_AGE: Final = 8
"""After each question the next waits an eighth of the code's age."""

CURRENCY: Final = "KHR"


def _still_asked(now: datetime) -> ColumnElement[bool]:
    """Codes that wait, until a last question after they expired: money sent in the last minute counts."""
    return (Payment.status == PaymentStatus.PENDING) & (
        Payment.created_at > now - payments.KHQR_LIFETIME - 2 * LONGEST_WAIT
    )


QUESTIONS: Final = Queue(
    Payment, Payment.id, Payment.ask_bank_at, is_open=_still_asked, lease=timedelta(minutes=1), batch=20
)
log = structlog.get_logger("owso.bank")


def ask_due(house: House, *, now: datetime) -> int:
    """Asks about the codes whose turn it is; how many payments that confirmed. A bank that fails is left alone until
    the next sweep."""
    if house.bank is None:
        return 0
    return QUESTIONS.work_off(house.database, partial(_ask, house, house.bank, now), now=now, outage=BankFailed)


def _ask(house: House, bank: Bank, now: datetime, payment: Payment) -> bool:
    answer = bank.paid(payment.khqr_md5)
    if answer is not None:
        return _settle(house, payment.id, answer, now)
    with house.database.transaction() as session:
        wait = min(max((now - payment.created_at) / PART_OF_AGE, FIRST_WAIT), LONGEST_WAIT)
        asked = session.get_one(Payment, payment.id)
        asked.ask_bank_at = now + spread(wait, f"{payment.khqr_md5}/{now.isoformat()}")
    return False


def _settle(house: House, payment_id: int, answer: BankAnswer, now: datetime) -> bool:
    """Confirms the payment when the answer fits; otherwise leaves the cashier a note."""
    try:
        with house.database.transaction() as session:
            payment = session.get_one(Payment, payment_id)
            if (answer.amount, answer.currency) != (Decimal(payment.amount), CURRENCY):
                raise WrongAmount(expected=payment.amount, given=answer.amount)
            payments.confirm_by_md5(session, house, payment.khqr_md5, answer.reference, now=now)
        return True
    except Refused as refusal:
        problem = _PROBLEMS.get(type(refusal), BankProblem.NOT_DUE)
    except bpmn.BpmnRefusal as failure:
        log.error("confirmation_failed", payment=payment_id, failure=type(failure).__name__)
        return False
    with house.database.transaction() as session:
        bank_notes.write(session, house, payment_id, answer, problem, now=now)
    return False


_PROBLEMS: Final[dict[type[Refused], BankProblem]] = {
    WrongAmount: BankProblem.AMOUNT,
    AlreadyPaid: BankProblem.PAID_BEFORE,
    BankReferenceUsed: BankProblem.REFERENCE_USED,
    CaseSuspended: BankProblem.SUSPENDED,
}
