"""A whole form on one page, as the counter fills it in: kept at once, and what is wrong with any of it said at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.applications.applicant_forms import typed_on
from engine.applications.drafts import fixed_answers
from engine.applications.filing import Filing, open_filing, touch
from engine.applications.papers import unsorted
from engine.applications.submitting import missing_documents
from engine.errors import AlreadySubmitted, NotFound
from engine.errors.counter import DraftSavedMeanwhile
from engine.house import House
from engine.packages import FieldError, came_up, validate_all
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from storage.applications import ApplicationStatus, Channel


@dataclass(frozen=True, slots=True)
class FormSaved:
    """What became of a form: what was right is kept. ``errors`` names the rest by HTML field, ``missing`` the documents
    that these answers need and nobody gave, ``unsorted`` the keys of files of which nobody said what they are."""

    errors: Mapping[str, FieldError]
    missing: tuple[str, ...]
    unsorted: tuple[str, ...]


def open_at_counter(
    session: Session, house: House, actor: Actor, key: str, *, lock: bool = False, now: datetime
) -> Filing:
    """A draft of the actor's counter; ``NotFound`` for every other one, ``AlreadySubmitted`` when it was sent."""
    filing = open_filing(session, house, actor, key, lock=lock, now=now)
    application = filing.application
    if application.channel != Channel.COUNTER or not actor.acts_for(FRONT_OFFICE, application.office_id):
        raise NotFound
    if application.status != ApplicationStatus.DRAFT:
        raise AlreadySubmitted
    return filing


def save_form(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    *,
    raw: Mapping[str, Any],
    shown: Collection[str] | None = None,
    seen: int | None = None,
    now: datetime,
) -> FormSaved:
    """Keeps what was answered on all pages of a draft at the counter; ``raw`` is what the browser posted.

    ``shown`` are the questions that stood on the page: one that these answers brought up is asked before it goes on.
    ``seen`` is the revision of the draft that the page showed: ``DraftSavedMeanwhile`` where other answers were saved
    since. ``NotFound``, ``AlreadySubmitted``.
    """
    filing = open_at_counter(session, house, actor, key, lock=True, now=now)
    form = filing.form
    fixed = fixed_answers(session, filing, form.components())
    typed = typed_on(form, raw) | fixed
    clean, errors = validate_all(form, typed, today=filing.calendar.local_date(now))
    if shown is not None:
        errors = came_up(form.visible_parts(clean), shown, errors)
    if seen not in (None, filing.application.revision) and _given(clean, fixed) != _given(
        filing.application.answers, fixed
    ):
        raise DraftSavedMeanwhile
    filing.application.definition_id = filing.published.definition_id
    touch(filing.application, clean)
    session.flush()
    missing = missing_documents(session, filing.package, filing.application)
    return FormSaved(errors, tuple(missing), unsorted(session, filing.application.id))


def _given(answers: Mapping[str, Any], fixed: Collection[str]) -> dict[str, Any]:
    """The answers that somebody types: files go on beside them, and the account fills in others."""
    return {name: value for name, value in answers.items() if name not in fixed}
