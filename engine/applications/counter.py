"""The counter: the papers of somebody who came in person are seen, and the account is made or verified at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.applications.presence import agrees, somebody_else
from engine.case.access_log import Look, note_people
from engine.case.readers import REGISTERED, VERIFIED
from engine.errors import BadAnswers, NotAllowed, NotFound, ProofOver
from engine.errors.counter import OfficersAccount, PaperDiffers
from engine.house import House
from engine.namesakes import office_name
from engine.packages import APPLY, Component, Form, gather, validate_all
from engine.packages.groups import FRONT_OFFICE
from engine.people import codes, security_log
from engine.people.actors import Actor
from engine.people.handing_back import hand_back, serves
from engine.people.identities import (
    VERIFICATION,
    Identity,
    register_at_counter,
    said_about_oneself,
    verify_at_counter,
)
from engine.people.telling import tell
from storage.codes import CodePurpose
from storage.offices import Office
from storage.people import IdentityStatus, Person
from storage.security_log import SecurityKind

_KINDS: Final = {REGISTERED: SecurityKind.COUNTER_REGISTERED, VERIFIED: SecurityKind.COUNTER_HANDED_BACK}
_MAY_LACK: Final = frozenset({"phone", "email"})
_NAMES: Final = frozenset({"name_km", "name_latin"})
_COMPARED: Final = _NAMES | {"birth_date", "id_kind", "id_number"}


def identity_form(session: Session, house: House, *, now: datetime) -> Form:
    """The questions of the account verification, as the counter asks them: telephone and e-mail only if there are any,
    no uploads, because the officer holds the papers."""
    return _asked_here(session, house, lambda part: not part.kind.uploads, _MAY_LACK, now)


def paper_form(session: Session, house: House, *, now: datetime) -> Form:
    """Those of the questions that are compared with the paper that an account was verified with."""
    return _asked_here(session, house, lambda part: part.prefill in _COMPARED, _NAMES, now)


def show_paper(
    session: Session,
    house: House,
    actor: Actor,
    office_id: int,
    person_id: int,
    *,
    raw: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Whether the paper in hand is the one that the account was verified with; ``raw`` is what the browser posted for
    ``paper_form``. Either is noted for the person, so commit in any case. ``BadAnswers``; ``NotAllowed`` for an account
    that was verified with none."""
    person = somebody_else(session, actor, office_id, person_id)
    if person.identity_status != IdentityStatus.VERIFIED or not person.id_number:
        raise NotAllowed
    office = session.get_one(Office, office_id)
    seen = _read(session, house, office, paper_form(session, house, now=now), raw=raw, now=now)
    agreed = agrees(person, seen)
    look = Look("paper_agrees" if agreed else "paper_differs", paper=seen.id_kind)
    note_people(session, actor, [person_id], look, now=now)
    return agreed


def take_identity(
    session: Session,
    house: House,
    actor: Actor,
    office_id: int,
    raw: Mapping[str, Any],
    *,
    person_id: int | None = None,
    token: str = "",
    now: datetime,
) -> int:
    """The id of the person whose papers the officer has seen: registered now; or (``person_id``) the account that the
    code of ``token`` has shown to be theirs, verified now and handed to them.

    ``raw`` is what the browser posted for ``identity_form``. Refusals: ``BadAnswers``, ``ProofOver``, ``PaperDiffers``
    for an account that was verified meanwhile with another paper, ``OfficersAccount``, and those of
    ``engine.people.identities``.
    """
    actor.require(office_id, FRONT_OFFICE)
    office = session.get(Office, office_id)
    if office is None:
        raise NotFound
    identity = read_identity(session, house, office, raw, now=now)
    if person_id is not None and _is_theirs_already(session, actor, office_id, person_id, identity):
        return person_id
    if person_id is None:
        person_id, deed = register_at_counter(session, house, actor, office_id, identity, now=now), REGISTERED
    else:
        deed = VERIFIED
        verify_at_counter(session, actor, office_id, person_id, identity, now=now)
        hand_over(session, house, actor, office_id, person_id, token=token, now=now)
    note_people(session, actor, [person_id], Look(deed, paper=identity.id_kind), now=now)
    seen = {"office": office.code, "paper": identity.id_kind}
    security_log.note(session, _KINDS[deed], actor, person_id=person_id, data=seen, at=now)
    _tell(session, house, person_id, office, actor, now=now)
    return person_id


def hand_over(
    session: Session, house: House, actor: Actor, office_id: int, person_id: int, *, token: str, now: datetime
) -> None:
    """The code of this token has shown that the account is theirs: whatever opened it before opens it no more.
    ``ProofOver``, ``OfficersAccount``."""
    person, office = (
        somebody_else(session, actor, office_id, person_id, locked=True),
        session.get_one(Office, office_id),
    )
    if serves(session, person_id, house.calendars.of(session, office).local_date(now)):
        raise OfficersAccount
    shown = codes.use(session, token, CodePurpose.COUNTER, now=now)
    if shown.person_id != person_id:
        raise ProofOver
    hand_back(session, house, person, shown.point, office=office_name(office)(person.language), now=now)


def read_identity(session: Session, house: House, office: Office, raw: Mapping[str, Any], *, now: datetime) -> Identity:
    """What was typed from a paper; ``BadAnswers`` names what is wrong."""
    return _read(session, house, office, identity_form(session, house, now=now), raw=raw, now=now)


def _asked_here(
    session: Session, house: House, is_asked: Callable[[Component], bool], may_lack: frozenset[str], now: datetime
) -> Form:
    form = house.catalog.current(session, VERIFICATION, now=now).package.forms[APPLY]
    pages = (
        replace(
            page,
            components=tuple(
                replace(part, required=part.required and part.prefill not in may_lack, readonly=False)
                for part in page.components
                if is_asked(part)
            ),
        )
        for page in form.pages
    )
    return replace(form, pages=tuple(page for page in pages if page.components))


def _read(
    session: Session, house: House, office: Office, form: Form, *, raw: Mapping[str, Any], now: datetime
) -> Identity:
    typed: dict[str, Any] = {}
    for page in form.pages:
        typed |= gather(form, page.key, raw)
    clean, errors = validate_all(form, typed, today=house.calendars.of(session, office).local_date(now))
    if errors:
        raise BadAnswers(dict(errors))
    return _identity(said_about_oneself(form, clean))


def _is_theirs_already(session: Session, actor: Actor, office_id: int, person_id: int, identity: Identity) -> bool:
    """Whether the account was verified with this paper meanwhile: a second click, or a colleague who was faster."""
    person = somebody_else(session, actor, office_id, person_id, locked=True)
    if person.identity_status != IdentityStatus.VERIFIED:
        return False
    if not agrees(person, identity):
        raise PaperDiffers
    return True


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
