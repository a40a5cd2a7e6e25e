"""What an administrator may do about an officer: groups to give and to end, a new password to allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.errors import NotAllowed
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.officers import declared_groups
from engine.offices.resetting import may_allow, offices_of
from engine.packages.groups import ADMINISTRATOR, OFFICER_GROUPS
from engine.people.actors import Actor
from engine.people.contacts import proved_contacts, shortened
from storage.offices import Office
from storage.people import Membership, Person


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """A group of somebody, today or later; ``code`` is that of the office, empty for every office. ``may_end``: by the
    administrator who looks."""

    group: str
    office: Bilingual | None
    code: str
    from_day: date
    to_day: date | None
    may_end: bool


@dataclass(frozen=True, slots=True)
class Posts:
    """What an administrator can give: the groups there are, and the offices, code and name; ``everywhere``: every
    office at once as well."""

    groups: tuple[str, ...]
    offices: tuple[tuple[str, Bilingual], ...]
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Officer:
    """One account as an officer: ``reset_by`` are the contacts (channel, shortened) to which a link for a new password
    can go, empty where the administrator may not allow one."""

    held: tuple[HeldGroup, ...]
    reset_by: tuple[tuple[str, str], ...]


def posts(session: Session, house: House, actor: Actor, *, now: datetime) -> Posts:
    """The groups and offices that the administrator can choose from."""
    mine = actor.offices(ADMINISTRATOR)
    if mine is not None and not mine:
        raise NotAllowed
    offices = select(Office).where(Office.closed_from.is_(None)).order_by(Office.code)
    if mine is not None:
        offices = offices.where(Office.id.in_(mine))
    names = tuple((office.code, office_name(office)) for office in session.scalars(offices))
    groups = (*OFFICER_GROUPS, *sorted(declared_groups(session, house, now=now)))
    return Posts(groups, names, everywhere=mine is None)


def officer(session: Session, actor: Actor, person_id: int, *, today: date) -> Officer:
    """What the administrator may do about somebody whose account they see."""
    rows = session.execute(
        select(Membership, Office)
        .outerjoin(Office, Office.id == Membership.office_id)
        .where(Membership.person_id == person_id, or_(Membership.to_day.is_(None), Membership.to_day >= today))
        .order_by(Membership.group, Membership.id)
    )
    held = tuple(
        HeldGroup(
            one.group,
            office_name(at) if at else None,
            at.code if at else "",
            one.from_day,
            one.to_day,
            may_end=actor.acts_for(ADMINISTRATOR, one.office_id),
        )
        for one, at in rows
    )
    person = session.get_one(Person, person_id)
    may = held and person_id != actor.person_id and may_allow(actor, offices_of(session, person_id, today))
    ways = proved_contacts(person) if may and person.disabled_at is None else ()
    return Officer(held, tuple((one.channel.value, shortened(one)) for one in ways))
