"""Telephone and e-mail of one's own account: added, replaced, proved and removed by whoever holds them.

A new contact is shown by a code that goes there. Where the account has a proved one, a second code goes to that, so
that neither a browser that was left open nor a borrowed telephone is enough. What was asked for is in the tokens of
these codes, which the browser keeps: ``Change``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.errors import (
    BadAnswers,
    ContactKnown,
    ContactLost,
    ContactNeeded,
    NeitherPhoneNorEmail,
    NotFound,
    PasswordWrong,
    ProofOver,
)
from engine.house import House
from engine.people import codes, factors, passwords, security_log, sign_ins
from engine.people.accounts import SignedIn
from engine.people.actors import Actor
from engine.people.codes import NOBODY_KNOWN, Asker, CodeRequest, Verdict
from engine.people.contacts import ContactPoint, contact_point, proved_contacts, require_room, spoken, write_proved
from engine.people.notice_choices import begin_to_hear
from engine.people.sign_ins import Known
from engine.people.telling import tell_contact
from storage.codes import CodePurpose
from storage.messages import MessageChannel
from storage.people import Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason

PURPOSE: Final = CodePurpose.CONTACT


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was asked for: the token of the code to the new contact and of the one to a contact that the person
    has, empty where no such code is needed; ``removes`` is the channel of a contact that goes."""

    new: str = ""
    old: str = ""
    removes: str = ""


def require_own_hand(session: Session, house: House, known: Known, password: str, *, machine_now: datetime) -> None:
    """That whoever sits at the browser is the person: by the password, or where the account has none, because they
    showed it just now (``ConfirmFirst``). ``BadAnswers`` names the field. Slow on purpose: let nobody wait for it."""
    person = _myself(session, known.actor)
    if person.password_hash is None:
        factors.require_fresh(session, known, now=machine_now)
    elif not passwords.fits(house.passwords, password, person.password_hash):
        raise BadAnswers({"password": PasswordWrong()})


def ask_for_new(session: Session, house: House, actor: Actor, typed: str, via: str, *, now: datetime) -> Change:
    """Sends a code to the new contact, which takes the place of the one of its kind, and one to a contact that the
    person has proved: that of the channel ``via``, else the one that is replaced, else the other one."""
    person, point = _myself(session, actor), contact_point(typed)
    if point is None:
        raise BadAnswers({"contact": NeitherPhoneNorEmail()})
    proved = proved_contacts(person)
    if point in proved:
        raise BadAnswers({"contact": ContactKnown()})
    by_channel = {one.channel: one for one in proved}
    chosen = by_channel.get(MessageChannel(via)) if via in by_channel else None
    farewell = chosen or by_channel.get(point.channel) or next(iter(proved), None)
    asker = Asker(_key(person), by=actor)
    new = codes.ask(session, house, CodeRequest(PURPOSE, point, person.language, person.id, asker=asker), now=now)
    if farewell is None:
        return Change(new)
    return Change(
        new, _ask_farewell(session, house, person, farewell, point, by=actor, message="code_for_a_change", now=now)
    )


def ask_for_proof(session: Session, house: House, actor: Actor, channel: str, *, now: datetime) -> Change:
    """Sends a code to a contact that the counter has written down and nobody has proved. ``NotFound`` when there is
    none."""
    person = _myself(session, actor)
    point = _contact_of(person, channel)
    if point is None or point in proved_contacts(person):
        raise NotFound
    wanted = CodeRequest(
        PURPOSE, point, person.language, person.id, asker=Asker(_key(person), is_stranger=False, by=actor)
    )
    return Change(codes.ask(session, house, wanted, now=now))


def ask_for_removal(session: Session, house: House, actor: Actor, channel: str, *, now: datetime) -> Change:
    """Sends a code to the contact that stays. ``ContactNeeded`` when no proved one does."""
    person = _myself(session, actor)
    point = require_removable(person, channel)
    stays = next(one for one in proved_contacts(person) if one != point)
    old = _ask_farewell(session, house, person, stays, point, by=actor, message="code_for_a_removal", now=now)
    return Change(old=old, removes=channel)


def require_removable(person: Person, channel: str) -> ContactPoint:
    """The contact, which the person can do without. ``NotFound`` where there is none, ``ContactNeeded``."""
    point = _contact_of(person, channel)
    if point is None:
        raise NotFound
    if all(one == point for one in proved_contacts(person)):
        raise ContactNeeded
    return point


def give_back(
    session: Session, change: Change, new_code: str, old_code: str, *, by: Actor = NOBODY_KNOWN, now: datetime
) -> tuple[Verdict | None, Verdict | None]:
    """What became of the two codes as they were typed; ``None`` for one that was not typed or is not needed. In either
    order, one after the other or both together; wrong ones are counted, so commit in any case."""

    def verdict(token: str, typed: str) -> Verdict | None:
        return codes.check(session, token, typed, PURPOSE, by=by, now=now) if token and typed.strip() else None

    return verdict(change.new, new_code), verdict(change.old, old_code)


def finish(session: Session, house: House, actor: Actor, change: Change, *, now: datetime) -> SignedIn | None:
    """Does what was asked for, once every code was given back: the contact counts, what it replaces or what was removed
    is gone, and all are told. Every sign-in ends, and a new one may begin in the epoch that is returned; a contact that
    was only proved ends none (``None``). ``ProofOver`` for codes that are too old, used, or of an earlier state of the
    account; ``ContactFull``."""
    person = _locked(session, actor)
    shown = _old_one(session, person, change, now)
    gone: ContactPoint | None
    fresh: ContactPoint | None = None
    if change.removes:
        gone = _remove(person, change.removes, shown)
    else:
        fresh = _new_one(session, person, change, now)
        is_written_down = fresh == _contact_of(person, fresh.channel)
        gone = _put(session, person, fresh, is_shown=shown is not None or is_written_down, now=now)
        if actor.is_officer:
            begin_to_hear(session, person, now=now)
        if is_written_down:
            security_log.note(session, SecurityKind.CONTACT_PROVED, actor, person_id=person.id, at=now)
            return None
    sign_ins.end_all(session, person, EndReason.ELSEWHERE)
    kind = SecurityKind.CONTACT_CHANGED if fresh else SecurityKind.CONTACT_REMOVED
    security_log.note(session, kind, actor, person_id=person.id, at=now)
    _tell(session, house, person, gone, fresh, now=now)
    return SignedIn(person.id, person.session_epoch)


def _new_one(session: Session, person: Person, change: Change, now: datetime) -> ContactPoint:
    shown = codes.use(session, change.new, PURPOSE, now=now)
    if shown.person_id != person.id:
        raise ProofOver
    return shown.point


def _old_one(session: Session, person: Person, change: Change, now: datetime) -> ContactPoint | None:
    """The contact of the person that a code came back from; ``None`` where none was asked."""
    if not change.old:
        return None
    shown = codes.use(session, change.old, PURPOSE, now=now)
    if shown.person_id != person.id or shown.point not in proved_contacts(person):
        raise ProofOver
    return shown.point


def _remove(person: Person, channel: str, shown: ContactPoint | None) -> ContactPoint:
    gone = require_removable(person, channel)
    if shown is None or shown == gone:
        raise ProofOver
    if gone.is_phone:
        person.phone = person.phone_proved_at = None
    else:
        person.email = person.email_proved_at = None
    return gone


def _put(
    session: Session, person: Person, fresh: ContactPoint, *, is_shown: bool, now: datetime
) -> ContactPoint | None:
    """Writes the contact down; the proved one that it replaces."""
    before = proved_contacts(person)
    if before and not is_shown:
        raise ContactLost
    require_room(session, fresh, person.id)
    write_proved(person, fresh, now=now)
    return next((one for one in before if one.channel == fresh.channel and one != fresh), None)


def _tell(
    session: Session,
    house: House,
    person: Person,
    gone: ContactPoint | None,
    fresh: ContactPoint | None,
    *,
    now: datetime,
) -> None:
    key = f"contact/{person.id}/{person.session_epoch}"
    if gone is not None:
        facts = {"contact": spoken(gone)}
        gone_key, words = f"{key}/gone", house.texts["contact_gone"]
        tell_contact(session, gone, words, facts, key=gone_key, language=person.language, person_id=person.id, now=now)
    for one in proved_contacts(person) if fresh is not None else ():
        facts = {"contact": spoken(fresh or one)}
        new_key, words = f"{key}/{one.channel}", house.texts["contact_new"]
        tell_contact(session, one, words, facts, key=new_key, language=person.language, person_id=person.id, now=now)


def _ask_farewell(
    session: Session,
    house: House,
    person: Person,
    to: ContactPoint,
    about: ContactPoint,
    *,
    by: Actor,
    message: str,
    now: datetime,
) -> str:
    facts, asker = {"contact": spoken(about)}, Asker(_key(person), is_stranger=False, by=by)
    return codes.ask(
        session, house, CodeRequest(PURPOSE, to, person.language, person.id, message, facts, asker), now=now
    )


def _key(person: Person) -> str:
    return f"person {person.id}"


def _contact_of(person: Person, channel: str) -> ContactPoint | None:
    known = {MessageChannel.SMS: person.phone, MessageChannel.EMAIL: person.email}
    address = known.get(MessageChannel(channel)) if channel in known else None
    return ContactPoint(MessageChannel(channel), address) if address else None


def _myself(session: Session, actor: Actor) -> Person:
    person = session.get(Person, actor.person_id)
    if person is None:
        raise NotFound
    return person


def _locked(session: Session, actor: Actor) -> Person:
    person = session.get(Person, actor.person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound
    return person
