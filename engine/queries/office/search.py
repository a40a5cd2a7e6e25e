"""Finding a case by what somebody at the counter can say: a number on a paper, a telephone number, the name of a person
or a business, a place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, false, or_, select
from sqlalchemy.orm import Session

from engine.case.readers import near, readable, reads_everywhere
from engine.house import House
from engine.khmer import Bilingual, latin_digits, tidy
from engine.namesakes import office_name
from engine.people.actors import Actor
from engine.queries.shared.pages import Page, page_of
from engine.queries.shared.people import person_name
from engine.queries.shared.places import places_called
from engine.typed.codes import (
    normal_code,
    reference_is_well_formed,
    short_reference,
    typed_paper_number,
    typed_reference,
)
from engine.typed.identity import numbers_looked_up
from engine.typed.signs import DASHES, compact
from engine.typed.telephones import known_phone
from storage.applications import Application, Certificate
from storage.finding import applications_with
from storage.normal_form import words_of
from storage.offices import Office
from storage.payments import Payment
from storage.people import Person

PAGE_SIZE: Final = 20
LONGEST: Final = 100
SHORTEST_NAME: Final = 2
_DASHED: Final = re.compile(f"[{re.escape(DASHES)}]")
_ONLY_DIGITS: Final = re.compile(r"[+\d]*")


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was found."""

    application_key: str
    reference: str
    service: Bilingual
    applicant: Bilingual
    office: Bilingual
    stage: Bilingual | None
    status: str
    outcome: str
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave. ``is_mistyped``: it looks like a reference, and its check digit says that it was mistyped.
    ``is_too_short``: too little to search for. ``asks_reason``: only cases near the actor are shown, who reads those of
    every office once they have said why."""

    typed: str
    is_mistyped: bool
    is_too_short: bool
    hits: Page[Hit]
    asks_reason: bool


def search(
    session: Session, house: House, actor: Actor, typed: str, number: int, *, reason_id: int | None = None
) -> Found:
    """The cases that the actor reads and that fit, newest first; two statements. Without a reason none beyond the
    offices that the actor works in, nor whether there is one."""
    text = latin_digits(tidy(typed[:LONGEST]))
    mistyped = _is_mistyped(text)
    if mistyped or len(text) < SHORTEST_NAME:
        return Found(typed, mistyped, not mistyped and bool(text), Page((), 1, 1, 0), asks_reason=False)
    asks = reason_id is None and reads_everywhere(actor)
    wanted = _rows().where(readable(actor), _fits(text)).order_by(Application.id.desc())
    shown = wanted.where(near(actor)) if asks else wanted
    hits = page_of(session, shown, lambda row: _hit(session, house, row), number, size=PAGE_SIZE)
    return Found(typed, False, False, hits, asks)


def _is_mistyped(text: str) -> bool:
    """Only a reference written with its dashes: without them eleven digits may be an identity card."""
    reference = typed_reference(text)
    return reference is not None and _DASHED.search(text) is not None and not reference_is_well_formed(reference)


def _fits(text: str) -> ColumnElement[bool]:
    """Whatever the text may be: a number of ours, a telephone, an identity paper; else a name."""
    reference, short, number = typed_reference(text), short_reference(text), typed_paper_number(text)
    papers, phone = numbers_looked_up(text), known_phone(text)
    tests: list[ColumnElement[bool]] = []
    if reference:
        tests.append(Application.reference == reference)
    if short and _DASHED.search(text):
        tests.append(Application.reference.startswith(f"{short}-"))
    if number:
        tests.append(_on_paper(number))
    if papers:
        tests.append(Person.id_number.in_(papers))
    if phone:
        tests.append(Person.phone == phone)
    if code := normal_code(text):
        tests.append(Application.tracking_code == code)
    if not _ONLY_DIGITS.fullmatch(compact(text)) and not number and (words := words_of(text)):
        tests.append(Application.id.in_(applications_with(words, places_called)))
    return or_(false(), *tests)


def _on_paper(number: str) -> ColumnElement[bool]:
    """The number of a receipt or of a certificate."""
    paid = select(Payment.application_id).where(Payment.receipt_number == number)
    issued = select(Certificate.application_id).where(Certificate.number == number)
    return or_(Application.id.in_(paid), Application.id.in_(issued))


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(Application, Person, Office)
        .join(Person, Person.id == Application.applicant_id)
        .join(Office, Office.id == Application.office_id)
        .where(Application.submitted_at.is_not(None))
    )


def _hit(session: Session, house: House, row: Row[*tuple[Any, ...]]) -> Hit:
    application, applicant, office = row
    package = house.catalog.of(session, application.definition_id).package
    return Hit(
        application_key=application.key,
        reference=application.reference or "",
        service=package.manifest.title,
        applicant=person_name(applicant.name_km, applicant.name_latin),
        office=office_name(office),
        stage=package.texts.stages.get(application.stage),
        status=application.status,
        outcome=application.outcome,
        submitted_at=application.submitted_at,
    )
