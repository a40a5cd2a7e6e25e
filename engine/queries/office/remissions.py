"""Refunds and write-offs that somebody asked for: for the pages of the cashier and of the head of the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.money.remissions import WHO_SEES
from engine.namesakes import office_name
from engine.packages.groups import CASHIER, HEAD
from engine.people.actors import Actor
from engine.queries.shared.pages import PAGE_SIZE, Page, page_of
from engine.queries.shared.people import person_name
from engine.queries.shared.stretches import KEPT
from storage import asking
from storage.applications import Application
from storage.asking import Question
from storage.offices import Office
from storage.payments import DueFee, Payment
from storage.people import Person
from storage.remissions import Remission, RemissionKind, RemissionStatus

_Applicant, _Asker, _Answerer = aliased(Person), aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class RemissionShown:
    """Money to be paid back, or a fee to be written off: for which fee of which application, how much (whole riel),
    why, who asked and who answered. ``receipt`` and ``number`` (of the slip) of a refund. ``may_answer``: the reader is
    the second person; ``may_take_back``: the reader asked."""

    key: str
    kind: RemissionKind
    status: RemissionStatus
    number: str
    amount: int
    in_error: bool
    reason: str
    fee: Bilingual
    receipt: str
    application_key: str
    reference: str
    tracking_code: str
    service: Bilingual
    applicant: Bilingual
    office: Bilingual
    asked_by: Bilingual
    asked_at: datetime
    answered_by: Bilingual | None
    answered_at: datetime | None
    may_answer: bool
    may_take_back: bool


def asked_remissions(
    session: Session, house: House, actor: Actor, page: int = 1, *, size: int = PAGE_SIZE
) -> Page[RemissionShown]:
    """What was asked for at the actor's offices, what waits first, then the newest; two statements."""
    wanted = _rows(actor).order_by(Remission.status != RemissionStatus.ASKED, Remission.id.desc())
    return page_of(session, wanted, lambda row: _shown(session, house, actor, row), page, size=size)


def remission(session: Session, house: House, actor: Actor, key: str) -> RemissionShown:
    """One of them; ``NotFound`` when it is none of the actor's offices."""
    return _one(session, house, actor, Remission.key == key)


def refund(session: Session, house: House, actor: Actor, number: str) -> RemissionShown:
    """The refund with this slip; ``NotFound`` when it is none of the actor's offices."""
    return _one(session, house, actor, Remission.number == number)


def paid_back_since(session: Session, actor: Actor, moment: datetime) -> int:
    """What was agreed since then to be paid back at the cashier's offices; whole riel."""
    offices = actor.offices(CASHIER)
    found = asking.row(session, _paid_back(None if offices is None else tuple(sorted(offices))), since=moment)
    return int(found.amount)


@lru_cache(maxsize=KEPT)
def _paid_back(offices: tuple[int, ...] | None) -> Question:
    """The statement, put together once for all who work at these offices."""
    agreed = Remission.kind == RemissionKind.REFUND, Remission.status == RemissionStatus.AGREED
    here = () if offices is None else (Remission.office_id.in_(offices),)
    paid_back = func.coalesce(func.sum(Remission.amount), 0).label("amount")
    return Question(select(paid_back).where(*agreed, Remission.answered_at >= bindparam("since"), *here))


def _one(session: Session, house: House, actor: Actor, which: ColumnElement[bool]) -> RemissionShown:
    row = session.execute(_rows(actor).where(which)).one_or_none()
    if row is None:
        raise NotFound
    return _shown(session, house, actor, row)


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    wanted = (
        select(Remission, Application, DueFee, Office, Payment.receipt_number, _Applicant, _Asker, _Answerer)
        .join(Application, Application.id == Remission.application_id)
        .join(DueFee, DueFee.id == Remission.fee_id)
        .join(Office, Office.id == Remission.office_id)
        .outerjoin(Payment, Payment.id == Remission.payment_id)
        .join(_Applicant, _Applicant.id == Application.applicant_id)
        .join(_Asker, _Asker.id == Remission.asked_by_id)
        .outerjoin(_Answerer, _Answerer.id == Remission.answered_by_id)
    )
    offices = actor.offices(*WHO_SEES)
    return wanted if offices is None else wanted.where(Remission.office_id.in_(sorted(offices)))


def _shown(session: Session, house: House, actor: Actor, row: Any) -> RemissionShown:
    asked, application, fee, office, receipt, applicant, asker, answerer = row
    waits, mine = asked.status == RemissionStatus.ASKED, asked.asked_by_id == actor.person_id
    is_head = actor.acts_for(HEAD, asked.office_id) and actor.person_id != application.applicant_id
    return RemissionShown(
        key=asked.key,
        kind=asked.kind,
        status=asked.status,
        number=asked.number or "",
        amount=asked.amount,
        in_error=asked.in_error,
        reason=asked.reason,
        fee=Bilingual(fee.title_km, fee.title_en),
        receipt=receipt or "",
        application_key=application.key,
        reference=application.reference or "",
        tracking_code=application.tracking_code or "",
        service=house.catalog.of(session, application.definition_id).package.manifest.title,
        applicant=_name(applicant),
        office=office_name(office),
        asked_by=_name(asker),
        asked_at=asked.asked_at,
        answered_by=_name(answerer) if answerer else None,
        answered_at=asked.answered_at,
        may_answer=waits and is_head and not mine,
        may_take_back=waits and mine,
    )


def _name(person: Person) -> Bilingual:
    return person_name(person.name_km, person.name_latin)
