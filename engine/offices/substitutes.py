"""Whose work somebody else can do for some days, and who: the posts of an officer and the colleagues for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.gazetteer import PROVINCE_DIGITS
from engine.packages.groups import ADMINISTRATOR, CASHIER, HEAD, has_tasks
from engine.people.actors import Actor
from engine.people.names import holder
from storage.offices import Office, OfficeLevel
from storage.people import Membership, Person

NOBODY_FOR: Final = (CASHIER, ADMINISTRATOR)
"""Groups for which nobody stands in: money is taken by whoever answers for it, and rights are given by who has them."""
MOST_COLLEAGUES: Final = 200


@dataclass(frozen=True, slots=True)
class Post:
    """A group of somebody at one office, whose tasks another can do."""

    group: str
    office_id: int
    code: str
    office: Bilingual

    @property
    def key(self) -> str:
        """What the post is called in a form."""
        return f"deputy-{self.code}-{self.group}"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can stand in, by working at which office (none: at every one)."""

    person_id: int
    name: Bilingual
    by_office_id: int | None


def posts_of(session: Session, actor: Actor, person_id: int, *, today: date) -> tuple[Post, ...]:
    """The posts of somebody for which the actor may name a deputy: all of their own, and of others those at the
    offices that the actor heads. One statement."""
    heads = actor.offices(HEAD)
    rows = session.execute(
        select(Membership.group, Office)
        .join(Office, Office.id == Membership.office_id)
        .where(Membership.person_id == person_id, _held(today))
        .order_by(Office.code, Membership.group)
    )
    return tuple(
        Post(group, office.id, office.code, office_name(office))
        for group, office in rows.unique()
        if can_be_stood_in(group) and (person_id == actor.person_id or heads is None or office.id in heads)
    )


def may_record(session: Session, actor: Actor, person_id: int, *, today: date) -> bool:
    """Whether the actor says when this person is away: they themselves, or the head of an office where they work."""
    if actor.helper is not None or actor.person_id == person_id:
        return actor.helper is None
    heads = actor.offices(HEAD)
    here = Membership.office_id.is_not(None) if heads is None else Membership.office_id.in_(sorted(heads))
    works = select(Membership.id).where(Membership.person_id == person_id, here, _held(today)).limit(1)
    return session.scalar(works) is not None


def can_be_stood_in(group: str) -> bool:
    """Whether somebody can stand in for a member of the group."""
    return group not in NOBODY_FOR and has_tasks(group)


def suitable(session: Session, post: Post, *, today: date, only: int | None = None) -> tuple[Colleague, ...]:
    """Who can stand in for the post: officers with tasks of this office, of the province above it, or of every office.
    One statement."""
    found = (
        select(Person, Membership.group, Membership.office_id)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(Office, Office.id == Membership.office_id)
        .where(_held(today), Person.disabled_at.is_(None))
        .where(or_(Membership.office_id.is_(None), Office.id == post.office_id, _above(post)))
        .order_by(Membership.office_id != post.office_id, Person.name_latin, Person.id, Membership.office_id)
        .limit(MOST_COLLEAGUES)
    )
    if only is not None:
        found = found.where(Person.id == only)
    known: dict[int, Colleague] = {}
    for person, group, office_id in session.execute(found):
        if has_tasks(group) and group != ADMINISTRATOR:
            known.setdefault(person.id, Colleague(person.id, holder(person), office_id))
    return tuple(known.values())


def _held(today: date) -> ColumnElement[bool]:
    return and_(Membership.from_day <= today, or_(Membership.to_day.is_(None), Membership.to_day >= today))


def _above(post: Post) -> ColumnElement[bool]:
    """The office of the province to which a district belongs."""
    if len(post.code) <= PROVINCE_DIGITS:
        return false()
    return and_(Office.level == OfficeLevel.PROVINCE, Office.code == post.code[:PROVINCE_DIGITS])
