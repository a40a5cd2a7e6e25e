"""People who claim one identity number, side by side: what each says, the photos of their papers, when and where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.readers import may_read
from engine.case.rivals import deciding_task, mark_of, may_compare, rivals_of
from engine.case.standing_in import as_worked_on
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.people.actors import Actor
from engine.people.identities import verified_with
from engine.queries.shared.case_documents import DocumentShown, documents
from engine.queries.shared.people import person_name
from storage.applications import Application, Outcome
from storage.offices import Office
from storage.people import Person


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A person beside others with the same number. ``key`` and ``reference`` of the application with the papers, empty
    where there is none. ``verified_at`` and ``office`` of somebody who is verified, as far as they are known;
    ``claimed_at`` and ``office`` of a claim. ``may_be_decided``: it waits for an officer; ``is_theirs``: the reader is
    one of those. ``is_masked``: of somebody in front of an officer who only typed a paper, what differs is empty."""

    person_id: int
    key: str
    reference: str
    name_km: str
    name_latin: str
    sex: str
    born_on: date | None
    id_number: str
    identity_status: str
    claimed_at: datetime | None
    verified_at: datetime | None
    office: Bilingual | None
    documents: tuple[DocumentShown, ...]
    may_be_decided: bool = False
    is_theirs: bool = False
    is_masked: bool = False

    @property
    def name(self) -> Bilingual:
        return person_name(self.name_km, self.name_latin)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Claims that meet, that of the task first, and whoever is verified with the number. ``mark`` says what was
    compared (``engine.case.rivals``); ``may_decide``: one can be chosen here."""

    claims: tuple[ClaimShown, ...]
    holder: ClaimShown | None
    mark: str
    may_decide: bool

    @property
    def people(self) -> tuple[ClaimShown, ...]:
        return self.claims if self.holder is None else (*self.claims, self.holder)


def meeting(session: Session, house: House, actor: Actor, application_id: int) -> Meeting | None:
    """What meets this verification; ``None`` where nobody else has its number."""
    application = session.get_one(Application, application_id)
    applicant = session.get_one(Person, application.applicant_id)
    rivals = rivals_of(session, application)
    verified = verified_with(session, applicant.id_kind, applicant.id_number)
    holder = verified if verified is not None and verified.id != applicant.id else None
    if not rivals and holder is None:
        return None
    claims = tuple(_claim(session, house, actor, one) for one in (application, *rivals))
    concerns_reader = any(one.person_id == actor.person_id or actor.stands_for(one.person_id) for one in claims)
    return Meeting(
        claims=claims,
        holder=None if holder is None else verified_shown(session, house, actor, holder),
        mark=mark_of((application, *rivals)),
        may_decide=holder is None and not concerns_reader and any(one.may_be_decided for one in claims[1:]),
    )


def verified_shown(session: Session, house: House, actor: Actor, person: Person) -> ClaimShown:
    """Somebody as they are verified, with the papers of the application that it was done with, where there was one that
    the actor reads."""
    wanted = Application.applicant_id == person.id, Application.outcome == Outcome.VERIFIED
    seen = session.scalar(select(Application).where(*wanted).order_by(Application.id.desc()).limit(1))
    return person_shown(session, house, actor, person, seen, office_id=person.verified_office_id)


def person_shown(
    session: Session,
    house: House,
    actor: Actor,
    person: Person,
    application: Application | None,
    *,
    office_id: int | None,
) -> ClaimShown:
    """A person with the papers of an application, where there is one and the actor reads them."""
    office = session.get(Office, office_id) if office_id is not None else None
    reads = application and (may_read(session, application, actor) or may_compare(session, application, actor))
    package = house.catalog.of(session, application.definition_id).package if application and reads else None
    return ClaimShown(
        person_id=person.id,
        key=application.key if application else "",
        reference=(application.reference or "") if application else "",
        name_km=person.name_km,
        name_latin=person.name_latin,
        sex=person.sex,
        born_on=person.born_on,
        id_number=person.id_number,
        identity_status=person.identity_status,
        claimed_at=application.submitted_at if application else None,
        verified_at=person.verified_at,
        office=office_name(office) if office else None,
        documents=documents(session, application.id, package) if application and package else (),
    )


def _claim(session: Session, house: House, actor: Actor, application: Application) -> ClaimShown:
    person = session.get_one(Person, application.applicant_id)
    task = deciding_task(session, application.id)
    shown = person_shown(session, house, actor, person, application, office_id=application.office_id)
    theirs = task is not None and as_worked_on(task, actor) is not None
    return replace(shown, may_be_decided=task is not None, is_theirs=theirs)
