"""Beginning anew: an application that lapsed becomes the beginning of another one, its answers filled in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.applications.drafts import start_draft
from engine.applications.filing import Filing, open_filing, touch
from engine.errors import NotFound
from engine.house import House
from engine.packages import validate_all
from engine.people.actors import Actor
from storage.applications import Channel, Outcome


def begin_anew(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> str:
    """The key of a draft of the same service at the same office, filled in with what was answered before.

    What the account says now counts, and so does a draft that was begun already; answers that the service no longer
    asks or takes stay behind, and files are uploaded again. ``NotFound`` for an application that did not lapse;
    refusals of ``drafts.start_draft``.
    """
    filing = open_filing(session, house, actor, key, now=now)
    before = filing.application
    if before.outcome != Outcome.LAPSED:
        raise NotFound
    applicant_id = before.applicant_id if before.channel == Channel.COUNTER else None
    again = start_draft(session, house, actor, before.service_key, filing.office.id, applicant_id=applicant_id, now=now)
    session.flush()
    draft = open_filing(session, house, actor, again, lock=True, now=now)
    touch(draft.application, _still_right(draft, before.answers, now) | draft.application.answers)
    return again


def _still_right(draft: Filing, answers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The answers that the service of today asks of people and takes."""
    asked = {part.key for part in draft.form.components() if part.kind.is_typed and not part.readonly}
    clean, _ = validate_all(draft.form, answers, today=draft.calendar.local_date(now))
    return {name: value for name, value in clean.items() if name in asked and name in answers}
