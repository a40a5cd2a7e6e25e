"""A new password for an officer, which a second person allows: a link and a code go to a contact that the officer has
proved, and the officer sets it. Nobody does so for themselves, and no administrator learns the password."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine.errors import ContactUnproved, NotAllowed, NotAnOfficer, NotFound, OwnReset, PersonDisabled
from engine.house import House
from engine.offices import invitations
from engine.offices.invitations import Sent
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.contacts import proved_contacts
from storage.invitations import Invitation, InvitationKind
from storage.people import Membership, Person
from storage.security_log import SecurityKind


def allow_new_password(
    session: Session,
    house: House,
    actor: Actor,
    person_id: int,
    via: str = "",
    *,
    by_hand: bool = False,
    today: date,
    now: datetime,
) -> Sent:
    """Sends the officer a link; by the contact of the channel ``via``, else the first. One that was sent before opens
    nothing any more. ``NotAllowed`` unless the actor administers every office, or all where the officer works;
    ``OwnReset``, ``NotAnOfficer``, ``PersonDisabled``, ``ContactUnproved``."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound
    if person_id == actor.person_id:
        raise OwnReset
    if person.disabled_at is not None:
        raise PersonDisabled
    offices = offices_of(session, person_id, today)
    if not may_allow(actor, offices):
        raise NotAllowed
    if not offices and actor.person_id is not None:
        raise NotAnOfficer
    proved = {one.channel.value: one for one in proved_contacts(person)}
    if not proved:
        raise ContactUnproved
    kind = InvitationKind.NEW_PASSWORD
    mine = Invitation.person_id == person_id, Invitation.invitation_kind == kind, invitations.is_open()
    session.execute(update(Invitation).where(*mine).values(revoked_at=now))
    to = proved.get(via) or next(iter(proved.values()))
    security_log.note(session, SecurityKind.RESET_BEGUN, actor, person_id=person_id, at=now)
    return invitations.issue(session, house, actor, person, kind, to=to, by_hand=by_hand, now=now)


def offices_of(session: Session, person_id: int, today: date) -> frozenset[int | None]:
    """Where somebody works, today or later; ``None`` stands for every office."""
    lasting = or_(Membership.to_day.is_(None), Membership.to_day >= today)
    mine = select(Membership.office_id).where(Membership.person_id == person_id, lasting)
    return frozenset(session.scalars(mine))


def may_allow(actor: Actor, offices: frozenset[int | None]) -> bool:
    """Whether the administrator is above somebody who works at these offices."""
    if actor.acts_for(ADMINISTRATOR, None):
        return True
    return bool(offices) and all(actor.acts_for(ADMINISTRATOR, office) for office in offices)
