"""Receipts that somebody wants void, and receipts that are: for the pages of cashier and head, and the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.khmer import Bilingual
from engine.money.voids import WHO_MAY
from engine.people.actors import Actor
from engine.queries.shared.pages import PAGE_SIZE, Page, page_of
from engine.queries.shared.payments import of_one_fee
from engine.queries.shared.people import person_name
from storage.applications import Application, ApplicationStatus
from storage.payments import Payment, PaymentStatus
from storage.people import Person

MOST_SHOWN = 100
_Again = aliased(Payment)
_PAID_AGAIN: Final = exists().where(of_one_fee(_Again, Payment), _Again.status == PaymentStatus.CONFIRMED)
_WAITS: Final = Payment.status == PaymentStatus.CONFIRMED
_IN_QUESTION: Final = (
    select(Payment, Application.key, Application.reference, Person.name_km, Person.name_latin)
    .join(Application, Application.id == Payment.application_id)
    .join(Person, Person.id == Application.applicant_id)
    .where(
        Payment.void_asked_at.is_not(None),
        Application.status != ApplicationStatus.ENDED,
        or_(_WAITS, and_(Payment.voided_at.is_not(None), ~_PAID_AGAIN)),
    )
    .order_by(Payment.id)
    .limit(MOST_SHOWN)
)


@dataclass(frozen=True, slots=True)
class VoidAsked:
    """Who wants a receipt void, when and why; ``agreed_by`` and ``void_at`` once it is; ``is_mine``: the reader
    asked."""

    reason: str
    asked_by: Bilingual
    asked_at: datetime
    agreed_by: Bilingual | None
    void_at: datetime | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ReceiptInQuestion:
    """A receipt that waits for the second person, or (``is_void``) whose fee was not paid again. Whole riel."""

    number: str
    application_key: str
    reference: str
    payer: Bilingual
    amount: int
    is_void: bool


@dataclass(frozen=True, slots=True)
class VoidLine:
    """A void that was asked for: why, by whom and when; ``agreed_by`` and ``void_at`` once it was agreed to; ``later``
    is the receipt of the payment that came after. Whole riel."""

    number: str
    application_key: str
    reference: str
    payer: Bilingual
    amount: int
    reason: str
    asked_by: Bilingual
    asked_at: datetime
    agreed_by: Bilingual | None
    void_at: datetime | None
    later: str


def question_of(session: Session, actor: Actor, payment: Payment) -> VoidAsked | None:
    """Who asked for this receipt to be void and who agreed; ``None`` when nobody asked."""
    if payment.void_asked_at is None:
        return None
    wanted = select(Person.id, Person.name_km, Person.name_latin)
    ids = (payment.void_asked_by_id, payment.voided_by_id)
    people = {
        row.id: person_name(row.name_km, row.name_latin) for row in session.execute(wanted.where(Person.id.in_(ids)))
    }
    return VoidAsked(
        payment.void_reason,
        people.get(payment.void_asked_by_id, Bilingual("", "")),
        payment.void_asked_at,
        people.get(payment.voided_by_id),
        payment.voided_at,
        payment.void_asked_by_id == actor.person_id,
    )


def receipts_in_question(session: Session, actor: Actor) -> tuple[ReceiptInQuestion, ...]:
    """What the actor's offices must still settle about receipts, oldest first; one statement."""
    offices = actor.offices(*WHO_MAY)
    wanted = _IN_QUESTION if offices is None else _IN_QUESTION.where(Payment.office_id.in_(sorted(offices)))
    return tuple(
        ReceiptInQuestion(
            payment.receipt_number or "",
            key,
            reference or "",
            person_name(name_km, name_latin),
            payment.amount,
            payment.voided_at is not None,
        )
        for payment, key, reference, name_km, name_latin in session.execute(wanted)
    )


def voids(session: Session, actor: Actor, page: int = 1, *, size: int = PAGE_SIZE) -> Page[VoidLine]:
    """Every void that was asked for at the actor's offices and not taken back, the newest first; two statements."""
    again, payer, asked, agreed = aliased(Payment), aliased(Person), aliased(Person), aliased(Person)
    later = (
        select(func.min(again.receipt_number))
        .where(of_one_fee(again, Payment), again.confirmed_at > Payment.confirmed_at)
        .correlate(Payment)
        .scalar_subquery()
    )
    wanted = (
        select(Payment, Application.key, Application.reference, payer, asked, agreed, later.label("later"))
        .join(Application, Application.id == Payment.application_id)
        .join(payer, payer.id == Application.applicant_id)
        .join(asked, asked.id == Payment.void_asked_by_id)
        .outerjoin(agreed, agreed.id == Payment.voided_by_id)
        .where(Payment.void_asked_at.is_not(None))
        .order_by(Payment.void_asked_at.desc(), Payment.id.desc())
    )
    offices = actor.offices(*WHO_MAY)
    if offices is not None:
        wanted = wanted.where(Payment.office_id.in_(sorted(offices)))
    return page_of(session, wanted, _void_line, page, size=size)


def _void_line(row: Any) -> VoidLine:
    payment, key, reference, payer, asked, agreed, later = row
    return VoidLine(
        number=payment.receipt_number,
        application_key=key,
        reference=reference or "",
        payer=_name(payer),
        amount=payment.amount,
        reason=payment.void_reason,
        asked_by=_name(asked),
        asked_at=payment.void_asked_at,
        agreed_by=_name(agreed) if agreed else None,
        void_at=payment.voided_at,
        later=later or "",
    )


def _name(person: Person) -> Bilingual:
    return person_name(person.name_km, person.name_latin)
