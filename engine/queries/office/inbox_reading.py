"""What is read of an inbox: the ways of the officer, what the filters ask, and the values that stand in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from engine.queries.office.inbox_filters import ME, NOBODY, Filters, Shelf
from engine.queries.office.inbox_piles import COLLEAGUE, ORDERS, Asked, on_shelf
from engine.queries.office.inbox_text import Texted, texted
from engine.queries.office.reach import Ways, reach_of
from engine.queries.shared.sifting import Sieve
from engine.queries.shared.stretches import Way
from storage import asking
from storage.applications import Application
from storage.asking import Question
from storage.offices import Office
from storage.processes import UserTask

TESTED: Final = select(UserTask.id).join(Application, Application.id == UserTask.application_id)
"""What tests of single tasks are asked of."""
_HERE: Final = Question(select(Office.id).where(Office.code == bindparam("code")))


@dataclass(frozen=True, slots=True)
class Reading:
    """The ways of the officer, what is asked and the values that stand in both."""

    ways: Ways
    asked: Asked
    values: Mapping[str, object]
    text: Texted | None
    shelf: Shelf

    @property
    def tests(self) -> tuple[ColumnElement[bool], ...]:
        texted = (self.text.test,) if self.text is not None and self.text.test is not None else ()
        return (*self.asked.on(self.shelf).tests, *texted)

    @property
    def on_shelf(self) -> tuple[Way, ...]:
        return on_shelf(self.ways, self.asked, self.shelf)

    def sieve(self, rows: Select[*tuple[Any, ...]]) -> Sieve:
        is_kept = self.text is None or self.text.test is None
        return Sieve(rows, TESTED, self.on_shelf, ORDERS[self.asked.sort], self.tests, is_kept=is_kept)

    @property
    def by_due(self) -> Reading:
        """The same in the order of due days, in which tasks are counted."""
        return replace(self, asked=self.asked.by_due)


def reading_of(session: Session, actor: Actor, shelf: Shelf, filters: Filters, now: datetime) -> Reading:
    """What this officer reads with these filters. One statement for a filter by office, two for one by a text."""
    found = asking.row(session, _HERE, code=filters.office) if filters.office else None
    here = None if found is None else found.id
    text = texted(session, filters.text) if filters.text else None
    return reading_at(actor, here, shelf, filters, now, text=text)


def reading_at(
    actor: Actor, here: int | None, shelf: Shelf, filters: Filters, now: datetime, *, text: Texted | None = None
) -> Reading:
    """The same where the office of the filter (``here``, ``None`` when it is unknown) and what the text found are
    known; asks nothing."""
    ways, values = reach_of(_at(actor, here) if filters.office else actor)
    since, until = filters.between(now)
    is_colleague = filters.who not in ("", ME, NOBODY) and int(filters.who) != actor.person_id
    asked = Asked(
        has_service=bool(filters.service),
        has_stage=bool(filters.stage),
        has_since=since is not None,
        has_until=until is not None,
        has_found=text is not None and text.test is None,
        who=COLLEAGUE if is_colleague else filters.who and (NOBODY if filters.who == NOBODY else ME),
        sort=filters.sort,
    )
    until = min(until or now, now) if shelf == "late" else until
    values = {**values, "now": now, "since": since, "until": until}
    values |= {"service": filters.service, "stage": filters.stage, "found": text.ids if text else ()}
    return Reading(ways, asked, values | ({"who": int(filters.who)} if is_colleague else {}), text, shelf)


def _at(actor: Actor, here: int | None) -> Actor:
    """The officer as far as they work at this office."""
    groups = [group for group, place in actor.memberships if place in (None, here)] if here is not None else []
    stands = tuple(stand for stand in actor.stands if stand.office_id == here)
    return replace(actor, memberships=frozenset((group, here) for group in groups), stands=stands)
