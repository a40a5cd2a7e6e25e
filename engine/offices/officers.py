"""Officers: who works in which group of which office, from when until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.errors import NoSuchGroup, NoSuchLogin, NotInGroup
from engine.house import House
from engine.khmer import Bilingual
from engine.offices import departures
from engine.offices.opening import find_office
from engine.packages.groups import ADMINISTRATOR, OFFICER_GROUPS
from engine.people import security_log, sign_ins
from engine.people.accounts import open_account
from engine.people.actors import Actor
from engine.people.contacts import contact_point, people_proved
from storage.people import IdentityStatus, Membership, Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason


@dataclass(frozen=True, slots=True)
class NewOfficer:
    """An officer whose identity the administrator knows; phone or e-mail, as typed, is what they sign in with."""

    name_km: str
    name_latin: str
    password: str
    phone: str = ""
    email: str = ""
    language: str = "km"


def add_officer(session: Session, house: House, actor: Actor, officer: NewOfficer, *, now: datetime) -> int:
    """An account for an officer; the id of the person. Groups are granted separately."""
    actor.require(None, ADMINISTRATOR)
    account = open_account(
        session,
        house,
        phone=officer.phone,
        email=officer.email,
        password=officer.password,
        name_km=officer.name_km,
        name_latin=officer.name_latin,
        language=officer.language,
        now=now,
    )
    session.get_one(Person, account.person_id).identity_status = IdentityStatus.VERIFIED
    security_log.note(session, SecurityKind.ACCOUNT_ADDED, actor, person_id=account.person_id, at=now)
    return account.person_id


def grant(
    session: Session,
    house: House,
    actor: Actor,
    person_id: int,
    group: str,
    *,
    office_code: str | None,
    today: date,
    now: datetime,
) -> None:
    """The person belongs to the group at the office, or everywhere, from today on. Granting twice changes nothing.
    ``NoSuchGroup`` for one that is neither fixed nor declared by a service that is published."""
    groups = (*OFFICER_GROUPS, *sorted(declared_groups(session, house, now=now)))
    if group not in groups:
        raise NoSuchGroup(group=group, groups=", ".join(groups))
    office_id = _office_id(session, office_code)
    actor.require(office_id, ADMINISTRATOR)
    if _current(session, person_id, group, office_id, today) is None:
        session.add(Membership(person_id=person_id, office_id=office_id, group=group, from_day=today))
        which = {"group": group, "office": office_code}
        security_log.note(session, SecurityKind.GROUP_GRANTED, actor, person_id=person_id, data=which, at=now)


def declared_groups(session: Session, house: House, *, now: datetime) -> Mapping[str, Bilingual]:
    """The groups that ministries declare in the versions in effect, those of pilots too, with their names, by the key
    of memberships."""
    found: dict[str, Bilingual] = {}
    for published in house.catalog.all_anywhere(session, now=now):
        found |= published.package.ministry.groups
    return found


def end_grant(
    session: Session,
    actor: Actor,
    person_id: int,
    group: str,
    *,
    office_code: str | None,
    today: date,
    now: datetime,
) -> None:
    """Yesterday was the person's last day in the group; every sign-in of the person ends, and what they had claimed
    there goes back to the group. ``NotInGroup`` when they are not in it."""
    office_id = _office_id(session, office_code)
    actor.require(office_id, ADMINISTRATOR)
    membership = _current(session, person_id, group, office_id, today)
    if membership is None:
        raise NotInGroup(group=group)
    if membership.from_day == today:
        session.delete(membership)
    else:
        membership.to_day = today - timedelta(days=1)
    sign_ins.end_all(session, session.get_one(Person, person_id), EndReason.GROUPS)
    which = {"group": group, "office": office_code}
    security_log.note(session, SecurityKind.GROUP_ENDED, actor, person_id=person_id, data=which, at=now)
    departures.give_back_of(session, person_id, actor, now=now)


def find_person(session: Session, login: str) -> int:
    """The id of the person with this phone number or e-mail; ``NoSuchLogin`` when there is none."""
    point = contact_point(login)
    known = [] if point is None else people_proved(session, point)
    person_id = known[0].id if known else None
    if person_id is None:
        raise NoSuchLogin(login=login)
    return person_id


def _office_id(session: Session, office_code: str | None) -> int | None:
    return None if office_code is None else find_office(session, office_code)


def _current(session: Session, person_id: int, group: str, office_id: int | None, today: date) -> Membership | None:
    return session.scalar(
        select(Membership).where(
            Membership.person_id == person_id,
            Membership.group == group,
            Membership.office_id.is_not_distinct_from(office_id),
            or_(Membership.to_day.is_(None), Membership.to_day >= today),
        )
    )
