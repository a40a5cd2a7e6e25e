"""Inviting officers: an account that counts once its person has accepted, and groups likewise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import (
    AccountsKnown,
    BadAnswers,
    ContactUnproved,
    NeitherPhoneNorEmail,
    NotAllowed,
    NotFound,
    PersonDisabled,
)
from engine.house import House
from engine.khmer import LANGUAGES
from engine.offices import invitations, officers
from engine.offices.invitations import Post, Sent
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.contacts import ContactPoint, contact_point, people_proved, proved_contacts
from engine.people.names import holder
from engine.people.particulars import names_given
from storage.invitations import Invitation, InvitationKind, OfferedGroup
from storage.people import Person
from storage.security_log import SecurityKind


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is to become an officer, as the administrator knows them; ``contact`` as typed. ``is_new``: it is
    somebody else than those who are reached by it already."""

    name_km: str
    name_latin: str
    contact: str
    language: str = "km"
    is_new: bool = False


def invite(
    session: Session,
    house: House,
    actor: Actor,
    invited: Invited,
    post: Post | None,
    *,
    by_hand: bool = False,
    today: date,
    now: datetime,
) -> Sent:
    """An account without password, contact and rights, and the invitation that gives them to whoever accepts. The same
    person invited again within the days is the same invitation, with the group beside and a new link.

    ``BadAnswers`` maps a field to what is wrong; ``AccountsKnown`` to administrators of every office, where accounts
    have proved the contact; for the post refuses what ``officers.grant`` refuses.
    """
    if post is None:
        actor.require(None, ADMINISTRATOR)
    office_id = None if post is None else officers.office_of(session, house, actor, post, today=today, now=now)
    person, to = _read(invited, now)
    if not invited.is_new and actor.acts_for(ADMINISTRATOR, None) and (known := people_proved(session, to)):
        raise AccountsKnown(people=", ".join(f"#{one.id} {holder(one).en}" for one in known))
    _one_at_a_time(session, actor)
    before = _invited_before(session, actor, person, to, now)
    if before is not None:
        sent = invitations.send_again(session, house, actor, before.id, now=now)
    else:
        session.add(person)
        session.flush()
        sent = invitations.issue(session, house, actor, person, InvitationKind.ACCOUNT, to=to, by_hand=by_hand, now=now)
        security_log.note(session, SecurityKind.INVITED, actor, person_id=person.id, at=now)
    if post is not None:
        _offer(session, actor, sent, office_id, post, today=today, now=now)
    return sent


def give(
    session: Session,
    house: House,
    actor: Actor,
    person_id: int,
    post: Post,
    *,
    by_hand: bool = False,
    today: date,
    now: datetime,
) -> Sent | None:
    """Puts somebody into a group: at once where they serve already (``None``), else once they have accepted. Somebody
    whose invitation is open is offered the group with it. ``ContactUnproved``, ``PersonDisabled``; ``NotAllowed`` for
    people of other offices; for the post refuses what ``officers.grant`` refuses."""
    office_id = officers.office_of(session, house, actor, post, today=today, now=now)
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound
    if not officers.is_under(session, actor, person_id, today=today):
        raise NotAllowed
    if person.disabled_at is not None:
        raise PersonDisabled
    if invitations.serves(session, person_id):
        officers.take_up(session, actor, person_id, office_id, post, today=today, now=now)
        return None
    kinds = InvitationKind.ACCOUNT, InvitationKind.GROUPS
    before = invitations.open_for(session, person_id, *kinds, now=now)
    if before is not None:
        sent = _as_sent(before)
    else:
        proved = proved_contacts(person)
        if not proved:
            raise ContactUnproved
        kind = InvitationKind.GROUPS
        sent = invitations.issue(session, house, actor, person, kind, to=proved[0], by_hand=by_hand, now=now)
        security_log.note(session, SecurityKind.INVITED, actor, person_id=person_id, at=now)
    _offer(session, actor, sent, office_id, post, today=today, now=now)
    return sent


def wrong_in(invited: Invited) -> dict[str, object]:
    """What cannot be taken of it, by its field."""
    wrong: dict[str, object] = {}
    names_given(invited.name_km, invited.name_latin, wrong)
    return wrong if contact_point(invited.contact) else wrong | {"contact": NeitherPhoneNorEmail()}


def _read(invited: Invited, now: datetime) -> tuple[Person, ContactPoint]:
    wrong, to = wrong_in(invited), contact_point(invited.contact)
    if wrong or to is None:
        raise BadAnswers(wrong)
    names = names_given(invited.name_km, invited.name_latin, {})
    person = Person(name_km=names.km, name_latin=names.latin, created_at=now)
    person.language = invited.language if invited.language in LANGUAGES else "km"
    if to.is_phone:
        person.phone = to.address
    else:
        person.email = to.address
    return person, to


def _one_at_a_time(session: Session, actor: Actor) -> None:
    """An administrator who clicks twice invites once: the second click waits for the first."""
    if actor.person_id is not None:
        session.get(Person, actor.person_id, with_for_update=True)


def _invited_before(
    session: Session, actor: Actor, person: Person, to: ContactPoint, now: datetime
) -> Invitation | None:
    """The open invitation of the same person by the same administrator."""
    same = (Person.name_km == person.name_km) & (Person.name_latin == person.name_latin)
    wanted = (
        select(Invitation)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.invitation_kind == InvitationKind.ACCOUNT, invitations.is_open(), Invitation.ends_at > now)
        .where(Invitation.address == to.address, same)
        .where(Invitation.asked_by_id.is_not_distinct_from(actor.person_id))
    )
    return session.scalars(wanted.limit(1)).one_or_none()


def _offer(
    session: Session, actor: Actor, sent: Sent, office_id: int | None, post: Post, *, today: date, now: datetime
) -> None:
    offered = invitations.offers(session, sent.invitation_id)
    if any((one.group, one.office_id) == (post.group, office_id) for one in offered):
        return
    days = {"from_day": post.from_day or today, "to_day": post.to_day}
    session.add(OfferedGroup(invitation_id=sent.invitation_id, office_id=office_id, group=post.group, **days))
    which = {"group": post.group, "office": post.office_code} | ({"reason": post.reason} if post.reason else {})
    security_log.note(session, SecurityKind.GROUP_OFFERED, actor, person_id=sent.person_id, data=which, at=now)


def _as_sent(row: Invitation) -> Sent:
    """One that is on its way; its link is in the message alone."""
    to = ContactPoint(row.channel, row.address)
    return Sent(row.id, row.person_id, "", to, row.is_by_hand, row.ends_at)
