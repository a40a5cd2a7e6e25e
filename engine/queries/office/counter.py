"""The counter's pages: its offices, the person who came, what they can apply for, drafts that were left lying."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.applications.counter_contacts import waits
from engine.case.kept_apart import is_apart
from engine.case.readers import knows
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import FRONT_OFFICE
from engine.people import contacts
from engine.people.actors import Actor
from engine.people.claiming import needs_slip
from engine.people.identities import account_facts
from engine.people.names import shortened
from engine.people.representatives import is_business, representatives_of
from engine.queries.office.forwarding import CameFrom, came_from
from engine.queries.shared.people import person_name
from engine.typed.identity import numbers_looked_up
from engine.typed.telephones import known_phone
from engine.working_time import promises
from storage.applications import Application, ApplicationStatus, Channel
from storage.offices import Office
from storage.payments import DueFee
from storage.people import IdentityStatus, Person
from storage.processes import OPEN_TASK, TaskKind, UserTask

MOST_DRAFTS: Final = 20
MOST_PEOPLE: Final = 10


@dataclass(frozen=True, slots=True)
class CounterOffice:
    """An office where the officer serves at the counter."""

    id: int
    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class WayShown:
    """A telephone or mailbox that was proved, with as much of it as whoever has it knows it by."""

    channel: str
    ending: str


@dataclass(frozen=True, slots=True)
class PersonLookedUp:
    """An account that was looked up, with little of it: nobody has shown yet that it is theirs. ``ways``: how a code
    reaches whoever it belongs to."""

    id: int
    name: Bilingual
    identity_status: str
    ways: tuple[WayShown, ...]
    is_disabled: bool
    is_own: bool
    is_business: bool


@dataclass(frozen=True, slots=True)
class PersonFound:
    """Somebody who has shown that the account is theirs. ``facts`` fill the identity form; ``proved`` and ``said`` are
    contacts, ``waits`` is one that a second person may let in. ``needs_slip``: nothing opens the account yet."""

    id: int
    name: Bilingual
    phone: str
    id_number: str
    born_on: date | None
    identity_status: str
    facts: dict[str, object]
    is_business: bool
    proved: tuple[str, ...]
    said: str
    waits: str
    needs_slip: bool


@dataclass(frozen=True, slots=True)
class PeopleFound:
    """The people of a number. ``asks_reason``: there may be others, who are shown once the actor has said why."""

    people: tuple[PersonLookedUp, ...]
    asks_reason: bool


@dataclass(frozen=True, slots=True)
class CounterDraft:
    """An application that a counter began and nobody has sent; ``came_from``: where it was forwarded from."""

    key: str
    service: Bilingual
    applicant: Bilingual
    created_at: datetime
    came_from: CameFrom | None = None


@dataclass(frozen=True, slots=True)
class FiledAtCounter:
    """An application that the counter sent: what the applicant is given to take home. ``payment_due`` while the
    cashier is next; the amount is in whole riel."""

    key: str
    reference: str
    tracking_code: str
    service: Bilingual
    applicant: Bilingual
    office: Bilingual
    office_id: int
    promised_at: datetime | None
    amount: int
    payment_due: bool
    status: str


def counter_offices(session: Session, actor: Actor) -> tuple[CounterOffice, ...]:
    """The offices where the actor serves at the counter; one statement."""
    offices = actor.offices(FRONT_OFFICE)
    wanted = select(Office).order_by(Office.code)
    if offices is not None:
        wanted = wanted.where(Office.id.in_(sorted(offices)))
    return tuple(CounterOffice(row.id, row.code, office_name(row)) for row in session.scalars(wanted))


def find_people(session: Session, actor: Actor, typed: str, *, reason_id: int | None = None) -> PeopleFound:
    """The people with exactly this telephone or identity number, the verified first. Not by name: a counter is no
    telephone book. Who is reached by the same telephone as the holder of a paper is listed behind them, a family for
    instance. Without a reason only those who have to do with the actor's offices; one statement, two for a paper."""
    papers, phone = numbers_looked_up(typed), known_phone(typed)
    tests: list[ColumnElement[bool]] = [Person.id_number.in_(papers)] if papers else []
    if phone:
        tests.append(Person.phone == phone)
    if not tests:
        return PeopleFound((), asks_reason=False)
    first = Person.identity_status != IdentityStatus.VERIFIED, Person.id
    wanted = select(Person).where(or_(*tests)).order_by(*first).limit(MOST_PEOPLE)
    shown = wanted if reason_id is not None else wanted.where(knows(actor))
    people = list(session.scalars(shown))
    shared = {person.phone for person in people if person.phone and person.id_number in papers}
    if shared and len(people) < MOST_PEOPLE:
        there = Person.phone.in_(sorted(shared)), Person.id.not_in([person.id for person in people])
        others = select(Person).where(*there).order_by(*first).limit(MOST_PEOPLE - len(people))
        people += session.scalars(others if reason_id is not None else others.where(knows(actor)))
    return PeopleFound(tuple(_looked_up(person, actor) for person in people), asks_reason=reason_id is None)


def looked_up(session: Session, actor: Actor, person_id: int) -> PersonLookedUp:
    """An account of which nobody has shown yet that it is theirs; ``NotFound`` when there is none."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return _looked_up(person, actor)


def person_at_counter(session: Session, person_id: int, *, now: datetime) -> PersonFound:
    """The person in front of the counter; ``NotFound`` when there is none."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    waiting = waits(session, person_id, now=now)
    return PersonFound(
        id=person.id,
        name=person_name(person.name_km, person.name_latin),
        phone=person.phone or "",
        id_number=person.id_number,
        born_on=person.born_on,
        identity_status=person.identity_status,
        facts=account_facts(person),
        proved=tuple(point.address for point in contacts.proved_contacts(person)),
        said=person.phone or person.email or "",
        waits=waiting.address if waiting else "",
        needs_slip=needs_slip(person),
        is_business=is_business(person),
    )


def represented_at_counter(session: Session, person: PersonFound) -> tuple[Bilingual, ...]:
    """Who says that they represent the business, the earliest first; one statement for a business, none else."""
    found = representatives_of(session, person.id) if person.is_business else ()
    return tuple(person_name(one.name_km, one.name_latin) for one in found)


def counter_drafts(session: Session, house: House, actor: Actor) -> tuple[CounterDraft, ...]:
    """The drafts that lie at the actor's counters, the newest first; two statements."""
    offices = actor.offices(FRONT_OFFICE)
    wanted = (
        select(Application, Person)
        .join(Person, Person.id == Application.applicant_id)
        .where(Application.status == ApplicationStatus.DRAFT, Application.channel == Channel.COUNTER)
        .order_by(Application.id.desc())
        .limit(MOST_DRAFTS)
    )
    if offices is not None:
        wanted = wanted.where(Application.office_id.in_(sorted(offices)))
    rows = session.execute(wanted).all()
    forwarded = came_from(session, [draft.id for draft, _ in rows]) if rows else {}
    return tuple(
        CounterDraft(
            draft.key,
            house.catalog.of(session, draft.definition_id).package.manifest.title,
            person_name(person.name_km, person.name_latin),
            draft.created_at,
            forwarded.get(draft.id),
        )
        for draft, person in rows
    )


def filed_at_counter(
    session: Session, house: House, actor: Actor, application_key: str, *, now: datetime
) -> FiledAtCounter:
    """What the counter has just sent; ``NotFound`` while it is a draft, and for applications of other counters."""
    row = session.execute(
        select(Application, Person, Office, UserTask.id, DueFee.amount)
        .join(Person, Person.id == Application.applicant_id)
        .join(Office, Office.id == Application.office_id)
        .outerjoin(
            UserTask,
            (UserTask.application_id == Application.id)
            & (UserTask.kind == TaskKind.PAYMENT)
            & UserTask.status.in_(OPEN_TASK),
        )
        .outerjoin(DueFee, (DueFee.application_id == Application.id) & (DueFee.task_ref == UserTask.task_ref))
        .where(Application.key == application_key, Application.submitted_at.is_not(None))
    ).first()
    if row is None or row[0].channel != Channel.COUNTER or not actor.acts_for(FRONT_OFFICE, row[0].office_id):
        raise NotFound
    if row[0].filed_by_id != actor.person_id and is_apart(session, row[0], actor):
        raise NotFound
    application, applicant, office, payment_task, due = row
    return FiledAtCounter(
        key=application.key,
        reference=application.reference or "",
        tracking_code=application.tracking_code or "",
        service=house.catalog.of(session, application.definition_id).package.manifest.title,
        applicant=person_name(applicant.name_km, applicant.name_latin),
        office=office_name(office),
        office_id=office.id,
        promised_at=promises.day_shown(application, now),
        amount=application.fee_total if due is None else due,
        payment_due=payment_task is not None,
        status=application.status,
    )


def _looked_up(person: Person, actor: Actor) -> PersonLookedUp:
    name = person_name(person.name_km, person.name_latin)
    return PersonLookedUp(
        id=person.id,
        name=Bilingual(shortened(name.km), shortened(name.en)),
        identity_status=person.identity_status,
        ways=tuple(WayShown(point.channel, contacts.shortened(point)) for point in contacts.proved_contacts(person)),
        is_disabled=person.disabled_at is not None,
        is_own=person.id == actor.person_id,
        is_business=is_business(person),
    )
