"""Refusals reach people: each has a status and a sentence whose places its facts fill."""

from __future__ import annotations

from web import catalogue
from web.errors import STATUS


def test_every_refusal_has_a_status() -> None:
    without = [kind.__name__ for kind in catalogue.refusals() if kind not in STATUS]
    assert without == []


def test_every_refusal_says_something_of_its_own() -> None:
    sentences = [kind.message for kind in catalogue.refusals()]
    assert len(sentences) == len(set(sentences))
