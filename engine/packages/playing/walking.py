"""Walking a play: where its case stands after its moves, and what happened at each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from engine.khmer import Bilingual
from engine.packages.package import ServicePackage
from engine.packages.playing.case import Asked, Happening, PlayedCase, Told, What
from engine.packages.playing.clocks import promise_ends
from engine.packages.playing.play import STEPS, Move, Play
from engine.packages.scenario_outcomes import ScenarioResult
from engine.packages.scenario_runs import STOPS, parts_of, result_of
from engine.packages.scenarios import Expectation, ExpectSchema
from engine.packages.schema import made
from engine.packages.tried import Tried
from engine.working_time.calendar import WorkingTime

NO_NAME: Final = "…"


@dataclass(frozen=True, slots=True)
class Leg:
    """A move with the elements that were passed and everything that happened at it; the first is the sending, without
    a move."""

    move: Move | None
    passed: tuple[str, ...]
    happened: tuple[Happening, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """A play that was walked: its case, which is not to be stepped any more, and what happened. ``asked``: a service
    task asks the outside and waits for what somebody says. ``stopped_at`` counts the move, from 0, that does not fit
    the package any more (the sending is -1), and ``why``; the case then stands before it."""

    play: Play
    case: PlayedCase
    legs: tuple[Leg, ...]
    asked: Asked | None = None
    stopped_at: int | None = None
    why: Bilingual | None = None

    @property
    def fits(self) -> bool:
        """Whether every move could be made."""
        return self.stopped_at is None

    @property
    def result(self) -> ScenarioResult:
        """What became of the case so far."""
        return result_of(self.case, NO_NAME)


def nothing_expected() -> Expectation:
    """An expectation that looks at nothing."""
    expected: Expectation = made(ExpectSchema).load({})
    return expected


def walk(package: ServicePackage, play: Play, working_time: WorkingTime) -> Walk:
    """Walks the moves; one that does not fit the package stops it there, and nothing is raised."""
    found = _walked(package, play, working_time)
    if found.stopped_at is None or found.stopped_at < 0:
        return found
    before = _walked(package, play.back_to(found.stopped_at), working_time)
    return replace(before, play=play, stopped_at=found.stopped_at, why=found.why)


def _walked(package: ServicePackage, play: Play, working_time: WorkingTime) -> Walk:
    scenario = play.scenario(NO_NAME, nothing_expected())
    case = PlayedCase(*parts_of(package, scenario, working_time, Tried()))
    legs: list[Leg] = []
    taken = -1
    try:
        case.start(scenario)
        legs.append(_leg(case, legs, None))
        steps = iter(scenario.steps)
        for move in play.moves:
            taken += 1
            if move.action in STEPS:
                case.follow(next(steps))
            legs.append(_leg(case, legs, move))
    except Asked as asked:
        legs.append(_leg(case, legs, play.moves[taken] if taken >= 0 else None))
        return _asked(play, case, tuple(legs), asked, taken)
    except STOPS as stopped:
        return Walk(play, case, tuple(legs), stopped_at=taken, why=stopped.why)
    return Walk(play, case, tuple(legs))


def _asked(play: Play, case: PlayedCase, legs: tuple[Leg, ...], asked: Asked, taken: int) -> Walk:
    """What comes after a question that nobody answered does not fit, but for a session that is published."""
    later = [place for place, move in enumerate(play.moves) if place > taken and move.action in STEPS]
    return Walk(play, case, legs, asked, later[0] if later else None, asked.why if later else None)


def _leg(case: PlayedCase, legs: list[Leg], move: Move | None) -> Leg:
    passed, happened = sum(len(leg.passed) for leg in legs), sum(len(leg.happened) for leg in legs)
    told = sum(len(leg.told) for leg in legs)
    return Leg(move, tuple(case.path[passed:]), tuple(case.happened[happened:]), tuple(case.told[told:]))


def due_moments(found: Walk) -> tuple[tuple[datetime, str, str], ...]:
    """What is still to come by itself, soonest first: the moment in UTC, what (``timer`` or as in ``What``), and the
    element."""
    case = found.case
    coming: list[tuple[datetime, str, str]] = []
    if case.snapshot is not None:
        coming += [(timer.due_at, What.TIMER.value, timer.element_id) for timer in case.snapshot.timers]
    for task in case.ready():
        clock = case.clock_of_task(task)
        marks = ((What.REMINDED, clock.reminded_at), (What.WARNED, clock.warned_at), (What.LATE, clock.due_at))
        coming += [(at, what.value, task.element_id) for what, at in marks if at is not None]
    if case.clock.runs:
        coming += [(at, what, "") for what, at in promise_ends(case)]
    return tuple(sorted(one for one in coming if one[0] > case.now))


def variables_of(found: Walk) -> dict[str, Any]:
    """What the diagram knows by now."""
    return dict(found.case.snapshot.variables) if found.case.snapshot else {}
