"""Second factors: which ones a person has, whose work demands one, and what may be changed about them when.

An app (``authenticator_apps``) and passkeys are factors; recovery codes stand in for one that is not at hand. Moments
are those of the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from engine.errors import ConfirmFirst, LastFactor, NotFound, NotSignedIn, WrongPassword
from engine.house import House
from engine.packages.texts import MessageTexts
from engine.people import passwords, security_log, sign_ins
from engine.people.accounts import SignedIn
from engine.people.actors import Actor, Place
from engine.people.sign_ins import Known
from engine.people.telling import tell
from storage.factors import AuthenticatorApp, Passkey, RecoveryCode
from storage.people import Person
from storage.security_log import SecurityKind

FRESH: Final = timedelta(minutes=10)
"""So long after somebody has shown that it is them, they may change their factors."""


class Factor(StrEnum):
    """What was shown, as the security log names it."""

    APP = "app"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"


@dataclass(frozen=True, slots=True)
class Held:
    """Which factors somebody has; true when there is one. ``codes`` are the recovery codes that are left."""

    app: bool
    passkeys: int
    codes: int

    def __bool__(self) -> bool:
        return self.app or self.passkeys > 0

    @property
    def count(self) -> int:
        return self.passkeys + self.app


def held(session: Session, person_id: int | None) -> Held:
    """The factors of a person; one statement."""

    def counted(of: type[AuthenticatorApp | Passkey | RecoveryCode], *more: ColumnElement[bool]) -> Any:
        return select(func.count()).select_from(of).where(of.person_id == person_id, *more).scalar_subquery()

    unused = RecoveryCode.used_at.is_(None)
    app, passkeys, codes = session.execute(
        select(counted(AuthenticatorApp), counted(Passkey), counted(RecoveryCode, unused))
    ).one()
    return Held(app > 0, passkeys, codes)


def is_demanded(house: House, actor: Actor) -> bool:
    """Whether somebody with these groups works with a second factor only."""
    return not actor.groups.isdisjoint(house.safety.second_factor_for)


def lacks(house: House, known: Known) -> bool:
    """Whether this sign-in showed no second factor although the work of its person demands one."""
    return known.factor_at is None and is_demanded(house, known.actor)


def must_show_factor(session: Session, known: Known) -> bool:
    """Whether a password would not be enough to show that it is them: they have a factor and have not shown it here."""
    return known.factor_at is None and bool(held(session, known.actor.person_id))


def require_fresh(session: Session, known: Known, *, now: datetime) -> None:
    """Raises ``ConfirmFirst`` unless the person showed just now that it is them, with a factor where they have one."""
    if now - known.confirmed_at >= FRESH or must_show_factor(session, known):
        raise ConfirmFirst


def confirm_by_password(session: Session, house: House, known: Known, password: str, *, now: datetime) -> None:
    """The person showed with the password that it is them. ``WrongPassword``, also where a factor is asked for."""
    person = session.get(Person, known.actor.person_id)
    if person is None or person.password_hash is None or must_show_factor(session, known):
        raise WrongPassword
    if not passwords.fits(house.passwords, password, person.password_hash):
        raise WrongPassword
    sign_ins.confirm(session, known.sign_in_id, by_factor=False, now=now)


def locked(session: Session, person_id: int | None) -> Person | None:
    """The row of a person, locked. Whoever changes or shows factors locks their person first and then the factor, so
    that two who do so at once wait for each other in one order."""
    session.flush()
    wanted = select(Person).where(Person.id == person_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def still_welcome(session: Session, who: SignedIn) -> Person:
    """The person between the first and the second step of signing in, locked; ``NotSignedIn`` when the account was
    disabled since, or its sign-ins were all ended."""
    person = locked(session, who.person_id)
    if person is None or person.disabled_at is not None or person.session_epoch != who.epoch:
        raise NotSignedIn
    return person


def note_failure(session: Session, person_id: int, factor: Factor, place: Place, *, now: datetime) -> None:
    """Writes into the security log that the second step failed, for somebody who knew the password."""
    actor, shown = Actor(None, place=place), {"factor": factor.value}
    security_log.note(session, SecurityKind.SECOND_STEP_FAILED, actor, person_id=person_id, data=shown, at=now)


def note_copied(session: Session, house: House, person_id: int, place: Place, *, now: datetime) -> None:
    """Writes down and tells the person that a passkey of theirs seems to have been copied."""
    actor = Actor(None, place=place)
    security_log.note(session, SecurityKind.PASSKEY_COPIED, actor, person_id=person_id, at=now)
    person = session.get_one(Person, person_id)
    tell_of_factors(session, person, house.texts["passkey_copied"], now=now)


def changed(
    session: Session, house: House, actor: Actor, kind: SecurityKind, data: Mapping[str, Any], *, now: datetime
) -> None:
    """Writes a change of one's own factors into the security log, and tells the person on their contact."""
    security_log.note(session, kind, actor, person_id=actor.person_id, data=data, at=now)
    words = house.texts["factor_added"] if kind == SecurityKind.FACTOR_ADDED else house.texts["factor_removed"]
    tell_of_factors(session, myself(session, actor), words, now=now)


def tell_of_factors(session: Session, person: Person, words: MessageTexts, *, now: datetime) -> None:
    """Tells a person about their factors, at any hour: it may have been somebody else."""
    tell(session, person, words, {}, key=f"factors/{uuid4().hex}", now=now, urgent=True)


def myself(session: Session, actor: Actor) -> Person:
    """The row of the person who acts, locked: what they change about their factors happens one after the other."""
    person = locked(session, actor.person_id)
    if person is None:
        raise NotFound
    return person


def known_as(person: Person) -> str:
    """How apps and devices name the account: as its person signs in."""
    return person.email or person.phone or person.name_latin or person.name_km


def require_another(session: Session, house: House, actor: Actor) -> None:
    """Raises ``LastFactor`` when a factor less would leave none to somebody whose work demands one. Call it with the
    person locked (``myself``)."""
    if is_demanded(house, actor) and held(session, actor.person_id).count <= 1:
        raise LastFactor


def forget_codes_of_nothing(session: Session, person_id: int | None) -> None:
    """Recovery codes stand in for a factor; where none is left, they go."""
    if not held(session, person_id):
        session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
