"""A play written into ``tests.yaml`` as one scenario more, which must come true as it is written there."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from engine.errors import ScenarioNotKept
from engine.khmer import Bilingual
from engine.packages import PackageRejected, ServicePackage, run_scenario
from engine.packages.package import SCENARIOS
from engine.packages.playing.scenario import answers_of, scenario_of, tidied
from engine.packages.playing.walking import Walk
from engine.packages.said import in_both
from engine.packages.scenarios import read_scenarios
from engine.packages.trying import office
from engine.packages.yaml_files import read_yaml_as_far
from engine.studio.yaml_edits import with_entry

NOTHING: Final = b"answers: {}\nscenarios: []\n"
"""The file of a package that has no scenario yet."""
_LONGEST_KEY: Final = 40


def with_play(package: ServicePackage, data: bytes, found: Walk, name: str) -> bytes:
    """``tests.yaml`` with this play as one scenario more; all else of the file stays byte for byte. Raises
    ``ScenarioNotKept`` unless the scenario comes true."""
    try:
        held = _answers_in(data)
        answers = answers_of(package, tidied(found))
        answers_key = next((key for key, there in held.items() if _written(there) == _written(answers)), None)
        if answers_key is None:
            answers_key = _free_key(name, held)
            data = with_entry(SCENARIOS, data, "answers", {answers_key: answers})
        data = with_entry(SCENARIOS, data, "scenarios", [scenario_of(package, found, name, answers_key)])
        written = read_scenarios(SCENARIOS, data, package)[-1]
    except PackageRejected as rejected:
        problem = rejected.problems[0]
        raise ScenarioNotKept(why=Bilingual(problem.message_km or problem.message, problem.message)) from rejected
    differences = run_scenario(package, written, office()).differences
    if differences:
        raise ScenarioNotKept(why=in_both(differences[0]))
    return data


def _answers_in(data: bytes) -> Mapping[str, Any]:
    found = read_yaml_as_far(SCENARIOS, data)[0].value
    held = found.get("answers") if isinstance(found, dict) else None
    return held if isinstance(held, dict) else {}


def _written(answers: Any) -> str:
    """Answers as they can be compared: to Python, a tick is the number 1."""
    return json.dumps(answers, sort_keys=True, default=str)


def names_in(data: bytes) -> frozenset[str]:
    """The names of the scenarios that the file has."""
    found = read_yaml_as_far(SCENARIOS, data)[0].value
    there = (found.get("scenarios") if isinstance(found, dict) else None) or []
    return frozenset(str(one.get("name")) for one in there if isinstance(one, dict))


def _free_key(name: str, taken: Collection[str]) -> str:
    """A key for the answers, of the letters of the name where it has Latin ones."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    key = "_".join(words)[:_LONGEST_KEY].strip("_")
    first = key if key and key[0].isalpha() else "played"
    numbered = (f"{first}_{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (first, *numbered) if one not in taken)
