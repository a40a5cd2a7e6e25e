"""Claims on one identity number that meet: verifications that run beside each other, and whose papers an officer reads
to tell which person is real."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.case.readers import open_to
from engine.people.actors import Actor
from storage.applications import Application, ApplicationStatus, Outcome
from storage.people import IdentityStatus, Person
from storage.processes import OPEN_TASK, InstanceStatus, ProcessInstance, TaskKind, UserTask


def rivals_of(session: Session, application: Application) -> Sequence[Application]:
    """The verifications of other accounts that run and claim the number of this one, the earliest first."""
    mine, other = aliased(Person), aliased(Person)
    return session.scalars(
        select(Application)
        .join(other, other.id == Application.applicant_id)
        .join(mine, (mine.id_kind == other.id_kind) & (mine.id_number == other.id_number))
        .where(mine.id == application.applicant_id, mine.id_number != "", other.id != mine.id)
        .where(Application.service_key == application.service_key, Application.status == ApplicationStatus.RUNNING)
        .order_by(Application.id)
    ).all()


def deciding_task(session: Session, application_id: int) -> UserTask | None:
    """The task of an officer that a verification waits for; ``None`` while it waits for its applicant or is held."""
    return session.scalar(
        select(UserTask)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.application_id == application_id, UserTask.kind == TaskKind.FORM)
        .where(UserTask.status.in_(OPEN_TASK), ProcessInstance.status == InstanceStatus.RUNNING)
        .order_by(UserTask.id)
        .limit(1)
    )


def mark_of(claims: Iterable[Application]) -> str:
    """What an officer has compared: which claims, each as it was then. Another mark: something came or changed."""
    return ",".join(f"{claim.key}.{claim.revision}" for claim in sorted(claims, key=lambda claim: claim.id))


def may_compare(session: Session, application: Application, actor: Actor) -> bool:
    """Whether the actor reads the papers of this verification beside those of a claim on the same number that is theirs
    to decide: while both run, and also when this one was the one verified."""
    if application.applicant_id == actor.person_id or not _is_worth_comparing(session, application):
        return False
    rivals = [rival.id for rival in rivals_of(session, application)]
    if not rivals:
        return False
    mine = select(UserTask.id).where(UserTask.application_id.in_(rivals), open_to(actor))
    return session.scalar(mine.limit(1)) is not None


def _is_worth_comparing(session: Session, application: Application) -> bool:
    if application.status == ApplicationStatus.RUNNING:
        return True
    applicant = session.get_one(Person, application.applicant_id)
    return application.outcome == Outcome.VERIFIED and applicant.identity_status == IdentityStatus.VERIFIED
