"""The grounds on which a case is refused, and what was found in it: chosen by officers in their forms, kept with the
decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, select

from engine.case.turn import Turn
from engine.khmer import Bilingual
from engine.packages import Component, Form
from storage.applications import Opinion
from storage.grounds import CaseFinding, RefusalGround

NOT_STATED = Bilingual("មិនបានបញ្ជាក់", "not stated")
"""Said where a message names the grounds and the case was refused where no form asks for any."""
_A_CHOICE: Final = re.compile(r"[\w.-]{1,60}", re.ASCII)
"""What options of choices are called."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What was chosen at a question for grounds or findings, and what it is called."""

    element_id: str
    form: str
    field: str
    value: str
    words: Bilingual


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is kept of the questions that are marked so."""

    parts: Callable[[Form], tuple[Component, ...]]
    table: type[RefusalGround] | type[CaseFinding]


_GROUNDS: Final = _Kind(Form.grounds, RefusalGround)
_FINDINGS: Final = _Kind(Form.findings, CaseFinding)


def grounds_given(turn: Turn) -> tuple[Ground, ...]:
    """The grounds that were chosen when each task was completed last, in the order in which they were given; a
    statement where a form of the service asks for any, else none."""
    return _given(turn, _GROUNDS)


def _given(turn: Turn, kind: _Kind) -> tuple[Ground, ...]:
    package = turn.case.published.package
    forms = {key: package.forms[task.form] for key, task in package.tasks.items() if task.form}
    asking = {key: form for key, form in forms.items() if kind.parts(form)}
    if not asking:
        return ()
    turn.session.flush()  # the form may have been answered in this very step
    given = Opinion.application_id == turn.case.application.id, Opinion.element_id.in_(sorted(asking))
    newest = {row.element_id: row for row in turn.session.scalars(select(Opinion).where(*given).order_by(Opinion.id))}
    found = []
    for opinion in sorted(newest.values(), key=lambda row: row.id):
        form = asking[opinion.element_id]
        for part in kind.parts(form):
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
    if found := _kept(turn, _GROUNDS):
        turn.record("grounds_given", element_id=element_id, data={"grounds": _keys(found), **_why(found)})


def keep_findings(turn: Turn, element_id: str) -> None:
    """The same of what was found, where the case is decided by this element."""
    if found := _kept(turn, _FINDINGS):
        turn.record("finding_given", element_id=element_id, data={"findings": _keys(found), **_why(found)})


def _kept(turn: Turn, kind: _Kind) -> tuple[Ground, ...]:
    found = _given(turn, kind)
    if not found:
        return ()
    before = delete(kind.table).where(kind.table.application_id == turn.case.application.id)
    turn.session.execute(before.execution_options(synchronize_session=False))
    for one in found:
        row = RefusalGround() if kind.table is RefusalGround else CaseFinding()
        row.application_id, row.element_id, row.at = turn.case.application.id, one.element_id, turn.now
        row.form_key, row.field_key, row.value = one.form, one.field, one.value
        turn.session.add(row)
    return found


def _keys(found: tuple[Ground, ...]) -> list[str]:
    return [f"{one.element_id}:{one.field}:{one.value}" for one in found]


def _why(found: tuple[Ground, ...]) -> dict[str, str]:
    words = in_words(found)
    return {"why_km": words.km, "why_en": words.en}


def in_words(grounds: tuple[Ground, ...]) -> Bilingual:
    """The grounds as one text."""
    if not grounds:
        return NOT_STATED
    return Bilingual("; ".join(one.words.km for one in grounds), "; ".join(one.words.en for one in grounds))
