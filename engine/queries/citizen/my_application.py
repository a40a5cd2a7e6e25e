"""An application that was sent, as its applicant sees it: where it is, what it waits for, how it was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.applications.corrections import Asked, asked_of, offered_fields, typed_again
from engine.applications.filing import Filing, open_filing
from engine.case.continuations import with_facts
from engine.errors import NotFound, TaskGone
from engine.house import House
from engine.khmer import LANGUAGES, Bilingual
from engine.packages import Component, answer_text, understood
from engine.packages.operations import WITHDRAWAL
from engine.people.actors import Actor
from engine.queries.citizen.drafts import (
    Heading,
    Section,
    heading_of,
    sections_of,
)
from engine.queries.citizen.places import DocumentPlace, Upload, document_places, places_of, uploads_of
from engine.queries.citizen.questions import OpenQuestion, open_questions
from engine.queries.public.tracking import Progress, progress
from engine.queries.shared.fees import FeeShown, fees_shown
from engine.queries.shared.results import ResultLine, results_of
from storage.applications import ApplicationStatus, CorrectionTarget, Opinion
from storage.processes import OPEN_TASK, TaskStatus, UserTask
from storage.visits import Visit


@dataclass(frozen=True, slots=True)
class Bill:
    """What the application costs and how it was paid, fee by fee; whole riel."""

    fees: tuple[FeeShown, ...]

    @property
    def due(self) -> tuple[FeeShown, ...]:
        """What is to be paid now."""
        return tuple(fee for fee in self.fees if fee.is_due)

    @property
    def owed(self) -> int:
        """What is to be paid now, together."""
        return sum(fee.amount for fee in self.due)

    @property
    def paid(self) -> tuple[FeeShown, ...]:
        return tuple(fee for fee in self.fees if fee.is_paid)

    @property
    def void(self) -> FeeShown | None:
        """A fee that is to be paid again because its receipt was made void."""
        return next((fee for fee in self.due if fee.how.void_receipt), None)


@dataclass(frozen=True, slots=True)
class Remark:
    """Words of an officer that are told to the applicant: at which task, when."""

    task: Bilingual
    text: str | Bilingual
    at: datetime


@dataclass(frozen=True, slots=True)
class MyApplication:
    """Everything on the applicant's page of an application. ``questions`` wait for answers; ``reasons``: what was told
    with the decision; ``visits``: the days on which an officer comes."""

    heading: Heading
    tracking_code: str
    progress: Progress
    questions: tuple[OpenQuestion, ...]
    sections: tuple[Section, ...]
    documents: tuple[DocumentPlace, ...]
    bill: Bill
    reasons: tuple[Remark, ...]
    results: tuple[ResultLine, ...]
    may_withdraw: bool
    visits: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldToMend:
    """A question that was sent back: why (empty: it follows from another answer), what was said."""

    component: Component
    reasons: tuple[str, ...]
    said: Bilingual


@dataclass(frozen=True, slots=True)
class DocumentToMend:
    """A document that was sent back, and why."""

    place: DocumentPlace
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToMend:
    """The page of a correction. ``remarks`` are what the officers wrote about the whole."""

    heading: Heading
    reference: str
    task_key: str
    remarks: tuple[Remark, ...]
    fields: tuple[FieldToMend, ...]
    documents: tuple[DocumentToMend, ...]
    values: Mapping[str, Any]


def my_application(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> MyApplication:
    """The applicant's page of an application that was sent; ``NotFound`` for a draft."""
    filing = open_filing(session, house, actor, key, now=now)
    application = filing.application
    if application.status == ApplicationStatus.DRAFT:
        raise NotFound
    return MyApplication(
        heading=heading_of(session, house, filing, actor),
        tracking_code=application.tracking_code or "",
        progress=progress(session, house, application.id, now=now),
        questions=open_questions(session, filing),
        sections=sections_of(filing.package, application.answers),
        documents=places_of(session, filing),
        bill=Bill(fees_shown(session, application)),
        reasons=_reasons_of_decision(session, filing),
        results=results_of(session, application.id, now),
        may_withdraw=_may_withdraw(filing),
        visits=_days_of_visits(session, filing),
    )


def _days_of_visits(session: Session, filing: Filing) -> tuple[date, ...]:
    """The days that are planned for visits; one statement, none for a service without."""
    if not any(task.visit for task in filing.package.tasks.values()):
        return ()
    here = UserTask.application_id == filing.application.id, UserTask.status.in_(OPEN_TASK)
    days = select(Visit.day).join(UserTask, UserTask.id == Visit.user_task_id).where(*here).order_by(Visit.day)
    return tuple(session.scalars(days))


def _may_withdraw(filing: Filing) -> bool:
    """Whether it runs undecided, on a process that hears a withdrawal."""
    application = filing.application
    undecided = application.status == ApplicationStatus.RUNNING and application.decided_at is None
    return undecided and WITHDRAWAL in filing.package.process.messages


def to_mend(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    typed: Mapping[str, Any] | None = None,
    *,
    now: datetime,
) -> ToMend:
    """What was sent back, with the answers as they are or as they were just ``typed``. ``TaskGone`` when nothing is."""
    filing = open_filing(session, house, actor, key, now=now)
    asked = asked_of(session, filing.application.id)
    if asked is None:
        raise TaskGone
    before = filing.application.answers
    offered = offered_fields(filing.form, asked, before)
    values = before | (typed_again(filing.form, offered, typed) if typed is not None else {})
    answers = understood(filing.form, values, today=filing.calendar.local_date(now))
    uploads = uploads_of(session, filing.application.id)
    return ToMend(
        heading=heading_of(session, house, filing, actor),
        reference=filing.application.reference or "",
        task_key=asked.task.key,
        remarks=_remarks(session, filing, asked),
        fields=_fields(filing, asked, offered, answers),
        documents=_documents(filing, asked, uploads, with_facts(session, filing.package, filing.application, answers)),
        values=values,
    )


def _fields(
    filing: Filing, asked: Asked, offered: frozenset[str], answers: Mapping[str, Any]
) -> tuple[FieldToMend, ...]:
    """The questions that may be answered again, and those that the new answers bring up."""
    before = filing.application.answers
    return tuple(
        FieldToMend(
            part,
            _reasons(asked, CorrectionTarget.FIELD, part.key),
            Bilingual(*(answer_text(part, before.get(part.key), language) for language in LANGUAGES)),
        )
        for part in filing.form.visible_parts(answers)
        if part.key in offered
    )


def _documents(
    filing: Filing, asked: Asked, uploads: Mapping[str, tuple[Upload, ...]], values: Mapping[str, Any]
) -> tuple[DocumentToMend, ...]:
    """The documents that were sent back, and those that the new answers make necessary."""
    return tuple(
        DocumentToMend(place, _reasons(asked, CorrectionTarget.DOCUMENT, place.key))
        for place in document_places(filing.package, values, uploads)
        if asked.allows_document(place.key) or (_needed(filing, place.key, values) and not _lay(place, asked))
    )


def _lay(place: DocumentPlace, asked: Asked) -> bool:
    """Whether the document was there before the application was sent back."""
    return any(one.uploaded_at <= asked.task.ready_at for one in place.uploads)


def _needed(filing: Filing, key: str, values: Mapping[str, Any]) -> bool:
    rule = filing.package.manifest.document(key)
    return rule is not None and rule.is_required(values)


def _reasons(asked: Asked, kind: str, key: str) -> tuple[str, ...]:
    return tuple(one.reason for one in asked.corrections if (one.target_kind, one.target_key) == (kind, key))


def _remarks(session: Session, filing: Filing, asked: Asked) -> tuple[Remark, ...]:
    """What was told since the application last came back from its applicant."""
    last = session.scalar(
        select(func.max(UserTask.completed_at)).where(
            UserTask.application_id == filing.application.id,
            UserTask.element_id == asked.task.element_id,
            UserTask.status == TaskStatus.COMPLETED,
        )
    )
    wanted = select(Opinion).where(Opinion.application_id == filing.application.id).order_by(Opinion.id)
    since = wanted if last is None else wanted.where(Opinion.at > last)
    return tuple(remark for opinion in session.scalars(since) for remark in told(filing, opinion))


def _reasons_of_decision(session: Session, filing: Filing) -> tuple[Remark, ...]:
    """What was told by the officer who had the last word; nothing before there is a decision."""
    if filing.application.decided_at is None:
        return ()
    asked = [key for key, task in filing.package.tasks.items() if task.is_asked_of_applicant]
    ours = Opinion.application_id == filing.application.id, Opinion.element_id.not_in(asked)
    newest = select(Opinion).where(*ours).order_by(Opinion.id.desc())
    opinion = session.scalars(newest.limit(1)).one_or_none()
    return told(filing, opinion) if opinion else ()


def told(filing: Filing, opinion: Opinion) -> tuple[Remark, ...]:
    """The words of an opinion that its form marks as told to the applicant; all others stay inside the office."""
    task = filing.package.tasks[opinion.element_id]
    form = filing.package.forms[task.form] if task.form else None
    parts = (part for part in (form.components() if form else ()) if part.told and opinion.answers.get(part.key))
    return tuple(Remark(task.name, _words(part, opinion.answers[part.key]), opinion.at) for part in parts)


def _words(part: Component, answer: Any) -> str | Bilingual:
    """What was typed; of what was chosen, its words."""
    if not part.kind.options:
        return str(answer)
    return Bilingual(*(answer_text(part, answer, language) for language in ("km", "en")))
