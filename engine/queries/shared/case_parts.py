"""What a case is made of, as officers read it: answers, opinions, corrections, clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages import APPLY, Form, ServicePackage, answer_text
from engine.queries.shared.case_documents import document_label, question_label
from engine.queries.shared.changes import Change
from engine.queries.shared.people import person_name
from engine.queries.shared.urgency import Urgency, urgency
from storage.absences import StoodIn
from storage.applications import Correction, CorrectionTarget, Opinion
from storage.base import Id
from storage.clocks import Clock, ClockKind
from storage.loading import Rows, given, load
from storage.people import Person

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


_UNCHANGED: Final[Mapping[str, Change]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of an answer after it was sent: what it was (None: no longer known), and at which event."""

    was: Bilingual | None
    at: datetime
    event_seq: int


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer in words; ``key`` is the field that a correction can point at. ``changed``: what it was before the
    applicant last changed it."""

    key: str
    label: Bilingual
    value: Bilingual
    changed: Changed | None = None


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """The answers of one page of a form."""

    title: Bilingual
    answers: tuple[AnswerShown, ...]


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
    """Something the applicant was asked to mend; ``answered_at`` is empty while it is open. ``was`` and ``became`` are
    the answer before and after, where it was changed and is still known."""

    target: Bilingual
    reason: str
    officer: Bilingual
    asked_at: datetime
    answered_at: datetime | None
    was: Bilingual | None = None
    became: Bilingual | None = None


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


def answers_shown(
    form: Form, answers: Mapping[str, Any], changes: Mapping[str, Change] = _UNCHANGED
) -> tuple[AnswerPage, ...]:
    """The answers page by page, in the words of the form; questions that were hidden are left out. What was uploaded
    stands among the documents. ``changes`` are the last changes of fields (``changes_of``)."""
    pages = [
        AnswerPage(
            page.title,
            tuple(
                _answer(part, answers, changes.get(part.key)) for part in page.visible(answers) if part.kind.is_typed
            ),
        )
        for page in form.visible_pages(answers)
    ]
    return tuple(page for page in pages if page.answers)


def _answer(component: Any, answers: Mapping[str, Any], change: Change | None) -> AnswerShown:
    words = _in_words(component, answers.get(component.key))
    changed = None
    if change is not None:
        was = _in_words(component, change.was) if change.is_known else None
        changed = Changed(was, change.at, change.event_seq)
    return AnswerShown(component.key, component.label, words, changed)


def _in_words(component: Any, value: Any) -> Bilingual:
    return Bilingual(answer_text(component, value, "km"), answer_text(component, value, "en"))


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


def corrections(
    session: Session, application_id: int, package: ServicePackage, changes: Sequence[Change]
) -> tuple[CorrectionShown, ...]:
    """What the applicant was asked to mend, newest first; one statement."""
    rows = load(session, _CORRECTIONS, application_id=application_id)
    return tuple(
        CorrectionShown(
            correction_target(package, row.target_kind, row.target_key),
            row.reason,
            person_name(officer.name_km, officer.name_latin),
            row.asked_at,
            row.answered_at,
            *_mended(package, row, changes),
        )
        for row, officer in rows
    )


def _mended(package: ServicePackage, row: Correction, changes: Sequence[Change]) -> tuple[Bilingual | None, ...]:
    """The answer before and after a correction."""
    component = package.forms[APPLY].component(row.target_key) if row.target_kind == CorrectionTarget.FIELD else None
    made = next((one for one in changes if one.key == row.target_key and one.at == row.answered_at), None)
    if component is None or made is None or not made.is_known:
        return None, None
    return _in_words(component, made.was), _in_words(component, made.became)


def correction_target(package: ServicePackage, kind: str, key: str) -> Bilingual:
    """What a correction points at, in words."""
    return document_label(package, key) if kind == CorrectionTarget.DOCUMENT else question_label(package, key)


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
