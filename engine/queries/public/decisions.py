"""On which grounds offices refused, and what was found in cases such as complaints, as anybody may read it.

Of the last half of a year that is whole: halves do not overlap, so that nobody learns of few by taking one file from
another, as they could where each month a new one came and an old one went. Fewer than ``FEWEST`` are not told of any
choice, and where so few are hidden at a question, the least of what would be told there is hidden with them: whoever
knows how many there were cannot reckon them. Decided in decision 84.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import ServicePackage
from engine.queries.public.performance import FEWEST
from engine.queries.shared.choice_words import choice_words
from storage.offices import Office, OfficeService
from storage.step_times import CaseTally, FactKind

_SETTLES: Final = timedelta(days=2)
"""Cases are counted behind the work: so long after its end a half of a year is whole."""
_HALF: Final = 6
_KINDS: Final = (FactKind.GROUND, FactKind.FOUND)
_Question = tuple[int, str, FactKind, str]
"""An office, a service, and the form and question at which something is chosen."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A choice of the forms of a service at one office: a ``ground`` of refusals, or what was ``found``; in how many
    cases it was chosen, ``None`` for what is told of too few."""

    office_code: str
    office: Bilingual
    service_key: str
    service: Bilingual
    kind: str
    choice: str
    words: Bilingual
    cases: int | None


@dataclass(frozen=True, slots=True)
class PublishedDecisions:
    """What is published of offices over the months from ``first`` to ``last`` (``2026-06``)."""

    first: str
    last: str
    rows: tuple[Decision, ...]


def decisions_of(session: Session, house: House, code: str, *, today: date, now: datetime) -> PublishedDecisions:
    """That of one office; ``NotFound``. Three statements, more only for choices that are offered no more."""
    office = session.scalar(select(Office).where(Office.code == code))
    if office is None:
        raise NotFound
    return _published(session, house, [office], [Office.id == office.id], today=today, now=now)


def decisions_of_all(session: Session, house: House, *, today: date, now: datetime) -> PublishedDecisions:
    """That of every office, by office and service; as many statements."""
    offices = session.scalars(select(Office).order_by(Office.code)).all()
    return _published(session, house, offices, [], today=today, now=now)


def half_before(today: date) -> tuple[str, ...]:
    """The months of the last half of a year that is whole, in order."""
    day = today - _SETTLES
    year, first = (day.year, 1) if day.month > _HALF else (day.year - 1, _HALF + 1)
    return tuple(f"{year:04d}-{first + month:02d}" for month in range(_HALF))


def told(counts: Mapping[str, int]) -> Mapping[str, int | None]:
    """What may be told of the choices at one question: none of few, and none from which few could be reckoned."""
    shown = {one: number for one, number in counts.items() if number >= FEWEST}
    hidden = sum(counts.values()) - sum(shown.values())
    if 0 < hidden < FEWEST and shown:
        del shown[min(shown, key=lambda one: (shown[one], one))]
    return {one: shown.get(one) for one in counts}


def _published(
    session: Session, house: House, offices: Sequence[Office], only: Sequence[Any], *, today: date, now: datetime
) -> PublishedDecisions:
    months = half_before(today)
    services = {
        each.service_key: each.package
        for each in house.catalog.all_current(session, now=now)
        if each.package.manifest.purpose == "application" and each.package.is_applied_for
    }
    asking = {key: choices for key, package in services.items() if (choices := tuple(_offered(package)))}
    offered = select(OfficeService.office_id, OfficeService.service_key).join(Office).where(*only)
    offered = offered.where(OfficeService.is_offered(today), OfficeService.service_key.in_(sorted(asking)))
    counts: dict[_Question, dict[str, int]] = {}
    for row in session.execute(offered):
        for kind, question, value in asking[row.service_key]:
            counts.setdefault((row.office_id, row.service_key, kind, question), {})[value] = 0
    for row in session.execute(_counted(months, sorted(services), only)):
        question, _, value = row.key.rpartition(":")
        counts.setdefault((row.office_id, row.service_key, row.kind, question), {})[value] = int(row.cases)
    words = choice_words(session, house, services, _choices(counts))
    rows = tuple(_rows(offices, services, counts, words))
    return PublishedDecisions(months[0], months[-1], rows)


def _offered(package: ServicePackage) -> Iterator[tuple[FactKind, str, str]]:
    for form in package.forms.values():
        for kind, parts in ((FactKind.GROUND, form.grounds()), (FactKind.FOUND, form.findings())):
            for part in parts:
                yield from ((kind, f"{form.key}:{part.key}", option.value) for option in part.options)


def _counted(months: Sequence[str], services: Sequence[str], only: Sequence[Any]) -> Any:
    key = (CaseTally.office_id, CaseTally.service_key, CaseTally.kind, CaseTally.key)
    return (
        select(*key, func.sum(CaseTally.cases).label("cases"))
        .join(Office, Office.id == CaseTally.office_id)
        .where(CaseTally.service_key.in_(services), CaseTally.month.in_(months), CaseTally.kind.in_(_KINDS), *only)
        .group_by(*key)
    )


def _choices(counts: Mapping[_Question, Mapping[str, int]]) -> Collection[tuple[str, str]]:
    return {(service, f"{question}:{value}") for (_, service, _, question), each in counts.items() for value in each}


def _rows(
    offices: Sequence[Office],
    services: Mapping[str, ServicePackage],
    counts: Mapping[_Question, Mapping[str, int]],
    words: Mapping[tuple[str, str], Bilingual],
) -> Iterator[Decision]:
    there: dict[int, list[_Question]] = {}
    for one in sorted(counts, key=lambda one: (one[1], _KINDS.index(one[2]), one[3])):
        there.setdefault(one[0], []).append(one)
    for office in offices:
        for one in there.get(office.id, ()):
            _, key, kind, question = one
            for value, cases in told(counts[one]).items():
                yield Decision(
                    office.code,
                    office_name(office),
                    key,
                    services[key].manifest.title,
                    kind.value,
                    f"{question}:{value}",
                    words[key, f"{question}:{value}"],
                    cases,
                )
