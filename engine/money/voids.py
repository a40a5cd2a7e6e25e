"""Making a wrong receipt void: one person of the office asks with a reason, another one agrees.

The number stays in the series and the receipt says that it is void. The process stays where it is: officers have worked
since, and what they decided is not undone because of a paper. The fee is due again, at the cashier's desk and by KHQR,
and the result is not handed over before it is paid. When the case is over, the receipt stands. The bank's reference
may be used again, where it belongs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.fee_rows import in_hand
from engine.case.messages import tell_about
from engine.case.opening import Case, lock_case
from engine.case.turn import Turn
from engine.errors import (
    NotAllowed,
    NotFound,
    PaidBack,
    ReceiptStands,
    RemissionWaits,
    StalePage,
    VoidNeedsAnother,
)
from engine.house import House
from engine.localise import plain_riel
from engine.money import shares
from engine.money.books import take_back
from engine.packages.groups import CASHIER, HEAD
from engine.people.actors import Actor
from engine.reasons import reason_given
from storage.applications import Application, ApplicationStatus, Handover
from storage.payments import DueFee, FeeStatus, Payment, PaymentStatus
from storage.remissions import Remission, RemissionStatus

WHO_MAY = (CASHIER, HEAD)
"""The groups of the office that ask for a void and agree to one."""


def ask(session: Session, house: House, actor: Actor, number: str, reason: str, *, now: datetime) -> None:
    """Asks for the receipt to be made void. Asking twice keeps the first reason; ``ReasonMissing`` without one.
    ``PaidBack`` where money of it was paid back, ``RemissionWaits`` while somebody asks for that."""
    payment, turn = _receipt(session, house, actor, number, now)
    _require_open(session, turn.case, payment)
    why = reason_given(reason)
    if payment.void_asked_at is not None:
        return
    _require_not_paid_back(session, payment)
    payment.void_reason, payment.void_asked_at, payment.void_asked_by_id = why, now, actor.person_id
    turn.record("void_asked", data={"receipt": number}, personal={"reason": why})


def agree(session: Session, house: House, actor: Actor, number: str, *, now: datetime) -> None:
    """Makes the receipt void, as a second person, and tells the applicant why and how to pay again. Agreeing twice is
    harmless.

    ``VoidNeedsAnother`` for who asked, ``StalePage`` when nobody did or it was taken back, ``ReceiptStands`` when
    the case is over.
    """
    payment, turn = _receipt(session, house, actor, number, now)
    if payment.voided_at is not None and payment.voided_by_id == actor.person_id:
        return
    _require_open(session, turn.case, payment)
    if payment.void_asked_at is None:
        raise StalePage
    if payment.void_asked_by_id == actor.person_id:
        raise VoidNeedsAnother
    payment.status, payment.voided_at, payment.voided_by_id = PaymentStatus.VOID, now, actor.person_id
    owed_again = next(row for row in _fees(session, turn.case) if row.id == payment.fee_id)
    owed_again.status, owed_again.settled_at = FeeStatus.DUE, None
    take_back(turn, payment)
    shares.take_back(turn, payment)
    session.flush()
    turn.record("receipt_void", data={"receipt": number}, personal={"reason": payment.void_reason})
    _tell(turn, payment)


def keep(session: Session, house: House, actor: Actor, number: str, *, now: datetime) -> None:
    """Lets the receipt stand: whoever asked takes it back, or the second person does not agree."""
    payment, turn = _receipt(session, house, actor, number, now)
    if payment.voided_at is not None:
        raise StalePage
    if payment.void_asked_at is not None:
        payment.void_reason, payment.void_asked_at, payment.void_asked_by_id = "", None, None
        turn.record("void_declined", data={"receipt": number})


def may_ask(session: Session, actor: Actor, number: str) -> bool:
    """Whether the actor is one who could ask for this receipt to be void, or agree: for the buttons of its page."""
    row = session.execute(
        select(Application.office_id, Application.applicant_id, Application.status)
        .join(Payment, Payment.application_id == Application.id)
        .where(Payment.receipt_number == number)
    ).one_or_none()
    if row is None or row.status == ApplicationStatus.ENDED or row.applicant_id == actor.person_id:
        return False
    return any(actor.acts_for(group, row.office_id) for group in WHO_MAY)


def fee_is_owed(session: Session, case: Case) -> bool:
    """Whether a void receipt left the fee of this case open and it was not paid again. Nothing is owed to a case
    that is over."""
    if case.application.status == ApplicationStatus.ENDED:
        return False
    due = [row for row in _fees(session, case) if row.status == FeeStatus.DUE]
    return any(last_void(session, row) for row in due)


def require_seen(session: Session, fee: DueFee, seen: str) -> None:
    """``StalePage`` for a page from before the last void receipt of this fee: sent again, it would take money that
    nobody gave."""
    if last_void(session, fee) != seen:
        raise StalePage


def _fees(session: Session, case: Case) -> Sequence[DueFee]:
    return in_hand(session, case.application, case.published.package)


def last_void(session: Session, fee: DueFee) -> str:
    """The number of the last receipt of this fee that was made void; empty when there is none."""
    number = session.scalar(
        select(Payment.receipt_number)
        .where(Payment.fee_id == fee.id, Payment.voided_at.is_not(None))
        .order_by(Payment.voided_at.desc(), Payment.id.desc())
        .limit(1)
    )
    return number or ""


def _receipt(session: Session, house: House, actor: Actor, number: str, now: datetime) -> tuple[Payment, Turn]:
    """The payment of a receipt, read again under the lock of its case, for a cashier or the head of the office who is
    not the applicant."""
    found = session.execute(
        select(Payment.id, Payment.application_id).where(Payment.receipt_number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    case = lock_case(session, house, found.application_id)
    actor.require(case.office.id, *WHO_MAY)
    if actor.person_id == case.applicant.id:
        raise NotAllowed
    payment = session.get_one(Payment, found.id, populate_existing=True)
    return payment, Turn(session, house, case, actor, now)


def _require_not_paid_back(session: Session, payment: Payment) -> None:
    asked = select(Remission.status).where(Remission.payment_id == payment.id)
    stands = set(session.scalars(asked))
    if RemissionStatus.AGREED in stands:
        raise PaidBack
    if RemissionStatus.ASKED in stands:
        raise RemissionWaits


def _tell(turn: Turn, payment: Payment) -> None:
    """The applicant may pay again where an account for codes is set up, and comes to the office where none is."""
    texts = turn.house.texts
    message = texts["receipt_void"] if turn.house.payment_account.bakong_id else texts["receipt_void_come"]
    key = f"{turn.case.application.id}/receipt_void/{payment.receipt_number}"
    amount = plain_riel(payment.amount, turn.case.applicant.language)
    tell_about(turn, turn.case.applicant, message, key=key, amount=amount, reason=payment.void_reason.rstrip(".។ "))


def _require_open(session: Session, case: Case, payment: Payment) -> None:
    if payment.voided_at is not None:
        raise StalePage
    handed = select(Handover.id).where(Handover.application_id == case.application.id)
    if case.application.status == ApplicationStatus.ENDED or session.scalar(handed) is not None:
        raise ReceiptStands
