"""Tasks that give themselves: the office has a rule for a group, and a task that becomes ready is somebody's at once.

Whoever is away, applies, acts for the applicant, or may not by the four-eyes rule is passed over; where nobody is left
the task waits for the group, as it does without a rule. The history says by which rule it was given. Rules lie in the
row of the office, which a step has read anyway: without one nothing is asked. Before the rule comes the officer who is
named for the commune in which the case lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select, text
from sqlalchemy.orm import Session

from engine.case import events
from engine.case.interests import has_none
from engine.case.task_notices import given_by_rule
from engine.case.turn import Turn
from engine.packages import APPLY
from engine.packages.groups import APPLICANT
from engine.packages.premises import commune_of
from engine.people.actors import Actor
from engine.people.members import members
from engine.people.names import holder
from engine.references import next_number
from storage.absences import Absence, StoodIn
from storage.commune_officers import CommuneOfficer
from storage.mandates import Mandate
from storage.offices import Office, TaskRule
from storage.open_tasks import IS_CLAIMED
from storage.people import Person
from storage.processes import TaskKind, TaskStatus, UserTask

THE_RULE: Final = Actor(person_id=None, name_latin="rule")
"""Who gives a task that gives itself."""
BY_COMMUNE: Final = "by_commune"
"""What the history says where the officer of the commune has the task."""
_GIVEN_KINDS: Final = (TaskKind.FORM, TaskKind.APPOINTMENT)


@dataclass(frozen=True, slots=True)
class _Given:
    """A task and the rule of its group at its office; ``None``: by hand, where no commune has an officer."""

    task: UserTask
    office: Office
    rule: TaskRule | None

    @property
    def is_by_commune(self) -> bool:
        return self.task.group in self.office.by_commune


def give(turn: Turn, added: Sequence[UserTask]) -> None:
    """Gives each of these new tasks to somebody by the rule of its group, where the office has one, and tells them."""
    handed = []
    for task in added:
        given = _ruled(turn, task)
        if given is None:
            continue
        named = _of_commune(turn, given) if given.is_by_commune else None
        chosen = named or _chosen(turn, given)
        if chosen is not None:
            _hand(turn, given, chosen, BY_COMMUNE if named else str(given.rule))
            handed.append(task)
    given_by_rule(turn, handed)


def rules_of(office: Office) -> Mapping[str, TaskRule]:
    """The rule of each group that has one."""
    return {group: TaskRule(rule) for group, rule in office.task_rules.items() if rule in set(TaskRule)}


def _ruled(turn: Turn, task: UserTask) -> _Given | None:
    if task.group == APPLICANT or task.kind not in _GIVEN_KINDS:
        return None
    home = turn.case.office
    office = home if task.office_id == home.id else turn.session.get_one(Office, task.office_id)
    given = _Given(task, office, rules_of(office).get(task.group) if office.task_rules else None)
    return given if given.rule is not None or given.is_by_commune else None


def _hand(turn: Turn, given: _Given, person_id: int, rule: str) -> None:
    task, officer = given.task, holder(turn.session.get_one(Person, person_id))
    task.status, task.assignee_id, task.claimed_at = TaskStatus.CLAIMED, person_id, turn.now
    data = {"to_id": person_id, "officer_km": officer.km, "officer_en": officer.en, "rule": rule}
    application = turn.case.application
    events.record(turn.session, application, "task_given", THE_RULE, at=turn.now, element_id=task.element_id, data=data)


def _of_commune(turn: Turn, given: _Given) -> int | None:
    """The officer of the commune in which the case lies; ``None`` where nobody is named or they may not. At most two
    statements."""
    case = turn.case
    form = case.published.package.forms.get(APPLY)
    commune = commune_of(form, case.application.answers) if form is not None else ""
    if not commune:
        return None
    named = turn.session.scalar(
        select(CommuneOfficer.person_id).where(
            CommuneOfficer.office_id == given.office.id,
            CommuneOfficer.group == given.task.group,
            CommuneOfficer.commune == commune,
        )
    )
    return named if named is not None and named in _fit(turn, given) else None


def _chosen(turn: Turn, given: _Given) -> int | None:
    """Whose the task is by the rule; ``None`` when nobody fits, and by hand."""
    if given.rule is None:
        return None
    # The number of the turn is taken first: its row is locked, so two steps at once choose one after the other.
    number = 0
    if given.rule != TaskRule.SAME_OFFICER:
        number = next_number(turn.session, f"turn/{given.office.code}/{given.task.group}") - 1
    fit = _fit(turn, given)
    if given.rule == TaskRule.SAME_OFFICER:
        return _before(turn, given, fit)
    if given.rule == TaskRule.LEAST_LOADED and fit:
        loads = _loads(turn.session, given.office.id, fit)
        least = min(loads.get(one, 0) for one in fit)
        fit = [one for one in fit if loads.get(one, 0) == least]
    return fit[number % len(fit)] if fit else None


def _fit(turn: Turn, given: _Given) -> list[int]:
    """The people of the group whose the task may be, in the order in which they have it in turn; one statement."""
    session, case, today = turn.session, turn.case, _today(turn)
    settings = case.published.package.tasks[given.task.element_id]
    away = exists().where(
        Absence.person_id == Person.id, Absence.ended_at.is_(None),
        Absence.first_day <= today, Absence.last_day >= today,
    )  # fmt: skip
    acts = exists().where(
        Mandate.helper_id == Person.id, Mandate.person_id == case.applicant.id, Mandate.ended_at.is_(None)
    )
    wanted = (
        select(Person.id)
        .where(Person.id.in_(members((given.task.group,), given.office.id, today)))
        .where(Person.id != case.applicant.id, ~away, ~acts, has_none(case.application))
        .order_by(Person.id)
    )
    if settings.not_by:
        wanted = wanted.where(~_did(case.application.id, settings.not_by))
    return list(session.scalars(wanted))


def _did(application_id: int, elements: Sequence[str]) -> ColumnElement[bool]:
    """Whether a person completed one of these elements of the case, or somebody in their place."""
    in_place = exists().where(StoodIn.user_task_id == UserTask.id, StoodIn.for_id == Person.id)
    return exists().where(
        UserTask.application_id == application_id,
        UserTask.element_id.in_(elements),
        or_(UserTask.completed_by_id == Person.id, in_place),
    )


def _before(turn: Turn, given: _Given, fit: Sequence[int]) -> int | None:
    """Who of these did a task of the group in this case last."""
    return turn.session.scalar(
        select(UserTask.completed_by_id)
        .where(
            UserTask.application_id == turn.case.application.id,
            UserTask.group == given.task.group,
            UserTask.office_id == given.office.id,
            UserTask.completed_by_id.in_(fit),
        )
        .order_by(UserTask.completed_at.desc(), UserTask.id.desc())
        .limit(1)
    )


def _loads(session: Session, office_id: int, people: Sequence[int]) -> Mapping[int, int]:
    """How many tasks each of these people has claimed at the office, whoever has any; one statement."""
    session.flush()  # what an earlier task of this step was given counts
    rows = session.execute(
        select(UserTask.assignee_id, func.count())
        .where(text(IS_CLAIMED), UserTask.assignee_id.in_(people), UserTask.office_id == office_id)
        .group_by(UserTask.assignee_id)
    )
    return {person_id: count for person_id, count in rows if person_id is not None}


def _today(turn: Turn) -> date:
    return turn.case.calendar.local_date(turn.now)
