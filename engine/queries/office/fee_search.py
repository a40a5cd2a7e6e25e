"""Finding at the cashier's desk what somebody came to pay: by a number on a paper, a telephone, a scanned code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, func, select, union
from sqlalchemy.orm import Session

from engine.case.kept_apart import not_apart
from engine.house import House
from engine.khmer import Bilingual, latin_digits, tidy
from engine.packages.groups import CASHIER
from engine.people.actors import Actor
from engine.queries.office.search import LONGEST, is_mistyped, numbered
from engine.queries.shared.people import person_name
from storage.applications import Application
from storage.payments import DueFee, FeeStatus
from storage.people import Person

MOST_FOUND: Final = 20
LONGEST_SCANNED: Final = 300
_OF_A_CASE: Final = "/track/"
"""In the address that the codes on our papers hold (``engine.results.slips.tracking_url``)."""


@dataclass(frozen=True, slots=True)
class FeeHit:
    """An application that was found; ``due`` is what waits to be paid for it, in whole riel."""

    application_key: str
    reference: str
    service: Bilingual
    applicant: Bilingual
    due: int


@dataclass(frozen=True, slots=True)
class FeesFound:
    """What a search at the desk gave. ``is_mistyped``: it looks like a reference whose check digit is wrong. Of more
    than ``MOST_FOUND`` the newest are there, those with a fee that is due first."""

    typed: str
    is_mistyped: bool
    hits: tuple[FeeHit, ...]


def fees_found(session: Session, house: House, actor: Actor, typed: str) -> FeesFound:
    """The applications of the cashier's offices that have this number, code or telephone; three statements at most."""
    text = scanned(typed)
    ways = numbered(text) if text else []
    if not ways or is_mistyped(text):
        return FeesFound(text, bool(text) and is_mistyped(text), ())
    cases, offices = union(*ways).subquery(), actor.offices(CASHIER)
    due = select(func.coalesce(func.sum(DueFee.amount), 0)).where(
        DueFee.application_id == Application.id, DueFee.status == FeeStatus.DUE
    )
    wanted = (
        select(Application.key, Application.reference, Application.definition_id, Person.name_km, Person.name_latin)
        .add_columns(due.correlate(Application).scalar_subquery().label("due"))
        .join(Person, Person.id == Application.applicant_id)
        .where(
            Application.id.in_(select(cases)), Application.submitted_at.is_not(None), not_apart(actor, Application.id)
        )
    )
    if offices is not None:
        wanted = wanted.where(Application.office_id.in_(sorted(offices)))
    rows = session.execute(wanted.order_by(Application.id.desc()).limit(MOST_FOUND)).all()
    hits = [_hit(session, house, row) for row in rows]
    return FeesFound(text, False, tuple(sorted(hits, key=lambda hit: hit.due == 0)))


def scanned(typed: str) -> str:
    """What is looked for: the tracking code of a scanned address of ours, else what was typed."""
    text = tidy(typed[:LONGEST_SCANNED])
    _, is_ours, code = text.partition(_OF_A_CASE)
    return latin_digits(code.partition("?")[0].strip("/") if is_ours else text)[:LONGEST]


def _hit(session: Session, house: House, row: Row[*tuple[Any, ...]]) -> FeeHit:
    title = house.catalog.of(session, row.definition_id).package.manifest.title
    return FeeHit(row.key, row.reference or "", title, person_name(row.name_km, row.name_latin), int(row.due))
