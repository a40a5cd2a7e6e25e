"""How people who stand at the counter are reached from now on: the first telephone or e-mail of an account, proved by a
code, and another one in place of what was lost, which a second person lets in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.presence import code_request, somebody_else
from engine.case.access_log import Look, note_people
from engine.errors import (
    BadAnswers,
    ContactFull,
    ContactKnown,
    NeitherPhoneNorEmail,
    NotAllowed,
    NotFound,
    ProofOver,
    StalePage,
)
from engine.errors.counter import ColleagueNeeded, NoRoomHere, OfficersAccount
from engine.house import House
from engine.namesakes import office_name
from engine.packages.groups import FRONT_OFFICE, HEAD
from engine.people import codes, security_log
from engine.people.actors import Actor
from engine.people.contacts import ContactPoint, contact_point, proved_contacts, require_room, write_proved
from engine.people.handing_back import end_ways_in, hand_back, serves
from engine.people.telling import tell, tell_contact
from engine.references import new_key
from storage.claims import ContactReplacement, ReplacementStatus
from storage.codes import CodePurpose
from storage.offices import Office
from storage.people import IdentityStatus, Person
from storage.security_log import SecurityKind

HOLDS: Final = timedelta(days=1)
"""So long a second person may let a contact in; then it must be proved again."""
WHO_ANSWERS: Final = (FRONT_OFFICE, HEAD)


class Taken(StrEnum):
    """What became of a contact that was proved: it counts, or it waits for a second person."""

    PROVED = "proved"
    WAITS = "waits"


def ask_contact_code(
    session: Session, house: House, actor: Actor, office_id: int, person_id: int, *, typed: str, now: datetime
) -> str:
    """Sends a code to a telephone or mailbox that the account shall be reached by, and returns the token that belongs
    to it. ``BadAnswers`` names ``contact``; ``TooManyCodes``."""
    person = _to_be_reached(session, house, actor, office_id, person_id, now=now)
    point = contact_point(typed)
    if point is None:
        raise BadAnswers({"contact": NeitherPhoneNorEmail()})
    if point in proved_contacts(person):
        raise BadAnswers({"contact": ContactKnown()})
    try:
        require_room(session, point, person_id)
    except ContactFull as full:
        raise BadAnswers({"contact": NoRoomHere()}) from full
    return codes.ask(session, house, code_request(session, person, point, office_id), now=now)


def take_contact(
    session: Session, house: House, actor: Actor, office_id: int, person_id: int, *, token: str, now: datetime
) -> Taken:
    """The code of this token was given back: the contact counts at once where nothing reached the account before;
    elsewhere it waits for a second person, and what reached it before is warned. ``ProofOver``, ``ContactFull``."""
    person = _to_be_reached(session, house, actor, office_id, person_id, now=now)
    shown = codes.use(session, token, CodePurpose.COUNTER, now=now)
    if shown.person_id != person.id:
        raise ProofOver
    require_room(session, shown.point, person_id)
    if proved_contacts(person):
        asked = _asked(session, actor, office_id, person, point=shown.point, now=now)
        _warn(session, house, person, asked)
        kind = SecurityKind.CONTACT_REPLACEMENT_ASKED
        _note(session, actor, person, kind, deed="contact_asked", office_id=office_id, now=now)
        return Taken.WAITS
    write_proved(person, shown.point, now=now)
    end_ways_in(session, person, now=now)
    _note(session, actor, person, SecurityKind.COUNTER_CONTACT, deed="contact_proved", office_id=office_id, now=now)
    key = f"{person.id}/claim_at_home/{now.isoformat()}"
    tell(session, person, house.texts["claim_at_home"], _office(session, person, office_id), key=key, now=now)
    return Taken.PROVED


def was_taken(session: Session, person_id: int, typed: str, *, now: datetime) -> Taken | None:
    """What became already of a contact as it was typed, where its code was sent twice."""
    point, person = contact_point(typed), session.get(Person, person_id)
    if point is None or person is None:
        return None
    if point in proved_contacts(person):
        return Taken.PROVED
    waiting = waits(session, person_id, now=now)
    return Taken.WAITS if waiting and ContactPoint(waiting.channel, waiting.address) == point else None


def waits(session: Session, person_id: int, *, now: datetime) -> ContactReplacement | None:
    """What a second person may still let in for this account."""
    wanted = ContactReplacement.person_id == person_id, ContactReplacement.status == ReplacementStatus.ASKED
    return session.scalar(select(ContactReplacement).where(*wanted, ContactReplacement.asked_at > now - HOLDS))


def agree(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> None:
    """A second person has looked, too: the account is reached by the new contact alone; password and sign-ins end, and
    everybody is told. Agreeing twice is harmless. ``ColleagueNeeded`` for who asked, ``StalePage`` when it was answered
    otherwise or is too old."""
    asked, person = _locked(session, actor, key)
    if asked.status == ReplacementStatus.AGREED and asked.answered_by_id == actor.person_id:
        return
    if asked.asked_by_id == actor.person_id:
        raise ColleagueNeeded
    if asked.status != ReplacementStatus.ASKED or asked.asked_at <= now - HOLDS or person.disabled_at is not None:
        raise StalePage
    if serves(session, person.id, _day(session, house, asked.office_id, now)):
        raise OfficersAccount
    asked.status, asked.answered_at, asked.answered_by_id = ReplacementStatus.AGREED, now, actor.person_id
    point = ContactPoint(asked.channel, asked.address)
    hand_back(session, house, person, point, office=_office(session, person, asked.office_id)["office"], now=now)
    kind = SecurityKind.CONTACT_REPLACED
    _note(session, actor, person, kind, deed="contact_replaced", office_id=asked.office_id, now=now)


def decline(session: Session, actor: Actor, key: str, *, now: datetime) -> None:
    """Everything stays: whoever asked takes it back, or the second person does not agree. Declining twice is harmless;
    ``StalePage`` once it was agreed to."""
    asked, person = _locked(session, actor, key)
    if asked.status == ReplacementStatus.AGREED:
        raise StalePage
    if asked.status == ReplacementStatus.ASKED:
        asked.status, asked.answered_at, asked.answered_by_id = ReplacementStatus.DECLINED, now, actor.person_id
        kind = SecurityKind.CONTACT_REPLACEMENT_DECLINED
        _note(session, actor, person, kind, deed="contact_kept", office_id=asked.office_id, now=now)


def _to_be_reached(
    session: Session, house: House, actor: Actor, office_id: int, person_id: int, *, now: datetime
) -> Person:
    """A verified account of an applicant, locked: whoever works in an office has it done by an administrator."""
    person = somebody_else(session, actor, office_id, person_id, locked=True)
    if person.identity_status != IdentityStatus.VERIFIED:
        raise NotAllowed
    if serves(session, person_id, _day(session, house, office_id, now)):
        raise OfficersAccount
    return person


def _asked(
    session: Session, actor: Actor, office_id: int, person: Person, *, point: ContactPoint, now: datetime
) -> ContactReplacement:
    """What a second person is asked; whoever asks anew means the newer one."""
    if actor.person_id is None:
        raise NotAllowed
    open_one = ContactReplacement.person_id == person.id, ContactReplacement.status == ReplacementStatus.ASKED
    before = session.scalar(select(ContactReplacement).where(*open_one).with_for_update())
    if before is not None:
        before.status, before.answered_at, before.answered_by_id = ReplacementStatus.DECLINED, now, actor.person_id
        session.flush()
    asked = ContactReplacement(
        key=new_key(),
        status=ReplacementStatus.ASKED,
        person_id=person.id,
        office_id=office_id,
        channel=point.channel,
        address=point.address,
        paper=person.id_kind,
        asked_at=now,
        asked_by_id=actor.person_id,
    )
    session.add(asked)
    session.flush()
    return asked


def _warn(session: Session, house: House, person: Person, asked: ContactReplacement) -> None:
    """What reached the account until now is told before anything changes."""
    for old in proved_contacts(person):
        tell_contact(
            session,
            old,
            house.texts["contact_replacing"],
            _office(session, person, asked.office_id),
            key=f"{asked.key}/replacing/{old.address}",
            language=person.language,
            person_id=person.id,
            now=asked.asked_at,
        )


def _locked(session: Session, actor: Actor, key: str) -> tuple[ContactReplacement, Person]:
    """What was asked, the person before it; for the officers of its office who may answer, and never one's own."""
    person_id = session.scalar(select(ContactReplacement.person_id).where(ContactReplacement.key == key))
    if person_id is None:
        raise NotFound
    person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    wanted = select(ContactReplacement).where(ContactReplacement.key == key).with_for_update()
    asked = session.scalars(wanted.execution_options(populate_existing=True)).one()
    if not any(actor.acts_for(group, asked.office_id) for group in WHO_ANSWERS):
        raise NotFound
    if person_id == actor.person_id:
        raise NotAllowed
    return asked, person


def _note(
    session: Session, actor: Actor, person: Person, kind: SecurityKind, *, deed: str, office_id: int, now: datetime
) -> None:
    """Written where administrators read it, and where the person does."""
    data = {"office": session.get_one(Office, office_id).code, "paper": person.id_kind}
    security_log.note(session, kind, actor, person_id=person.id, data=data, at=now)
    note_people(session, actor, [person.id], Look(deed, paper=person.id_kind), now=now)


def _office(session: Session, person: Person, office_id: int) -> dict[str, str]:
    return {"office": office_name(session.get_one(Office, office_id))(person.language)}


def _day(session: Session, house: House, office_id: int, now: datetime) -> date:
    return house.calendars.of(session, session.get_one(Office, office_id)).local_date(now)
