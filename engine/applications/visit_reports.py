"""The report of a visit comes in with its photos, from a telephone that may send it twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.applications.uploads import Place, Upload, keep_upload
from engine.case.opening import lock_task
from engine.case.turn import Turn
from engine.documents.intake import MEDIA_TYPES
from engine.errors import BadAnswers, DocumentRefused, NotFound, StalePage
from engine.errors.visits import TooManyPhotos
from engine.house import House
from engine.packages import Component, Form
from engine.people.actors import Actor
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked, TaskDone, require_access
from storage.processes import OPEN_TASK
from storage.visits import SentForm

MOST_PHOTOS: Final = 12
"""Files that one question takes at once."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was sent: what was typed, as a browser posted it, the photos by question, and the key under which the sender
    sends this and nothing else. The rest as ``user_tasks.complete`` has it."""

    answers: Mapping[str, Any]
    photos: Mapping[str, Sequence[Upload]]
    sending: str
    corrections: Sequence[CorrectionAsked] = ()
    seen: int | None = None
    shown: Collection[str] | None = None
    is_drafted: bool = False


def report(session: Session, house: House, actor: Actor, task_key: str, sent: Report, *, now: datetime) -> TaskDone:
    """Completes a visit with its report. What its sender sends once more under the same key is the same report, with
    the same answer; ``StalePage`` when they have taken it back since. ``NotFound`` for a task that is no
    visit; ``BadAnswers`` also for a photo that is refused; else as ``user_tasks.complete``."""
    case, task = lock_task(session, house, task_key)
    settings = case.published.package.tasks[task.element_id]
    if not settings.visit:
        raise NotFound
    acting = require_access(case, task, actor)
    before = session.get(SentForm, task.id)
    if before is not None and _is_same(before, actor, sent.sending):
        if task.status in OPEN_TASK:  # its sender took it back since
            raise StalePage
        return TaskDone(case.application.reference or "", before.went_on)
    form = case.published.package.forms[settings.form or ""]
    files: dict[str, list[str]] = {}
    if task.status in OPEN_TASK and task.assignee_id == acting.holder_id:
        files = _keep(Turn(session, house, case, acting, now), form, sent.photos)
    done = user_tasks.complete(
        session,
        house,
        actor,
        task_key,
        sent.answers,
        corrections=sent.corrections,
        seen=sent.seen,
        shown=sent.shown,
        is_drafted=sent.is_drafted,
        files=files,
        now=now,
    )
    row = before or SentForm(user_task_id=task.id)
    row.key, row.person_id, row.went_on, row.at = sent.sending, actor.person_id or 0, done.went_on, now
    session.add(row)
    return done


def _is_same(before: SentForm, actor: Actor, sending: str) -> bool:
    return bool(sending) and (before.key, before.person_id) == (sending, actor.person_id)


def _keep(turn: Turn, form: Form, photos: Mapping[str, Sequence[Upload]]) -> dict[str, list[str]]:
    """The keys of the photos, kept as documents of the case; ``BadAnswers`` names the question of what is refused."""
    refused: dict[str, object] = {}
    kept: dict[str, list[str]] = {}
    for part in form.components():
        if not part.kind.uploads:
            continue
        try:
            kept[part.key] = _of_question(turn, part, photos.get(part.key, ()))
        except (DocumentRefused, TooManyPhotos) as refusal:
            refused[part.key] = refusal
    if refused:
        raise BadAnswers(refused)
    return kept


def _of_question(turn: Turn, part: Component, photos: Sequence[Upload]) -> list[str]:
    most = MOST_PHOTOS if part.several else 1
    if len(photos) > most:
        raise TooManyPhotos(most=most)
    place, application = Place(part.key, part.accepts or tuple(MEDIA_TYPES), part.several), turn.case.application
    return [
        keep_upload(turn.session, turn.house, turn.actor, application, place, upload=each, now=turn.now)
        for each in photos
    ]
