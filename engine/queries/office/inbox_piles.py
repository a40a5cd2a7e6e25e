"""The ways by which an inbox is read, with filters: which of them lie on a shelf, what each is asked, and what is asked
of the tasks one by one.

A filter is part of a way where an index answers it: the service and the due day of what is ready, in the order of due
days; anything of what one person claimed, which is little, or of what a text found. Of what escalated the first
``MOST_ESCALATED`` are asked. Else it is a test of each task (``engine.queries.shared.sifting``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, Subquery, bindparam, select

from engine.queries.office.inbox_filters import ME, NOBODY, Shelf, Sort
from engine.queries.office.reach import Ways
from engine.queries.shared.stretches import KEPT, Order, Way, at_most, ordered
from storage.applications import Application
from storage.processes import UserTask

COLLEAGUE: Final = "colleague"
MOST_ESCALATED: Final = 2_000
ORDERS: Final[Mapping[Sort, Order]] = {
    "due": Order(UserTask.id, UserTask.key, UserTask.due_at),
    "newest": Order(UserTask.id, UserTask.key, newest_first=True),
    "oldest": Order(UserTask.id, UserTask.key),
    "applicant": Order(UserTask.id, UserTask.key, UserTask.applicant_name),
}
MOST_PRESSING: Final = ORDERS["due"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which filters are set, without their values: inboxes that ask for the same share their statements. ``who`` is
    ``ME``, ``NOBODY``, ``COLLEAGUE`` or empty."""

    has_service: bool = False
    has_stage: bool = False
    has_since: bool = False
    has_until: bool = False
    has_found: bool = False
    who: str = ""
    sort: Sort = "due"

    def on(self, shelf: Shelf) -> Asked:
        """What is late is due before now, which a way or a test has to say."""
        return replace(self, has_until=True) if shelf == "late" else self

    @property
    def by_due(self) -> Asked:
        """The same in the order of due days, in which tasks are counted."""
        return replace(self, sort="due")

    @property
    def tests(self) -> tuple[ColumnElement[bool], ...]:
        """What is asked of each task, because no index has it in this order."""
        return _tests(self)

    @property
    def ready(self) -> Way:
        if self.has_found:
            return self.all_of_task
        return (*self.of_service, *self.of_days) if self.sort == "due" else ()

    @property
    def all_of_task(self) -> Way:
        found = (UserTask.application_id.in_(bindparam("found", expanding=True)),) if self.has_found else ()
        return (*found, *self.of_service, *self.of_days)

    @property
    def of_service(self) -> tuple[ColumnElement[bool], ...]:
        return (UserTask.service_key == bindparam("service"),) if self.has_service else ()

    @property
    def of_days(self) -> tuple[ColumnElement[bool], ...]:
        since = (UserTask.due_at >= bindparam("since"),) if self.has_since else ()
        return (*since, UserTask.due_at < bindparam("until")) if self.has_until else since


@lru_cache(maxsize=KEPT)
def _tests(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    stage = (Application.stage == bindparam("stage"),) if asked.has_stage else ()
    return stage if asked.sort == "due" or asked.has_found else (*stage, *asked.of_service, *asked.of_days)


@dataclass(frozen=True, slots=True)
class Pile:
    """Ways that lie on the same shelves. What a colleague claimed is on none, unless it escalated to somebody who must
    know, or unless it is asked for."""

    ways: tuple[Way, ...]
    free: bool = False
    escalated: bool = False
    mine: bool = False


@lru_cache(maxsize=KEPT)
def piles(ways: Ways, asked: Asked) -> tuple[Pile, ...]:
    """What reaches the officer and is asked for."""
    is_whose, name = asked.who not in ("", NOBODY), "me" if asked.who == ME else "who"
    theirs: Way = (UserTask.assignee_id == bindparam(name),) if is_whose else ()
    found = []
    if asked.who in ("", NOBODY):
        found.append(Pile(_each(ways.ready, asked.ready), free=True))
        found.append(Pile(_escalated(ways.escalated_ready, asked), free=True, escalated=True))
    if asked.who != NOBODY:
        found.append(Pile(_escalated(ways.escalated_claimed, asked, theirs), escalated=True))
    if asked.who in ("", ME):
        found.append(Pile(_each(ways.claimed, (*theirs, *asked.all_of_task)), mine=True))
    elif is_whose:
        found.append(Pile(_each(ways.held, asked.all_of_task)))
    return tuple(found)


@lru_cache(maxsize=KEPT)
def on_shelf(ways: Ways, asked: Asked, shelf: Shelf) -> tuple[Way, ...]:
    """The ways of a shelf."""
    found = piles(ways, asked.on(shelf))
    if shelf in ("all", "late"):
        return tuple(way for pile in found for way in pile.ways)
    return tuple(way for pile in found if getattr(pile, shelf) for way in pile.ways)


def _each(ways: tuple[Way, ...], more: Way) -> tuple[Way, ...]:
    return tuple((*way, *more) for way in ways)


def _escalated(ways: tuple[Way, ...], asked: Asked, theirs: Way = ()) -> tuple[Way, ...]:
    """No index has these by anything but their due days."""
    more = (*theirs, *asked.all_of_task)
    is_in_order = asked.sort == "due" and not theirs and not asked.has_service
    if asked.has_found or is_in_order:
        return _each(ways, more)
    return tuple((UserTask.id.in_(select(_first(way).c.id)), *more) for way in ways)


def _first(way: Way) -> Subquery:
    first = select(UserTask.id, UserTask.due_at).where(*way).order_by(*ordered((UserTask.due_at, UserTask.id)))
    return at_most(first, MOST_ESCALATED).subquery()
