"""Papers of tests that were drawn before (``tests/drawn.py``) are those that would be drawn."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.documents import pdf
from tests.drawn import each_paper_once

TEMPLATE = b'#let data = json(bytes(sys.inputs.data))\n#data.name #read("beside.txt")'


def paper(
    fonts: Path, moment: datetime, *, template: bytes = TEMPLATE, name: str = "Dara", beside: bytes = b"1"
) -> bytes:
    return pdf.render(template, {"name": name}, fonts=fonts, issued_at=moment, files={"beside.txt": beside})


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Grows by one whenever a process is begun."""
    begun: list[Any] = []
    run = subprocess.run

    def noticed(*arguments: Any, **named: Any) -> Any:
        begun.append(arguments)
        return run(*arguments, **named)

    monkeypatch.setattr(subprocess, "run", noticed)
    return begun


def test_what_another_test_had_drawn_is_the_same_paper_and_who_asks_twice_has_it_drawn(
    fonts: Path, moment: datetime, drawings: list[Any]
) -> None:
    drawn = paper(fonts, moment)
    with each_paper_once():
        first = paper(fonts, moment)
    begun = len(drawings)
    with each_paper_once():
        assert paper(fonts, moment) == first == drawn
        assert len(drawings) == begun
        assert paper(fonts, moment) == drawn
        assert len(drawings) == begun + 1
    assert paper(fonts, moment) == drawn
    assert len(drawings) == begun + 2


@pytest.mark.parametrize(
    "other",
    [
        {"template": TEMPLATE + b"."},
        {"name": "Bopha"},
        {"beside": b"2"},
        {"moment": datetime.fromisoformat("2026-02-17T02:31:00+00:00")},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_paper_is_another(fonts: Path, moment: datetime, other: dict[str, Any]) -> None:
    with each_paper_once():
        assert paper(fonts, **{"moment": moment, **other}) != paper(fonts, moment)


def test_a_paper_that_cannot_be_drawn_cannot_be_drawn_again(fonts: Path, moment: datetime) -> None:
    for _ in range(2):
        with each_paper_once(), pytest.raises(pdf.DocumentFailed):
            paper(fonts, moment, template=b"#nothing")
