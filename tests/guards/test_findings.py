"""Whatever ``owso check`` may say is there in Khmer and English, with the same places to fill."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
from collections.abc import Iterator

import pytest

import engine.packages
from engine.bpmn.problems.catalogue import CATALOGUE
from engine.khmer import Bilingual
from engine.packages.said import Said

KHMER = re.compile(r"[\u1780-\u17b3]")
WITHOUT_WORDS = {("engine.packages.reckoning", "_NOTHING")}
"""No sentence, but the lack of one."""


def sentences() -> Iterator[tuple[str, str, Bilingual]]:
    """Every sentence that a module of the packages holds, with where it stands."""
    for found in pkgutil.iter_modules(engine.packages.__path__, "engine.packages."):
        for name, value in vars(importlib.import_module(found.name)).items():
            held = value.values() if isinstance(value, dict) else [value]
            for one in held:
                if isinstance(one, Bilingual):
                    yield found.name, name, one
                elif isinstance(one, Said):
                    yield found.name, name, Bilingual(one.km, str(one))


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_about_a_package_is_there_in_both_languages_with_the_same_places() -> None:
    held = [one for one in sentences() if one[:2] not in WITHOUT_WORDS]
    assert len(held) > 200
    lacking = [(module, name) for module, name, one in held if not KHMER.search(one.km) or KHMER.search(one.en)]
    assert lacking == []
    other = []
    for module, name, one in held:
        try:
            other += [(module, name)] if places(one.km) != places(one.en) else []
        except ValueError:  # a sentence with a brace and nothing to fill
            continue
    assert other == []


@pytest.mark.parametrize("rule", sorted(CATALOGUE))
def test_every_sentence_about_a_drawing_is_there_in_both_languages_with_the_same_places(rule: str) -> None:
    english, khmer = CATALOGUE[rule]
    assert KHMER.search(khmer) or english == "{reason}."
    assert places(english) == places(khmer)
