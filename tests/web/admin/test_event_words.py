"""Every event that the engine records has words for people."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

import engine
from engine.khmer import Bilingual
from web import release_words
from web.event_words import STEPS, WORDS, event_text, role_text

CHECK = Bilingual("ពិនិត្យឯកសារ", "Check the documents")


ROOMS = Path(str(engine.__file__)).parent
OF_MINISTRIES = {*(ROOMS / "releases").rglob("*.py"), ROOMS / "versions" / "publishing.py"}
"""What is recorded there goes into the history of a ministry, not into that of a case."""
RECORDING = ("record", "_record", "take_back")
"""What the functions are called that record an event."""


def recorded_kinds(files: Iterable[Path]) -> set[str]:
    """The kinds of events that the code of these files names where it records one."""
    kinds = set()
    for text in (file.read_text(encoding="utf-8") for file in files):
        if not any(f"{name}(" in text for name in RECORDING):  # to parse the others takes most of the time
            continue
        parsed = ast.parse(text)
        named = constants(parsed)
        for node in ast.walk(parsed):
            name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
            if isinstance(node, ast.Call) and name in RECORDING:
                kinds |= {each.value for each in node.args if isinstance(each, ast.Constant) and each.value}
                kinds |= {named[each.id] for each in node.args if isinstance(each, ast.Name) and each.id in named}
    return {str(kind) for kind in kinds}


def constants(parsed: ast.Module) -> dict[str, object]:
    """The texts that a module calls by a name in capitals, its own and those that it imports from the engine."""
    found: dict[str, object] = {}
    for node in parsed.body:
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.value, ast.Constant)
        ):
            found[node.target.id] = node.value.value
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine."):
            there = vars(import_module(str(node.module)))
            found |= {each.name: there[each.name] for each in node.names if each.name.isupper()}
    return {name: text for name, text in found.items() if name.isupper() and isinstance(text, str)}


def test_every_kind_of_event_has_words() -> None:
    kinds = recorded_kinds(set(ROOMS.rglob("*.py")) - OF_MINISTRIES)
    assert {"submitted", "breached", "task_claimed", "deadlines_recomputed"} <= kinds
    assert kinds - {"step"} == set(WORDS)


def test_everything_that_is_done_to_a_release_has_words() -> None:
    kinds = recorded_kinds(OF_MINISTRIES)
    assert {"begun", "approved"} <= kinds
    for_somebody = {kind for kind in release_words.EVENTS if kind.removesuffix("_to") in kinds - {kind}}
    assert kinds == set(release_words.EVENTS) - for_somebody - {"by_operator"}


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_words_can_be_filled_in_both_languages(app: Flask, kind: str) -> None:
    with app.test_request_context():
        for language in ("km", "en"):
            with force_locale(language):
                text = event_text(kind, CHECK, None, {"clock": "task", "outcome": "approved", "amount": 1000})
                assert text
                assert "%(" not in text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_step_is_told_by_what_was_done_and_an_unknown_kind_by_its_name(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert {event_text("step", None, None, {"operation": each, "name": "x"}) for each in STEPS} >= {
            "The process started.",
            "The process received the message x.",
        }
        assert event_text("tea_was_served", None, None, {}) == "tea_was_served"
        assert event_text("breached", CHECK, None, {"clock": "task"}) == (
            "Late: the due day of “Check the documents” was not kept."
        )
        assert event_text("breached", None, None, {"clock": "norm"}) == "Late: the promise of the office was not kept."


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_acted_is_told_by_role(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert role_text("front_office+head") == "Front office, Head of the office"
        assert (role_text("clock"), role_text("applicant")) == ("the clock", "Applicant")
