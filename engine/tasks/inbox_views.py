"""Views of the inbox that are kept: by an officer for themselves, or by a head or an administrator for their office.

A view is what an address asks and nothing else, so it shows to each reader what reaches them, and no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from engine.errors import NotAllowed, NotFound, StalePage
from engine.errors.views import TooManyViews, ViewNameMissing, ViewNameTaken
from engine.khmer import tidy
from engine.packages.groups import ADMINISTRATOR, HEAD
from engine.people.actors import Actor
from engine.references import new_key
from storage.inbox_views import LONGEST_NAME, FirstView, InboxView
from storage.offices import Office
from storage.people import Person

WHO_SHARES: Final = (HEAD, ADMINISTRATOR)
MOST_OWN: Final = 50
MOST_OF_OFFICE: Final = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody keeps: a name, and what the address of the inbox said (shelf, filters, order, columns)."""

    name: str
    asked: Mapping[str, str]


def sharing_offices(actor: Actor) -> frozenset[int]:
    """The offices for whose officers the actor keeps views: those that they head or administer by name."""
    return frozenset(office for group, office in actor.memberships if group in WHO_SHARES and office is not None)


def readable_views(reader: int | BindParameter[int] | None, offices: Collection[int]) -> ColumnElement[bool]:
    """The views that a reader has: their own, and those of the offices in which they work by name."""
    own = and_(InboxView.person_id == reader, InboxView.office_id.is_(None))
    return or_(own, InboxView.office_id.in_(sorted(offices)))


def keep_view(session: Session, actor: Actor, kept: Kept, *, office_code: str = "", now: datetime) -> str:
    """Keeps a view, for the actor alone or for this office; gives its key. ``NotAllowed`` for an office that the actor
    neither heads nor administers, ``NotFound`` for none, ``ViewNameMissing``, ``ViewNameTaken``, ``TooManyViews``."""
    person_id = _person(actor)
    office_id = _office_of(session, actor, office_code) if office_code else None
    _alone(session, person_id, office_id)
    view = InboxView(
        key=new_key(),
        person_id=person_id,
        office_id=office_id,
        name=_free_name(session, kept.name, person_id, office_id),
        asked=dict(kept.asked),
        changed_at=now,
        changed_by_id=person_id,
    )
    most = MOST_OWN if office_id is None else MOST_OF_OFFICE
    if (session.scalar(select(func.count()).where(_beside(person_id, office_id))) or 0) >= most:
        raise TooManyViews(most=most)
    session.add(view)
    return view.key


def change_view(
    session: Session,
    actor: Actor,
    key: str,
    *,
    seen: int,
    name: str | None = None,
    asked: Mapping[str, str] | None = None,
    now: datetime,
) -> None:
    """Gives a view another name, other contents or both. ``StalePage`` when somebody changed it since the revision
    ``seen``; ``NotFound`` for a view that the actor does not have, ``NotAllowed`` for one that they only read."""
    view = _to_change(session, actor, key)
    if view.revision != seen:
        raise StalePage
    if name is not None:
        view.name = _free_name(session, name, view.person_id, view.office_id, but=view.id)
    if asked is not None:
        view.asked = dict(asked)
    view.revision += 1
    view.changed_at, view.changed_by_id = now, _person(actor)


def remove_view(session: Session, actor: Actor, key: str) -> None:
    """Takes a view away, for whomever it was the first too."""
    view = _to_change(session, actor, key)
    # Whoever chooses it as their first at this moment has done so, or finds it gone.
    session.execute(select(InboxView.id).where(InboxView.id == view.id).with_for_update())
    session.execute(delete(FirstView).where(FirstView.view_id == view.id))
    session.delete(view)


def open_first(session: Session, actor: Actor, key: str) -> None:
    """From now on the actor's inbox opens with this view, with the whole inbox when ``key`` is empty. ``NotFound`` for
    a view that the actor does not have."""
    person_id = _person(actor)
    _alone(session, person_id, None)
    session.execute(delete(FirstView).where(FirstView.person_id == person_id))
    if key:
        chosen = select(InboxView.id).where(InboxView.key == key, readable_views(actor.person_id, actor.named_offices))
        view_id = session.scalar(chosen.with_for_update(read=True, key_share=True))
        if view_id is None:
            raise NotFound
        session.add(FirstView(person_id=person_id, view_id=view_id))


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotAllowed
    return actor.person_id


def _office_of(session: Session, actor: Actor, code: str) -> int:
    office_id = session.scalar(select(Office.id).where(Office.code == code))
    if office_id is None:
        raise NotFound
    if office_id not in sharing_offices(actor):
        raise NotAllowed
    return office_id


def _alone(session: Session, person_id: int, office_id: int | None) -> None:
    """Two who keep a view in the same place do so one after the other: a name stands there once."""
    table, number = (Person, person_id) if office_id is None else (Office, office_id)
    session.execute(select(table.id).where(table.id == number).with_for_update(key_share=True))


def _beside(person_id: int, office_id: int | None) -> ColumnElement[bool]:
    """The views among which a name stands once."""
    if office_id is not None:
        return InboxView.office_id == office_id
    return and_(InboxView.person_id == person_id, InboxView.office_id.is_(None))


def _free_name(session: Session, typed: str, person_id: int, office_id: int | None, but: int = 0) -> str:
    name = " ".join(tidy(typed)[:LONGEST_NAME].split())
    if not name:
        raise ViewNameMissing
    same = select(InboxView.id).where(_beside(person_id, office_id), InboxView.name == name, InboxView.id != but)
    if session.scalar(same.limit(1)) is not None:
        raise ViewNameTaken(name=name)
    return name


def _found(session: Session, actor: Actor, key: str) -> InboxView:
    wanted = select(InboxView).where(InboxView.key == key, readable_views(actor.person_id, actor.named_offices))
    view = session.scalar(wanted.execution_options(populate_existing=True))
    if view is None:
        raise NotFound
    return view


def _to_change(session: Session, actor: Actor, key: str) -> InboxView:
    """The view, held by whoever changes it."""
    view = _found(session, actor, key)
    if view.office_id is not None and view.office_id not in sharing_offices(actor):
        raise NotAllowed
    _alone(session, view.person_id, view.office_id)
    return _found(session, actor, key)
