"""What is said in docs/asvs.md is true: no requirement is left out, and every test that is named there exists."""

from __future__ import annotations

import re
from typing import Final

import pytest

from engine.people import passwords
from tests.guards.sources import ROOT

PAGE: Final = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
LAST_OF_SECTIONS: Final = {
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
}  # fmt: skip
"""Of each section the last requirement of level 1 or 2 in version 5.0.0; those of level 3 come behind."""
WANTED: Final = [f"{section}.{each + 1}" for section, last in LAST_OF_SECTIONS.items() for each in range(last)]
ROWS: Final = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if re.match(r"\| [678]\.", line)]
VERDICTS: Final = {"held", "partly", "not", "does not apply"}


def named(text: str) -> list[tuple[str, str]]:
    """The tests that are named, each with the file before it."""
    found, file = [], ""
    for word in re.findall(r"`([^`]+)`", text):
        if word.startswith("tests/"):
            file = word
        elif word.startswith("test_"):
            found.append((file, word))
    return found


def test_every_requirement_is_answered_once() -> None:
    assert [row[0] for row in ROWS] == WANTED
    assert [row for row in ROWS if row[2].removesuffix(" |") not in VERDICTS] == []


def test_what_is_held_names_what_shows_it() -> None:
    bare = [row[0] for row in ROWS if len(row) < 4 and not row[2].startswith("does not apply")]
    assert bare == []
    words = {row[0]: row[3] for row in ROWS if len(row) > 3 and not named(row[3])}
    assert all(re.match(r"documentation|nothing of the kind", word) for word in words.values()), words


@pytest.mark.parametrize("file", sorted(set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))))
def test_every_test_that_is_named_exists(file: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")
    wanted = {name for place, name in named(PAGE) if place == file}
    assert wanted <= set(re.findall(r"^def (test_\w+)\(", source, re.M))


def test_every_way_in_is_told() -> None:
    opens = re.compile(r"\b(?:enter|arrived|remember)\(")
    found = set()
    for path in (ROOT / "web").rglob("*.py"):
        source = re.sub(r"def \w+\(", "", path.read_text(encoding="utf-8"))
        if opens.search(source):
            found.add(path.relative_to(ROOT).as_posix())
    assert found - {"web/entering.py"} == set(re.findall(r"\| `(web/[\w/]+\.py)` \|", PAGE))


def test_the_words_of_the_house_are_told() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    told = re.search(r"the words of the house \(([^)]*)\)", " ".join(text.split()))
    assert told is not None
    assert set(told[1].split(", ")) == set(passwords.OF_THE_HOUSE)
