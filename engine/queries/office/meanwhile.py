"""What differs between a draft at the counter as it was saved meanwhile and what was typed on an older page of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.applications.applicant_forms import typed_on
from engine.applications.whole_form import open_at_counter
from engine.house import House
from engine.khmer import LANGUAGES, Bilingual
from engine.packages import Component, answer_text, validate_all
from engine.people.actors import Actor


@dataclass(frozen=True, slots=True)
class Difference:
    """A question with what was saved and what is on the page, in words; ``field`` is its address there."""

    field: str
    label: Bilingual
    saved: Bilingual
    typed: Bilingual


def differences(
    session: Session, house: House, actor: Actor, key: str, typed: Mapping[str, Any], *, now: datetime
) -> tuple[Difference, ...]:
    """Each question whose answer differs, in the order of the form. ``NotFound``, ``AlreadySubmitted``."""
    filing = open_at_counter(session, house, actor, key, now=now)
    saved, raw = filing.application.answers, typed_on(filing.form, typed)
    meant, _ = validate_all(filing.form, raw, today=filing.calendar.local_date(now))
    found: list[Difference] = []
    for part in filing.form.components():
        if part.kind.uploads or part.readonly or part.computed is not None:
            continue
        theirs, mine = saved.get(part.key), meant.get(part.key)
        if (theirs or None) != (mine or None):
            words = _words(part, mine) if mine is not None else _as_typed(raw.get(part.key))
            found.append(Difference(part.key, part.label, _words(part, theirs), words))
    return tuple(found)


def _words(part: Component, value: Any) -> Bilingual:
    return Bilingual(*(answer_text(part, value, language) for language in LANGUAGES))


def _as_typed(raw: Any) -> Bilingual:
    """What was typed and is no answer, as it is; of several fields those with something in them."""
    parts = raw.values() if isinstance(raw, Mapping) else raw if isinstance(raw, list) else (raw,)
    text = ", ".join(part for part in parts if isinstance(part, str) and any(map(str.isalnum, part)))
    return Bilingual(text, text)
