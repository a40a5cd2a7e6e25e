"""The counter: the papers of somebody who came in person are seen, and the account is made or verified at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.access_log import Look, note_people
from engine.case.readers import REGISTERED, VERIFIED
from engine.errors import BadAnswers, NotFound
from engine.house import House
from engine.namesakes import office_name
from engine.packages import APPLY, Form, gather, validate_all
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from engine.people.identities import (
    VERIFICATION,
    Identity,
    register_at_counter,
    said_about_oneself,
    verify_at_counter,
)
from engine.people.telling import tell
from storage.offices import Office
from storage.people import IdentityStatus, Person

_OPTIONAL: Final = frozenset({"phone", "email"})


def identity_form(session: Session, house: House, *, now: datetime) -> Form:
    """The questions of the account verification, as the counter asks them: telephone and e-mail only if there are any,
    no uploads, because the officer holds the papers."""
    form = house.catalog.current(session, VERIFICATION, now=now).package.forms[APPLY]
    pages = (
        replace(
            page,
            components=tuple(
                replace(part, required=part.required and part.prefill not in _OPTIONAL, readonly=False)
                for part in page.components
                if not part.kind.uploads
            ),
        )
        for page in form.pages
    )
    return replace(form, pages=tuple(page for page in pages if page.components))


def take_identity(
    session: Session,
    house: House,
    actor: Actor,
    office_id: int,
    raw: Mapping[str, Any],
    *,
    person_id: int | None = None,
    now: datetime,
) -> int:
    """The id of the person whose papers the officer has seen: registered now, or (``person_id``) verified now.

    ``raw`` is what the browser posted for ``identity_form``. Refusals: ``BadAnswers`` and those of
    ``engine.people.accounts``.
    """
    actor.require(office_id, FRONT_OFFICE)
    office = session.get(Office, office_id)
    if office is None:
        raise NotFound
    identity = read_identity(session, house, office, raw, now=now)
    if person_id is None:
        person_id = register_at_counter(session, house, actor, office_id, identity, now=now)
        deed = REGISTERED
    else:
        was_verified = _is_verified(session, person_id)
        verify_at_counter(session, actor, office_id, person_id, identity, now=now)
        if was_verified:
            return person_id
        deed = VERIFIED
    note_people(session, actor, [person_id], Look(deed, paper=identity.id_kind), now=now)
    _tell(session, house, person_id, office, actor, now=now)
    return person_id


def read_identity(session: Session, house: House, office: Office, raw: Mapping[str, Any], *, now: datetime) -> Identity:
    """What was typed from a paper; ``BadAnswers`` names what is wrong."""
    form = identity_form(session, house, now=now)
    typed: dict[str, Any] = {}
    for page in form.pages:
        typed |= gather(form, page.key, raw)
    clean, errors = validate_all(form, typed, today=house.calendars.of(session, office).local_date(now))
    if errors:
        raise BadAnswers(dict(errors))
    return _identity(said_about_oneself(form, clean))


def _is_verified(session: Session, person_id: int) -> bool:
    return session.scalar(select(Person.identity_status).where(Person.id == person_id)) == IdentityStatus.VERIFIED


def _tell(session: Session, house: House, person_id: int, office: Office, actor: Actor, *, now: datetime) -> None:
    """Tells the person that somebody saw their papers, so that nobody is verified without knowing it."""
    person = session.get_one(Person, person_id)
    english = person.language == "en"
    facts = {
        "office": office_name(office)(person.language),
        "applicant": person.name_latin if english else person.name_km,
        "reason": actor.name_latin if english else actor.name_km,
    }
    key = f"{person_id}/papers_seen/{now.isoformat()}"
    tell(session, person, house.texts["papers_seen"], facts, key=key, now=now, urgent=True)


def _identity(facts: Mapping[str, Any]) -> Identity:
    born_on = facts.get("birth_date")
    return Identity(
        name_km=facts.get("name_km", ""),
        name_latin=facts.get("name_latin", ""),
        sex=facts.get("sex", ""),
        born_on=date.fromisoformat(born_on) if born_on else None,
        id_kind=facts.get("id_kind", ""),
        id_number=facts.get("id_number", ""),
        phone=facts.get("phone", ""),
        email=facts.get("email", ""),
        address=facts.get("address", {}),
    )
