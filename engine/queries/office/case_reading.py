"""Opening a case: what an officer sees of it, and the note of who looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from engine.case.access_log import Look, note_access, note_people
from engine.case.kept_apart import COMPLAINED_OF
from engine.case.last_looks import looked
from engine.house import House
from engine.people.actors import Actor
from engine.people.notices import read_about
from engine.queries.office.case_file import CaseFile, case_file
from engine.queries.office.task_page import TaskPage, task_page
from storage.notices import NoticePlace


def open_task(session: Session, house: House, actor: Actor, task_key: str, *, now: datetime) -> TaskPage:
    """The page of a user task; what the bell said of it is read. The applicant can read afterwards who opened it, and
    so can everybody whose papers are compared there."""
    page = task_page(session, house, actor, task_key, now=now)
    reader = actor if page.instead is None else replace(actor, instead=page.instead)
    read = _note(session, reader, page.case, "task", now)
    read_about(session, actor, NoticePlace.TASK, task_key, now=now)
    others = [other.person_id for other in page.meeting.people[1:]] if page.meeting else []
    note_people(session, reader, others, Look("compared"), now=now)
    return replace(page, case=read)


def open_case(session: Session, house: House, actor: Actor, application_key: str, *, now: datetime) -> CaseFile:
    """The whole case, and what is new in it to the reader. The applicant can read afterwards who opened it."""
    case = case_file(session, house, actor, application_key, now=now)
    if case.complaint:
        note_access(session, actor, case.application_id, COMPLAINED_OF, detail=case.complaint, now=now)
        return case
    read_about(session, actor, NoticePlace.CASE, application_key, now=now)
    return _note(session, actor, case, "case", now)


def _note(session: Session, actor: Actor, case: CaseFile, page: str, now: datetime) -> CaseFile:
    note_access(session, actor, case.application_id, page, now=now)
    return replace(case, since=looked(session, actor, case.application_id, case.event_seq, now=now))
