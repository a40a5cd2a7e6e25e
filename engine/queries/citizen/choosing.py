"""The sessions from which somebody chooses, as the page shows them: free seats, until when, and what was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.applicant_forms import may_answer
from engine.applications.filing import Filing
from engine.case import seats
from engine.case.opening import Case, read_case
from engine.case.turn import Turn
from engine.errors import CaseEnded, NotFound, TaskGone
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import SessionRule
from engine.packages.groups import APPLICANT
from engine.people.actors import Actor
from engine.queries.citizen.drafts import Heading, heading_of
from engine.queries.shared.appointments import AppointmentShown, appointments_of
from engine.queries.shared.choices import Choices, choices_of
from engine.sessions.choosing import may_change, require_changeable
from storage.applications import Application
from storage.processes import LIVE_INSTANCE, OPEN_TASK, TaskKind, UserTask
from storage.sessions import OfficeSession


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """The page of a choice: of a task (``task_key``), or of another session instead of the one ``before``."""

    heading: Heading
    reference: str
    task_key: str
    name: Bilingual
    due_at: datetime | None
    before: AppointmentShown | None
    choices: Choices


def choice_page(session: Session, house: House, actor: Actor, task_key: str, *, now: datetime) -> ChoicePage:
    """The page of a task in which an applicant chooses a session. ``TaskGone`` when it was done or taken back,
    ``NotFound`` for any other task and for somebody who has no business with it."""
    task = session.scalar(
        select(UserTask).where(
            UserTask.key == task_key, UserTask.group == APPLICANT, UserTask.kind == TaskKind.APPOINTMENT
        )
    )
    if task is None:
        raise NotFound
    case = read_case(session, house, task.application_id)
    if not may_answer(session, case.application, actor):
        raise NotFound
    if task.status not in OPEN_TASK:
        raise TaskGone
    settings = case.published.package.tasks[task.element_id]
    rule = case.published.package.manifest.session(settings.session)
    if rule is None:
        raise NotFound
    turn = Turn(session, house, case, actor, now)
    return _page(turn, rule, task_key=task.key, name=settings.name, due_at=task.due_at)


def change_page(session: Session, house: House, actor: Actor, key: str, kind: str, *, now: datetime) -> ChoicePage:
    """The page on which another session is chosen. ``NotFound`` where none was, ``ChangeNotOffered``,
    ``ChangeTooLate``, ``CaseEnded``."""
    number = session.scalar(select(Application.id).where(Application.key == key))
    case = read_case(session, house, number) if number is not None else None
    rule = case.published.package.manifest.session(kind) if case is not None else None
    if case is None or rule is None or not may_change(session, case, rule, actor):
        raise NotFound
    seat = seats.current(session, case.application.id, kind)
    if seat is None:
        raise NotFound
    if case.instance.status not in LIVE_INSTANCE:
        raise CaseEnded
    turn = Turn(session, house, case, actor, now)
    found = appointments_of(session, house, case.application, case.published, now=now)
    before = next(one for one in found if one.kind == kind)
    if not before.is_lost:
        require_changeable(turn, rule, session.get_one(OfficeSession, seat.session_id))
    return _page(turn, rule, name=rule.title, before=before)


def _page(
    turn: Turn,
    rule: SessionRule,
    *,
    name: Bilingual,
    task_key: str = "",
    due_at: datetime | None = None,
    before: AppointmentShown | None = None,
) -> ChoicePage:
    return ChoicePage(
        heading=heading_of(turn.session, turn.house, _filing(turn.case), turn.actor),
        reference=turn.case.application.reference or "",
        task_key=task_key,
        name=name,
        due_at=due_at,
        before=before,
        choices=choices_of(turn, rule, but=before.session_key if before and not before.is_lost else ""),
    )


def _filing(case: Case) -> Filing:
    return Filing(case.application, case.office, case.published, case.calendar)
