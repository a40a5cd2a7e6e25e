"""The handover desk: finding a result by what whoever comes has with them, and why it was not given away before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from engine.handovers.refusals import REFUSED
from engine.people.actors import Actor
from engine.queries.office.reach import within_reach
from engine.typed.codes import normal_code, typed_paper_number, typed_reference
from storage.applications import Application, Certificate
from storage.events import CaseEvent
from storage.processes import OPEN_TASK, TaskKind, UserTask

LONGEST: Final = 300
MOST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class RefusedBefore:
    """When and why the result was not handed over; ``reason`` is empty where it was erased."""

    at: datetime
    reason: str


def task_to_collect(session: Session, actor: Actor, typed: str) -> str | None:
    """The key of the task whose result waits at one of the actor's desks, by its reference, tracking code, the number
    or code of its certificate, or the address that the QR code of a paper holds; one statement."""
    said = typed[:LONGEST].strip().rstrip("/").rpartition("/")[2]
    code = normal_code(said)
    if not code:
        return None
    papers = or_(Certificate.number == (typed_paper_number(said) or said), Certificate.code == code)
    numbers = or_(Application.reference == (typed_reference(said) or said), Application.tracking_code == code)
    cases = union(select(Application.id).where(numbers), select(Certificate.application_id).where(papers))
    waiting = UserTask.kind == TaskKind.HANDOVER, UserTask.status.in_(OPEN_TASK)
    wanted = select(UserTask.key).where(UserTask.application_id.in_(cases), *waiting, within_reach(actor))
    return session.scalar(wanted.limit(1))


def refused_before(session: Session, application_key: str) -> tuple[RefusedBefore, ...]:
    """The latest refusals, the newest first; one statement."""
    wanted = (
        select(CaseEvent.at, CaseEvent.personal)
        .join(Application, Application.id == CaseEvent.application_id)
        .where(Application.key == application_key, CaseEvent.kind == REFUSED)
        .order_by(CaseEvent.seq.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(RefusedBefore(at, (personal or {}).get("reason", "")) for at, personal in session.execute(wanted))
