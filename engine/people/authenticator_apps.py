"""The authenticator app of a person: offered, added once it showed a code, asked for codes, removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound, OfferEnded, TooManyWrongCodes, WrongCode
from engine.house import House
from engine.people import factors, sign_ins, totp
from engine.people.actors import Actor
from engine.people.factors import Factor
from engine.people.sign_ins import Known
from engine.typed.codes import normal_code
from storage.factors import AuthenticatorApp
from storage.people import Person
from storage.security_log import SecurityKind

OFFER_HOLDS: Final = timedelta(minutes=30)
FREE: Final = 5
"""So many wrong codes cost nothing; then each doubles the pause."""
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Offer:
    """A new secret for an app: as text, as the address that its QR code says, and sealed for the way to the browser and
    back; nothing is kept of it before a code was shown."""

    secret: str
    address: str
    sealed: str


def offer(session: Session, house: House, actor: Actor, *, now: datetime) -> Offer:
    """A new secret for the person."""
    secret = totp.new_secret()
    sealed = house.safety.sealing.seal(_offer_to(actor), f"{int(now.timestamp())} {secret}")
    return _written(session, actor, secret, sealed)


def offered(session: Session, house: House, actor: Actor, sealed: str, *, now: datetime) -> Offer:
    """The offer that the browser brought back; ``OfferEnded`` for one that is old, or was made to somebody else."""
    begun, _, secret = (house.safety.sealing.opened(_offer_to(actor), sealed) or "0 ").partition(" ")
    if not secret or now - datetime.fromtimestamp(int(begun), UTC) >= OFFER_HOLDS:
        raise OfferEnded
    return _written(session, actor, secret, sealed)


def add(session: Session, house: House, known: Known, made: Offer, code: str, *, now: datetime) -> None:
    """The app is a factor of the person, in place of one that they had. ``WrongCode`` unless it shows the code of this
    secret; ``ConfirmFirst``."""
    factors.require_fresh(session, known, now=now)
    actor = known.actor
    person = factors.myself(session, actor)
    shown = totp.matching(made.secret, normal_code(code), now=now)
    if shown is None:
        raise WrongCode
    found = _app_of(session, person.id) or AuthenticatorApp(person_id=person.id)
    found.secret, found.taken = house.safety.sealing.seal(_about(person.id), made.secret), shown
    found.failures, found.tried_at, found.added_at, found.used_at = 0, None, now, now
    session.add(found)
    session.flush()
    factors.changed(session, house, actor, SecurityKind.FACTOR_ADDED, {"factor": Factor.APP.value}, now=now)
    sign_ins.confirm(session, known.sign_in_id, by_factor=True, now=now)


def remove(session: Session, house: House, known: Known, *, now: datetime) -> None:
    """The app opens nothing any more. ``LastFactor``, ``ConfirmFirst``, ``NotFound``."""
    factors.require_fresh(session, known, now=now)
    actor = known.actor
    person = factors.myself(session, actor)
    found = _app_of(session, person.id)
    if found is None:
        raise NotFound
    factors.require_another(session, house, actor)
    session.delete(found)
    session.flush()
    factors.forget_codes_of_nothing(session, person.id)
    factors.changed(session, house, actor, SecurityKind.FACTOR_REMOVED, {"factor": Factor.APP.value}, now=now)


def count_try(session: Session, house: House, person_id: int | None, *, now: datetime) -> None:
    """Counts that a code is about to be looked at, in a transaction of its own, so that many at once are as many tries.
    ``TooManyWrongCodes`` while a pause runs; the person is told when the first one begins."""
    person = factors.locked(session, person_id)
    found = _app_of(session, person_id)
    if person is None or found is None:
        raise WrongCode
    until = found.tried_at + pause_after(found.failures) if found.tried_at else now
    if now < until:
        raise TooManyWrongCodes(minutes=-(-(until - now) // timedelta(minutes=1)))
    found.failures, found.tried_at = found.failures + 1, now
    if found.failures == FREE:
        factors.tell_of_factors(session, person, house.texts["codes_guessed"], now=now)


def take(session: Session, house: House, person_id: int | None, code: str, *, now: datetime) -> None:
    """The app showed this code. ``WrongCode`` for any other, and for one that was taken before."""
    factors.locked(session, person_id)
    found = _app_of(session, person_id)
    secret = house.safety.sealing.opened(_about(found.person_id), found.secret) if found else None
    if found is None or secret is None:
        raise WrongCode
    shown = totp.matching(secret, normal_code(code), now=now, after=found.taken)
    if shown is None:
        raise WrongCode
    found.taken, found.failures, found.used_at = shown, 0, now
    session.flush()


def pause_after(failures: int) -> timedelta:
    """How long the next code waits after so many wrong ones in a row."""
    if failures < FREE:
        return timedelta()
    doubled = min(failures - FREE, 10)
    return min(FIRST_PAUSE * (1 << doubled), LONGEST_PAUSE)


def _app_of(session: Session, person_id: int | None) -> AuthenticatorApp | None:
    wanted = select(AuthenticatorApp).where(AuthenticatorApp.person_id == person_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def _written(session: Session, actor: Actor, secret: str, sealed: str) -> Offer:
    account = factors.known_as(session.get_one(Person, actor.person_id))
    return Offer(secret, totp.address_of(secret, account=account, issuer="One Window"), sealed)


def _about(person_id: int) -> str:
    return f"authenticator app/{person_id}"


def _offer_to(actor: Actor) -> str:
    return f"authenticator app offered/{actor.person_id}"
