"""What came in at the cashier's desk today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.localise import PHNOM_PENH
from engine.packages.groups import CASHIER
from engine.people.actors import Actor
from engine.queries.office.remissions import paid_back_since
from engine.queries.shared.bank_slips import PaidAtBank, paid_at_bank
from engine.queries.shared.people import person_name
from engine.queries.shared.stretches import KEPT
from storage import asking
from storage.applications import Application
from storage.asking import Question
from storage.bank_slips import BankSlip
from storage.base import Moment
from storage.loading import Rows, given, load
from storage.payments import Payment
from storage.people import Person

Places = tuple[int, ...] | None
"""The ids of offices in order; ``None`` for all."""
_MORE: Final = (Application.key, Application.reference, Person.name_km, Person.name_latin)
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
    here, ends = _here(actor), midnight + timedelta(days=1)
    sums = asking.rows(session, _sums(here), begins=midnight, ends=ends)
    rows = load(session, _payments(here, all_of_them=all_of_them), begins=midnight, ends=ends)
    return Takings(
        payments=tuple(_taken(row) for row in rows),
        count=sum(count for _, _, count in sums),
        sums={method: int(amount) for method, amount, _ in sums},
        paid_back=paid_back_since(session, actor, midnight),
    )


def _here(actor: Actor) -> Places:
    offices = actor.offices(CASHIER)
    return None if offices is None else tuple(sorted(offices))


@lru_cache(maxsize=KEPT)
def _sums(here: Places) -> Question:
    """Put together once for all who work at these offices, and so is what follows."""
    newest = func.max(Payment.confirmed_at).desc(), func.max(Payment.id).desc()
    sums = select(Payment.method, func.sum(Payment.amount), func.count()).where(*_of_day(here))
    return Question(sums.group_by(Payment.method).order_by(*newest))


@lru_cache(maxsize=KEPT)
def _payments(here: Places, *, all_of_them: bool) -> Rows:
    def which(rows: Select[Any]) -> Select[Any]:
        wanted = (
            rows.join(Application, Application.id == Payment.application_id)
            .join(Person, Person.id == Application.applicant_id)
            .outerjoin(BankSlip, BankSlip.payment_id == Payment.id)
            .where(*_of_day(here))
            .order_by(Payment.confirmed_at.desc(), Payment.id.desc())
        )
        return wanted if all_of_them else wanted.limit(MOST_TAKEN)

    return Rows(Payment, BankSlip, which=which, more=_MORE)


def _of_day(here: Places) -> tuple[ColumnElement[bool], ...]:
    begins, ends = given("begins", Moment()), given("ends", Moment())
    offices = () if here is None else (Payment.office_id.in_(here),)
    return (Payment.is_confirmed(), Payment.confirmed_at >= begins, Payment.confirmed_at < ends, *offices)


def _taken(row: tuple[Any, ...]) -> TakenPayment:
    payment, slip, key, reference, name_km, name_latin = row
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
