"""How old the cases are that were sent and not decided: in classes of days, by office, service and step.

A case is as old as the calendar days since the day on which it was sent, in Cambodia: those that its applicant has
waited, whoever waits for whom and whatever stood still. The numbers are those that the database keeps by the day of
sending (decision 76); where only some services of some offices are watched, an index of what is undecided is read, of
those offices or those services alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, false, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.queries.admin.reports import CAMBODIA
from engine.queries.admin.watching import Watched, province_name
from engine.queries.shared.names import Names
from storage.applications import Application
from storage.months import local_day
from storage.processes import OPEN_TASK, UserTask
from storage.tallying import OFFICE_AGES, SERVICE_AGES

CLASSES: Final[Mapping[str, tuple[int, int | None]]] = {
    "5": (0, 5), "10": (6, 10), "20": (11, 20), "40": (21, 40), "80": (41, 80), "more": (81, None),
}  # fmt: skip
"""Ages in whole days, from and up to."""
FEW_OFFICES: Final = 12
"""Offices of which the steps are counted: at most so many."""
_MOST_STEPS: Final = 50
By = Literal["office_id", "service_key"]


@dataclass(frozen=True, slots=True)
class Ages:
    """How many cases are of which class, in the order of ``CLASSES``, and the day on which the oldest was sent."""

    counts: tuple[int, ...] = (0,) * len(CLASSES)
    oldest: date | None = None

    @property
    def cases(self) -> int:
        """All of them."""
        return sum(self.counts)

    def __add__(self, other: Ages) -> Ages:
        days = [day for day in (self.oldest, other.oldest) if day is not None]
        counts = tuple(mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True))
        return Ages(counts, min(days, default=None))


@dataclass(frozen=True, slots=True)
class AgedPart:
    """The cases of one province, office, service or step; ``key`` asks for it, ``service`` is that of a step."""

    key: str
    name: Bilingual
    ages: Ages
    service: str = ""


@dataclass(frozen=True, slots=True)
class AgeBoard:
    """What somebody watches, by age; those with the most old ones first. ``steps`` is missing where more is watched
    than a service or a few offices: a case counts at each step where a task of it is open."""

    total: Ages
    provinces: tuple[AgedPart, ...]
    offices: tuple[AgedPart, ...]
    services: tuple[AgedPart, ...]
    steps: tuple[AgedPart, ...] | None


def age_board(session: Session, names: Names, watch: Watched) -> AgeBoard:
    """The numbers of what is watched; two statements, one more where steps are counted."""
    offices = {row.part: _ages(row) for row in session.execute(_by(watch, "office_id"))}
    services = {row.part: _ages(row) for row in session.execute(_by(watch, "service_key"))}
    provinces: dict[str, Ages] = {}
    for office_id, ages in offices.items():
        if province := watch.places.get(office_id):
            provinces[province] = provinces.get(province, Ages()) + ages
    return AgeBoard(
        total=sum(offices.values(), Ages()),
        provinces=_oldest_first(AgedPart(key, province_name(key), ages) for key, ages in provinces.items()),
        offices=_oldest_first(
            AgedPart(names.offices[key].code, names.offices[key].name, ages) for key, ages in offices.items()
        ),
        services=_oldest_first(AgedPart(key, names.service(key), ages) for key, ages in services.items()),
        steps=_steps(session, names, watch) if counts_steps(watch) else None,
    )


def counts_steps(watch: Watched) -> bool:
    """Whether so little is watched that its tasks may be counted one by one."""
    return bool(watch.service or watch.few_offices(FEW_OFFICES))


def sent_between(age: str, now: datetime) -> Sequence[ColumnElement[bool]]:
    """Over applications: they are of this class of age."""
    least, most = CLASSES[age]
    found: list[ColumnElement[bool]] = [Application.submitted_at < _begins(now, 1 - least)] if least else []
    return found if most is None else [*found, Application.submitted_at >= _begins(now, -most)]


def age_of(sent_at: datetime, now: datetime) -> int:
    """In days, reckoned by their dates in Cambodia."""
    return (now.astimezone(CAMBODIA).date() - sent_at.astimezone(CAMBODIA).date()).days


@dataclass(frozen=True, slots=True)
class Piece:
    """Cases at these offices and of these services, ``None`` for all, without those of the services of ``but``."""

    offices: frozenset[int] | None
    services: frozenset[str] | None
    but: frozenset[str] = frozenset()

    def of(self, table: Any) -> Iterator[ColumnElement[bool]]:
        """The conditions on a table that has what this is told by."""
        if self.offices is not None:
            yield table.office_id.in_(sorted(self.offices)) if self.offices else false()
        if self.services is not None:
            yield table.service_key.in_(sorted(self.services)) if self.services else false()
        if self.but:
            yield table.service_key.not_in(sorted(self.but))


def pieces(watch: Watched) -> tuple[Piece, ...]:
    """What is watched in pieces that share no case, each read by one index."""
    parts = [Piece(watch.offices, None)]
    if watch.offices is not None and watch.services:
        parts = [Piece(None, watch.services), Piece(watch.offices, None, watch.services)]
    return tuple(_narrowed(part, watch) for part in parts)


def _narrowed(part: Piece, watch: Watched) -> Piece:
    offices, services = part.offices, part.services
    if watch.only is not None:
        offices = watch.only if offices is None else offices & watch.only
    if watch.service:
        services = frozenset({watch.service}) - part.but if services is None else services & {watch.service}
    return Piece(offices, services, part.but if services is None else frozenset())


def _by(watch: Watched, by: By) -> Select[*tuple[Any, ...]]:
    """The classes of each office, or of each service."""
    cells = union_all(*chain.from_iterable(_cells(piece, by) for piece in pieces(watch))).subquery()
    days = select(cells.c.sent_on, cells.c.part, func.sum(cells.c.undecided).label("undecided"))
    days = days.group_by(cells.c.sent_on, cells.c.part).having(func.sum(cells.c.undecided) != 0)
    return _classes(days.subquery(), watch.now)


def _cells(piece: Piece, by: By) -> Iterator[Select[*tuple[Any, ...]]]:
    """How many were sent on which day: from the numbers that are kept where they know all that is asked."""
    is_kept = (piece.services is None and not piece.but) if by == "office_id" else piece.offices is None
    if is_kept:
        tally = OFFICE_AGES if by == "office_id" else SERVICE_AGES
        for of in (tally.kept, tally.change):
            yield select(of.sent_on, getattr(of, by).label("part"), of.undecided).where(*piece.of(of))
        return
    part = getattr(Application, by).label("part")
    day = local_day(Application.submitted_at).label("sent_on")
    found = select(day, part, literal(1).label("undecided"))
    yield found.where(Application.is_undecided(), *piece.of(Application))


def _classes(days: Subquery, now: datetime) -> Select[*tuple[Any, ...]]:
    """Days with their numbers as classes of age, by part."""
    return select(days.c.part, *_sums(days.c.sent_on, days.c.undecided, now)).group_by(days.c.part)


def _sums(day: Any, number: Any, now: datetime) -> Iterator[Any]:
    today = now.astimezone(CAMBODIA).date()
    for age, (least, most) in CLASSES.items():
        is_old = day <= (today - timedelta(days=least)).isoformat() if least else true()
        is_young = true() if most is None else day >= (today - timedelta(days=most)).isoformat()
        yield func.sum(case((and_(is_old, is_young), number), else_=0)).label(f"class_{age}")
    yield func.min(day).label("oldest")


def _steps(session: Session, names: Names, watch: Watched) -> tuple[AgedPart, ...]:
    """The steps at which tasks are open, by the ages of their cases; each case once at each."""
    parts = []
    for piece in pieces(watch):
        day = local_day(Application.submitted_at).label("sent_on")
        found = select(Application.id, Application.service_key, UserTask.element_id, day).distinct()
        found = found.join(UserTask, UserTask.application_id == Application.id)
        parts.append(found.where(Application.is_undecided(), UserTask.status.in_(OPEN_TASK), *piece.of(Application)))
    cases = union_all(*parts).subquery()
    key = (cases.c.service_key, cases.c.element_id)
    asked = select(*key, *_sums(cases.c.sent_on, literal(1), watch.now)).group_by(*key)
    steps = (
        AgedPart(row.element_id, names.element(row.service_key, row.element_id), _ages(row), row.service_key)
        for row in session.execute(asked)
    )
    return _oldest_first(steps)[:_MOST_STEPS]


def _ages(row: Any) -> Ages:
    counts = tuple(int(getattr(row, f"class_{age}")) for age in CLASSES)
    return Ages(counts, date.fromisoformat(row.oldest))


def _oldest_first(parts: Any) -> tuple[AgedPart, ...]:
    return tuple(sorted(parts, key=lambda part: (*(-number for number in reversed(part.ages.counts)), part.key)))


def _begins(now: datetime, days: int) -> datetime:
    """The first moment of the day so many days from today."""
    day = now.astimezone(CAMBODIA).date() + timedelta(days=days)
    return datetime.combine(day, time(), CAMBODIA)
