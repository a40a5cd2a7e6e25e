"""Money for an application: cash over the counter, a KHQR code, a bank payment; each ends in one numbered receipt.

A fee is due from the moment its payment task was reached; confirming the payment completes that task. Of each fee one
payment is confirmed at most, and the database itself refuses a second one. After its receipt was made void
(``engine.money.voids``) the fee is due again, wherever the process is by then.

Where a fee is not named, the first that is due is meant, else the last that was paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import localise
from engine.case.fee_rows import in_hand
from engine.case.fees import start_promise
from engine.case.messages import tell_about
from engine.case.opening import Case, lock_case, lock_case_by_key
from engine.case.turn import Turn
from engine.documents import khqr
from engine.errors import (
    BankReferenceUsed,
    KhqrNotOffered,
    NotFound,
    PaymentNotDue,
    WrongAmount,
)
from engine.house import House
from engine.money import shares, voids
from engine.money.bank_papers import BankPaper
from engine.money.bank_references import reference_given, refuse_used
from engine.money.bank_slips import require_right, settle_slips
from engine.money.books import book_of
from engine.money.counter import case_at_the_counter, require_cashier, require_enough
from engine.money.owed import confirmed, due_of, meant, task_of
from engine.packages.groups import CASHIER, FRONT_OFFICE
from engine.people.actors import THE_BANK, Actor
from engine.references import new_key, new_receipt_number
from engine.tasks.user_tasks import finish
from storage.payments import DueFee, FeeStatus, Payment, PaymentMethod, PaymentStatus

KHQR_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A confirmed payment: the number on the paper, for which application, how much (whole riel), how and when."""

    number: str
    application_key: str
    reference: str
    amount: int
    method: PaymentMethod
    at: datetime


@dataclass(frozen=True, slots=True)
class KhqrOffer:
    """A code to pay with: the exact string to be drawn, its MD5 (the key for asking the bank), the amount in whole
    riel, and until when it is good."""

    payment_key: str
    payload: str
    md5: str
    amount: int
    expires_at: datetime


def record_cash(
    session: Session,
    house: House,
    actor: Actor,
    application_key: str,
    amount: int,
    *,
    now: datetime,
    fee: str = "",
    void_seen: str = "",
    handed: int | None = None,
) -> Receipt:
    """Takes cash over the counter. The same cashier sending the same amount twice gets the same receipt.

    ``amount`` is the fee that the cashier's page showed, ``handed`` what was put on the counter; without it the fee
    itself. ``WrongAmount`` with both amounts when another fee is due by now. ``void_seen`` is the void receipt that the
    page showed: a page from before it takes nothing.
    """
    case = case_at_the_counter(session, house, actor, application_key)
    owed = meant(session, case, fee)
    paid = confirmed(session, owed)
    mine = (PaymentMethod.CASH, actor.person_id, amount)
    if paid is not None and (paid.method, paid.confirmed_by_id, paid.amount) == mine:
        return _receipt(case, paid)
    due = due_of(session, owed, paid)
    voids.require_seen(session, due, void_seen)
    if amount != due.amount:
        raise WrongAmount(expected=due.amount, given=amount)
    payment = _new_payment(case, due, PaymentMethod.CASH, now)
    payment.handed = due.amount if handed is None else require_enough(handed, fee=due.amount)
    return _confirm(Turn(session, house, case, actor, now), due, payment)


def record_bank_payment(
    session: Session,
    house: House,
    actor: Actor,
    application_key: str,
    paper: BankPaper,
    *,
    now: datetime,
    fee: str = "",
    void_seen: str = "",
) -> Receipt:
    """Records that a bank payment of the whole fee arrived, paid without a code of ours; ``void_seen`` as for cash.

    Under one reference sent twice it is one receipt. Refuses what ``bank_slips.require_right`` refuses.
    """
    case = case_at_the_counter(session, house, actor, application_key)
    owed = meant(session, case, fee)
    paid = confirmed(session, owed)
    if paid is not None and paid.bank_reference == paper.reference:
        return _receipt(case, paid)
    due = due_of(session, owed, paid)
    voids.require_seen(session, due, void_seen)
    payment, turn = _new_payment(case, due, PaymentMethod.BANK, now), Turn(session, house, case, actor, now)
    require_right(turn, due, payment, paper)
    return _confirm(turn, due, payment, bank_reference=paper.reference, paper=paper)


def confirm_payment(
    session: Session, house: House, actor: Actor, payment_key: str, paper: BankPaper, *, now: datetime
) -> Receipt:
    """Confirms a pending KHQR payment that the cashier found at the bank, as the bank's paper says."""
    payment, case = _payment_and_case(session, house, Payment.key == payment_key)
    require_cashier(case, actor)
    return _confirm_pending(Turn(session, house, case, actor, now), payment, paper.reference, paper)


def confirm_by_md5(session: Session, house: House, md5: str, bank_reference: str, *, now: datetime) -> Receipt:
    """What a payment connector calls when the bank knows the code: confirms the payment in the bank's name."""
    payment, case = _payment_and_case(session, house, Payment.khqr_md5 == md5)
    return _confirm_pending(Turn(session, house, case, THE_BANK, now), payment, bank_reference)


def offer_khqr(
    session: Session, house: House, actor: Actor, application_key: str, *, fee: str = "", now: datetime
) -> KhqrOffer:
    """The code to pay the whole fee with. The same code again until it expires, then a new one.

    For the applicant, and for the counter and the cashier of the office. Raises ``PaymentNotDue``, and
    ``KhqrNotOffered`` where no usable account is configured.
    """
    case = lock_case_by_key(session, house, application_key)
    if actor.person_id != case.applicant.id:
        actor.require(case.office.id, CASHIER, FRONT_OFFICE)
    owed = meant(session, case, fee)
    due = due_of(session, owed, confirmed(session, owed))
    payment = _live_code(session, due, now) or _new_code(house, case, due, now)
    session.add(payment)
    session.flush()
    return KhqrOffer(
        payment.key,
        payment.khqr,
        payment.khqr_md5,
        payment.amount,
        payment.created_at + KHQR_LIFETIME,
    )


def _payment_and_case(session: Session, house: House, which: ColumnElement[bool]) -> tuple[Payment, Case]:
    """A payment with its case locked; read again under the lock, so that two confirmations see each other."""
    found = session.execute(select(Payment.id, Payment.application_id).where(which)).first()
    if found is None:
        raise NotFound
    case = lock_case(session, house, found.application_id)
    return session.get_one(Payment, found.id, populate_existing=True), case


def _new_payment(case: Case, fee: DueFee, method: PaymentMethod, now: datetime) -> Payment:
    return Payment(
        key=new_key(),
        application_id=case.application.id,
        fee_id=fee.id,
        office_id=case.office.id,
        method=method,
        amount=fee.amount,
        status=PaymentStatus.PENDING,
        created_at=now,
    )


def _live_code(session: Session, fee: DueFee, now: datetime) -> Payment | None:
    return session.scalar(
        select(Payment)
        .where(
            Payment.fee_id == fee.id,
            Payment.status == PaymentStatus.PENDING,
            Payment.method == PaymentMethod.KHQR,
            Payment.amount == fee.amount,
            Payment.created_at > now - KHQR_LIFETIME,
        )
        .order_by(Payment.id.desc())
        .limit(1)
    )


def _new_code(house: House, case: Case, fee: DueFee, now: datetime) -> Payment:
    account = house.payment_account
    payment = _new_payment(case, fee, PaymentMethod.KHQR, now)
    try:
        code = khqr.payment_code(
            khqr.Payee(account.bakong_id, account.merchant_name, account.city),
            amount=payment.amount,
            bill_number=case.application.reference or "",
            created_at=now,
            expires_at=now + KHQR_LIFETIME,
        )
    except khqr.BadPayment as unusable:
        raise KhqrNotOffered from unusable
    payment.khqr, payment.khqr_md5, payment.ask_bank_at = code.text, code.md5, now
    return payment


def _confirm_pending(turn: Turn, payment: Payment, bank_reference: str, paper: BankPaper | None = None) -> Receipt:
    session, case = turn.session, turn.case
    reference = reference_given(bank_reference, turn.actor)
    if payment.status == PaymentStatus.CONFIRMED and payment.bank_reference == reference:
        return _receipt(case, payment)
    rows = in_hand(session, case.application, case.published.package)
    fee = next((row for row in rows if row.id == payment.fee_id), None)
    due = due_of(session, fee, confirmed(session, fee))
    if payment.voided_at is not None:
        raise PaymentNotDue
    if payment.amount != due.amount:
        raise WrongAmount(expected=due.amount, given=payment.amount)
    if paper is not None:
        require_right(turn, due, payment, paper)
    return _confirm(turn, due, payment, bank_reference=reference, paper=paper)


def _confirm(
    turn: Turn, fee: DueFee, payment: Payment, *, bank_reference: str = "", paper: BankPaper | None = None
) -> Receipt:
    """Every way of paying ends here: the receipt's number, the history, the message, the clocks, the next step."""
    session, case, now = turn.session, turn.case, turn.now
    application, task = case.application, task_of(session, fee)
    refuse_used(session, bank_reference)
    payment.status, payment.confirmed_at, payment.confirmed_by_id = PaymentStatus.CONFIRMED, now, turn.actor.person_id
    payment.bank_reference, payment.book_id = bank_reference, book_of(turn, turn.actor.person_id).id
    year = case.calendar.local_date(now).year
    payment.receipt_number = new_receipt_number(session, case.office.code, year)
    session.add(payment)
    _keep(session, bank_reference)
    shares.give(turn, payment)
    waiting = Payment.fee_id == fee.id, Payment.status == PaymentStatus.PENDING
    session.execute(update(Payment).where(*waiting).values(status=PaymentStatus.VOID))
    fee.status, fee.settled_at = FeeStatus.PAID, now
    facts = {"method": payment.method, "amount": payment.amount, "receipt": payment.receipt_number}
    facts |= {"fee_km": fee.title_km, "fee_en": fee.title_en}
    facts |= settle_slips(turn, payment, paper)
    turn.record("paid", element_id=task.element_id if task else "", data=facts)
    if task is not None:
        start_promise(turn)
    key, message = f"{application.id}/payment_received/{payment.receipt_number}", turn.house.texts["payment_received"]
    amount = localise.plain_riel(payment.amount, case.applicant.language)
    tell_about(turn, case.applicant, message, key=key, amount=amount)
    if task is not None:
        finish(turn, task, {})
    return _receipt(case, payment)


def _keep(session: Session, bank_reference: str) -> None:
    """Writes the confirmed payment. Two that were confirmed with one reference at the same moment meet here."""
    try:
        session.flush()
    except IntegrityError as clash:
        if not bank_reference:
            raise
        raise BankReferenceUsed from clash


def _receipt(case: Case, payment: Payment) -> Receipt:
    application = case.application
    return Receipt(
        payment.receipt_number or "",
        application.key,
        application.reference or "",
        payment.amount,
        payment.method,
        payment.confirmed_at or payment.created_at,
    )
