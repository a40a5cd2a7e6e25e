"""Trying a package: its scenarios run in an office as every office begins, and what they leave untried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from engine.khmer import Bilingual
from engine.packages.package import SCENARIOS, ServicePackage
from engine.packages.problems import error
from engine.packages.said import Said, about, in_both
from engine.packages.scenario_coverage import Question, Spot, idle_reasons, questions, spots
from engine.packages.scenario_outcomes import ScenarioResult
from engine.packages.scenario_runs import run_scenario, scenarios_of
from engine.packages.tried import Tried
from engine.packages.yaml_files import Place, lines_of
from engine.problems import Problem
from engine.working_time.calendar import USUAL_WEEK, WorkingTime, public_holidays

_YEARS: Final = range(2024, 2031)
_EXPECTED: Final = re.compile(r"(\w+): ")


@dataclass(frozen=True, slots=True)
class Tale:
    """A scenario that ran: its name, and what did not come true, each with its line."""

    name: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Ran:
    """A scenario that ran, by its place in the file from 0, and what it went through."""

    place: int
    result: ScenarioResult
    tried: Tried


@dataclass(frozen=True, slots=True)
class Trial:
    """What trying a package came to; ``remarks`` are about the reasons why something needs no scenario. ``questions``
    says of each form what was answered; that counts for nothing, for many questions need no scenario of their own."""

    service_key: str
    tales: tuple[Tale, ...]
    spots: tuple[Spot, ...]
    remarks: tuple[Problem, ...]
    questions: tuple[Question, ...] = ()

    @property
    def has_failed(self) -> bool:
        """Whether a scenario did not come true."""
        return any(tale.problems for tale in self.tales)

    @property
    def is_whole(self) -> bool:
        """Whether everything of the service's own was tried, or needs not be."""
        return all(spot.is_covered for spot in self.spots if not spot.part)


@cache
def office() -> WorkingTime:
    """The hours of an office with the usual week and the public holidays."""
    return WorkingTime(USUAL_WEEK, frozenset(day for year in _YEARS for day in public_holidays(year)))


def try_package(package: ServicePackage, *, only: str | None = None) -> Trial:
    """Runs the scenarios, or ``only`` that of this name, and looks at what they went through; raises PackageRejected
    when they are not readable."""
    ran = tuple(_run(package, only))
    by_name = tuple((one.result.name, one.tried) for one in ran)
    found = spots(package, by_name)
    return Trial(
        package.manifest.key,
        tuple(_tales(package, ran)),
        found,
        tuple(idle_reasons(package, found)),
        questions(package, by_name),
    )


def scenario_problems(package: ServicePackage) -> Iterator[Problem]:
    """What does not come true of the scenarios of a package."""
    for tale in _tales(package, tuple(_run(package, None))):
        yield from tale.problems


def _run(package: ServicePackage, only: str | None) -> Iterator[_Ran]:
    for place, scenario in enumerate(scenarios_of(package)):
        if only in (None, scenario.name):
            tried = Tried()
            yield _Ran(place, run_scenario(package, scenario, office(), tried), tried)


def _tales(package: ServicePackage, ran: tuple[_Ran, ...]) -> Iterator[Tale]:
    file = lines_of(SCENARIOS, package.files[SCENARIOS]) if ran else None
    for one in ran:
        result, problems = one.result, []
        name = Bilingual(result.name, result.name)
        # What follows from a step that could not be taken is not said as well.
        for difference in result.differences[: 1 if result.stopped_at is not None else None]:
            line = file.line(("scenarios", one.place, *_place(result, difference))) if file else None
            problems.append(error(SCENARIOS, "scenario", about(name, in_both(difference)), line=line))
        yield Tale(result.name, tuple(problems))


def _place(result: ScenarioResult, difference: Said) -> Place:
    if result.stopped_at is not None:
        return ("steps", result.stopped_at) if result.stopped_at >= 0 else ("answers",)
    named = _EXPECTED.match(difference)
    return ("expect", named.group(1)) if named else ("expect",)
