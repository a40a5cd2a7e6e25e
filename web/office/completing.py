"""What an officer sends to complete a task: what was typed, what must be mended, and the photos of a visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import request

from engine.applications.uploads import Upload
from engine.applications.visit_reports import MOST_PHOTOS, Report, report
from engine.khmer import tidy
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked, TaskDone
from engine.words import CorrectionTarget
from web.citizen.rearranging import shown_questions
from web.context import house, now, transaction
from web.intake import whole_number
from web.office.task_drafts import DRAFTED, SENDING
from web.sent_files import looked_at

FIX: Final = "fix-"
"""Fields of the page that hold reasons: ``fix-field-<key>`` and ``fix-document-<key>``."""
_LONGEST_KEY: Final = 80


def completed(key: str) -> TaskDone:
    """Completes the task with what was sent; a visit with its photos."""
    if SENDING in request.form:
        return _reported(key)
    with transaction() as (session, actor):
        return user_tasks.complete(
            session,
            house(),
            actor,
            key,
            request.form,
            corrections=asked_corrections(request.form),
            seen=whole_number(request.form.get("revision", "")),
            shown=shown_questions(),
            is_drafted=bool(request.form.get(DRAFTED)),
            now=now(),
        )


def _reported(key: str) -> TaskDone:
    sent = Report(
        answers=request.form,
        photos=_photos(),
        sending=request.form[SENDING][:_LONGEST_KEY],
        corrections=asked_corrections(request.form),
        seen=whole_number(request.form.get("revision", "")),
        shown=shown_questions(),
        is_drafted=bool(request.form.get(DRAFTED)),
    )
    with transaction() as (session, actor):
        return report(session, house(), actor, key, sent, now=now())


def _photos() -> dict[str, list[Upload]]:
    """The photos by question, looked at before the transaction that keeps them; one more than any question takes."""
    found: dict[str, list[Upload]] = {}
    for name in dict.fromkeys(request.files):
        chosen = [one for one in request.files.getlist(name) if one.filename][: MOST_PHOTOS + 1]
        if chosen:
            found[name] = [looked_at(one) for one in chosen]
    return found


def asked_corrections(raw: Mapping[str, str]) -> tuple[CorrectionAsked, ...]:
    """The reasons that were written beside answers and documents."""
    asked = []
    for name, reason in raw.items():
        if not name.startswith(FIX) or not reason:
            continue
        kind, _, target = name.removeprefix(FIX).partition("-")
        if kind in tuple(CorrectionTarget) and target and tidy(reason):
            asked.append(CorrectionAsked(CorrectionTarget(kind), target, tidy(reason)))
    return tuple(asked)
