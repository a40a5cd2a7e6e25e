"""What a scenario issues, with everything that stands on the paper: for whoever writes the template of a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.packages.package import SCENARIOS, ServicePackage
from engine.packages.register_rules import NEW
from engine.packages.results_due import Answers, ResultDue
from engine.packages.scenario_runs import gone_through
from engine.packages.scenario_sessions import HELD_FOR
from engine.packages.scenarios import Scenario, read_scenarios
from engine.packages.tried import Tried
from engine.working_time.calendar import WorkingTime


@dataclass(frozen=True, slots=True)
class IssuedThere:
    """The first result of a scenario: the answers that it was issued with by form, the day, and from when to when each
    session lasts that was chosen."""

    due: ResultDue
    answers: Answers
    on: date
    sessions: Mapping[str, tuple[datetime, datetime]]
    replaces: bool


def scenarios_of(package: ServicePackage) -> tuple[Scenario, ...]:
    """The scenarios of a package, none when it has none; raises PackageRejected."""
    return read_scenarios(SCENARIOS, package.files[SCENARIOS], package) if SCENARIOS in package.files else ()


def issued_in(package: ServicePackage, scenario: Scenario, working_time: WorkingTime) -> IssuedThere | None:
    """What this scenario issues; None when it issues nothing."""
    run = gone_through(package, scenario, working_time, Tried())[0]
    results = run.results
    if not results.due or results.issued_on is None:
        return None
    begins = {key: moment for key, moment in run.sessions.chosen().items() if moment is not None}
    sessions = {key: (moment, moment + HELD_FOR) for key, moment in begins.items()}
    replaces = package.manifest.begins_from_certificates and scenario.kind != NEW
    return IssuedThere(results.due[0], results.answers, results.issued_on, sessions, replaces)
