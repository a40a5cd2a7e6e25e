"""Recovery codes: ten on paper, each good once in place of a factor that is not at hand."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.errors import NoFactorYet, WrongRecoveryCode
from engine.house import House
from engine.people import factors, security_log
from engine.people.actors import Actor, Place
from engine.people.sign_ins import Known
from engine.typed.codes import normal_code
from storage.factors import RecoveryCode
from storage.security_log import SecurityKind

HOW_MANY: Final = 10
GROUPS: Final = 6
SIGNS: Final = 4
"""Signs in a group; 24 signs of 32 are 120 bits, so many that a plain hash keeps them."""
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters that are taken for others (Crockford's base 32)."""


def make(session: Session, house: House, known: Known, *, now: datetime) -> tuple[str, ...]:
    """Ten new codes, as they are shown once; those before open nothing any more. ``NoFactorYet``, ``ConfirmFirst``."""
    factors.require_fresh(session, known, now=now)
    return _made(session, house, known.actor, now)


def first(session: Session, house: House, known: Known, *, now: datetime) -> tuple[str, ...]:
    """The codes that come with a first factor, in the transaction that added it; none for whoever has some."""
    return () if factors.held(session, known.actor.person_id).codes else _made(session, house, known.actor, now)


def take(session: Session, house: House, person_id: int, typed: str, place: Place, *, now: datetime) -> None:
    """Spends a code of this person and tells them. ``WrongRecoveryCode`` for any other, and for one spent before."""
    person = factors.locked(session, person_id)
    mine = RecoveryCode.person_id == person_id, RecoveryCode.code_hash == _hash(typed)
    wanted = select(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).with_for_update()
    found = session.scalars(wanted).one_or_none()
    if person is None or found is None:
        raise WrongRecoveryCode
    found.used_at = now
    session.flush()
    left = {"left": factors.held(session, person_id).codes}
    whoever = Actor(person_id, place=place)
    security_log.note(session, SecurityKind.RECOVERY_CODE_USED, whoever, person_id=person_id, data=left, at=now)
    factors.tell_of_factors(session, person, house.texts["recovery_code_used"], now=now)


def _made(session: Session, house: House, actor: Actor, now: datetime) -> tuple[str, ...]:
    person = factors.myself(session, actor)
    if not factors.held(session, person.id):
        raise NoFactorYet
    codes = tuple(_new() for _ in range(HOW_MANY))
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    session.add_all(RecoveryCode(person_id=person.id, code_hash=_hash(code)) for code in codes)
    session.flush()
    security_log.note(session, SecurityKind.RECOVERY_CODES_MADE, actor, person_id=person.id, at=now)
    factors.tell_of_factors(session, person, house.texts["recovery_codes_made"], now=now)
    return codes


def _new() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(SIGNS)) for _ in range(GROUPS))


def _hash(typed: str) -> str:
    return hashlib.sha256(normal_code(typed).encode()).hexdigest()
