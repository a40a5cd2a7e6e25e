"""The rehearsal is the house: what a scenario comes to in a rehearsal, it comes to as a case of the house."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case.fee_rows import in_hand
from engine.catalog.published import Catalog
from engine.clockwork import schedule
from engine.demonstration import installing
from engine.demonstration.people import applicant
from engine.demonstration.playing import Players
from engine.demonstration.told import Told
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.packages import ServicePackage, run_scenario
from engine.packages.operations import CERTIFICATE_LOOK_UP, drawn_operations, literal_text
from engine.packages.register_rules import NEW
from engine.packages.scenario_outcomes import ScenarioResult
from engine.packages.scenarios import Scenario
from engine.results.standing import last_day_of
from engine.versions.replaying import walked
from engine.working_time.calendar import WorkingTime
from engine.working_time.calendars import read_calendar
from storage.applications import Application, Certificate
from storage.events import CaseEvent
from storage.offices import Office
from storage.processes import OPEN_TASK, ProcessInstance, UserTask
from tests.cast import CHEAP_PASSWORDS
from tests.databases import copy_of, forgetful
from tests.fixtures.houses import settings_for
from tests.journeys.published import OPENED, moment, publish, scenarios_of
from tests.parsed import PARSED, package_in
from web.config import PRODUCT_FOLDER
from web.opening import open_from

PROCESSES = PRODUCT_FOLDER / "processes"
MINISTRIES = ("agriculture", "culture", "industry", "interior", "tourism")
FOLDERS = sorted(file.parent for key in MINISTRIES for file in (PROCESSES / key).rglob("service.yaml"))
WHOLE = ("agriculture/animal_transport", "tourism/massage_parlour", "tourism/passenger_transport")
"""Services of which every scenario is played; of the others one that is granted."""
GRANTED = "granted"


def granted(folder: Path) -> Scenario:
    """The first scenario in which something new is granted and nothing must be held before, where there is one."""
    found = [one for one in scenarios_of(folder) if one.expect.outcome in ("approved", "verified")]
    return min(found, key=lambda one: (one.kind != NEW, bool(one.begins)))


def is_whole(folder: Path) -> bool:
    return f"{folder.parent.name}/{folder.name}" in WHOLE


def chosen(folder: Path) -> list[str]:
    """The names of what is played; GRANTED stands for the one that ``granted`` finds, which reads the whole package:
    that is left to the worker that plays it."""
    return [one.name for one in scenarios_of(folder) if not one.begins] if is_whole(folder) else [GRANTED]


CASES = [(folder, name) for folder in FOLDERS for name in chosen(folder)]


@dataclass
class Town:
    """An installation with every package published, the offices of the demonstration and their officers."""

    house: House
    codes: Mapping[str, int]
    players: Players
    applicants: int = 0

    def told(self, folder: Path, scenario: Scenario) -> Told:
        package, self.applicants = package_in(folder), self.applicants + 1
        level = scenario.level or package.manifest.office_levels[0]
        place = {"province": "02", "district": "0203"}.get(level, package.manifest.ministry)
        return Told(package.manifest.key, scenario, applicant(self.applicants), self.codes[place])

    def play(self, told: Told) -> None:
        """The whole scenario at its own moments; the clock looks before each step, as it does in a rehearsal."""
        self.players.file(told, now=moment(told.scenario.starts))
        for step in told.scenario.steps:
            schedule.sweep(self.house, now=moment(step.at))
            self.players.take(told, step, now=moment(step.at))

    def hold_what_is_needed(self, folder: Path, told: Told) -> None:
        """The applicant gets the certificates that the scenario begins from, requires, or looks up in the register."""
        package, scenario = package_in(folder), told.scenario
        for needed in package.manifest.requires:
            self._hold(told, needed.certificate_of)
        if scenario.kind != NEW:
            parent = self._hold(told, package.manifest.certificate_of)
            told.continues = parent.number
            self._rewrite(parent, renewable_from=None, expires_at=last_moment(scenario.held_until))
        for element_id, said in scenario.register.items():
            drawn = next(one for one in drawn_operations(package.files["process.bpmn"]) if one.element_id == element_id)
            assert drawn.name == CERTIFICATE_LOOK_UP
            found = self._hold(told, literal_text(drawn.parameters["service"]) or "")
            ends = last_moment(date.fromisoformat(str(said["expires"]))) if said["expires"] else None
            self._rewrite(found, expires_at=ends, revoked_at=None if said["valid"] else moment(scenario.starts))
            if "number" in drawn.parameters:
                field = next(one.field for one in package.manifest.variables if one.name == drawn.parameters["number"])
                told.scenario = replace(told.scenario, answers={**told.scenario.answers, field: found.number})

    def _hold(self, told: Told, service: str) -> Certificate:
        folder = next(one for one in FOLDERS if package_in(one).manifest.key == service)
        scenario = granted(folder)
        weeks = (scenario.steps[-1].at - scenario.starts).days // 7 + 1
        shift = scenario.starts - told.scenario.starts + timedelta(weeks=weeks)
        steps = tuple(replace(step, at=step.at - shift) for step in scenario.steps)
        before = replace(scenario, starts=scenario.starts - shift, steps=steps)
        first = self.told(folder, before)
        first.applicant, first.person = told.applicant, told.person
        first.fits = lambda _, answers: earlier(answers, shift)
        self.hold_what_is_needed(folder, first)
        self.play(first)
        told.person = first.person
        with self.house.database.reading() as session:
            owned = select(Certificate).join(Application, Application.id == Certificate.application_id)
            return session.scalars(owned.where(Application.key == first.key).order_by(Certificate.place)).first()

    def _rewrite(self, certificate: Certificate, **values: Any) -> None:
        """The register says of a certificate what the scenario says."""
        with self.house.database.transaction() as session:
            there = session.get_one(Certificate, certificate.id)
            for name, value in values.items():
                setattr(there, name, value)


def last_moment(day: date | None) -> datetime:
    assert day is not None
    return datetime.combine(day, time(23, 59, 59), PHNOM_PENH).astimezone(UTC)


def earlier(answers: Any, shift: timedelta) -> Any:
    """The answers with the days that lie near the scenario moved as its steps were."""
    if isinstance(answers, dict):
        return {name: earlier(value, shift) for name, value in answers.items()}
    if isinstance(answers, list):
        return [earlier(value, shift) for value in answers]
    try:
        return (date.fromisoformat(answers) - shift).isoformat()
    except (TypeError, ValueError):
        return answers


def settled(house: House) -> Town:
    publish(house, FOLDERS)
    with house.database.transaction() as session:
        codes = installing.open_offices(session, house, opened=OPENED, now=OPENED)
        staff = installing.hire(session, house, codes, password="a password", opened=OPENED)
    return Town(house, codes, Players(house, staff, "a password"))


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    house = open_from(settings_for(copy_of(sqlite_template, folder), folder), passwords=CHEAP_PASSWORDS)
    yield settled(replace(house, database=forgetful(house.database), catalog=Catalog(PARSED)))
    house.database.close()


def rehearsed(folder: Path, scenario: Scenario, calendar: WorkingTime) -> ScenarioResult:
    """What became of this one scenario in its rehearsal; the others of the package are played elsewhere."""
    return run_scenario(package_in(folder), scenario, calendar)


def happened(session: Session, town: Town, told: Told, package: ServicePackage) -> dict[str, Any]:
    """What became of a case of the house, under the names of a rehearsal's result."""
    application = session.scalars(select(Application).where(Application.key == told.key)).one()
    mine = session.scalars(select(ProcessInstance).where(ProcessInstance.application_id == application.id)).one()
    office = session.get_one(Office, application.office_id)
    tasks = session.scalars(
        select(UserTask).where(UserTask.application_id == application.id).order_by(UserTask.id)
    ).all()
    events = session.scalars(
        select(CaseEvent).where(CaseEvent.application_id == application.id).order_by(CaseEvent.seq)
    ).all()
    results = session.scalars(
        select(Certificate).where(Certificate.application_id == application.id).order_by(Certificate.place)
    ).all()
    fees: Counter[str] = Counter()
    for row in in_hand(session, application, package):
        fees[row.fee_key] += row.amount
    days = dict.fromkeys(str(last_day_of(one) or "permanent") for one in results)
    state = bpmn.describe(package.process, mine.state, now=moment(told.scenario.starts))
    return {
        "path": tuple(walked(session, town.house, mine, read_calendar(session, office)).passed),
        "stages": tuple(event.data["stage"] for event in events if event.kind == "stage"),
        "outcome": application.outcome or None,
        "fees": dict(fees),
        "issued": len(results),
        "valid_until": ", ".join(days) or None,
        "holder": (results[0].owner_latin or "applicant") if results else None,
        "waits_at": tuple(sorted(task.element_id for task in tasks if task.status in OPEN_TASK)),
        "variables": known(state.variables),
        "incidents": [event.data for event in events if event.kind == "incident_raised"],
    }


def known(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Without the numbers of results: those of a rehearsal are not those of the register."""
    return {name: value for name, value in variables.items() if not name.endswith("_number")}


def expected(result: ScenarioResult) -> dict[str, Any]:
    return {
        "path": result.path,
        "stages": result.stages,
        "outcome": result.outcome,
        "fees": dict(result.fees),
        "issued": result.issued,
        "valid_until": result.valid_until,
        "holder": result.holder,
        "waits_at": result.waits_at,
        "variables": known(result.variables),
        "incidents": [],
    }


def compare(town: Town, folder: Path, scenario: Scenario) -> None:
    told = town.told(folder, scenario)
    town.hold_what_is_needed(folder, told)
    town.play(told)
    with town.house.database.reading() as session:
        calendar = read_calendar(session, session.get_one(Office, told.office_id))
        came_to = happened(session, town, told, package_in(folder))
    assert came_to == expected(rehearsed(folder, scenario, calendar))


@pytest.mark.parametrize(("folder", "name"), CASES, ids=[f"{folder.name}-{name}" for folder, name in CASES])
def test_a_scenario_comes_to_the_same_in_a_rehearsal_and_in_the_house(town: Town, folder: Path, name: str) -> None:
    named = granted(folder) if name == GRANTED else next(one for one in scenarios_of(folder) if one.name == name)
    compare(town, folder, named)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_scenarios_come_to_the_same_on_postgresql(house: House) -> None:
    town = settled(house)
    for folder in filter(is_whole, FOLDERS):
        compare(town, folder, granted(folder))
