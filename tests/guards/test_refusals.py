"""Refusals reach people: each has a status and a sentence whose places its facts fill."""

from __future__ import annotations

from importlib import import_module

from tests.guards.sources import ROOT, modules
from web import catalogue
from web.statuses import STATUS

HOME = "engine.errors."


def test_every_refusal_is_named_in_the_room_of_errors() -> None:
    for path in modules("engine"):
        import_module(".".join(path.with_suffix("").relative_to(ROOT).parts).removesuffix(".__init__"))
    assert [
        f"{kind.__module__}.{kind.__name__}" for kind in catalogue.refusals() if not kind.__module__.startswith(HOME)
    ] == []


def test_every_refusal_has_a_status() -> None:
    without = [kind.__name__ for kind in catalogue.refusals() if kind not in STATUS]
    assert without == []


def test_every_refusal_says_something_of_its_own() -> None:
    sentences = [kind.message for kind in catalogue.refusals()]
    assert len(sentences) == len(set(sentences))
