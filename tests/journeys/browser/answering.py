"""Any form of a package, filled in from the answers of a scenario: each question by its kind, without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from playwright.sync_api import FilePayload

from engine.demonstration.specimens import specimen
from engine.packages import ADDRESS_LEVELS, Component
from tests.journeys.browser.walking import Walk

Answers = Mapping[str, Any]


def answers_all(walk: Walk, questions: Iterable[Component], answers: Answers) -> None:
    """Types, chooses and ticks what the answers say of the questions that stand on the page, and sends it. Questions
    that follow from these answers come then, on the same page. Buttons that fetch the page again (another row, the
    next list of places) are pressed as they come: what was typed before must still be there."""
    waiting = [one for one in questions if answers.get(one.key) not in (None, "")]
    waiting = [one for one in waiting if not one.readonly and one.computed is None]
    page = walk.path
    while True:
        there = [one for one in waiting if stands_on(walk, one.key)]
        for question in there:
            answers_one(walk, question, question.key, answers[question.key])
        waiting = [one for one in waiting if one not in there]
        walk.press()
        if not (there and waiting and walk.path == page):
            return
        walk.examine("further-questions")


def stands_on(walk: Walk, name: str) -> bool:
    return walk.page.locator(f"main [name='{name}'], main [name^='{name}-'], main [id='{name}']").count() > 0


def answers_one(walk: Walk, question: Component, name: str, value: Any) -> None:
    field = walk.page.locator(f"main [name='{name}']")
    match question.kind.name:
        case "radio":
            walk.page.locator(f"main [name='{name}'][value='{value}']").check()
        case "select":
            field.select_option(str(value))
        case "checkbox":
            field.set_checked(bool(value))
        case "checklist":
            for one in value:
                walk.page.locator(f"main [name='{name}'][value='{one}']").check()
        case "date":
            for part, digits in zip(("year", "month", "day"), str(value).split("-"), strict=True):
                walk.page.locator(f"main [name='{name}-{part}']").fill(digits)
        case "address":
            chooses_place(walk, name, value)
        case "repeat":
            fills_rows(walk, question, name, value)
        case "file":
            field.set_input_files(file_of(question.key, question.accepts))
        case _:
            field.fill(str(value))


def fills_rows(walk: Walk, group: Component, name: str, rows: list[Answers]) -> None:
    for place, row in enumerate(rows):
        if not walk.page.locator(f"main [name^='{name}-{place}-']").count():
            walk.press(f"main button[name='_add'][value='{name}']")
        for part in group.components:
            value = row.get(part.key)
            if value not in (None, "") and not part.readonly and part.computed is None:
                answers_one(walk, part, f"{name}-{place}-{part.key}", value)


def chooses_place(walk: Walk, name: str, place: Answers) -> None:
    """Each list of places is fetched by the button below the one before it."""
    levels = [level for level in ADDRESS_LEVELS if place.get(level)]
    for level in levels:
        walk.page.locator(f"main [name='{name}-{level}']").select_option(place[level])
        if level != levels[-1]:
            walk.press(f"main button[name='_choose'][value='{name}']")
            walk.examine("places")
    if place.get("street"):
        walk.page.locator(f"main [name='{name}-street']").fill(place["street"])


def file_of(document_key: str, accepts: tuple[str, ...]) -> FilePayload:
    """A picture that is plainly a sample, of a type that is accepted."""
    upload = specimen(document_key, accepts)
    kind = upload.filename.rpartition(".")[2]
    media = "application/pdf" if kind == "pdf" else f"image/{'jpeg' if kind == 'jpg' else kind}"
    return {"name": upload.filename, "mimeType": media, "buffer": upload.content}
