"""Passkeys: made and named by their person, shown to sign in without a password or behind one, removed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import (
    NotFound,
    PasskeyKnown,
    PasskeyNameMissing,
    PasskeyRefused,
    PasskeysNotOffered,
    TooManyPasskeys,
)
from engine.house import House
from engine.khmer import tidy
from engine.people import ceremonies, factors, sign_ins
from engine.people.accounts import SignedIn
from engine.people.ceremonies import Answer, Site
from engine.people.factors import Factor
from engine.people.sign_ins import Known
from storage.factors import Passkey, SpentChallenge
from storage.people import Person
from storage.security_log import SecurityKind

MOST: Final = 10
LONGEST_NAME: Final = 60
_SPENT_KEPT: Final = timedelta(days=1)
"""Longer than any challenge is waited for."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a browser was given to make a passkey: the challenge, and the person as their devices know them."""

    challenge: bytes
    handle: str = ""


def are_offered(house: House) -> bool:
    """Whether browsers know passkeys at the address of this installation."""
    return Site.at(house.base_url).may_have_passkeys


def new_challenge() -> bytes:
    """What a device has to sign, made by chance."""
    return secrets.token_bytes(32)


def asking_to_make(session: Session, house: House, known: Known, challenge: bytes) -> dict[str, Any]:
    """What the browser is given to make a passkey; ``user.id`` in it is the handle that ``add`` asks for.
    ``PasskeysNotOffered``."""
    if not are_offered(house):
        raise PasskeysNotOffered
    person = session.get_one(Person, known.actor.person_id)
    mine = _of(session, person.id)
    handle = mine[0].handle if mine else ceremonies.base64url(secrets.token_bytes(32))
    name, others = factors.known_as(person), [one.credential for one in mine]
    return ceremonies.asking_to_make(Site.at(house.base_url), handle, name, challenge, others)


def asking_to_show(session: Session, house: House, challenge: bytes, person_id: int | None = None) -> dict[str, Any]:
    """What the browser is given to show a passkey: of this person, or of whoever has one. ``PasskeysNotOffered``."""
    if not are_offered(house):
        raise PasskeysNotOffered
    known = [one.credential for one in _of(session, person_id)] if person_id is not None else []
    return ceremonies.asking_to_show(Site.at(house.base_url), challenge, known)


def add(session: Session, house: House, known: Known, text: str, *, name: str, given: Given, now: datetime) -> None:
    """The passkey that a device made for this challenge is a factor of the person. ``PasskeyNameMissing``,
    ``PasskeyRefused``, ``PasskeyKnown``, ``TooManyPasskeys``, ``ConfirmFirst``."""
    factors.require_fresh(session, known, now=now)
    actor = known.actor
    person, called = factors.myself(session, actor), _name(name)
    if len(_of(session, person.id)) >= MOST:
        raise TooManyPasskeys(most=MOST)
    answer = _answer(session, text, given.challenge, now)
    new = ceremonies.made(Site.at(house.base_url), answer)
    row = Passkey(
        person_id=person.id,
        name=called,
        handle=given.handle,
        credential=new.credential,
        public_key=new.public_key,
        uses=new.uses,
        added_at=now,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as known_already:
        raise PasskeyKnown from known_already
    data = {"factor": Factor.PASSKEY.value, "name": called}
    factors.changed(session, house, actor, SecurityKind.FACTOR_ADDED, data, now=now)
    sign_ins.confirm(session, known.sign_in_id, by_factor=True, now=now)


def sign_in(session: Session, house: House, text: str, challenge: bytes, *, now: datetime) -> SignedIn:
    """The person whose passkey answered, who needs no password. ``PasskeyRefused``, also for an account that is
    disabled; ``PasskeyCopied``."""
    found = take(session, house, text, challenge, now=now)
    person = session.get_one(Person, found.person_id)
    if person.disabled_at is not None:
        raise PasskeyRefused
    return SignedIn(person.id, person.session_epoch)


def take(
    session: Session, house: House, text: str, challenge: bytes, *, person_id: int | None = None, now: datetime
) -> Passkey:
    """The passkey that answered this challenge; of this person, where one is named. ``PasskeyRefused``,
    ``PasskeyCopied``."""
    answer = _answer(session, text, challenge, now)
    factors.locked(session, owner(session, text))
    wanted = select(Passkey).where(Passkey.credential == answer.credential).with_for_update()
    found = session.scalars(wanted).one_or_none()
    if found is None or answer.handle not in (None, found.handle) or person_id not in (None, found.person_id):
        raise PasskeyRefused
    found.uses = ceremonies.shown(Site.at(house.base_url), answer, found.public_key, found.uses)
    found.used_at = now
    session.flush()
    return found


def owner(session: Session, text: str) -> int | None:
    """Whose passkey a browser says it showed; ``None`` where nobody has it."""
    return session.scalar(select(Passkey.person_id).where(Passkey.credential == ceremonies.read(text).credential))


def require_own(session: Session, known: Known, passkey_id: int) -> None:
    """Raises ``NotFound`` unless it is a passkey of one's own."""
    if session.scalar(select(Passkey.person_id).where(Passkey.id == passkey_id)) != known.actor.person_id:
        raise NotFound


def rename(session: Session, known: Known, passkey_id: int, name: str) -> None:
    """Gives a passkey of one's own another name. ``PasskeyNameMissing``, ``NotFound``."""
    found = _mine(session, known, passkey_id)
    found.name = _name(name)


def remove(session: Session, house: House, known: Known, passkey_id: int, *, now: datetime) -> None:
    """The passkey opens nothing any more. ``LastFactor``, ``ConfirmFirst``, ``NotFound``."""
    factors.require_fresh(session, known, now=now)
    actor = known.actor
    person = factors.myself(session, actor)
    found = _mine(session, known, passkey_id)
    factors.require_another(session, house, actor)
    data = {"factor": Factor.PASSKEY.value, "name": found.name}
    session.delete(found)
    session.flush()
    factors.forget_codes_of_nothing(session, person.id)
    factors.changed(session, house, actor, SecurityKind.FACTOR_REMOVED, data, now=now)


def clear(session: Session) -> None:
    """Nothing is kept of challenges that nobody can answer any more; reckoned from the newest, as browsers age in the
    time of the machine."""
    newest = session.scalar(select(func.max(SpentChallenge.spent_at)))
    if newest is not None:
        session.execute(delete(SpentChallenge).where(SpentChallenge.spent_at < newest - _SPENT_KEPT))


def _answer(session: Session, text: str, challenge: bytes, now: datetime) -> Answer:
    """The answer to this challenge, which nobody has answered before: of two at once, one waits and is refused."""
    answer = ceremonies.read(text)
    if not secrets.compare_digest(answer.challenge, challenge):
        raise PasskeyRefused
    session.add(SpentChallenge(challenge_hash=hashlib.sha256(challenge).hexdigest(), spent_at=now))
    try:
        session.flush()
    except IntegrityError as spent:
        raise PasskeyRefused from spent
    return answer


def _of(session: Session, person_id: int | None) -> Sequence[Passkey]:
    return session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def _mine(session: Session, known: Known, passkey_id: int) -> Passkey:
    found = session.get(Passkey, passkey_id, with_for_update=True)
    if found is None or found.person_id != known.actor.person_id:
        raise NotFound
    return found


def _name(typed: str) -> str:
    name = tidy(typed)[:LONGEST_NAME]
    if not name:
        raise PasskeyNameMissing
    return name
