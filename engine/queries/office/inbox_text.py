"""The tasks that a text finds in an inbox, by what the search for cases finds: the number of a paper, a telephone, the
name of a person, a business or a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, or_, select, union
from sqlalchemy.orm import Session

from engine.khmer import latin_digits
from engine.queries.office.search import SHORTEST_NAME, is_mistyped, name_in, numbered
from engine.queries.shared.places import places_called
from storage.applications import Application
from storage.processes import OPEN_TASK, UserTask
from storage.searching import worded

MOST_FOUND: Final = 1_000


@dataclass(frozen=True, slots=True)
class Texted:
    """Which applications a text means: ``ids`` where they are few (of more than ``MOST_FOUND`` some, ``is_cut``), else
    a ``test`` over each. ``is_mistyped``: a reference whose check digit does not fit; ``is_too_short``: one sign."""

    ids: tuple[int, ...] = ()
    test: ColumnElement[bool] | None = None
    is_cut: bool = False
    is_mistyped: bool = False
    is_too_short: bool = False


def texted(session: Session, typed: str) -> Texted:
    """At most two statements."""
    text = latin_digits(typed)
    if is_mistyped(text) or len(text) < SHORTEST_NAME:
        wrong = is_mistyped(text)
        return Texted(is_mistyped=wrong, is_too_short=not wrong)
    fetched = list(numbered(text))
    if words := name_in(text):
        named, test = worded(session, words, places_called)
        if named is None:
            by_number = [Application.id.in_(one) for one in fetched]
            return Texted(test=or_(test, *by_number))
        fetched.append(select(named.subquery()))
    if not fetched:
        return Texted()
    found = union(*(select(one.subquery()) for one in fetched)).subquery()
    is_open = UserTask.status.in_(OPEN_TASK)
    waiting = select(UserTask.application_id).where(UserTask.application_id.in_(select(found)), is_open).distinct()
    ids = tuple(session.scalars(waiting.limit(MOST_FOUND + 1)))
    return Texted(ids[:MOST_FOUND], is_cut=len(ids) > MOST_FOUND)
