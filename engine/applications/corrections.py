"""Corrections: what an officer sent back, and the applicant's answer to it. The clocks stood still meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.applications.complaints import keep_apart
from engine.applications.drafts import fixed_answers
from engine.applications.filing import Filing, fees_told, open_filing, touch
from engine.applications.submitting import require_documents
from engine.case.fee_rows import in_hand
from engine.case.fees import again
from engine.case.opening import lock_case
from engine.case.turn import Turn
from engine.errors import BadAnswers, DocumentMissing, TaskGone
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import APPLY, FieldError, Form, came_up, gather, routing_variables, validate_all
from engine.packages.groups import APPLICANT
from engine.people.actors import Actor
from engine.people.identities import said_about_oneself, take_over
from engine.tasks.user_tasks import finish
from storage.applications import Application, Correction, CorrectionTarget, Document
from storage.people import IdentityStatus, Person
from storage.processes import TaskKind, TaskStatus, UserTask


@dataclass(frozen=True, slots=True)
class Asked:
    """What an applicant may change now: these fields and documents, or everything where the officer named nothing."""

    task: UserTask
    corrections: Sequence[Correction]

    @property
    def everything(self) -> bool:
        return not self.corrections

    def allows_field(self, key: str) -> bool:
        return self.everything or any(
            (one.target_kind, one.target_key) == (CorrectionTarget.FIELD, key) for one in self.corrections
        )

    def allows_document(self, key: str) -> bool:
        return self.everything or any(
            (one.target_kind, one.target_key) == (CorrectionTarget.DOCUMENT, key) for one in self.corrections
        )


def asked_of(session: Session, application_id: int) -> Asked | None:
    """What the applicant of this case was sent back; ``None`` while there is nothing to correct."""
    task = session.scalar(
        select(UserTask)
        .where(
            UserTask.application_id == application_id,
            UserTask.group == APPLICANT,
            UserTask.kind == TaskKind.CORRECTION,
            UserTask.status == TaskStatus.READY,
        )
        .limit(1)
    )
    if task is None:
        return None
    rows = session.scalars(
        select(Correction)
        .where(Correction.application_id == application_id, Correction.answered_at.is_(None))
        .order_by(Correction.id)
    ).all()
    return Asked(task, rows)


def resubmit(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    task_key: str,
    *,
    raw: Mapping[str, Any],
    shown: Collection[str] | None = None,
    now: datetime,
) -> None:
    """Sends the corrected application back to the office; ``raw`` is what the browser posted for the fields, and
    ``shown`` are the questions that stood on the page: one that these answers brought up is asked before it is sent.

    Only what was asked for changes, and what the change itself makes necessary. Sending it twice is harmless.
    Refusals: ``TaskGone``, ``BadAnswers``, ``DocumentMissing``.
    """
    filing = open_filing(session, house, actor, key, now=now)
    case = lock_case(session, house, filing.application.id)
    asked = asked_of(session, case.application.id)
    if asked is None or asked.task.key != task_key:
        _require_answered(session, case.application.id, task_key)
        return
    before = case.application.answers
    answers = corrected(session, filing, asked, raw, shown, now=now)
    _require_mended(session, filing, asked, before, answers)
    touch(case.application, answers)
    require_documents(session, filing.package, case.application)
    if filing.package.manifest.purpose == "account":
        _claim(session, case.application.applicant_id, said_about_oneself(filing.form, answers))
    for one in asked.corrections:
        one.answered_at = now
    changed = {name: value for name, value in answers.items() if before.get(name) != value}
    turn = Turn(session, house, case, actor, now)
    data = {
        "fields": sorted(changed),
        "documents": _replaced(session, case.application, asked),
        **_fees_again(turn, filing),
    }
    turn.record("resubmitted", data=data, personal=changed)
    keep_apart(turn)
    finish(turn, asked.task, routing_variables(filing.package, APPLY, answers))


def _claim(session: Session, person_id: int, said: Mapping[str, Any]) -> None:
    """What an applicant says about themselves now; nothing is written over an account that the counter verified
    meanwhile."""
    person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    if person.identity_status != IdentityStatus.VERIFIED:
        take_over(person, said)


def corrected(
    session: Session,
    filing: Filing,
    asked: Asked,
    raw: Mapping[str, Any],
    shown: Collection[str] | None = None,
    *,
    now: datetime,
) -> dict[str, Any]:
    """The answers with what was asked for changed; ``BadAnswers`` names what is wrong among these."""
    form, before = filing.form, filing.application.answers
    offered = offered_fields(form, asked, before)
    typed = typed_again(form, offered, raw)
    files = [part for part in form.components() if part.kind.uploads]
    mixed = before | typed | fixed_answers(session, filing, files)
    clean, errors = validate_all(form, mixed, today=filing.calendar.local_date(now), places=offered)
    # An answer that nobody asked about and that time has made wrong (a day that is past now) stays as it was accepted.
    ours = {name: error for name, error in errors.items() if name.partition("-")[0] in offered}
    if shown is not None:
        parts = [part for part in form.visible_parts({**mixed, **clean}) if part.key in offered]
        ours = dict(came_up(parts, shown, ours))
    if ours:
        raise BadAnswers(dict(ours))
    kept = {name: value for name, value in before.items() if name in clean or name in errors}
    changeable = offered | {part.key for part in (*files, *form.components()) if part.kind.uploads or part.computed}
    return kept | {name: value for name, value in clean.items() if name in changeable}


def _require_mended(
    session: Session, filing: Filing, asked: Asked, before: Mapping[str, Any], answers: Mapping[str, Any]
) -> None:
    """``BadAnswers`` with everything that was asked for and did not come: each document; and the answers, where nothing
    at all was changed. One answer of several may stay, since it may be right after all."""
    fields = {one.target_key for one in asked.corrections if one.target_kind == CorrectionTarget.FIELD}
    documents = {one.target_key for one in asked.corrections if one.target_kind == CorrectionTarget.DOCUMENT}
    came = documents & set(_replaced(session, filing.application, asked))
    missing = {f"file-{key}": DocumentMissing(document=_name_of(filing, key)) for key in sorted(documents - came)}
    changed = any(before.get(key) != answers.get(key) for key in fields)
    labels = {part.key: part.label for part in filing.form.components() if part.key in fields}
    same = {} if changed or came else {key: FieldError(key, "unchanged", label) for key, label in labels.items()}
    if missing or same:
        raise BadAnswers({**same, **missing})


def _name_of(filing: Filing, document_key: str) -> Bilingual:
    texts = filing.package.texts.documents.get(document_key)
    component = filing.form.component(document_key)
    return texts.label if texts else component.label if component else Bilingual(document_key, document_key)


def offered_fields(form: Form, asked: Asked, before: Mapping[str, Any]) -> frozenset[str]:
    """The questions of the correction: those asked for, those that were hidden until now, and those that a rule holds
    together with one that was asked for."""
    named = frozenset(part.key for part in form.components() if asked.allows_field(part.key))
    together = named.union(*(rule.condition.names for rule in form.rules if rule.condition.names & named))
    return frozenset(
        part.key
        for part in form.components()
        if part.kind.is_typed and not part.readonly and (part.key in together or part.key not in before)
    )


def typed_again(form: Form, offered: Iterable[str], raw: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed for these questions, unchecked; a question without an answer is answered with nothing."""
    typed: dict[str, Any] = {}
    for page in form.pages:
        typed |= gather(form, page.key, raw)
    return {name: typed.get(name) for name in offered}


def _require_answered(session: Session, application_id: int, task_key: str) -> None:
    """A second click finds its task completed; anything else finds no task."""
    mine = session.scalar(
        select(UserTask.status).where(UserTask.key == task_key, UserTask.application_id == application_id)
    )
    if mine != TaskStatus.COMPLETED:
        raise TaskGone


def _replaced(session: Session, application: Application, asked: Asked) -> list[str]:
    """The documents that came since they were asked for."""
    newer = select(Document.document_key).where(
        Document.application_id == application.id, Document.uploaded_at >= asked.task.ready_at
    )
    return sorted(set(session.scalars(newer)))


def _fees_again(turn: Turn, filing: Filing) -> dict[str, Any]:
    """Fees that were not paid follow the corrected answers; a paid one stands, and the difference is on record."""
    session, application, process = turn.session, turn.case.application, turn.case.published.process
    before = {row.fee_key: row.amount for row in in_hand(session, application, filing.package)}
    told = fees_told(session, filing, now=turn.now)
    again(turn, bpmn.describe(process, turn.case.instance.state, now=turn.now).tasks, told)
    changed = {rule.key: fee.total for rule, fee in told if fee and fee.total != before.get(rule.key)}
    return {"fees_by_corrected_answers": changed, "fee_total": application.fee_total} if changed else {}
