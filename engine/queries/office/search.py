"""Finding a case by what somebody at the counter can say: a number on a paper, a telephone number, the name of a person
or a business, a place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, select, union
from sqlalchemy.orm import Session

from engine.case.readers import led_to, near, offices_read, readable, reads_everywhere
from engine.house import House
from engine.khmer import Bilingual, latin_digits, tidy
from engine.namesakes import office_name
from engine.people.actors import Actor
from engine.queries.shared.pages import Page
from engine.queries.shared.people import person_name
from engine.queries.shared.places import places_called
from engine.queries.shared.stretches import MOST_COUNTED
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
from storage.normal_form import words_of
from storage.offices import Office
from storage.payments import Payment
from storage.people import Person
from storage.searching import Newest, Scope, newest_with

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
    ``is_too_short``: too little to search for. Of more than ``most`` cases the newest are shown. ``asks_reason``: only
    cases near the actor are shown, who reads those of every office once they have said why. ``is_given_up``: too many
    have these words, and it took too long to find those that have them all."""

    typed: str
    is_mistyped: bool
    is_too_short: bool
    hits: Page[Hit]
    asks_reason: bool
    most: int = MOST_COUNTED
    is_given_up: bool = False


def search(
    session: Session, house: House, actor: Actor, typed: str, number: int, *, reason_id: int | None = None
) -> Found:
    """The cases that the actor reads and that fit, newest first; at most five statements, however many there are.
    Without a reason none beyond the offices that the actor works in, nor whether there is one."""
    text = latin_digits(tidy(typed[:LONGEST]))
    mistyped = is_mistyped(text)
    if mistyped or len(text) < SHORTEST_NAME:
        return Found(typed, mistyped, not mistyped and bool(text), Page((), 1, 1, 0), asks_reason=False)
    asks = reason_id is None and reads_everywhere(actor)
    found = _fitting(session, text, scope_of(actor, only_near=asks), number)
    hits = _page(session, house, found, number)
    return Found(typed, False, False, hits, asks, is_given_up=found.is_given_up)


def scope_of(actor: Actor, *, only_near: bool) -> Scope:
    """Which cases the actor may be shown, and where they lie; ``only_near``: of those that have to do with the offices
    in which they work."""
    if not only_near and reads_everywhere(actor):
        return Scope(readable(actor))
    allowed = and_(readable(actor), near(actor)) if only_near else readable(actor)
    offices = actor.named_offices if only_near else offices_read(actor)
    return Scope(allowed, offices, led_to(actor, only_near=only_near))


def _fitting(session: Session, text: str, scope: Scope, number: int) -> Newest:
    """The newest cases that fit the text, as far as they are counted or until the end of the page: those with this
    number, each kind of number by its own index, and those with this name."""
    found, has_more, is_given_up = set[int](), False, False
    if ways := numbered(text):
        cases = union(*ways).subquery()
        sent = select(Application.id).where(Application.id.in_(select(cases)), Application.submitted_at.is_not(None))
        found.update(session.scalars(sent.where(scope.allowed).order_by(Application.id.desc()).limit(MOST_COUNTED + 1)))
    if words := name_in(text):
        page = min(number * PAGE_SIZE, MOST_COUNTED)
        named = newest_with(session, words, places_called, scope, most=MOST_COUNTED, page=page)
        found.update(named.ids)
        has_more, is_given_up = named.has_more, named.is_given_up
    ids = sorted(found, reverse=True)
    return Newest(tuple(ids[:MOST_COUNTED]), has_more or len(ids) > MOST_COUNTED, is_given_up)


def is_mistyped(text: str) -> bool:
    """Only a reference written with its dashes: without them eleven digits may be an identity card."""
    reference = typed_reference(text)
    return reference is not None and _DASHED.search(text) is not None and not reference_is_well_formed(reference)


def numbered(text: str) -> list[Select[int]]:
    """The cases that this is a number of, whatever number it may be: one of ours, a telephone, an identity paper."""
    reference, short, number = typed_reference(text), short_reference(text), typed_paper_number(text)
    papers, phone, code = numbers_looked_up(text), known_phone(text), normal_code(text)
    ways = []
    if reference:
        ways.append(select(Application.id).where(Application.reference == reference))
    if short and _DASHED.search(text):
        checked = [f"{short}-{digit}" for digit in range(10)]
        ways.append(select(Application.id).where(Application.reference.in_(checked)))
    if number:
        ways.append(select(Payment.application_id).where(Payment.receipt_number == number))
        ways.append(select(Certificate.application_id).where(Certificate.number == number))
    of_people = select(Application.id).join(Person, Person.id == Application.applicant_id)
    if papers:
        ways.append(of_people.where(Person.id_number.in_(papers)))
    if phone:
        ways.append(of_people.where(Person.phone == phone))
    if code:
        ways.append(select(Application.id).where(Application.tracking_code == code))
    return ways


def name_in(text: str) -> list[str]:
    """The words of a name, of a person, a business or a place; none in what is a number."""
    is_number = _ONLY_DIGITS.fullmatch(compact(text)) or typed_paper_number(text)
    return [] if is_number else words_of(text)


def _page(session: Session, house: House, found: Newest, number: int) -> Page[Hit]:
    """The page of these cases; ``total`` is beyond ``MOST_COUNTED`` where there are more than that."""
    total = MOST_COUNTED + 1 if found.has_more else len(found.ids)
    pages = max(1, -(-min(total, MOST_COUNTED) // PAGE_SIZE))
    number = min(max(1, number), pages)
    shown = found.ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    rows = session.execute(_rows().where(Application.id.in_(shown)).order_by(Application.id.desc())) if shown else ()
    return Page(tuple(_hit(session, house, row) for row in rows), number, pages, total)


def _rows() -> Select[*tuple[Any, ...]]:
    case = Application
    return (
        select(case.key, case.reference, case.definition_id, case.stage, case.status, case.outcome, case.submitted_at)
        .add_columns(Person.name_km, Person.name_latin, Office)
        .join(Person, Person.id == Application.applicant_id)
        .join(Office, Office.id == Application.office_id)
    )


def _hit(session: Session, house: House, row: Row[*tuple[Any, ...]]) -> Hit:
    package = house.catalog.of(session, row.definition_id).package
    return Hit(
        application_key=row.key,
        reference=row.reference or "",
        service=package.manifest.title,
        applicant=person_name(row.name_km, row.name_latin),
        office=office_name(row.Office),
        stage=package.texts.stages.get(row.stage),
        status=row.status,
        outcome=row.outcome,
        submitted_at=row.submitted_at,
    )
