"""Receipts that somebody wants void, and receipts that are: for the cashier's pages and the receipt itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from engine.khmer import Bilingual
from engine.money.voids import WHO_MAY
from engine.people.actors import Actor
from engine.queries.shared.people import person_name
from storage.applications import Application, ApplicationStatus
from storage.payments import Payment, PaymentStatus
from storage.people import Person

MOST_SHOWN = 100


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


def void_receipt(session: Session, application: Application) -> tuple[str, bool]:
    """The last receipt of an application that was made void, and whether the fee is owed since; one statement."""
    rows = session.execute(
        select(Payment.receipt_number, Payment.voided_at)
        .where(
            Payment.application_id == application.id,
            or_(Payment.voided_at.is_not(None), Payment.status == PaymentStatus.CONFIRMED),
        )
        .order_by(Payment.voided_at, Payment.id)
    ).all()
    void = [number or "" for number, voided_at in rows if voided_at is not None]
    owed = bool(void) and len(void) == len(rows) and application.status != ApplicationStatus.ENDED
    return (void[-1] if void else ""), owed


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
    again = aliased(Payment)
    paid_again = exists().where(again.application_id == Payment.application_id, again.status == PaymentStatus.CONFIRMED)
    waits = and_(Payment.status == PaymentStatus.CONFIRMED, Payment.void_asked_at.is_not(None))
    wanted = (
        select(Payment, Application.key, Application.reference, Person.name_km, Person.name_latin)
        .join(Application, Application.id == Payment.application_id)
        .join(Person, Person.id == Application.applicant_id)
        .where(
            Application.status != ApplicationStatus.ENDED, or_(waits, and_(Payment.voided_at.is_not(None), ~paid_again))
        )
        .order_by(Payment.id)
        .limit(MOST_SHOWN)
    )
    offices = actor.offices(*WHO_MAY)
    if offices is not None:
        wanted = wanted.where(Payment.office_id.in_(sorted(offices)))
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
