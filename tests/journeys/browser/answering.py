"""Any form of a package, filled in from the answers of a scenario, without scripts of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FilePayload

from engine.demonstration.specimens import specimen
from engine.packages import ADDRESS_LEVELS, Component
from tests.journeys.browser.walking import BUTTON, Walk

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """What is written into one field, and the button that brings it where the page does not have it yet."""

    name: str
    value: str
    button: str = BUTTON


def answers_all(walk: Walk, questions: Iterable[Component], answers: Answers) -> None:
    """Types, chooses and ticks what the answers say, and sends it.

    Further rows, the next list of places and questions that follow from these answers come when their button is
    pressed, on the same page; what was written before must still be there, since it is not written again.
    """
    asked = [one for one in questions if is_typed(one, answers)]
    left = [field for one in asked if not one.kind.uploads for field in fields_of(one, one.key, answers[one.key])]
    page = walk.path
    while True:
        there = walk.write((field.name, field.value) for field in left)
        left = [field for field, written in zip(left, there, strict=True) if not written]
        button = left[0].button if left else BUTTON
        if button == BUTTON:
            attaches(walk, asked)
        walk.press(button)
        if not left or walk.path != page:
            return
        assert any(there), f"{walk.path}: {left[0]} does not come: {walk.text[:600]}"
        walk.examine("came-up")


def is_typed(question: Component, answers: Answers) -> bool:
    return answers.get(question.key) not in (None, "") and not question.readonly and question.computed is None


def fields_of(question: Component, name: str, value: Any, button: str = BUTTON) -> Iterator[Field]:
    """The fields of one question in the order in which they come, with what its answer is in each."""
    match question.kind.name:
        case "checkbox":
            yield from [Field(name, "yes", button)] * bool(value)
        case "checklist":
            yield from (Field(name, one, button) for one in value)
        case "date":
            parts = zip(("year", "month", "day"), str(value).split("-"), strict=True)
            yield from (Field(f"{name}-{part}", digits, button) for part, digits in parts)
        case "address":
            yield from place_fields(name, value, button)
        case "repeat":
            for number, row in enumerate(value):
                more = f"main button[name='_add'][value='{name}']" if number else button
                for part in question.components:
                    if is_typed(part, row):
                        yield from fields_of(part, f"{name}-{number}-{part.key}", row[part.key], more)
        case _:
            yield Field(name, str(value), button)


def place_fields(name: str, place: Answers, button: str) -> Iterator[Field]:
    """Each list of places but the first is fetched by the button below it."""
    further = f"main button[name='_choose'][value='{name}']"
    for level in ADDRESS_LEVELS:
        if place.get(level):
            yield Field(f"{name}-{level}", place[level], button if level == ADDRESS_LEVELS[0] else further)
    if place.get("street"):
        yield Field(f"{name}-street", place["street"], button)


def attaches(walk: Walk, questions: Iterable[Component]) -> None:
    for one in questions:
        if one.kind.uploads and walk.page.locator(f"main [name='{one.key}']").count():
            walk.attach(one.key, file_of(one.key, one.accepts))


def file_of(document_key: str, accepts: tuple[str, ...]) -> FilePayload:
    """A picture that is plainly a sample, of a type that is accepted."""
    upload = specimen(document_key, accepts)
    media = {"pdf": "application/pdf", "png": "image/png"}.get(upload.ending, "image/jpeg")
    return {"name": upload.filename, "mimeType": media, "buffer": upload.content}
