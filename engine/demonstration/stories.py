"""What happened in the demonstration: scenarios of the packages, each begun some days ago, many not over yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from engine.demonstration.people import SHOWN
from engine.packages import ServicePackage
from engine.packages.groups import APPLICANT, CASE_WORKERS
from engine.packages.package import SCENARIOS
from engine.packages.register_rules import CHANGE, NEW, RENEWAL
from engine.packages.scenarios import Scenario, read_scenarios
from engine.working_time.calendar import WorkingTime

BUSY: Final = frozenset({"interior.account_verification", "tourism.guesthouse_licence"})
"""Services of which cases wait at every step, and every scenario was told."""
LONGEST: Final = 24
"""How many working days ago the oldest story began."""
RENEWED: Final = 228
"""How many working days before its renewal a certificate for a year was applied for: eleven months, so that the renewal
is open and the certificate holds."""
IDLE: Final = (0, 3, 1, 6, 0, 2, 4, 9)
"""How many working days a case has waited where its story stops: most are fresh, a few are late."""
GRANTED: Final = ("approved", "verified")
LAPSED, MINISTRY = "lapsed", "ministry"


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario at an office (its code), begun ``ago`` working days before today, of which ``steps`` were told (None:
    all that lie before now). The ``broken`` one ends with a step that fails, shortly before now. ``holds`` are stories
    of the same applicant that went before, for what the service requires."""

    service: str
    scenario: Scenario
    office: str
    ago: int
    steps: int | None = None
    at_counter: bool = False
    broken: bool = False
    holds: tuple[Story, ...] = ()


def stories(
    packages: Sequence[ServicePackage], offices: Mapping[str, Sequence[str]], calendar: WorkingTime
) -> tuple[Story, ...]:
    """The stories of these services; ``offices`` are the codes of those that offer each."""
    by_key = {package.manifest.key: package for package in packages}
    told: list[Story] = []
    shown: set[tuple[str, ...]] = set()
    for place, package in enumerate(packages):
        telling = _Telling(package, offices.get(package.manifest.key, ()), calendar, by_key, offices)
        if telling.tellable:
            told += telling.everything() if package.manifest.key in BUSY else telling.some(place)
            told += telling.particular(shown)
        told += [*telling.changes(), *telling.renewals()]
    return tuple(told)


def tellable(package: ServicePackage, kind: str = NEW) -> tuple[Scenario, ...]:
    """The scenarios in which people apply for something new, or for this kind of thing, and the register holds nothing
    further for them."""
    if SCENARIOS not in package.files:
        return ()
    found = read_scenarios(SCENARIOS, package.files[SCENARIOS], package)
    return tuple(one for one in found if one.kind == kind and not (one.begins or one.connectors or one.register))


@dataclass(frozen=True)
class _Telling:
    """The stories of one service."""

    package: ServicePackage
    codes: Sequence[str]
    calendar: WorkingTime
    packages: Mapping[str, ServicePackage]
    offices: Mapping[str, Sequence[str]]

    @cached_property
    def tellable(self) -> tuple[Scenario, ...]:
        return tellable(self.package) if self.codes else ()

    def everything(self) -> Iterator[Story]:
        """A case at every step of what is granted, one that failed, and every scenario as far as it went."""
        granted = self.granted()
        for steps in range(len(granted.steps) + 1):
            for turn in range(2):
                yield self._cut(granted, steps, IDLE[(2 * steps + turn) % len(IDLE)], 2 * steps + turn)
        if self.package.manifest.certificate is not None:
            yield self._cut(granted, len(granted.steps) - 1, 1, 1, broken=True)
        for turn, scenario in enumerate(self.tellable):
            yield self._whole(scenario, turn)

    def some(self, place: int) -> Iterator[Story]:
        """One that waits somewhere on the way of what is granted, or one as far as it went; of every third both."""
        granted = self.granted()
        if place % 3 != 2:
            yield self._cut(granted, place % (len(granted.steps) + 1), IDLE[place % len(IDLE)], place)
        if place % 3 == 0:
            return
        others = [one for one in self.tellable if one is not granted]
        whole = granted if place % 2 or not others else others[place // 2 % len(others)]
        yield self._whole(whole, place)

    def particular(self, shown: set[tuple[str, ...]]) -> Iterator[Story]:
        """What no story before had: several results at once, an application that lapsed, and a case that waits for each
        group of a ministry and for each that ministries declare. ``shown`` is what there was, and gets more."""
        granted = self.granted()
        for scenario in self.tellable:
            issued, outcome = scenario.expect.issued or 0, scenario.expect.outcome or ""
            seldom = ("several",) if issued > 1 else (outcome,) if outcome == LAPSED else None
            if seldom and seldom not in shown:
                shown.add(seldom)
                yield self._whole(scenario, 0)
        for place, step in enumerate(granted.steps):
            task = self.package.tasks.get(step.name) if step.action == "complete" else None
            if task is None or task.group == APPLICANT or (task.group in CASE_WORKERS and not task.level):
                continue
            whose = (task.group.rpartition(".")[2], self.package.ministry.key if task.level == MINISTRY else "")
            if whose not in shown:
                shown.add(whose)
                yield self._cut(granted, place, 1, self.codes.index(SHOWN[0]) if SHOWN[0] in self.codes else place)

    def changes(self) -> Iterator[Story]:
        """A change of what was granted a while ago, where the service is about changes."""
        key = self.package.manifest.certificate_of
        if CHANGE not in self.package.manifest.kinds or not self.codes or key not in self.packages:
            return
        before = _Telling(self.packages[key], self.offices.get(key, ()), self.calendar, self.packages, self.offices)
        scenario = next(iter(tellable(self.package, CHANGE)), None)
        if scenario is not None and before.tellable:
            whole = self._whole(scenario, 2)
            held = before.granted_before(whole.ago)
            yield replace(whole, holds=(*held.holds, held))

    def renewals(self) -> Iterator[Story]:
        """A renewal of what was granted nearly a year ago, where everything is told."""
        scenario = next(iter(tellable(self.package, RENEWAL)), None)
        if self.package.manifest.key in BUSY and self.tellable and scenario is not None:
            whole = self._whole(scenario, 0)
            held = self._story(self.granted(), whole.ago + RENEWED, 0, None)
            yield replace(whole, holds=(*held.holds, held))

    def granted_before(self, ago: int) -> Story:
        """What was granted two working days and more before the story that began so long ago."""
        scenario = self.granted()
        length = self._length(scenario.starts.date(), scenario.steps[-1].at.date())
        return self._story(scenario, ago + length + 2, 0, None)

    def granted(self) -> Scenario:
        """The first scenario in which something is granted, else the first."""
        return next((one for one in self.tellable if one.expect.outcome in GRANTED), self.tellable[0])

    def _cut(self, scenario: Scenario, steps: int, idle: int, turn: int, *, broken: bool = False) -> Story:
        last = scenario.steps[steps - 1].at if steps else scenario.starts
        ago = self._length(scenario.starts.date(), last.date()) + idle
        return self._story(scenario, min(ago, LONGEST), turn, steps, broken=broken)

    def _whole(self, scenario: Scenario, turn: int) -> Story:
        last = scenario.steps[-1].at if scenario.steps else scenario.starts
        ago = self._length(scenario.starts.date(), last.date()) + 1 + turn % 5
        return self._story(scenario, min(ago, LONGEST), turn, None)

    def _story(self, scenario: Scenario, ago: int, turn: int, steps: int | None, *, broken: bool = False) -> Story:
        code = self.codes[turn % len(self.codes)]
        at_counter = turn % 7 == 3 and self.package.manifest.purpose == "application"
        key = self.package.manifest.key
        return Story(key, scenario, code, ago, steps, at_counter, broken, tuple(self._holds(ago)))

    def _holds(self, ago: int) -> Iterator[Story]:
        """What the applicant was granted before, when the service requires it."""
        for needed in self.package.manifest.requires:
            package = self.packages.get(needed.certificate_of)
            if package is None:
                continue
            key = needed.certificate_of
            before = _Telling(package, self.offices.get(key, ()), self.calendar, self.packages, self.offices)
            if before.tellable:
                yield before.granted_before(ago)

    def _length(self, first: date, last: date) -> int:
        """The working days from one day to another."""
        days = (first + timedelta(days=more) for more in range(1, (last - first).days + 1))
        return sum(self.calendar.is_working_day(day) for day in days)
