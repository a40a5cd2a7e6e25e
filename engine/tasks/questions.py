"""Asking a colleague about a case without giving the task away: a question, its answer, both part of the history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.case.asked_colleagues import asked_of
from engine.case.kept_apart import kept_out
from engine.case.opening import Case, lock_case, lock_case_by_key
from engine.case.readers import may_read
from engine.case.turn import Turn
from engine.errors import NotFound
from engine.errors.desk import NobodyToAsk, QuestionOver, TooManyQuestions
from engine.house import House
from engine.khmer import Bilingual
from engine.packages.groups import CASE_WORKERS
from engine.people.actors import Actor, load_actor
from engine.people.members import members
from engine.people.notices import News, tell
from engine.references import new_key
from engine.tasks.notes import written
from storage.colleagues import ColleagueQuestion, QuestionStatus
from storage.notices import NoticeKind, NoticePlace
from storage.offices import Office
from storage.people import Membership

MOST_OPEN: Final = 10
"""Questions about one case that wait at once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a question is for: a person, or everybody of a group at an office."""

    person_id: int | None = None
    group: str = ""
    office_id: int | None = None


def ask(
    session: Session, house: House, actor: Actor, application_key: str, question: str, *, of: Asked, now: datetime
) -> None:
    """Asks. Whoever is asked reads the case until the question is answered or taken back. ``NotFound`` for a case that
    the actor does not read, ``WordsMissing``, ``NobodyToAsk``, ``TooManyQuestions``."""
    words = written(question)
    case = lock_case_by_key(session, house, application_key)
    if actor.person_id is None or not may_read(session, case.application, actor):
        raise NotFound
    _require_somebody(session, case, actor, of, now)
    here = ColleagueQuestion.application_id == case.application.id
    waiting = select(func.count()).select_from(ColleagueQuestion).where(here, ColleagueQuestion.is_open())
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooManyQuestions(most=MOST_OPEN)
    key = new_key()
    session.add(
        ColleagueQuestion(
            key=key,
            application_id=case.application.id,
            asked_by_id=actor.person_id,
            asked_of_id=of.person_id,
            group=of.group,
            office_id=of.office_id,
            question=words,
            asked_at=now,
        )
    )
    turn = Turn(session, house, case, actor, now)
    turn.record("colleague_asked")
    _tell(turn, NoticeKind.ASKED, key, _asked_people(turn, of))


def answer_question(session: Session, house: House, actor: Actor, key: str, answer: str, *, now: datetime) -> None:
    """Answers what the actor is asked. ``NotFound`` for what is asked of others, ``QuestionOver`` when a colleague was
    first or it was taken back, ``WordsMissing``."""
    words = written(answer)
    found = session.scalar(select(ColleagueQuestion).where(ColleagueQuestion.key == key))
    if found is None or actor.person_id is None:
        raise NotFound
    case, row = _locked(session, house, found)
    theirs = actor.person_id == row.asked_of_id or (row.group, row.office_id) in actor.memberships
    if not theirs or actor.person_id in (row.asked_by_id, case.applicant.id):
        raise NotFound
    if row.status != QuestionStatus.ASKED:
        raise QuestionOver
    row.status, row.answer = QuestionStatus.ANSWERED, words
    row.answered_by_id, row.answered_at = actor.person_id, now
    turn = Turn(session, house, case, actor, now)
    turn.record("colleague_answered")
    _tell(turn, NoticeKind.ANSWERED, row.key, [row.asked_by_id])


def take_back(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> str:
    """Whoever asked needs no answer any more; gives the key of the case. ``NotFound`` for others, ``QuestionOver`` when
    it was answered meanwhile."""
    mine = ColleagueQuestion.key == key, ColleagueQuestion.asked_by_id == actor.person_id
    found = session.scalar(select(ColleagueQuestion).where(*mine))
    if found is None:
        raise NotFound
    case, row = _locked(session, house, found)
    if row.status == QuestionStatus.ANSWERED:
        raise QuestionOver
    if row.status == QuestionStatus.ASKED:
        row.status = QuestionStatus.TAKEN_BACK
        Turn(session, house, case, actor, now).record("question_taken_back")
    return case.application.key


def how_many_wait(session: Session, actor: Actor, *, most: int) -> int:
    """How many questions wait for the actor, counted up to ``most``."""
    if actor.person_id is None or not actor.memberships:
        return 0
    found = [
        select(ColleagueQuestion.id).where(ColleagueQuestion.is_open(), way).limit(most) for way in asked_of(actor)
    ]
    return min(most, len({one for each in found for one in session.scalars(each)}))


def _asked_people(turn: Turn, of: Asked) -> Collection[int]:
    """Who is asked by name, or as members of the group at that very office; of these not whoever asks or applied."""
    if of.person_id is not None or of.office_id is None:
        return [] if of.person_id is None else [of.person_id]
    theirs = members((of.group,), of.office_id, turn.case.calendar.local_date(turn.now))
    others = Membership.person_id.not_in((turn.actor.person_id, turn.case.applicant.id))
    return turn.session.scalars(theirs.where(Membership.office_id == of.office_id, others)).all()


def _tell(turn: Turn, kind: NoticeKind, key: str, people: Collection[int]) -> None:
    """Tells them what waits for them, or what was answered; the words themselves stand on the page."""
    application, actor = turn.case.application, turn.actor
    who = Bilingual(actor.name_km or actor.name_latin, actor.name_latin or actor.name_km)
    place, opens = (NoticePlace.ASKED, "") if kind == NoticeKind.ASKED else (NoticePlace.CASE, application.key)
    hear = set(people) - kept_out(turn.session, application)
    tell(turn.session, News(kind, key, place, opens, application.reference or "", who=who), hear, now=turn.now)


def _locked(session: Session, house: House, found: ColleagueQuestion) -> tuple[Case, ColleagueQuestion]:
    """The case, locked, and the question as it is since then."""
    case = lock_case(session, house, found.application_id)
    return case, session.get_one(ColleagueQuestion, found.id, populate_existing=True)


def _require_somebody(session: Session, case: Case, actor: Actor, of: Asked, now: datetime) -> None:
    """Whoever is asked works in an office today, is neither the actor nor the applicant, and worked on nothing that the
    case is about."""
    today = case.calendar.local_date(now)
    if of.person_id is not None:
        colleague = load_actor(session, of.person_id, today=today)
        if colleague is None or not colleague.is_officer or of.person_id in (actor.person_id, case.applicant.id):
            raise NobodyToAsk
        if of.person_id in kept_out(session, case.application):
            raise NobodyToAsk
        return
    if of.group not in CASE_WORKERS or of.office_id is None or session.get(Office, of.office_id) is None:
        raise NobodyToAsk
    others = members((of.group,), of.office_id, today).subquery()
    somebody = select(others.c.person_id).where(others.c.person_id.not_in((actor.person_id, case.applicant.id)))
    if session.scalar(somebody.limit(1)) is None:
        raise NobodyToAsk
