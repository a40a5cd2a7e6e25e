"""The grounds on which a case is refused: chosen by officers in their forms, kept with the decision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, select

from engine.case.turn import Turn
from engine.khmer import Bilingual
from engine.packages import Component
from storage.applications import Opinion
from storage.grounds import RefusalGround

NOT_STATED = Bilingual("មិនបានបញ្ជាក់", "not stated")
"""Said where a message names the grounds and the case was refused where no form asks for any."""
_A_CHOICE: Final = re.compile(r"[\w.-]{1,60}", re.ASCII)
"""What options of choices are called."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What was chosen at a question for grounds, and what it is called."""

    element_id: str
    form: str
    field: str
    value: str
    words: Bilingual


def grounds_given(turn: Turn) -> tuple[Ground, ...]:
    """The grounds that were chosen when each task was completed last, in the order in which they were given; a
    statement where a form of the service asks for any, else none."""
    package = turn.case.published.package
    forms = {key: package.forms[task.form] for key, task in package.tasks.items() if task.form}
    asking = {key: form for key, form in forms.items() if form.grounds()}
    if not asking:
        return ()
    turn.session.flush()  # the form may have been answered in this very step
    given = Opinion.application_id == turn.case.application.id, Opinion.element_id.in_(sorted(asking))
    newest = {row.element_id: row for row in turn.session.scalars(select(Opinion).where(*given).order_by(Opinion.id))}
    found = []
    for opinion in sorted(newest.values(), key=lambda row: row.id):
        form = asking[opinion.element_id]
        for part in form.grounds():
            for value in _chosen(part, opinion.answers.get(part.key)):
                words = part.option_label(value) or Bilingual(value, value)
                found.append(Ground(opinion.element_id, form.key, part.key, value, words))
    return tuple(found)


def _chosen(part: Component, answer: Any) -> list[str]:
    """What was chosen at a question, also what it offers no more. An earlier version may have asked something else
    under this key: what was written there in words, or is a number, is no ground."""
    values = answer if isinstance(answer, list) else [answer]
    words = (value for value in values if isinstance(value, str))
    return [value for value in words if part.option_label(value) is not None or _A_CHOICE.fullmatch(value)]


def keep_grounds(turn: Turn, element_id: str) -> None:
    """Writes down on which grounds the case is refused by this element, in the case and in its history; in the case in
    place of those on which it was refused before and looked at again."""
    grounds = grounds_given(turn)
    if not grounds:
        return
    before = delete(RefusalGround).where(RefusalGround.application_id == turn.case.application.id)
    turn.session.execute(before.execution_options(synchronize_session=False))
    for ground in grounds:
        turn.session.add(
            RefusalGround(
                application_id=turn.case.application.id,
                element_id=ground.element_id,
                form_key=ground.form,
                field_key=ground.field,
                value=ground.value,
                at=turn.now,
            )
        )
    words = in_words(grounds)
    chosen = [f"{ground.element_id}:{ground.field}:{ground.value}" for ground in grounds]
    turn.record(
        "grounds_given", element_id=element_id, data={"grounds": chosen, "why_km": words.km, "why_en": words.en}
    )


def in_words(grounds: tuple[Ground, ...]) -> Bilingual:
    """The grounds as one text."""
    if not grounds:
        return NOT_STATED
    return Bilingual("; ".join(one.words.km for one in grounds), "; ".join(one.words.en for one in grounds))
