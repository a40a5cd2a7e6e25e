"""What came in at the cashier's desk today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.localise import PHNOM_PENH
from engine.packages.groups import CASHIER
from engine.people.actors import Actor
from engine.queries.office.remissions import paid_back_since
from engine.queries.shared.bank_slips import PaidAtBank, paid_at_bank
from engine.queries.shared.people import person_name
from storage.applications import Application
from storage.bank_slips import BankSlip
from storage.payments import Payment
from storage.people import Person

_ROWS: Final = (
    select(Payment, Application.key, Application.reference, Person.name_km, Person.name_latin, BankSlip)
    .join(Application, Application.id == Payment.application_id)
    .join(Person, Person.id == Application.applicant_id)
    .outerjoin(BankSlip, BankSlip.payment_id == Payment.id)
    .order_by(Payment.confirmed_at.desc(), Payment.id.desc())
)
MOST_TAKEN: Final = 50
"""How many payments of the day the desk shows beside what is due, while nobody asks for all of them."""


@dataclass(frozen=True, slots=True)
class TakenPayment:
    """A payment that came in today."""

    receipt_number: str
    application_key: str
    reference: str
    payer: Bilingual
    method: str
    amount: int
    at: datetime
    bank: PaidAtBank | None


@dataclass(frozen=True, slots=True)
class Takings:
    """The newest ``payments`` of ``count`` that came in at the cashier's offices today, the sums of all by method, and
    what was agreed today to be paid back; whole riel."""

    payments: tuple[TakenPayment, ...]
    count: int
    sums: Mapping[str, int]
    paid_back: int


def taken_today(session: Session, actor: Actor, *, all_of_them: bool = False, now: datetime) -> Takings:
    """The payments confirmed today (Cambodia's day) at the cashier's offices, the newest first; three statements."""
    midnight = datetime.combine(now.astimezone(PHNOM_PENH).date(), time.min, PHNOM_PENH)
    of_today = _of_day(actor, midnight)
    newest = func.max(Payment.confirmed_at).desc(), func.max(Payment.id).desc()
    sums = session.execute(
        select(Payment.method, func.sum(Payment.amount), func.count())
        .where(*of_today)
        .group_by(Payment.method)
        .order_by(*newest)
    ).all()
    wanted = _ROWS.where(*of_today)
    rows = session.execute(wanted if all_of_them else wanted.limit(MOST_TAKEN))
    return Takings(
        payments=tuple(_taken(row) for row in rows),
        count=sum(count for _, _, count in sums),
        sums={method: int(amount) for method, amount, _ in sums},
        paid_back=paid_back_since(session, actor, midnight),
    )


def _of_day(actor: Actor, midnight: datetime) -> tuple[ColumnElement[bool], ...]:
    day = Payment.confirmed_at >= midnight, Payment.confirmed_at < midnight + timedelta(days=1)
    offices = actor.offices(CASHIER)
    here = () if offices is None else (Payment.office_id.in_(sorted(offices)),)
    return (Payment.is_confirmed(), *day, *here)


def _taken(row: Row[*tuple[Any, ...]]) -> TakenPayment:
    payment, key, reference, name_km, name_latin, slip = row
    return TakenPayment(
        payment.receipt_number or "",
        key,
        reference or "",
        person_name(name_km, name_latin),
        payment.method,
        payment.amount,
        payment.confirmed_at or payment.created_at,
        paid_at_bank(slip),
    )
