"""Where a draft goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.applications.drafts import fixed_answers
from engine.applications.filing import Filing, open_filing
from engine.applications.submitting import missing_documents
from engine.house import House
from engine.packages import FieldError, validate_all
from engine.people.actors import Actor


def next_step(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> str | None:
    """Where somebody who comes back goes on: a page's key, ``""`` for the documents, ``None`` to check and send."""
    filing = open_filing(session, house, actor, key, now=now)
    answers = filing.application.answers | fixed_answers(session, filing, filing.form.components())
    _, errors = validate_all(filing.form, answers, today=filing.calendar.local_date(now))
    page = _first_page_to_see(filing, answers, errors)
    if page is not None:
        return page
    return "" if missing_documents(session, filing.package, filing.application) else None


def _first_page_to_see(filing: Filing, answers: Mapping[str, Any], errors: Mapping[str, FieldError]) -> str | None:
    """The first page with something wrong or with a question that nobody was shown yet, be it an optional one; what is
    only to be read before it goes with it. A page that was saved left an answer under every question, or nothing."""
    to_read: str | None = None
    for page in filing.form.visible_pages(answers):
        typed = [part.key for part in page.visible(answers) if part.kind.is_typed and not part.readonly]
        if any(key not in answers for key in typed) or page.key == filing.form.first_page_with(errors):
            return to_read or page.key
        to_read = None if typed else to_read or page.key
    return None
