"""Invitations as rows: issued, sent again, revoked, found by what their link carries.

The link is a token made by chance, of which the database keeps a hash; it opens the invitation for three days, once.
Who opens it gives back a one-time code that went to the contact. Only an operator of the machine makes one that needs
no code (``by_hand``): where no sender reaches the contact, or where none works any more.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from engine.errors import InvitationOver, NotAllowed, NotFound
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.contacts import ContactPoint
from engine.people.telling import tell_contact
from storage.invitations import Invitation, InvitationKind, OfferedGroup
from storage.people import Membership, Person
from storage.security_log import SecurityKind

HOLDS: Final = timedelta(days=3)
_WORDS: Final = {
    InvitationKind.ACCOUNT: "invited_as_officer",
    InvitationKind.GROUPS: "invited_to_serve",
    InvitationKind.NEW_PASSWORD: "invited_to_set_password",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation that went out; ``link`` is nowhere but here and in the message."""

    invitation_id: int
    person_id: int
    link: str
    to: ContactPoint
    is_by_hand: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is to do where: a group, the code of an office (``None``: everywhere), the first day (``None``:
    today), the last one (``None``: until further notice), and why, for the security log."""

    group: str
    office_code: str | None = None
    from_day: date | None = None
    to_day: date | None = None
    reason: str = ""


def issue(
    session: Session,
    house: House,
    actor: Actor,
    person: Person,
    kind: InvitationKind,
    *,
    to: ContactPoint,
    by_hand: bool,
    now: datetime,
) -> Sent:
    """A new invitation, sent to a contact of the person. ``by_hand`` is for the operator of the machine alone."""
    if by_hand and actor.person_id is not None:
        raise NotAllowed
    row = Invitation(
        invitation_kind=kind,
        person_id=person.id,
        token_hash="",
        channel=to.channel,
        address=to.address,
        is_by_hand=by_hand,
        asked_by_id=actor.person_id,
        sent_at=now,
        ends_at=now,
    )
    return _send(session, house, row, person, now)


def send_again(session: Session, house: House, actor: Actor, invitation_id: int, *, now: datetime) -> Sent:
    """A new link for three more days; the one before opens nothing any more. ``NotFound`` for one that was accepted or
    revoked; ``NotAllowed``."""
    row = _mine(session, actor, invitation_id)
    if row.is_by_hand and actor.person_id is not None:
        raise NotAllowed
    security_log.note(session, SecurityKind.INVITED_AGAIN, actor, person_id=row.person_id, at=now)
    return _send(session, house, row, session.get_one(Person, row.person_id), now)


def revoke(session: Session, actor: Actor, invitation_id: int, *, now: datetime) -> None:
    """The link opens nothing any more, and what was offered never counts. ``NotFound`` as for ``send_again``."""
    row = _mine(session, actor, invitation_id)
    row.revoked_at = now
    security_log.note(session, SecurityKind.INVITATION_REVOKED, actor, person_id=row.person_id, at=now)


def revoke_all_of(session: Session, actor: Actor, administrator_id: int, *, now: datetime) -> None:
    """What somebody asked for who is no administrator any more counts no more: nobody comes into office by it, least of
    all they themselves under another name. Colleagues invite anew."""
    asked = select(Invitation).where(Invitation.asked_by_id == administrator_id, is_open()).order_by(Invitation.id)
    for row in session.scalars(asked.with_for_update().execution_options(populate_existing=True)):
        row.revoked_at = now
        security_log.note(session, SecurityKind.INVITATION_REVOKED, actor, person_id=row.person_id, at=now)


def by_token(session: Session, token: str, *, locked: bool = False, now: datetime) -> tuple[Invitation, Person]:
    """The open invitation that a link leads to, and whose it is. ``InvitationOver`` for every other one, as for a token
    that never was: whoever tries learns nothing."""
    wanted = select(Invitation, Person).join(Person, Person.id == Invitation.person_id)
    wanted = wanted.where(Invitation.token_hash == hash_of(token), is_open(), Invitation.ends_at > now)
    wanted = wanted.where(Person.disabled_at.is_(None))
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise InvitationOver
    return found[0], found[1]


def is_open() -> ColumnElement[bool]:
    """Neither accepted nor revoked; its days may be over."""
    return Invitation.accepted_at.is_(None) & Invitation.revoked_at.is_(None)


def open_for(session: Session, person_id: int, *kinds: InvitationKind, now: datetime) -> Invitation | None:
    """The invitation of one of these kinds that the person can accept, locked."""
    wanted = select(Invitation).where(Invitation.person_id == person_id, Invitation.invitation_kind.in_(kinds))
    latest = wanted.where(is_open(), Invitation.ends_at > now).order_by(Invitation.id.desc()).limit(1)
    return session.scalars(latest.with_for_update().execution_options(populate_existing=True)).one_or_none()


def offers(session: Session, invitation_id: int) -> Sequence[OfferedGroup]:
    """The groups that an invitation offers."""
    mine = select(OfferedGroup).where(OfferedGroup.invitation_id == invitation_id)
    return session.scalars(mine.order_by(OfferedGroup.id)).all()


def serves(session: Session, person_id: int) -> bool:
    """Whether somebody has accepted to work in the offices, or was put into a group before that was asked."""
    asked = Invitation.invitation_kind.in_((InvitationKind.ACCOUNT, InvitationKind.GROUPS))
    accepted = exists().where(Invitation.person_id == person_id, asked, Invitation.accepted_at.is_not(None))
    belonged = exists().where(Membership.person_id == person_id)
    return bool(session.scalar(select(accepted | belonged)))


def was_invited(session: Session, person_id: int) -> bool:
    """Whether the account was made for somebody who was to become an officer."""
    made = exists().where(Invitation.person_id == person_id, Invitation.invitation_kind == InvitationKind.ACCOUNT)
    return bool(session.scalar(select(made)))


def hash_of(token: str) -> str:
    """What is kept of the token of a link."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _send(session: Session, house: House, row: Invitation, person: Person, now: datetime) -> Sent:
    token = secrets.token_urlsafe(16)
    row.token_hash, row.sent_at, row.ends_at = hash_of(token), now, now + HOLDS
    session.add(row)
    session.flush()
    to, link = ContactPoint(row.channel, row.address), f"{house.base_url}/i/{token}"
    if not row.is_by_hand:
        words, key = house.texts[_WORDS[row.invitation_kind]], f"invitation/{row.id}/{row.token_hash[:16]}"
        facts, until = {"link": link}, row.ends_at
        tell_contact(session, to, words, facts, key=key, language=person.language, until=until, now=now)
    return Sent(row.id, person.id, link, to, row.is_by_hand, row.ends_at)


def _mine(session: Session, actor: Actor, invitation_id: int) -> Invitation:
    """An open invitation that is the administrator's business, locked: of every office, of all offices whose groups it
    offers, or of one's own asking."""
    wanted = select(Invitation).where(Invitation.id == invitation_id, is_open()).with_for_update()
    row = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    if not is_business_of(actor, row, [one.office_id for one in offers(session, row.id)]):
        raise NotAllowed
    return row


def is_business_of(actor: Actor, row: Invitation, offices: Sequence[int | None]) -> bool:
    """Whether the administrator may send it again and revoke it; ``offices``: of the groups that it offers."""
    if actor.acts_for(ADMINISTRATOR, None):
        return True
    if not actor.offices(ADMINISTRATOR):
        return False
    here = bool(offices) and all(actor.acts_for(ADMINISTRATOR, office) for office in offices)
    return here or (row.asked_by_id == actor.person_id and not offices)
