"""Claiming at home the account that the counter made: by the code of the slip, signs of the paper, and a contact."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, ProofOver
from engine.errors.counter import ClaimOver
from engine.house import House
from engine.people import codes, passwords, security_log, sign_ins
from engine.people.accounts import SignedIn
from engine.people.actors import Actor, Place
from engine.people.contacts import proved_contacts, require_room, write_proved
from engine.people.door import password_fault
from engine.people.handing_back import end_ways_in
from engine.people.representatives import is_business
from engine.people.telling import tell
from engine.typed.codes import digits_of, normal_code
from storage.claims import ClaimCode
from storage.codes import CodePurpose
from storage.people import IdentityStatus, Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason

HOLDS: Final = timedelta(days=30)
MOST_TRIES: Final = 5
SIGNS: Final = 4
"""So many of the last signs of the paper are asked for beside the code: who finds a slip does not know them."""


def find(session: Session, code: str, signs: str, *, now: datetime) -> int | None:
    """The claim that a code and the last signs of the paper belong to, or None. Wrong signs beside the right code are
    counted, so commit in any case; after five of them the slip opens nothing."""
    typed = code_hash(normal_code(code))
    row = session.scalar(select(ClaimCode).where(ClaimCode.code_hash == typed).with_for_update())
    person = None if row is None else session.get_one(Person, row.person_id)
    known = "" if person is None else person.id_number[-SIGNS:]
    is_right = secrets.compare_digest(digits_of(signs)[-SIGNS:].encode(), known.encode())
    if row is None or person is None or not known or not _is_open(row, person, now):
        return None
    if not is_right:
        row.tries += 1
        return None
    return row.id


def whose(session: Session, claim_id: int, *, now: datetime) -> int:
    """The account that an open claim is about; ``ClaimOver`` once it is not open any more."""
    row = session.get(ClaimCode, claim_id)
    if row is None or not _is_open(row, session.get_one(Person, row.person_id), now):
        raise ClaimOver
    return row.person_id


def claim(
    session: Session,
    house: House,
    claim_id: int,
    *,
    token: str,
    password: str,
    place: Place,
    today: date,
    now: datetime,
) -> SignedIn:
    """The account is theirs: reached by the contact that the code of ``token`` has proved, opened by this password.

    ``ClaimOver`` when the slip opens nothing (any more), ``ProofOver`` when the contact is not proved (any more),
    ``ContactFull``, ``BadAnswers`` for the password. Of two at once the second finds the claim over.
    """
    # The person first, as everywhere: who helps them at a counter at this moment locks them, then their slips.
    person_id = whose(session, claim_id, now=now)
    person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    row = session.get_one(ClaimCode, claim_id, with_for_update=True, populate_existing=True)
    if not _is_open(row, person, now):
        raise ClaimOver
    shown = codes.use(session, token, CodePurpose.CONTACT, now=now)
    if shown.person_id != person.id:
        raise ProofOver
    require_room(session, shown.point, person.id)
    if fault := password_fault(session, house, password, person, shown.point, today=today):
        raise BadAnswers({"password": fault})
    write_proved(person, shown.point, now=now)
    person.password_hash = passwords.hashed(house.passwords, password)
    row.used_at = now
    end_ways_in(session, person, now=now)
    sign_ins.end_all(session, person, EndReason.PASSWORD)
    who = Actor(person.id, place=place)
    security_log.note(session, SecurityKind.ACCOUNT_CLAIMED, who, person_id=person.id, at=now)
    key = f"{person.id}/claimed/{row.id}"
    tell(session, person, house.texts["account_claimed"], {}, key=key, now=now, urgent=True)
    return SignedIn(person.id, person.session_epoch)


def code_hash(code: str) -> str:
    """What is kept of the code of a slip."""
    return hashlib.sha256(f"claim/{code}".encode()).hexdigest()


def needs_slip(person: Person) -> bool:
    """Whether nothing else opens the account: no password, and no contact that was proved."""
    return (
        person.password_hash is None
        and not proved_contacts(person)
        and person.disabled_at is None
        and person.identity_status == IdentityStatus.VERIFIED
        and bool(person.id_number)
        and not is_business(person)
    )


def _is_open(row: ClaimCode, person: Person, now: datetime) -> bool:
    is_new = row.used_at is None and row.ended_at is None and now < row.ends_at and row.tries < MOST_TRIES
    return is_new and needs_slip(person)
