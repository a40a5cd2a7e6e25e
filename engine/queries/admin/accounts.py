"""Accounts as administrators of every office see them: who works where, and whose account is disabled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.people.names import holder
from engine.queries.shared.pages import Page, page_of
from engine.typed.emails import known_email
from engine.typed.telephones import known_phone
from storage.offices import Office
from storage.people import Membership, Person


@dataclass(frozen=True, slots=True)
class AccountLine:
    """Somebody who works in an office, or worked there."""

    id: int
    name: Bilingual
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One account: ``groups`` are those of today, each with its office, ``None`` for every office. ``is_mine``: the
    administrator's own."""

    id: int
    name: Bilingual
    disabled_at: datetime | None
    groups: tuple[tuple[str, Bilingual | None], ...]
    is_mine: bool


def account_lines(session: Session, actor: Actor, *, page: int) -> Page[AccountLine]:
    """Everybody who was ever put into a group, by name."""
    actor.require(None, ADMINISTRATOR)
    works = exists().where(Membership.person_id == Person.id)
    return page_of(session, select(Person).where(works).order_by(Person.name_latin, Person.id), _line, page)


def account_called(session: Session, actor: Actor, login: str) -> int | None:
    """The account with this telephone number or e-mail, officer or not; ``None`` when there is none."""
    actor.require(None, ADMINISTRATOR)
    email, phone = known_email(login), known_phone(login)
    if email is None and phone is None:
        return None
    return session.scalar(select(Person.id).where(Person.email == email if email else Person.phone == phone))


def account(session: Session, actor: Actor, person_id: int, *, today: date) -> Account:
    """One account; two statements. ``NotFound`` when there is none."""
    actor.require(None, ADMINISTRATOR)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    rows = session.execute(
        select(Membership.group, Office)
        .outerjoin(Office, Office.id == Membership.office_id)
        .where(Membership.person_id == person_id, Membership.from_day <= today)
        .where(or_(Membership.to_day.is_(None), Membership.to_day >= today))
        .order_by(Membership.group, Membership.id)
    )
    groups = tuple((group, None if office is None else office_name(office)) for group, office in rows)
    return Account(person.id, holder(person), person.disabled_at, groups, person.id == actor.person_id)


def _line(row: Any) -> AccountLine:
    return AccountLine(row[0].id, holder(row[0]), row[0].disabled_at is not None)
