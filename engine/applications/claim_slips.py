"""The slip with which somebody whom the counter registered gets into their account at home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.presence import somebody_else
from engine.case.access_log import Look, note_people
from engine.documents import receipts
from engine.errors import NotAllowed, StalePage
from engine.errors.counter import SlipNotNeeded
from engine.house import House
from engine.namesakes import office_name
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.claiming import HOLDS, code_hash, needs_slip
from engine.people.handing_back import end_ways_in
from engine.people.names import holder
from engine.references import claim_code
from storage.claims import ClaimCode
from storage.offices import Office
from storage.people import Person
from storage.security_log import SecurityKind

SEED: Final = range(24, 65)
"""How many signs the random seed of a slip has."""


@dataclass(frozen=True, slots=True)
class ClaimSlip:
    """The PDF, and the code on it."""

    code: str
    content: bytes


def print_slip(
    session: Session, house: House, actor: Actor, office_id: int, person_id: int, *, seed: str, now: datetime
) -> ClaimSlip:
    """A slip for somebody whose paper the officer has seen; the ones before open nothing any more. ``seed``: random
    signs of the page; the same ones give the same slip. ``SlipNotNeeded`` where a password or a code to a proved
    contact opens the account; ``StalePage`` for the seed of a slip that is over."""
    person = somebody_else(session, actor, office_id, person_id, locked=True)
    if len(seed) not in SEED:
        raise StalePage
    if not needs_slip(person):
        raise SlipNotNeeded
    code, office = claim_code(seed), session.get_one(Office, office_id)
    row = session.scalar(select(ClaimCode).where(ClaimCode.code_hash == code_hash(code)))
    if row is None:
        row = _made(session, actor, office, person, code=code, now=now)
    elif row.person_id != person_id or row.ended_at is not None or row.used_at is not None:
        raise StalePage
    paper = receipts.ClaimSlip(
        code=_grouped(code),
        address=f"{house.base_url}/claim",
        name=holder(person),
        office=office_name(office),
        made_at=row.made_at,
        ends_at=row.ends_at,
    )
    return ClaimSlip(code, receipts.claim_slip(paper, fonts=house.fonts))


def _made(session: Session, actor: Actor, office: Office, person: Person, *, code: str, now: datetime) -> ClaimCode:
    if actor.person_id is None:
        raise NotAllowed
    end_ways_in(session, person, now=now)
    row = ClaimCode(
        person_id=person.id,
        code_hash=code_hash(code),
        office_id=office.id,
        made_by_id=actor.person_id,
        made_at=now,
        ends_at=now + HOLDS,
    )
    session.add(row)
    session.flush()
    seen = {"office": office.code, "paper": person.id_kind}
    security_log.note(session, SecurityKind.COUNTER_SLIP, actor, person_id=person.id, data=seen, at=now)
    note_people(session, actor, [person.id], Look("slip_made", paper=person.id_kind), now=now)
    return row


def _grouped(code: str) -> str:
    """The code as it is printed and read out: in fours."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))
