"""What officers write to one another about a case, as they read it, and what a colleague is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from engine.case.access_log import note_access
from engine.case.asked_colleagues import asked_of
from engine.case.interests import interests_of
from engine.case.kept_apart import not_apart
from engine.case.readers import may_read
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import CASE_WORKERS, HEAD
from engine.people.actors import Actor
from engine.queries.shared.people import person_name
from storage import asking
from storage.applications import Application
from storage.asking import Question
from storage.base import Id
from storage.colleagues import CaseNote, ColleagueQuestion, NoteKind, QuestionStatus
from storage.loading import Rows, given, load
from storage.offices import Office
from storage.people import Membership, Person
from storage.processes import UserTask

MOST_SHOWN: Final = 100
_Asker, _Of, _Answerer = aliased(Person), aliased(Person), aliased(Person)
_QUESTIONS: Final = (
    select(ColleagueQuestion, Application, _Asker, _Of, _Answerer, Office)
    .join(Application, Application.id == ColleagueQuestion.application_id)
    .join(_Asker, _Asker.id == ColleagueQuestion.asked_by_id)
    .outerjoin(_Of, _Of.id == ColleagueQuestion.asked_of_id)
    .outerjoin(_Answerer, _Answerer.id == ColleagueQuestion.answered_by_id)
    .outerjoin(Office, Office.id == ColleagueQuestion.office_id)
    .order_by(ColleagueQuestion.id.desc())
    .limit(MOST_SHOWN)
)
_OF_CASE: Final = Rows(
    ColleagueQuestion,
    Application,
    _Asker,
    _Of,
    _Answerer,
    Office,
    which=lambda rows: (
        rows.join(Application, Application.id == ColleagueQuestion.application_id)
        .join(_Asker, _Asker.id == ColleagueQuestion.asked_by_id)
        .outerjoin(_Of, _Of.id == ColleagueQuestion.asked_of_id)
        .outerjoin(_Answerer, _Answerer.id == ColleagueQuestion.answered_by_id)
        .outerjoin(Office, Office.id == ColleagueQuestion.office_id)
        .where(ColleagueQuestion.application_id == given("application_id", Id))
        .order_by(ColleagueQuestion.id.desc())
        .limit(MOST_SHOWN)
    ),
    shown=True,
)
_NOTES: Final = Question(
    select(CaseNote.key, CaseNote.body, CaseNote.at, CaseNote.kind, CaseNote.person_id, CaseNote.withdrawn_at)
    .add_columns(Person.name_km, Person.name_latin)
    .join(Person, Person.id == CaseNote.person_id)
    .where(CaseNote.application_id == bindparam("application_id"))
    .where(or_(CaseNote.kind == NoteKind.SHARED, CaseNote.person_id == bindparam("reader")))
    .order_by(CaseNote.id.desc())
    .limit(MOST_SHOWN)
)


@dataclass(frozen=True, slots=True)
class NoteShown:
    """A note; one that was withdrawn has no words any more."""

    key: str
    writer: Bilingual
    body: str
    at: datetime
    is_for_all: bool
    is_mine: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question to a colleague (``of``), or to a ``group`` of an ``office``, and its answer."""

    key: str
    application_key: str
    reference: str
    service_key: str
    asker: Bilingual
    of: Bilingual | None
    group: str
    office: Bilingual | None
    question: str
    asked_at: datetime
    answer: str
    answerer: Bilingual | None
    answered_at: datetime | None
    is_open: bool
    is_mine: bool
    is_for_me: bool


@dataclass(frozen=True, slots=True)
class InterestShown:
    """Who declared an interest, when and why."""

    officer: Bilingual
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a case for its officers. ``interests`` are all of them for a head, else only one's own;
    ``has_interest``: the reader has declared one."""

    application_key: str
    reference: str
    notes: tuple[NoteShown, ...]
    questions: tuple[QuestionShown, ...]
    interests: tuple[InterestShown, ...]
    has_interest: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can be asked."""

    person_id: int
    name: Bilingual
    office: Bilingual


@dataclass(frozen=True, slots=True)
class Desk:
    """A group of an office that can be asked."""

    group: str
    office_id: int
    office: Bilingual


def open_beside(
    session: Session, house: House, actor: Actor, application_key: str, *, now: datetime
) -> tuple[Beside, tuple[Colleague, ...], tuple[Desk, ...]]:
    """What stands beside the case under this address, and whom the actor can ask; the applicant can read who looked.
    ``NotFound`` for a case that is not the actor's to read."""
    application = session.scalar(select(Application).where(Application.key == application_key))
    if application is None or application.submitted_at is None or not may_read(session, application, actor):
        raise NotFound
    note_access(session, actor, application.id, "case", now=now)
    today = house.calendars.of(session, session.get_one(Office, application.office_id)).local_date(now)
    held = Membership.from_day <= today, or_(Membership.to_day.is_(None), Membership.to_day >= today)
    rows = session.execute(
        select(Person, Office, Membership.group)
        .join(Membership, Membership.person_id == Person.id)
        .join(Office, Office.id == Membership.office_id)
        .where(Membership.group.in_(CASE_WORKERS), *held, Person.disabled_at.is_(None))
        .where(Membership.office_id.in_(_offices_near(session, application, actor)))
        .where(Person.id.not_in((actor.person_id, application.applicant_id)))
        .order_by(Office.id, Person.name_latin, Person.id)
        .limit(300)
    ).all()
    named = {
        person.id: Colleague(person.id, person_name(person.name_km, person.name_latin), office_name(office))
        for person, office, _ in rows
    }
    desks = {(group, office.id): Desk(group, office.id, office_name(office)) for _, office, group in rows}
    return beside(session, application, actor), tuple(named.values()), tuple(desks.values())


def beside(session: Session, application: Application, actor: Actor) -> Beside:
    """The notes, questions and interests of a case that the actor reads; two statements, three where somebody has
    declared an interest."""
    declared = _interests(session, application, actor) if application.has_interests else ()
    return Beside(
        application_key=application.key,
        reference=application.reference or "",
        notes=_notes(session, application.id, actor),
        questions=_shown(load(session, _OF_CASE, application_id=application.id), actor),
        interests=tuple(shown for shown, _ in declared),
        has_interest=any(is_mine for _, is_mine in declared),
    )


def asked_of_me(session: Session, actor: Actor) -> tuple[QuestionShown, ...]:
    """The questions that wait for the actor, the newest first."""
    waits = _QUESTIONS.where(ColleagueQuestion.is_open(), or_(*asked_of(actor)))
    theirs = waits.where(Application.applicant_id != actor.person_id, not_apart(actor, Application.id))
    return _shown(session.execute(theirs).all(), actor)


def _offices_near(session: Session, application: Application, actor: Actor) -> list[int]:
    """That of the case, those of its tasks and the actor's own."""
    tasks = select(UserTask.office_id).where(UserTask.application_id == application.id).distinct()
    return sorted({application.office_id, *actor.named_offices, *session.scalars(tasks)})


def _notes(session: Session, application_id: int, actor: Actor) -> tuple[NoteShown, ...]:
    return tuple(
        NoteShown(
            note.key,
            person_name(note.name_km, note.name_latin),
            note.body,
            note.at,
            note.kind == NoteKind.SHARED,
            note.person_id == actor.person_id,
            note.withdrawn_at is not None,
        )
        for note in asking.rows(session, _NOTES, application_id=application_id, reader=actor.person_id)
    )


def _shown(rows: Iterable[Sequence[Any]], actor: Actor) -> tuple[QuestionShown, ...]:
    return tuple(_question(row, actor) for row in rows)


def _question(found: Sequence[Any], actor: Actor) -> QuestionShown:
    row, application, asker, of, answerer, office = found
    is_open = row.status == QuestionStatus.ASKED
    is_mine = row.asked_by_id == actor.person_id
    theirs = row.asked_of_id == actor.person_id or (row.group, row.office_id) in actor.memberships
    return QuestionShown(
        key=row.key,
        application_key=application.key,
        reference=application.reference or "",
        service_key=application.service_key,
        asker=person_name(asker.name_km, asker.name_latin),
        of=person_name(of.name_km, of.name_latin) if of else None,
        group=row.group,
        office=office_name(office) if office else None,
        question=row.question,
        asked_at=row.asked_at,
        answer=row.answer,
        answerer=person_name(answerer.name_km, answerer.name_latin) if answerer else None,
        answered_at=row.answered_at,
        is_open=is_open,
        is_mine=is_mine,
        is_for_me=is_open and theirs and not is_mine,
    )


def _interests(session: Session, application: Application, actor: Actor) -> list[tuple[InterestShown, bool]]:
    """Those that the actor may read, each with whether it is their own."""
    is_head = actor.acts_for(HEAD, application.office_id)
    found = []
    for row in interests_of(session, application.id):
        is_mine = row.person_id == actor.person_id
        if is_head or is_mine:
            officer = session.get_one(Person, row.person_id)
            found.append((InterestShown(person_name(officer.name_km, officer.name_latin), row.reason, row.at), is_mine))
    return found
