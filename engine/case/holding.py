"""Which office has the work of a case: that where it came in, or the one of another level to which it goes for a task.

A district belongs to the province with whose code its own begins; a ministry has one office.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import ServicePackage, TaskSettings
from engine.packages.gazetteer import PROVINCE_DIGITS
from engine.packages.groups import APPLICANT
from engine.working_time.calendar import WorkingTime
from storage.offices import Office, OfficeLevel
from storage.processes import UserTask


class NobodyHolds(Exception):
    """No office of this level is open for the case: the element of the task, and which office is missing."""

    def __init__(self, element_id: str, missing: Bilingual) -> None:
        super().__init__(missing.en)
        self.element_id, self.missing = element_id, missing


def responsible(session: Session, office: Office, level: str, ministry: str) -> Office | None:
    """The office of this level to which the cases of an office go, for a service of this ministry; None while none is
    open. An empty level and its own: the office itself. At most one statement."""
    known_by = _known_by(office, level, ministry)
    if known_by == {"id": office.id}:
        return office
    if not known_by:
        return None
    return session.scalar(select(Office).filter_by(**known_by).where(Office.closed_from.is_(None)))


def goes_to(office: Office, target: Office, level: str, ministry: str) -> bool:
    """Whether ``target`` is the office of this level to which cases of ``office`` go: what ``responsible`` finds."""
    known_by = _known_by(office, level, ministry)
    return bool(known_by) and all(getattr(target, name) == value for name, value in known_by.items())


def may_go_to(target: Office) -> ColumnElement[bool]:
    """Over offices: those of which cases may go to ``target``, whatever a service says of levels."""
    if target.level == OfficeLevel.MINISTRY:
        return true()
    below = and_(Office.level == OfficeLevel.DISTRICT, Office.code.startswith(target.code, autoescape=True))
    return or_(Office.id == target.id, below) if target.level == OfficeLevel.PROVINCE else Office.id == target.id


def _known_by(office: Office, level: str, ministry: str) -> Mapping[str, int | str]:
    """By what of its row the office is known to which cases go; nothing for a level that is not above."""
    if level in ("", office.level):
        return {"id": office.id}
    if level == OfficeLevel.MINISTRY:
        return {"ministry_key": ministry}
    if level == OfficeLevel.PROVINCE and office.level == OfficeLevel.DISTRICT:
        return {"code": office.code[:PROVINCE_DIGITS]}
    return {}


def missing_offices(session: Session, office: Office, package: ServicePackage) -> tuple[Bilingual, ...]:
    """The offices that a case of this service would need when it came in here and that are not open, in words."""
    named_levels = {task.level for task in package.tasks.values()} | {rule.level for rule in package.manifest.sessions}
    levels = sorted(named_levels - {""})
    return tuple(
        named(package, office, level)
        for level in levels
        if responsible(session, office, level, package.ministry.key) is None
    )


def named(package: ServicePackage, office: Office, level: str) -> Bilingual:
    """The office of a level that is not open, in words."""
    if level == OfficeLevel.MINISTRY:
        name = package.ministry.name
        return Bilingual(f"ការិយាល័យថ្នាក់ក្រសួងរបស់{name.km}", f"ministry office of the {name.en}")
    place = office.code[:PROVINCE_DIGITS]
    return Bilingual(f"ការិយាល័យថ្នាក់ខេត្ត (លេខកូដ {place})", f"province office with the code {place}")


def holder(session: Session, case: Case, settings: TaskSettings) -> Office:
    """The office that has a task of the case; raises ``NobodyHolds`` while it is not open."""
    package = case.published.package
    found = responsible(session, case.office, settings.level, package.ministry.key)
    if found is None:
        raise NobodyHolds(settings.element_id, named(package, case.office, settings.level))
    return found


def calendar_at(turn: Turn, office_id: int) -> WorkingTime:
    """The calendar of the office at which a clock of the case runs."""
    if office_id == turn.case.office.id:
        return turn.case.calendar
    return turn.house.calendars.of(turn.session, turn.session.get_one(Office, office_id))


def require_holders(session: Session, case: Case, ready: Sequence[bpmn.ReadyTask]) -> None:
    """Raises ``NobodyHolds`` when a task would lie at an office that is not open."""
    tasks = case.published.package.tasks
    before = set(case.instance.waits.get("tasks", ()))
    for task in ready:
        if task.id not in before and tasks[task.element_id].level:
            holder(session, case, tasks[task.element_id])


def record_crossings(turn: Turn, added: Collection[UserTask]) -> None:
    """Each time the work goes to another office is part of the history. Called before the new tasks are written: the
    newest one that is there says where the case was."""
    session, case = turn.session, turn.case
    for_offices = [task for task in added if task.group != APPLICANT]
    if not for_offices or not any(task.level for task in case.published.package.tasks.values()):
        return
    newest = (
        select(UserTask.office_id)
        .where(UserTask.application_id == case.application.id, UserTask.group != APPLICANT)
        .order_by(UserTask.id.desc())
        .limit(1)
    )
    here = session.scalar(newest) or case.office.id
    for task in for_offices:
        if task.office_id == here:
            continue
        crossed(turn, task.element_id, here, task.office_id)
        here = task.office_id


def crossed(turn: Turn, element_id: str, left_id: int, reached_id: int) -> None:
    """Writes down that the work went from one office to another."""
    left, reached = (turn.session.get_one(Office, each) for each in (left_id, reached_id))
    name = office_name(reached)
    data = {"from": left.code, "to": reached.code, "to_km": name.km, "to_en": name.en}
    turn.record("crossed", element_id=element_id, data=data)
