"""Running a scenario: the package's own process, forms, fees and clocks, without database or wall clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from engine.khmer import Bilingual
from engine.packages.fees import FeeUndetermined
from engine.packages.forms import APPLY
from engine.packages.package import SCENARIOS, ServicePackage
from engine.packages.results_due import ResultUnclear
from engine.packages.said import said
from engine.packages.scenario_case import RehearsedCase
from engine.packages.scenario_fees import Bills
from engine.packages.scenario_outcomes import ScenarioResult, differences_of
from engine.packages.scenario_promises import RehearsedPromise
from engine.packages.scenario_sentences import Impossible
from engine.packages.scenario_sessions import RehearsedSessions
from engine.packages.scenarios import Scenario, read_scenarios
from engine.packages.tried import Tried
from engine.working_time.calendar import WorkingTime


def scenarios_of(package: ServicePackage) -> tuple[Scenario, ...]:
    """The scenarios of a package, none where it has no file of them. Raises PackageRejected."""
    if SCENARIOS not in package.files:
        return ()
    return read_scenarios(SCENARIOS, package.files[SCENARIOS], package)


def run_scenarios(package: ServicePackage, working_time: WorkingTime) -> tuple[ScenarioResult, ...]:
    """What became of every scenario. Raises PackageRejected."""
    return tuple(run_scenario(package, scenario, working_time) for scenario in scenarios_of(package))


def run_scenario(
    package: ServicePackage, scenario: Scenario, working_time: WorkingTime, tried: Tried | None = None
) -> ScenarioResult:
    """What became of this one."""
    run, differences, taken = gone_through(package, scenario, working_time, Tried() if tried is None else tried)
    result = result_of(run, scenario.name, taken if differences else None)
    differences.extend(differences_of(scenario.expect, result))
    return replace(result, differences=tuple(map(said, differences)))


STOPS: Final = (Impossible, FeeUndetermined, ResultUnclear)
"""What a case cannot go on for; each says ``why``."""


def gone_through(
    package: ServicePackage, scenario: Scenario, working_time: WorkingTime, tried: Tried
) -> tuple[RehearsedCase, list[Bilingual], int]:
    """The case as far as the scenario could be followed, why no further, and which step was taken last."""
    run = RehearsedCase(*parts_of(package, scenario, working_time, tried))
    differences, taken = list[Bilingual](), -1
    try:
        run.start(scenario)
        for step in scenario.steps:
            taken += 1
            run.follow(step)
    except STOPS as impossible:
        differences.append(impossible.why)
    return run, differences, taken


def parts_of(
    package: ServicePackage, scenario: Scenario, working_time: WorkingTime, tried: Tried
) -> tuple[ServicePackage, WorkingTime, datetime, str, Bills, RehearsedPromise, RehearsedSessions, Tried]:
    """What a case of this scenario is made of, before it starts."""
    now = scenario.starts.replace(tzinfo=working_time.zone).astimezone(UTC)
    bills = Bills(package, working_time.local_date(now), scenario.facts, tried)
    level = scenario.level or package.manifest.office_levels[0]
    clock, sessions = RehearsedPromise(package, working_time), RehearsedSessions(package, working_time)
    return package, working_time, now, level, bills, clock, sessions, tried


def result_of(run: RehearsedCase, name: str, stopped_at: int | None = None) -> ScenarioResult:
    """What has become of a case so far."""
    return ScenarioResult(
        name,
        (),
        tuple(run.path),
        tuple(run.stages),
        sum(run.bills.totals().values()) if APPLY in run.answers else None,
        run.bills.totals(),
        run.clock.working_days(run.now),
        run.outcome,
        tuple(sorted(task.element_id for task in run.ready())),
        tuple(run.operations),
        tuple(run.messages),
        len(run.results.due),
        run.results.valid_until,
        run.results.holder,
        run.snapshot.variables if run.snapshot else {},
        run.term(),
        tuple(run.levels),
        stopped_at,
    )
