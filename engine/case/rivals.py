"""Claims on one identity number that meet: verifications that run beside each other, and whose papers an officer reads
to tell which person is real."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from engine.case.readers import open_to
from engine.packages.groups import FRONT_OFFICE, HEAD
from engine.people.actors import Actor
from engine.people.identities import VERIFICATION
from storage.applications import Application, ApplicationStatus, Outcome
from storage.base import Id
from storage.disputes import DisputeStatus, IdentityDispute
from storage.loading import Rows, given, load
from storage.people import IdentityStatus, Person
from storage.processes import OPEN_TASK, InstanceStatus, ProcessInstance, TaskKind, UserTask

_Mine = aliased(Person)
_Other = aliased(Person)
_RIVALS: Final = Rows(
    Application,
    which=lambda rows: (
        rows.join(_Other, _Other.id == Application.applicant_id)
        .join(_Mine, (_Mine.id_kind == _Other.id_kind) & (_Mine.id_number == _Other.id_number))
        .where(_Mine.id == given("applicant", Id), _Mine.id_number != "", _Other.id != _Mine.id)
        .where(Application.service_key == VERIFICATION, Application.status == ApplicationStatus.RUNNING)
        .order_by(Application.id)
    ),
)
WHO_DISPUTES: Final = (FRONT_OFFICE, HEAD)
"""The groups of an office that see its disputes: the front office begins them, the head decides."""


def rivals_of(session: Session, application: Application) -> Sequence[Application]:
    """The verifications of other accounts that run and claim the number of this one, the earliest first."""
    return [rival for (rival,) in load(session, _RIVALS, applicant=application.applicant_id)]


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
    to decide, or in a dispute at their office: while it runs, and also when it is the one that was verified."""
    ours = application.service_key == VERIFICATION and application.applicant_id != actor.person_id
    if not ours or not (application.status == ApplicationStatus.RUNNING or application.outcome == Outcome.VERIFIED):
        return False
    return _meets(session, application, actor) or _is_disputed(session, application.applicant_id, actor)


def _meets(session: Session, application: Application, actor: Actor) -> bool:
    applicant = session.get_one(Person, application.applicant_id)
    if application.outcome == Outcome.VERIFIED and applicant.identity_status != IdentityStatus.VERIFIED:
        return False
    rivals = [rival.id for rival in rivals_of(session, application)]
    mine = select(UserTask.id).where(UserTask.application_id.in_(rivals), open_to(actor))
    return session.scalar(mine.limit(1)) is not None


def _is_disputed(session: Session, person_id: int, actor: Actor) -> bool:
    offices = select(IdentityDispute.office_id).where(
        or_(IdentityDispute.holder_id == person_id, IdentityDispute.claimant_id == person_id),
        IdentityDispute.status == DisputeStatus.ASKED,
    )
    return any(actor.acts_for(group, office) for office in session.scalars(offices) for group in WHO_DISPUTES)
