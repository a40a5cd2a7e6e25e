"""An account comes to whoever has shown that it is theirs: whatever opened it before opens it no more."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from engine.house import House
from engine.people import message_ways, sign_ins
from engine.people.actors import Actor
from engine.people.contacts import ContactPoint, proved_contacts, require_room, write_proved
from engine.people.telling import tell, tell_contact
from storage.claims import ClaimCode
from storage.codes import OneTimeCode
from storage.factors import AuthenticatorApp, Passkey, RecoveryCode
from storage.mandates import Mandate
from storage.oidc_links import OidcLink
from storage.people import Membership, Person
from storage.sign_ins import EndReason


def hand_back(
    session: Session, house: House, person: Person, point: ContactPoint, *, office: str, now: datetime
) -> None:
    """The account is reached by this contact alone, which was just proved, and has no password. Sign-ins, second
    factors, links, mandates, codes and slips end; both the contact and those that were proved before are told where
    that happened. ``ContactFull`` when as many people as possible have the contact."""
    require_room(session, point, person.id)
    before = proved_contacts(person)
    person.phone_proved_at = person.email_proved_at = person.password_hash = person.preferred_channel = None
    write_proved(person, point, now=now)
    message_ways.unlink(session, Actor(person.id))
    _end_what_else_opens(session, person, now=now)
    sign_ins.end_all(session, person, EndReason.PASSWORD)
    end_ways_in(session, person, now=now)
    facts, key = {"office": office}, f"{person.id}/handed_back/{now.isoformat()}"
    tell(session, person, house.texts["account_handed_back"], facts, key=key, now=now, urgent=True)
    for other in before:
        if other != point:
            tell_contact(
                session,
                other,
                house.texts["contact_ended"],
                facts,
                key=f"{key}/{other.address}",
                language=person.language,
                person_id=person.id,
                now=now,
            )


def _end_what_else_opens(session: Session, person: Person, *, now: datetime) -> None:
    """Second factors, passkeys, sign-ins elsewhere, and mandates on either side: whoever had the account made them."""
    for kind in (AuthenticatorApp, Passkey, RecoveryCode, OidcLink):
        session.execute(delete(kind).where(kind.person_id == person.id))
    theirs = or_(Mandate.person_id == person.id, Mandate.helper_id == person.id), Mandate.ended_at.is_(None)
    session.execute(update(Mandate).where(*theirs).values(ended_at=now))


def end_ways_in(session: Session, person: Person, *, now: datetime) -> None:
    """Codes that were asked for about this account, and slips for it, open nothing any more."""
    asked = OneTimeCode.person_id == person.id, OneTimeCode.used_at.is_(None)
    session.execute(update(OneTimeCode).where(*asked).values(used_at=now))
    printed = ClaimCode.person_id == person.id, ClaimCode.used_at.is_(None), ClaimCode.ended_at.is_(None)
    session.execute(update(ClaimCode).where(*printed).values(ended_at=now))


def serves(session: Session, person_id: int, today: date) -> bool:
    """Whether somebody works in an office, on that day or from a later one."""
    held = Membership.person_id == person_id, or_(Membership.to_day.is_(None), Membership.to_day >= today)
    return session.scalar(select(Membership.id).where(*held).limit(1)) is not None
