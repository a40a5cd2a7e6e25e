"""The cashier's pages: what one application owes, what the bank reports, and each receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.case.fee_rows import THE_TITLE
from engine.case.kept_apart import is_apart
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.localise import PHNOM_PENH
from engine.namesakes import office_name
from engine.packages.groups import CASHIER
from engine.people.actors import Actor
from engine.queries.office.bank_slips import WaitingSlip, may_see_receipt, waiting_slip
from engine.queries.office.void_receipts import VoidAsked, question_of
from engine.queries.shared.bank_slips import PaidAtBank, paid_at_bank
from engine.queries.shared.fees import FeeLineShown, FeeShown, fees_shown, told_of
from engine.queries.shared.payments import PaymentShown, payments_of
from engine.queries.shared.people import person_name
from storage.applications import Application, ApplicationStatus
from storage.bank_slips import BankSlip
from storage.cash_books import CashBook
from storage.offices import Office
from storage.payments import Payment, PaymentStatus
from storage.people import Person

_Cashier = aliased(Person)
MOST_NOTES = 100
_REPORTED = (
    select(Payment, Application.key, Application.reference, Person.name_km, Person.name_latin)
    .join(Application, Application.id == Payment.application_id)
    .join(Person, Person.id == Application.applicant_id)
    .where(Payment.is_reported())
    .order_by(Payment.id)
    .limit(MOST_NOTES)
)


@dataclass(frozen=True, slots=True)
class BankNote:
    """Money that the bank reports for a code and that confirms nothing; ``problem`` is one of
    ``engine.money.bank_notes``. ``amount`` is the fee in whole riel, ``paid`` what the bank says, with its currency."""

    payment_key: str
    application_key: str
    reference: str
    applicant: Bilingual
    amount: int
    paid: str
    problem: str


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """One fee of an application in front of the cashier, with ``others`` of the same application. ``is_due`` while it
    waits for the money; codes that were shown to the applicant are in ``codes``, the one that is still good to pay with
    is ``live_code``; ``receipt_number`` once it is paid, ``void_receipt`` the last one that was made void.
    ``takes_khqr``: an account for codes is set up. ``known_on``: the day since when the fee is known; ``slip``: what
    the cashier sent of a bank payment and has not confirmed yet."""

    application_key: str
    reference: str
    service: Bilingual
    applicant: Bilingual
    phone: str
    office: Bilingual
    fee: str
    title: Bilingual
    amount: int
    cap: int | None
    lines: tuple[FeeLineShown, ...]
    others: tuple[FeeShown, ...]
    codes: tuple[PaymentShown, ...]
    live_code: str
    takes_khqr: bool
    is_due: bool
    receipt_number: str
    void_receipt: str
    bank_notes: tuple[BankNote, ...]
    known_on: date
    slip: WaitingSlip | None


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """Everything that stands on a receipt. ``cashier`` is empty when the bank's connector confirmed the payment,
    ``void`` while nobody asks for it to be void, ``bank`` for a payment without a slip, ``handed`` where nothing was
    put on the counter. ``booked_on``: the day of the cashier's book that it is in, where there is one."""

    number: str
    application_key: str
    reference: str
    tracking_code: str
    service: Bilingual
    office: Bilingual
    payer: Bilingual
    method: str
    bank_reference: str
    cashier: Bilingual | None
    amount: int
    at: datetime
    title: Bilingual
    lines: tuple[FeeLineShown, ...]
    void: VoidAsked | None
    bank: PaidAtBank | None
    handed: int | None = None
    booked_on: date | None = None
    book_key: str = ""


def payment_desk(
    session: Session, house: House, actor: Actor, application_key: str, fee: str = "", *, now: datetime
) -> PaymentDesk:
    """The application that somebody came to pay for: the fee with this key, else the first that is due, else the last;
    ``NotFound`` when it is none of the cashier's offices, or has no such fee."""
    row = session.execute(
        select(Application, Person, Office)
        .join(Person, Person.id == Application.applicant_id)
        .join(Office, Office.id == Application.office_id)
        .where(Application.key == application_key, Application.submitted_at.is_not(None))
    ).first()
    if row is None or not actor.acts_for(CASHIER, row[0].office_id) or is_apart(session, row[0], actor):
        raise NotFound
    application, applicant, office = row
    fees = fees_shown(session, application)
    meant = _meant(fees, fee)
    payments = [one for one in payments_of(session, application.id) if meant and one.fee_id == meant.id]
    codes = tuple(payment for payment in payments if payment.status != PaymentStatus.CONFIRMED)
    sent_at = application.submitted_at or application.created_at
    told_at = min(meant.told_at, sent_at) if meant else sent_at
    return PaymentDesk(
        application_key=application.key,
        reference=application.reference or "",
        service=house.catalog.of(session, application.definition_id).package.manifest.title,
        applicant=person_name(applicant.name_km, applicant.name_latin),
        phone=applicant.phone or "",
        office=office_name(office),
        fee=meant.key if meant else "",
        title=meant.title if meant else THE_TITLE,
        amount=meant.amount if meant else 0,
        cap=meant.cap if meant else None,
        lines=meant.lines if meant else (),
        others=tuple(one for one in fees if one is not meant),
        codes=codes,
        live_code=next((one.khqr for one in reversed(codes) if one.khqr and one.is_live(now)), ""),
        takes_khqr=bool(house.payment_account.bakong_id),
        is_due=meant is not None and meant.is_due and application.status != ApplicationStatus.ENDED,
        receipt_number=meant.how.receipt_number if meant else "",
        void_receipt=meant.how.void_receipt if meant else "",
        bank_notes=bank_notes(session, actor, application.id),
        known_on=told_at.astimezone(PHNOM_PENH).date(),
        slip=waiting_slip(session, actor, application.id),
    )


def _meant(fees: Sequence[FeeShown], key: str) -> FeeShown | None:
    if key:
        named = next((fee for fee in fees if fee.key == key), None)
        if named is None:
            raise NotFound
        return named
    due = next((fee for fee in fees if fee.is_due), None)
    return due or next((fee for fee in reversed(fees) if fee.is_paid), None) or (fees[-1] if fees else None)


def bank_notes(session: Session, actor: Actor, application_id: int | None = None) -> tuple[BankNote, ...]:
    """What a cashier must still deal with at their offices, or for one application, oldest first; one statement."""
    offices = actor.offices(CASHIER)
    wanted = _REPORTED
    if offices is not None:
        wanted = wanted.where(Payment.office_id.in_(sorted(offices)))
    if application_id is not None:
        wanted = wanted.where(Payment.application_id == application_id)
    return tuple(
        BankNote(
            payment.key,
            key,
            reference or "",
            person_name(name_km, name_latin),
            payment.amount,
            payment.bank_paid,
            payment.bank_problem,
        )
        for payment, key, reference, name_km, name_latin in session.execute(wanted)
    )


def receipt_page(session: Session, house: House, actor: Actor, number: str) -> ReceiptPage:
    """The receipt with this number, for its applicant and for officers of its office; ``NotFound`` for others."""
    row = session.execute(
        select(Payment, Application, Person, Office, _Cashier.name_km, _Cashier.name_latin, BankSlip, CashBook)
        .join(Application, Application.id == Payment.application_id)
        .join(Person, Person.id == Application.applicant_id)
        .join(Office, Office.id == Payment.office_id)
        .outerjoin(_Cashier, _Cashier.id == Payment.confirmed_by_id)
        .outerjoin(BankSlip, BankSlip.payment_id == Payment.id)
        .outerjoin(CashBook, CashBook.id == Payment.book_id)
        .where(Payment.receipt_number == number)
    ).one_or_none()
    if row is None or not may_see_receipt(actor, row[1]):
        raise NotFound
    payment, application, payer, office, cashier_km, cashier_latin, slip, book = row
    title, lines = told_of(session, payment)
    return ReceiptPage(
        number=number,
        application_key=application.key,
        reference=application.reference or "",
        tracking_code=application.tracking_code or "",
        service=house.catalog.of(session, application.definition_id).package.manifest.title,
        office=office_name(office),
        payer=person_name(payer.name_km, payer.name_latin),
        method=payment.method,
        bank_reference=payment.bank_reference,
        cashier=person_name(cashier_km, cashier_latin) if payment.confirmed_by_id else None,
        amount=payment.amount,
        at=payment.confirmed_at or payment.created_at,
        title=title or THE_TITLE,
        lines=lines,
        void=question_of(session, actor, payment),
        bank=paid_at_bank(slip),
        handed=payment.handed,
        booked_on=book.day if book else None,
        book_key=book.key if book else "",
    )
