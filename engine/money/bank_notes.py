"""Answers of the bank that confirm nothing: kept beside the payment until a cashier has dealt with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.opening import lock_case
from engine.case.turn import Turn
from engine.connectors import BankAnswer
from engine.errors import NotFound
from engine.house import House
from engine.packages.groups import CASHIER
from engine.people.actors import THE_BANK, Actor
from engine.reasons import reason_given
from storage.payments import BankProblem, Payment

LONGEST_REMARK = 500


def write(
    session: Session, house: House, payment_id: int, answer: BankAnswer, problem: BankProblem, *, now: datetime
) -> None:
    """Keeps what the bank said and why it confirms nothing; the bank is not asked about this code again."""
    case = lock_case(session, house, session.get_one(Payment, payment_id).application_id)
    payment = session.get_one(Payment, payment_id, populate_existing=True)
    payment.bank_paid, payment.bank_problem = f"{answer.amount} {answer.currency} ({answer.reference:.80})", problem
    payment.ask_bank_at = None
    data = {"paid": f"{answer.amount} {answer.currency}", "problem": problem}
    Turn(session, house, case, THE_BANK, now).record("bank_disagrees", data=data)


def clear(session: Session, house: House, actor: Actor, payment_key: str, remark: str, *, now: datetime) -> None:
    """The cashier has dealt with it, for example paid the money back, and says how. Clearing twice is harmless."""
    found = session.execute(select(Payment.id, Payment.application_id).where(Payment.key == payment_key)).first()
    if found is None:
        raise NotFound
    case = lock_case(session, house, found.application_id)
    actor.require(case.office.id, CASHIER)
    payment = session.get_one(Payment, found.id, populate_existing=True)
    reason = reason_given(remark, longest=LONGEST_REMARK)
    if payment.bank_problem:
        payment.bank_problem = BankProblem.NONE
        Turn(session, house, case, actor, now).record("bank_note_cleared", personal={"reason": reason})
