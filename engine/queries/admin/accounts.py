"""Accounts as administrators see them: who works where, and whose account is disabled. Whoever administers some offices
sees the people of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from engine.errors import NotAllowed, NotFound
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.invitations import serves, was_invited
from engine.offices.officers import is_under, people_called
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.people.contacts import contact_point, people_proved
from engine.people.names import holder
from engine.queries.shared.pages import PAGE_SIZE, Page, page_of
from storage.offices import Office
from storage.people import Membership, Person

Groups = tuple[tuple[str, Bilingual | None], ...]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """Somebody who works in an office, or worked there; ``groups`` are those of today, as in ``Account``."""

    id: int
    name: Bilingual
    is_disabled: bool
    groups: Groups


@dataclass(frozen=True, slots=True)
class Account:
    """One account: ``groups`` are those of today, each with its office, ``None`` for every office. ``is_mine``: the
    administrator's own. ``is_officer``: somebody who was ever put into a group; others are applicants."""

    id: int
    name: Bilingual
    disabled_at: datetime | None
    groups: Groups
    is_mine: bool
    is_officer: bool


def account_lines(
    session: Session, actor: Actor, *, page: int, size: int = PAGE_SIZE, today: date
) -> Page[AccountLine]:
    """Everybody who was ever put into a group, by name; whoever administers some offices sees who works there, today or
    later. Three statements, however many there are."""
    mine = _offices(actor)
    works = exists().where(Membership.person_id == Person.id)
    if mine is not None:
        lasting = or_(Membership.to_day.is_(None), Membership.to_day >= today)
        works = works.where(Membership.office_id.in_(mine), lasting)
    people = select(Person).where(works).order_by(Person.name_latin, Person.id)
    found = page_of(session, people, lambda row: row[0], page, size=size)
    groups = _groups(session, [person.id for person in found.items], today)
    lines = tuple(
        AccountLine(person.id, holder(person), person.disabled_at is not None, groups.get(person.id, ()))
        for person in found.items
    )
    return Page(lines, found.number, found.pages, found.total)


def accounts_called(
    session: Session, actor: Actor, login: str, *, today: date, now: datetime
) -> tuple[AccountLine, ...]:
    """The accounts with this telephone number or e-mail, officers or not, those that were invited with it too, as far
    as they are the administrator's business."""
    _offices(actor)
    found = people_called(session, login, now=now)
    known = [one for one in found if is_under(session, actor, one.id, today=today)]
    groups = _groups(session, [one.id for one in known], today)
    return tuple(AccountLine(one.id, holder(one), one.disabled_at is not None, groups.get(one.id, ())) for one in known)


def account_called(session: Session, actor: Actor, login: str) -> int | None:
    """The account with this telephone number or e-mail, officer or not, of several the oldest; ``None`` when there is
    none."""
    actor.require(None, ADMINISTRATOR)
    point = contact_point(login)
    known = [] if point is None else people_proved(session, point)
    return known[0].id if known else None


def account(session: Session, actor: Actor, person_id: int, *, today: date) -> Account:
    """One account; four statements, one more for whoever administers some offices. ``NotFound`` when there is none;
    ``NotAllowed`` for people of other offices."""
    _offices(actor)
    if not is_under(session, actor, person_id, today=today):
        raise NotAllowed
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    groups = _groups(session, [person_id], today).get(person_id, ())
    works = serves(session, person_id) or was_invited(session, person_id)
    return Account(person.id, holder(person), person.disabled_at, groups, person.id == actor.person_id, works)


def _offices(actor: Actor) -> frozenset[int] | None:
    """The offices whose people somebody may see; ``None`` stands for all."""
    mine = actor.offices(ADMINISTRATOR)
    if mine is not None and not mine:
        raise NotAllowed
    return mine


def _groups(session: Session, people: Sequence[int], today: date) -> Mapping[int, Groups]:
    rows = session.execute(
        select(Membership.person_id, Membership.group, Office)
        .outerjoin(Office, Office.id == Membership.office_id)
        .where(Membership.person_id.in_(people), Membership.from_day <= today)
        .where(or_(Membership.to_day.is_(None), Membership.to_day >= today))
        .order_by(Membership.group, Membership.id)
    )
    found: dict[int, Groups] = {}
    for person_id, group, office in rows:
        held = (group, None if office is None else office_name(office))
        found[person_id] = (*found.get(person_id, ()), held)
    return found
