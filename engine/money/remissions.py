"""Paying money back, and writing a fee off: a cashier asks with a reason, the head of the office agrees.

A refund is paid out against a numbered slip; a fee that the law does not pay back is paid back only when it was paid in
error. A fee that is written off is not asked for any more, and the process goes on from its payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.case.fee_rows import in_hand
from engine.case.fees import start_promise
from engine.case.messages import tell_about
from engine.case.opening import Case, lock_case, lock_case_by_key
from engine.case.turn import Turn
from engine.errors import (
    NotAllowed,
    NotFound,
    NotRefundable,
    PaymentNotDue,
    RemissionWaits,
    SecondPersonNeeded,
    StalePage,
    TooMuchBack,
)
from engine.house import House
from engine.localise import plain_riel
from engine.money import shares
from engine.money.books import book_of
from engine.money.owed import task_of
from engine.packages.groups import CASHIER, HEAD
from engine.people.actors import Actor
from engine.reasons import reason_given
from engine.references import new_key, new_refund_number
from engine.tasks.user_tasks import finish
from storage.applications import Application
from storage.payments import DueFee, FeeStatus, Payment, PaymentStatus
from storage.remissions import Remission, RemissionKind, RemissionStatus

WHO_SEES = (CASHIER, HEAD)
"""The groups of the office that see what was asked; a cashier asks, the head answers."""


def ask_refund(
    session: Session,
    house: House,
    actor: Actor,
    receipt: str,
    *,
    amount: int,
    reason: str,
    in_error: bool,
    now: datetime,
) -> str:
    """Asks for money of this receipt to be paid back, and gives the key of the remission.

    ``TooMuchBack`` with what is left of it, ``NotRefundable`` for a fee that the law keeps and that was not paid in
    error, ``RemissionWaits`` while another remission or a void waits, ``ReasonMissing``.
    """
    found = session.execute(select(Payment.id, Payment.application_id).where(Payment.receipt_number == receipt)).first()
    if found is None:
        raise NotFound
    case = lock_case(session, house, found.application_id)
    _require(case, actor, CASHIER)
    rows = _fees(session, case)
    payment = session.get_one(Payment, found.id, populate_existing=True)
    fee = next(row for row in rows if row.id == payment.fee_id)
    why = reason_given(reason)
    if payment.status != PaymentStatus.CONFIRMED:
        raise PaymentNotDue
    _require_nothing_waits(session, fee)
    if payment.void_asked_at is not None:
        raise RemissionWaits
    if not fee.refundable and not in_error:
        raise NotRefundable
    left = payment.amount - paid_back(session, payment)
    if not 0 < amount <= left:
        raise TooMuchBack(most=left)
    turn = Turn(session, house, case, actor, now)
    asked = _asked(turn, RemissionKind.REFUND, fee, amount, why)
    asked.payment_id, asked.in_error = payment.id, in_error
    turn.record("refund_asked", data={"receipt": receipt, "amount": amount}, personal={"reason": why})
    return asked.key


def ask_write_off(
    session: Session, house: House, actor: Actor, application_key: str, fee_key: str, *, reason: str, now: datetime
) -> str:
    """Asks for a fee that is due not to be asked for, and gives the key of the remission. ``PaymentNotDue``,
    ``RemissionWaits``, ``ReasonMissing``."""
    case = lock_case_by_key(session, house, application_key)
    _require(case, actor, CASHIER)
    fee = next((row for row in _fees(session, case) if row.key == fee_key), None)
    if fee is None:
        raise NotFound
    why = reason_given(reason)
    if fee.status != FeeStatus.DUE:
        raise PaymentNotDue
    _require_nothing_waits(session, fee)
    turn = Turn(session, house, case, actor, now)
    asked = _asked(turn, RemissionKind.WRITE_OFF, fee, fee.amount, why)
    data = {"amount": fee.amount, "fee_km": fee.title_km, "fee_en": fee.title_en}
    turn.record("write_off_asked", element_id=fee.element_id, data=data, personal={"reason": why})
    return asked.key


def agree(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> None:
    """The head agrees: the money is paid back against its slip, or the fee is written off. Agreeing twice is harmless.

    ``SecondPersonNeeded`` for who asked, ``StalePage`` when it was answered otherwise or the fee was paid meanwhile.
    """
    asked, turn = _remission(session, house, actor, key, now)
    _require(turn.case, actor, HEAD)
    if asked.status == RemissionStatus.AGREED and asked.answered_by_id == actor.person_id:
        return
    if asked.status != RemissionStatus.ASKED:
        raise StalePage
    if asked.asked_by_id == actor.person_id:
        raise SecondPersonNeeded
    fee = next(row for row in _fees(session, turn.case) if row.id == asked.fee_id)
    asked.status, asked.answered_at, asked.answered_by_id = RemissionStatus.AGREED, now, actor.person_id
    if asked.kind == RemissionKind.REFUND:
        _pay_back(turn, asked, fee)
    else:
        _write_off(turn, asked, fee)


def decline(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> None:
    """Leaves everything as it is: whoever asked takes it back, or the head does not agree. ``StalePage`` once it was
    agreed to; declining twice is harmless."""
    asked, turn = _remission(session, house, actor, key, now)
    _require(turn.case, actor, *WHO_SEES)
    if asked.status == RemissionStatus.AGREED:
        raise StalePage
    if asked.asked_by_id != actor.person_id:
        _require(turn.case, actor, HEAD)
    if asked.status == RemissionStatus.ASKED:
        asked.status, asked.answered_at, asked.answered_by_id = RemissionStatus.DECLINED, now, actor.person_id
        turn.record("remission_declined", data={"kind": asked.kind, "amount": asked.amount})


def paid_back(session: Session, payment: Payment) -> int:
    """How much of a payment was paid back; whole riel."""
    back = Remission.payment_id == payment.id, Remission.status == RemissionStatus.AGREED
    return session.scalar(select(func.coalesce(func.sum(Remission.amount), 0)).where(*back)) or 0


def may_ask_refund(session: Session, actor: Actor, receipt: str) -> bool:
    """Whether the actor is one who could ask for money of this receipt: for the button of its page."""
    row = session.execute(
        select(Application.office_id, Application.applicant_id)
        .join(Payment, Payment.application_id == Application.id)
        .where(Payment.receipt_number == receipt, Payment.status == PaymentStatus.CONFIRMED)
    ).one_or_none()
    return row is not None and row.applicant_id != actor.person_id and actor.acts_for(CASHIER, row.office_id)


def _pay_back(turn: Turn, asked: Remission, fee: DueFee) -> None:
    session, case = turn.session, turn.case
    payment = session.get_one(Payment, asked.payment_id)
    if payment.status != PaymentStatus.CONFIRMED:
        raise StalePage
    asked.book_id = book_of(turn, asked.asked_by_id).id
    asked.number = new_refund_number(session, case.office.code, case.calendar.local_date(turn.now).year)
    fee.refunded += asked.amount
    session.flush()
    shares.take_back_part(turn, payment, asked.amount, left=payment.amount - paid_back(session, payment))
    facts = {"receipt": payment.receipt_number, "amount": asked.amount, "refund": asked.number}
    turn.record("refunded", data=facts, personal={"reason": asked.reason})
    _tell(turn, asked, "refund_agreed")


def _write_off(turn: Turn, asked: Remission, fee: DueFee) -> None:
    """The fee is settled without money: codes that wait for it are void, and its task is done."""
    session = turn.session
    if fee.status != FeeStatus.DUE or fee.amount != asked.amount:
        raise StalePage
    waiting = Payment.fee_id == fee.id, Payment.status == PaymentStatus.PENDING
    session.execute(update(Payment).where(*waiting).values(status=PaymentStatus.VOID))
    task = task_of(session, fee)
    fee.status, fee.settled_at = FeeStatus.WRITTEN_OFF, turn.now
    session.flush()
    data = {"amount": fee.amount, "fee_km": fee.title_km, "fee_en": fee.title_en}
    turn.record("written_off", element_id=fee.element_id, data=data, personal={"reason": asked.reason})
    _tell(turn, asked, "fee_written_off")
    if task is not None:
        start_promise(turn)
        finish(turn, task, {})


def _tell(turn: Turn, asked: Remission, message: str) -> None:
    applicant = turn.case.applicant
    amount, why = plain_riel(asked.amount, applicant.language), asked.reason.rstrip(".។ ")
    key = f"{turn.case.application.id}/{message}/{asked.key}"
    tell_about(turn, applicant, turn.house.texts[message], key=key, amount=amount, reason=why)


def _asked(turn: Turn, kind: RemissionKind, fee: DueFee, amount: int, reason: str) -> Remission:
    if turn.actor.person_id is None:
        raise NotAllowed
    asked = Remission(
        key=new_key(),
        kind=kind,
        status=RemissionStatus.ASKED,
        application_id=turn.case.application.id,
        office_id=turn.case.office.id,
        fee_id=fee.id,
        amount=amount,
        in_error=False,
        reason=reason,
        asked_at=turn.now,
        asked_by_id=turn.actor.person_id,
    )
    turn.session.add(asked)
    return asked


def _remission(session: Session, house: House, actor: Actor, key: str, now: datetime) -> tuple[Remission, Turn]:
    """The remission under this key, read again under the lock of its case."""
    found = session.execute(select(Remission.id, Remission.application_id).where(Remission.key == key)).first()
    if found is None:
        raise NotFound
    case = lock_case(session, house, found.application_id)
    asked = session.get_one(Remission, found.id, populate_existing=True)
    return asked, Turn(session, house, case, actor, now)


def _require(case: Case, actor: Actor, *groups: str) -> None:
    """Nobody decides about the money of their own application."""
    actor.require(case.office.id, *groups)
    if actor.person_id == case.applicant.id:
        raise NotAllowed


def _require_nothing_waits(session: Session, fee: DueFee) -> None:
    waits = Remission.fee_id == fee.id, Remission.status == RemissionStatus.ASKED
    if session.scalar(select(Remission.id).where(*waits).limit(1)) is not None:
        raise RemissionWaits


def _fees(session: Session, case: Case) -> Sequence[DueFee]:
    return in_hand(session, case.application, case.published.package)
