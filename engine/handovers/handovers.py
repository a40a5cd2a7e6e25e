"""Handing over a result: whoever collects it shows who they are and signs, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.opening import Case, lock_task
from engine.case.turn import Turn
from engine.errors import BadAnswers, FeeOwed, NothingToHandOver
from engine.handovers.signatures import Signature
from engine.house import House
from engine.khmer import Bilingual, tidy
from engine.money import voids
from engine.packages import FieldError
from engine.people.actors import Actor
from engine.tasks.user_tasks import finish, require_access, require_other_person
from storage.applications import Certificate, Handover
from storage.processes import OPEN_TASK, TaskKind

LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Collected:
    """Who collects the result, which paper showed who they are, and what they signed. ``is_delegate``: somebody else
    than the applicant, whom the ``authority`` lets collect it: the applicant's letter, with its date."""

    received_by: str
    identity_note: str
    signature: Signature
    is_delegate: bool = False
    authority: str = ""

    @property
    def by_whom(self) -> dict[str, str]:
        """What the history says beside the names; nothing where the applicant came."""
        return {"collector": "delegate"} if self.is_delegate else {}


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A result that was handed over: of which application, to whom, when."""

    application_key: str
    reference: str
    received_by: str
    at: datetime


def hand_over(
    session: Session, house: House, actor: Actor, task_key: str, collected: Collected, *, now: datetime
) -> HandedOver:
    """Records that the result left the office. Sending it twice keeps the first record and gives it again.

    ``NothingToHandOver`` when the case has no result in force, ``FeeOwed`` while the fee of a void receipt was not paid
    again, ``BadAnswers`` without a name or an identity check, or a delegate without authority.
    """
    case, task = lock_task(session, house, task_key)
    require_access(case, task, actor)
    done = session.scalar(select(Handover).where(Handover.application_id == case.application.id))
    if done is not None:
        return _handed_over(case, done)
    if task.kind != TaskKind.HANDOVER or task.status not in OPEN_TASK:
        raise NothingToHandOver
    require_other_person(session, case, case.published.package.tasks[task.element_id], actor)
    numbers = _in_force(session, case)
    if voids.fee_is_owed(session, case):
        raise FeeOwed
    name, note, authority = _checked(collected)
    row = Handover(
        application_id=case.application.id,
        received_by=name,
        identity_note=note,
        kind=collected.signature.kind,
        signature_sha256=house.files.put(collected.signature.content),
        media_type=collected.signature.media_type,
        handed_by_id=actor.person_id,
        at=now,
    )
    session.add(row)
    turn = Turn(session, house, case, actor, now)
    turn.record(
        "handed_over",
        element_id=task.element_id,
        data={"signature": row.kind, "sha256": row.signature_sha256, "numbers": numbers} | collected.by_whom,
        personal={"received_by": name, "identity_note": note} | ({"authority": authority} if authority else {}),
    )
    finish(turn, task, {})
    return _handed_over(case, row)


def _in_force(session: Session, case: Case) -> list[str]:
    """The numbers of all results that leave together; none for a service that issues nothing."""
    if case.published.package.manifest.certificate is None:
        return []
    in_force = select(Certificate.number).where(
        Certificate.application_id == case.application.id, Certificate.revoked_at.is_(None)
    )
    numbers = list(session.scalars(in_force.order_by(Certificate.place)))
    if not numbers:
        raise NothingToHandOver
    return numbers


def _checked(collected: Collected) -> tuple[str, str, str]:
    typed = collected.received_by, collected.identity_note, collected.authority if collected.is_delegate else ""
    name, note, authority = (tidy(one)[:LONGEST_NOTE] for one in typed)
    errors: dict[str, object] = {}
    if not name:
        errors["received_by"] = FieldError(
            "received_by", "required", Bilingual("ឈ្មោះអ្នកមកទទួល", "Name of the person who collects")
        )
    if not note:
        errors["identity_note"] = FieldError(
            "identity_note", "required", Bilingual("ឯកសារបញ្ជាក់អត្តសញ្ញាណ", "Identity document seen")
        )
    if collected.is_delegate and not authority:
        errors["authority"] = FieldError(
            "authority", "required", Bilingual("លិខិតប្រគល់សិទ្ធិ", "Letter of authority, with its date")
        )
    if errors:
        raise BadAnswers(errors)
    return name, note, authority


def _handed_over(case: Case, row: Handover) -> HandedOver:
    application = case.application
    return HandedOver(application.key, application.reference or "", row.received_by, row.at)
