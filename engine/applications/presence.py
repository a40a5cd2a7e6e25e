"""Whoever stands at the counter shows that an account is theirs: by a code that reached them, or by the paper that it
was verified with. Looking somebody up shows nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.case.access_log import Look, note_people
from engine.errors import NotAllowed, NotFound
from engine.house import House
from engine.khmer import tidy
from engine.namesakes import office_name
from engine.packages.groups import FRONT_OFFICE
from engine.people import codes
from engine.people.actors import Actor
from engine.people.codes import Asker, CodeRequest, Verdict
from engine.people.contacts import ContactPoint, proved_contacts
from engine.people.identities import Identity
from engine.people.representatives import is_business
from engine.typed.identity import known_identity
from storage.codes import CodePurpose
from storage.offices import Office
from storage.people import Person

AT_THE_COUNTER: Final = "code_at_the_counter"


def ask_code(
    session: Session, house: House, actor: Actor, office_id: int, person_id: int, *, channel: str, now: datetime
) -> str:
    """Sends a code to the telephone or mailbox that the person has proved, and returns the token that belongs to it.
    ``NotFound`` where none was proved that way, ``TooManyCodes``."""
    person = somebody_else(session, actor, office_id, person_id)
    point = next((one for one in proved_contacts(person) if one.channel == channel), None)
    if point is None:
        raise NotFound
    return codes.ask(session, house, code_request(session, actor, person, point, office_id), now=now)


def code_request(session: Session, actor: Actor, person: Person, point: ContactPoint, office_id: int) -> CodeRequest:
    """A code that is read out to this officer of this office; the message says where that is."""
    facts = {"office": office_name(session.get_one(Office, office_id))(person.language)}
    asker = Asker(f"person {actor.person_id}", is_stranger=False, by=actor)
    return CodeRequest(CodePurpose.COUNTER, point, person.language, person.id, AT_THE_COUNTER, facts, asker)


def show_code(
    session: Session,
    actor: Actor,
    office_id: int,
    person_id: int,
    *,
    token: str,
    typed: str,
    now: datetime,
) -> Verdict:
    """Whether the code that was read out is the one that went to the person's telephone or mailbox. Wrong ones are
    counted, so commit in any case. The right one stays unused until something is done with it."""
    somebody_else(session, actor, office_id, person_id)
    verdict = codes.check(session, token, typed, CodePurpose.COUNTER, by=actor, now=now)
    if verdict != Verdict.RIGHT:
        return verdict
    shown = codes.proof(session, token, CodePurpose.COUNTER, now=now)
    if shown.person_id != person_id:
        return Verdict.OVER
    note_people(session, actor, [person_id], Look("code_shown"), now=now)
    return Verdict.RIGHT


def show_account(
    session: Session, actor: Actor, office_id: int, person_id: int, *, token: str, typed: str, now: datetime
) -> Verdict:
    """The same of a code that shows that the account is theirs: its contact must still be one that the person has
    proved, and was not replaced while the code was on its way."""
    verdict = show_code(session, actor, office_id, person_id, token=token, typed=typed, now=now)
    if verdict == Verdict.RIGHT:
        shown = codes.proof(session, token, CodePurpose.COUNTER, now=now)
        if shown.point not in proved_contacts(somebody_else(session, actor, office_id, person_id)):
            return Verdict.OVER
    return verdict


def agrees(person: Person, paper: Identity) -> bool:
    """Whether kind, number, name (in either script) and date of birth of a paper are those of the account; a date of
    birth that the account does not know is not compared."""
    number = known_identity(paper.id_number)
    names = (person.name_km, paper.name_km), (person.name_latin, paper.name_latin)
    return (
        number is not None
        and (person.id_kind, person.id_number) == (paper.id_kind, number)
        and any(known and _plain(known) == _plain(seen) for known, seen in names)
        and person.born_on in (None, paper.born_on)
    )


def somebody_else(session: Session, actor: Actor, office_id: int, person_id: int, *, locked: bool = False) -> Person:
    """The person before the officer of this counter. ``NotAllowed`` for oneself, and for a disabled account;
    ``NotFound`` for a business, which has no identity paper and is nobody's account."""
    actor.require(office_id, FRONT_OFFICE)
    if person_id == actor.person_id:
        raise NotAllowed
    person = session.get(Person, person_id, with_for_update=locked, populate_existing=locked)
    if person is None or is_business(person):
        raise NotFound
    if person.disabled_at is not None:
        raise NotAllowed
    return person


def _plain(name: str) -> str:
    """A name as names are compared: of one case, with single blanks."""
    return " ".join(tidy(name).casefold().split())
