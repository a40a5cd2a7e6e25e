"""Officers: who works in which group of which office, from when until when.

Nobody is lifted into office without having accepted (``engine.offices.inviting``): a membership is made here for
somebody who has, by an invitation or before there were any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from engine.errors import (
    DaysContradict,
    NoSuchGroup,
    NoSuchLogin,
    NotAccepted,
    NotAllowed,
    SeveralPeople,
)
from engine.errors.offices import OfficeClosed
from engine.house import House
from engine.khmer import Bilingual
from engine.offices import invitations
from engine.offices.invitations import Post
from engine.offices.opening import find_office
from engine.packages.groups import ADMINISTRATOR, OFFICER_GROUPS
from engine.people import security_log
from engine.people.accounts import open_account
from engine.people.actors import Actor
from engine.people.contacts import contact_point, people_proved, proved_contacts
from engine.people.names import holder
from engine.people.notice_choices import begin_to_hear
from engine.people.representatives import is_business
from storage.invitations import Invitation, InvitationKind, OfferedGroup
from storage.offices import Office
from storage.people import IdentityStatus, Membership, Person
from storage.security_log import SecurityKind

MOST_DIGITS: Final = 10


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
    """An account for an officer with a password, made by the operator of the machine, who vouches for the contact; the
    id of the person. Groups are granted separately. Everybody else invites."""
    if actor.person_id is not None:
        raise NotAllowed
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
    person = session.get_one(Person, account.person_id)
    person.identity_status = IdentityStatus.VERIFIED
    to = proved_contacts(person)[0]
    made = invitations.issue(session, house, actor, person, InvitationKind.ACCOUNT, to=to, by_hand=True, now=now)
    session.get_one(Invitation, made.invitation_id).accepted_at = now
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
    from_day: date | None = None,
    to_day: date | None = None,
) -> None:
    """The person belongs to the group at the office, or everywhere, from today on. Granting twice changes nothing.
    ``NoSuchGroup`` for one that is neither fixed nor declared by a service that is published; ``DaysContradict``;
    ``NotAccepted`` for somebody who was never asked."""
    post = Post(group, office_code, from_day, to_day)
    office_id = office_of(session, house, actor, post, today=today, now=now)
    if not invitations.serves(session, person_id):
        raise NotAccepted
    take_up(session, actor, person_id, office_id, post, today=today, now=now)


def office_of(session: Session, house: House, actor: Actor, post: Post, *, today: date, now: datetime) -> int | None:
    """The id of the office of a post that the administrator may give; refuses what ``grant`` refuses."""
    groups = (*OFFICER_GROUPS, *sorted(declared_groups(session, house, now=now)))
    if post.group not in groups:
        raise NoSuchGroup(group=post.group, groups=", ".join(groups))
    if post.to_day is not None and post.to_day < max(post.from_day or today, today):
        raise DaysContradict
    office_id = office_id_of(session, post.office_code)
    actor.require(office_id, ADMINISTRATOR)
    if office_id is not None and session.get_one(Office, office_id).closed_from is not None:
        raise OfficeClosed(office=post.office_code)
    return office_id


def take_up(
    session: Session,
    actor: Actor,
    person_id: int,
    office_id: int | None,
    post: Post,
    *,
    today: date,
    now: datetime,
) -> None:
    """The membership begins, today at the earliest. Where the person has it on some of these days, it lasts over the
    others as well; harmless where they have it on all of them, or they are over. Who is new to offices begins to hear
    of what is new there."""
    begins = max(post.from_day or today, today)
    if post.to_day is not None and post.to_day < begins:
        return
    held = held_from(session, person_id, post.group, office_id, begins)
    held = [one for one in held if post.to_day is None or one.from_day <= post.to_day]
    if held:
        _widen(session, actor, held, begins, post, now=now)
    else:
        days = {"from_day": begins, "to_day": post.to_day}
        session.add(Membership(person_id=person_id, office_id=office_id, group=post.group, **days))
        which = {"group": post.group, "office": post.office_code, **days_in_words(begins, post.to_day)}
        if post.reason:
            which["reason"] = post.reason
        security_log.note(session, SecurityKind.GROUP_GRANTED, actor, person_id=person_id, data=which, at=now)
        begin_to_hear(session, session.get_one(Person, person_id), now=now)


def _widen(
    session: Session, actor: Actor, held: Sequence[Membership], begins: date, post: Post, *, now: datetime
) -> None:
    """What somebody has on some days of a post becomes one membership that has the others too."""
    one, ends = held[0], held[-1].to_day
    lasts = ends if ends is None or (post.to_day is not None and post.to_day <= ends) else post.to_day
    if len(held) == 1 and one.from_day <= begins and ends == lasts:
        return
    for later in held[1:]:
        session.delete(later)
    one.from_day, one.to_day = min(one.from_day, begins), lasts
    session.flush()
    data = {"group": post.group, "office": post.office_code, **days_in_words(one.from_day, lasts)}
    data |= {"was": ends.isoformat() if ends else None} | ({"reason": post.reason} if post.reason else {})
    security_log.note(session, SecurityKind.GROUP_DAYS_CHANGED, actor, person_id=one.person_id, data=data, at=now)


def declared_groups(session: Session, house: House, *, now: datetime) -> Mapping[str, Bilingual]:
    """The groups that ministries declare in the versions in effect, those of pilots too, with their names, by the key
    of memberships."""
    found: dict[str, Bilingual] = {}
    for published in house.catalog.all_anywhere(session, now=now):
        found |= published.package.ministry.groups
    return found


def is_under(session: Session, actor: Actor, person_id: int, *, today: date) -> bool:
    """Whether somebody is the administrator's business: of every office, or of one where the person works, today or
    later, or is asked to."""
    mine = actor.offices(ADMINISTRATOR)
    if mine is None or not mine:
        return mine is None
    lasting = or_(Membership.to_day.is_(None), Membership.to_day >= today)
    works = exists().where(Membership.person_id == person_id, Membership.office_id.in_(mine), lasting)
    asked = exists().where(
        Invitation.person_id == person_id,
        invitations.is_open(),
        OfferedGroup.invitation_id == Invitation.id,
        OfferedGroup.office_id.in_(mine),
    )
    return bool(session.scalar(select(works | asked)))


def find_person(session: Session, login: str, *, now: datetime) -> int:
    """The id of the person with this phone number or e-mail, proved or as they were invited with, or with this number
    of their account (``#12``). ``NoSuchLogin`` when there is none; ``SeveralPeople`` names those who share it."""
    if login.startswith("#"):
        number = int(login[1:]) if login[1:].isascii() and login[1:].isdigit() and len(login) <= MOST_DIGITS else 0
        person = session.get(Person, number)
        if person is None or is_business(person):
            raise NoSuchLogin(login=login)
        return person.id
    known = people_called(session, login, now=now)
    if not known:
        raise NoSuchLogin(login=login)
    if len(known) > 1:
        raise SeveralPeople(login=login, people=", ".join(f"#{one.id} {holder(one).en}" for one in known))
    return known[0].id


def people_called(session: Session, login: str, *, now: datetime) -> tuple[Person, ...]:
    """Everybody who has proved this phone number or e-mail, then those who were invited with it."""
    point = contact_point(login)
    if point is None:
        return ()
    invited = select(Person).join(Invitation, Invitation.person_id == Person.id)
    invited = invited.where(Invitation.address == point.address, invitations.is_open(), Invitation.ends_at > now)
    found = (*people_proved(session, point), *session.scalars(invited.order_by(Person.id)))
    return tuple({one.id: one for one in found}.values())


def office_id_of(session: Session, office_code: str | None) -> int | None:
    """The id of the office of a post; none where it is everywhere. ``NoSuchOffice``."""
    return None if office_code is None else find_office(session, office_code)


def held_from(session: Session, person_id: int, group: str, office_id: int | None, day: date) -> Sequence[Membership]:
    """The memberships of the person in the group there that hold on that day or begin later, the first one first."""
    return session.scalars(
        select(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.group == group,
            Membership.office_id.is_not_distinct_from(office_id),
            or_(Membership.to_day.is_(None), Membership.to_day >= day),
        )
        .order_by(Membership.from_day)
    ).all()


def days_in_words(first: date, last: date | None) -> dict[str, str | None]:
    """The days of a membership as a line of the security log has them."""
    return {"first": first.isoformat(), "last": last.isoformat() if last else None}
