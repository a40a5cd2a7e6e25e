"""Accounts that people sign in to through a provider elsewhere.

What the provider says links to an account in two ways only: somebody who is signed in links it, with their password; or
it becomes a new account. Names and addresses that the provider tells adopt nobody's account and prove nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.connectors import Identity
from engine.errors import BadAnswers, LastWayIn, LinkTaken, NotFound, OidcRefused, WrongSignIn
from engine.house import House
from engine.khmer import LANGUAGES
from engine.people import passwords, security_log
from engine.people.accounts import SignedIn
from engine.people.actors import Actor, Place
from engine.people.particulars import names_given
from storage.oidc_links import OidcLink
from storage.people import Person
from storage.security_log import SecurityKind


@dataclass(frozen=True, slots=True)
class Linked:
    """A link as its person is shown it."""

    id: int
    issuer: str
    linked_at: datetime


def sign_in_as(session: Session, identity: Identity) -> SignedIn | None:
    """Whose account is linked; ``None``: nobody's. ``OidcRefused`` for a disabled account. Changes nothing."""
    person = _linked(session, identity)
    if person is not None and person.disabled_at is not None:
        raise OidcRefused
    return None if person is None else SignedIn(person.id, person.session_epoch)


def note_refusal(session: Session, place: Place, *, identity: Identity | None = None, now: datetime) -> None:
    """Writes into the security log that a sign-in through the provider was refused: whose account it was, where it is
    linked with somebody's."""
    person = None if identity is None else _linked(session, identity)
    whose = None if person is None else person.id
    how = {"way": "oidc"}
    security_log.note(session, SecurityKind.SIGN_IN_FAILED, Actor(None, place=place), person_id=whose, data=how, at=now)


def register_as(
    session: Session, identity: Identity, place: Place, *, name_km: str, name_latin: str, language: str, now: datetime
) -> SignedIn:
    """A new account for somebody whom the provider knows: not verified, and no address of it proved. ``BadAnswers``
    maps a field to its problem; ``LinkTaken`` when the account was made meanwhile."""
    wrong: dict[str, object] = {}
    names = names_given(name_km, name_latin, wrong)
    if wrong:
        raise BadAnswers(wrong)
    spoken = language if language in LANGUAGES else "km"
    person = Person(name_km=names.km, name_latin=names.latin, language=spoken, created_at=now)
    session.add(person)
    session.flush()
    _write(session, Actor(person.id, place=place), identity, now)
    return SignedIn(person.id, person.session_epoch)


def link(session: Session, house: House, actor: Actor, identity: Identity, password: str, *, now: datetime) -> None:
    """From now on this identity signs in to the actor's account. ``BadAnswers`` for a wrong password (asked of whoever
    has one), ``LinkTaken`` when it is linked with an account already, or the account with another identity there."""
    person = session.get(Person, actor.person_id, with_for_update=True)
    if person is None:
        raise NotFound
    known = person.password_hash
    if known is not None and not passwords.fits(house.passwords, password, known):
        raise BadAnswers({"password": WrongSignIn()})
    _write(session, actor, identity, now)


def unlink(session: Session, actor: Actor, link_id: int, *, now: datetime) -> None:
    """This identity signs in to the account no more. Doing it twice is harmless; ``LastWayIn`` for whoever has no
    password. ``NotFound`` for a link of somebody else."""
    found = session.get(OidcLink, link_id, with_for_update=True)
    if found is None:
        return
    person = session.get(Person, found.person_id)
    if person is None or person.id != actor.person_id:
        raise NotFound
    if person.password_hash is None:
        raise LastWayIn
    session.delete(found)
    about = {"issuer": found.issuer}
    security_log.note(session, SecurityKind.OIDC_UNLINKED, actor, person_id=person.id, data=about, at=now)


def links(session: Session, actor: Actor) -> tuple[Linked, ...]:
    """The identities that sign in to the actor's account."""
    mine = select(OidcLink).where(OidcLink.person_id == actor.person_id).order_by(OidcLink.id)
    return tuple(Linked(one.id, one.issuer, one.linked_at) for one in session.scalars(mine))


def has_password(session: Session, actor: Actor) -> bool:
    """Whether the actor signs in with a password too."""
    return session.scalar(select(Person.password_hash).where(Person.id == actor.person_id)) is not None


def _linked(session: Session, identity: Identity) -> Person | None:
    same = OidcLink.issuer == identity.issuer, OidcLink.subject == identity.subject
    return session.scalar(select(Person).join(OidcLink, OidcLink.person_id == Person.id).where(*same))


def _write(session: Session, actor: Actor, identity: Identity, now: datetime) -> None:
    whose = actor.person_id
    session.add(OidcLink(person_id=whose, issuer=identity.issuer, subject=identity.subject, linked_at=now))
    try:
        session.flush()
    except IntegrityError as taken:
        raise LinkTaken from taken
    about = {"issuer": identity.issuer}
    security_log.note(session, SecurityKind.OIDC_LINKED, actor, person_id=whose, data=about, at=now)
