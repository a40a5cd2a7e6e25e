"""What a case is made of, as officers read it: answers, documents, opinions, corrections, clocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages import APPLY, Form, ServicePackage, answer_text
from engine.queries.shared.people import person_name
from engine.queries.shared.urgency import Urgency, urgency
from storage.absences import StoodIn
from storage.applications import Correction, CorrectionTarget, Document, Opinion
from storage.base import Id
from storage.clocks import Clock, ClockKind
from storage.loading import Rows, given, load
from storage.people import Person

_DOCUMENTS: Final = Rows(
    Document,
    which=lambda rows: rows.where(Document.application_id == given("application_id", Id)).order_by(Document.id),
)
_OPINIONS: Final = Rows(
    Opinion,
    Person,
    StoodIn,
    which=lambda rows: (
        rows.join(Person, Person.id == Opinion.person_id)
        .outerjoin(StoodIn, StoodIn.user_task_id == Opinion.user_task_id)
        .where(Opinion.application_id == given("application_id", Id))
        .order_by(Opinion.id)
    ),
)
_CORRECTIONS: Final = Rows(
    Correction,
    Person,
    which=lambda rows: (
        rows.join(Person, Person.id == Correction.asked_by_id)
        .where(Correction.application_id == given("application_id", Id))
        .order_by(Correction.id.desc())
    ),
)
_CLOCKS: Final = Rows(
    Clock,
    which=lambda rows: rows.where(Clock.application_id == given("application_id", Id)).order_by(
        Clock.ended_at.is_not(None), Clock.kind != ClockKind.NORM, Clock.id
    ),
)


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer in words; ``key`` is the field that a correction can point at."""

    key: str
    label: Bilingual
    value: Bilingual


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """The answers of one page of a form."""

    title: Bilingual
    answers: tuple[AnswerShown, ...]


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """The newest upload of a document. ``earlier``: how many uploads it replaced."""

    key: str
    document_key: str
    label: Bilingual
    filename: str
    media_type: str
    size: int
    uploaded_at: datetime
    earlier: int

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def is_paper(self) -> bool:
        """Whether its pages can be shown one by one."""
        return self.media_type == "application/pdf"


@dataclass(frozen=True, slots=True)
class OpinionShown:
    """What an officer found, for the next in the chain; ``instead``: in whose place."""

    task: Bilingual
    officer: Bilingual
    at: datetime
    answers: tuple[AnswerShown, ...]
    instead: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """Something the applicant was asked to mend; ``answered_at`` is empty while it is open."""

    target: Bilingual
    reason: str
    officer: Bilingual
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A promise that runs, stands still or ended; ``id`` names its page. ``task`` names the user task of a clock of
    that kind. ``new_due_at`` is the day that holds since the first was broken; ``told`` says whether the applicant was
    told it."""

    id: int
    kind: str
    task: Bilingual | None
    term: str
    status: str
    urgency: Urgency
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    new_due_at: datetime | None
    told: bool


def answers_shown(form: Form, answers: Mapping[str, Any]) -> tuple[AnswerPage, ...]:
    """The answers page by page, in the words of the form; questions that were hidden are left out. What was uploaded
    stands among the documents."""
    pages = [
        AnswerPage(page.title, tuple(_answer(part, answers) for part in page.visible(answers) if part.kind.is_typed))
        for page in form.visible_pages(answers)
    ]
    return tuple(page for page in pages if page.answers)


def _answer(component: Any, answers: Mapping[str, Any]) -> AnswerShown:
    value = answers.get(component.key)
    words = Bilingual(answer_text(component, value, "km"), answer_text(component, value, "en"))
    return AnswerShown(component.key, component.label, words)


def documents(session: Session, application_id: int, package: ServicePackage) -> tuple[DocumentShown, ...]:
    """The documents in the order of the manifest; one statement."""
    rows = [row for (row,) in load(session, _DOCUMENTS, application_id=application_id)]
    order = [rule.key for rule in package.manifest.documents]
    newest = sorted(
        (row for row in rows if row.replaced_at is None),
        key=lambda row: order.index(row.document_key) if row.document_key in order else len(order),
    )
    return tuple(
        DocumentShown(
            row.key,
            row.document_key,
            document_label(package, row.document_key),
            row.filename,
            row.media_type,
            row.size,
            row.uploaded_at,
            sum(old.document_key == row.document_key for old in rows if old.replaced_at is not None),
        )
        for row in newest
    )


def document_label(package: ServicePackage, document_key: str) -> Bilingual:
    """What a document is called: by the manifest, or by the question of the form that it answers."""
    texts = package.texts.documents.get(document_key)
    if texts is not None:
        return texts.label
    return _question(package, document_key)


def _question(package: ServicePackage, key: str) -> Bilingual:
    component = package.forms[APPLY].component(key)
    return component.label if component else Bilingual(key, key)


def opinions(session: Session, application_id: int, package: ServicePackage) -> tuple[OpinionShown, ...]:
    """The chain of opinions, oldest first; one statement."""
    rows = load(session, _OPINIONS, application_id=application_id)
    shown = []
    for opinion, officer, stood_in in rows:
        settings = package.tasks.get(opinion.element_id)
        form = package.forms[settings.form] if settings and settings.form else None
        pages = answers_shown(form, opinion.answers) if form else ()
        answers = tuple(answer for page in pages for answer in page.answers if answer.value.km)
        task = settings.name if settings else Bilingual(opinion.element_id, opinion.element_id)
        name = person_name(officer.name_km, officer.name_latin)
        instead = person_name(stood_in.name_km, stood_in.name_latin) if stood_in else None
        shown.append(OpinionShown(task, name, opinion.at, answers, instead))
    return tuple(shown)


def corrections(session: Session, application_id: int, package: ServicePackage) -> tuple[CorrectionShown, ...]:
    """What the applicant was asked to mend, newest first; one statement."""
    rows = load(session, _CORRECTIONS, application_id=application_id)
    return tuple(
        CorrectionShown(
            correction_target(package, row.target_kind, row.target_key),
            row.reason,
            person_name(officer.name_km, officer.name_latin),
            row.asked_at,
            row.answered_at,
        )
        for row, officer in rows
    )


def correction_target(package: ServicePackage, kind: str, key: str) -> Bilingual:
    """What a correction points at, in words."""
    return document_label(package, key) if kind == CorrectionTarget.DOCUMENT else _question(package, key)


def clocks(
    session: Session, application_id: int, package: ServicePackage, elements: Mapping[int, str], now: datetime
) -> tuple[ClockShown, ...]:
    """All clocks of the case, open ones first; ``elements`` maps user task ids to element ids. One statement."""
    rows = load(session, _CLOCKS, application_id=application_id)
    return tuple(_clock(row, package, elements, now) for (row,) in rows)


def _clock(row: Clock, package: ServicePackage, elements: Mapping[int, str], now: datetime) -> ClockShown:
    settings = package.tasks.get(elements.get(row.user_task_id or 0, ""))
    running = row.ended_at is None
    return ClockShown(
        id=row.id,
        kind=row.kind,
        task=settings.name if settings else None,
        term=row.term,
        status=row.status,
        urgency=urgency(
            status=row.status,
            due_at=row.due_at if running else None,
            warn_at=row.warn_at if running else None,
            breached_at=row.breached_at,
            now=now,
        ),
        started_at=row.started_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        new_due_at=row.new_due_at,
        told=row.told_at is not None,
    )
