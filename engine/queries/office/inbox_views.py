"""The views of the inbox that an officer has, and how much lies in the first of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.namesakes import office_name, told_apart
from engine.people.actors import Actor
from engine.queries.office.inbox_filters import Filters, Shelf, filters_in, shelf_in
from engine.queries.office.inbox_piles import MOST_PRESSING
from engine.queries.office.inbox_reading import TESTED, Reading, reading_at
from engine.queries.shared.sifting import MOST_LOOKED
from engine.queries.shared.stretches import KEPT, MOST_COUNTED, count_of
from engine.tasks.inbox_views import readable_views, sharing_offices
from storage import asking
from storage.asking import Question
from storage.base import Id
from storage.inbox_views import FirstView, InboxView
from storage.offices import Office

MOST_SHOWN: Final = 300
MOST_WITH_COUNTS: Final = 10
"""So many views stand above an inbox, each with how much lies in it, which is a statement for each."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view that is kept. ``office``: with whose officers it is shared, none for the reader's own; ``may_change``: by
    the reader; ``is_first``: the reader's inbox opens with it."""

    key: str
    name: str
    shelf: Shelf
    filters: Filters
    office: Bilingual | None
    revision: int
    may_change: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class ViewCount:
    """How many tasks lie in a view, exact to a thousand. ``is_more``: at least so many; where tasks are asked one by
    one (a stage), looking ended after the first thousand."""

    number: int
    is_more: bool


def saved_views(session: Session, actor: Actor) -> tuple[SavedView, ...]:
    """The one with which the inbox opens, the reader's own, then those of their offices, by name; one statement."""
    rows = asking.rows(session, _views_at(tuple(sorted(actor.named_offices))), reader=actor.person_id)
    shares = sharing_offices(actor)
    found = []
    for row in rows:
        asked = {str(name): str(value) for name, value in row.asked.items()}
        office = told_apart(row.name_km, row.name_en, row.code, row.namesakes) if row.office_id is not None else None
        may = row.office_id is None or row.office_id in shares
        said = row.key, row.name, shelf_in(asked), filters_in(asked), office, row.revision
        found.append(SavedView(*said, may_change=may, is_first=row.view_id is not None))
    return tuple(found)


@lru_cache(maxsize=KEPT)
def _views_at(offices: tuple[int, ...]) -> Question:
    """The views of somebody who works by name at these offices: written once for all who do."""
    first = FirstView.person_id == bindparam("reader", type_=Id)
    return Question(
        select(InboxView.key, InboxView.name, InboxView.asked, InboxView.office_id, InboxView.revision)
        .add_columns(Office.name_km, Office.name_en, Office.code, Office.namesakes.label("namesakes"))
        .add_columns(FirstView.view_id)
        .outerjoin(Office, Office.id == InboxView.office_id)
        .outerjoin(FirstView, and_(FirstView.view_id == InboxView.id, first))
        .where(readable_views(bindparam("reader", type_=Id), offices))
        .order_by(FirstView.view_id.is_(None), InboxView.office_id.is_not(None), InboxView.name, InboxView.id)
        .limit(MOST_SHOWN)
    )


def shared_with(session: Session, actor: Actor) -> tuple[tuple[str, Bilingual], ...]:
    """The offices for whose officers the reader keeps views, code and name; one statement."""
    mine = sorted(sharing_offices(actor))
    found = session.scalars(select(Office).where(Office.id.in_(mine)).order_by(Office.code)) if mine else ()
    return tuple((office.code, office_name(office)) for office in found)


def view_counts(
    session: Session, actor: Actor, views: Sequence[SavedView], *, now: datetime
) -> Mapping[str, ViewCount]:
    """How much of it the reader has, for each of the first ``MOST_WITH_COUNTS`` views, by key: a bounded statement for
    each, and one for all offices that they name."""
    counted = views[:MOST_WITH_COUNTS]
    codes = {view.filters.office for view in counted if view.filters.office}
    offices = select(Office.code, Office.id).where(Office.code.in_(sorted(codes)))
    known = {row.code: row.id for row in session.execute(offices)} if codes else {}
    found = {}
    for view in counted:
        here = known.get(view.filters.office)
        found[view.key] = _count(session, reading_at(actor, here, view.shelf, view.filters, now).by_due)
    return found


def _count(session: Session, reading: Reading) -> ViewCount:
    if not reading.on_shelf:
        return ViewCount(0, is_more=False)
    if reading.tests:
        number, looked = session.execute(reading.sieve(TESTED).count(), reading.values).one()
        return ViewCount(number, is_more=looked >= MOST_LOOKED)
    number = count_of(session, reading.on_shelf, MOST_PRESSING, reading.values)
    return ViewCount(min(number, MOST_COUNTED), is_more=number > MOST_COUNTED)
