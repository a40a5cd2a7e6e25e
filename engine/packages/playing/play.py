"""A play: how a case begins and the moves that were made with it, which is a scenario that is still being written.

Nothing of the case itself is kept. Where it stands is found by walking the moves again, on whatever the package is by
then; going back is leaving out the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from engine.packages.operations import CASE_DRAW, CERTIFICATE_LOOK_UP
from engine.packages.package import ServicePackage
from engine.packages.register_rules import kind_of
from engine.packages.scenarios import Expectation, Scenario, ScenarioStep

_MINUTES: Final = "%Y-%m-%d %H:%M"
NOT_DRAWN: Final[Mapping[str, Any]] = {"drawn": False}
NOTHING_FOUND: Final[Mapping[str, Any]] = {"found": False, "valid": False, "expires": None}
"""What the register says where a scenario says nothing of it."""


class Action(StrEnum):
    """What somebody does in a play. The first four are steps of a scenario; the others are about the world around it:
    what a connector or the register answers at a service task, and a session that the office publishes."""

    COMPLETE = "complete"
    SEND = "send"
    CHANGE = "change"
    WAIT = "wait"
    CONNECTOR = "connector"
    REGISTER = "register"
    PUBLISH = "publish"


STEPS: Final = (Action.COMPLETE, Action.SEND, Action.CHANGE, Action.WAIT)


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that was done, at a local moment. ``name`` is the task, message, kind of session or service task;
    ``session`` when the session begins that was chosen or published."""

    action: Action
    at: datetime
    name: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    session: datetime | None = None

    def kept(self) -> dict[str, Any]:
        """As plain data."""
        session = written(self.session) if self.session else None
        return {
            "action": self.action.value,
            "at": written(self.at),
            "name": self.name,
            "answers": dict(self.answers),
            "session": session,
        }


@dataclass(frozen=True, slots=True)
class Play:
    """How a case began and what was done since, moments local. While it is not ``is_sent``, its answers are still being
    typed. ``said`` is what connectors and the register answer from the beginning, ``sessions`` those published then, as
    in the scenario from which the play was opened."""

    starts: datetime
    level: str = ""
    begins: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    held_until: date | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    is_sent: bool = False
    moves: tuple[Move, ...] = ()
    connectors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    register: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sessions: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The local moment at which the last move was made."""
        return self.moves[-1].at if self.moves else self.starts

    @property
    def kind(self) -> str:
        """Whether it begins from nothing, or renews or changes a certificate."""
        return kind_of(self.facts)

    def with_move(self, move: Move) -> Play:
        """With one move more."""
        return replace(self, moves=(*self.moves, move))

    def back_to(self, count: int) -> Play:
        """With no more than the first moves; ``-1`` also takes the sending back."""
        return replace(self, moves=self.moves[: max(count, 0)], is_sent=self.is_sent and count >= 0)

    def scenario(self, name: str, expect: Expectation) -> Scenario:
        """The same as a scenario."""
        steps = [
            ScenarioStep(move.action.value, move.name or "True", move.at, move.answers, move.session)
            for move in self.moves
            if move.action in STEPS
        ]
        said = {
            action: {move.name: dict(move.answers) for move in self.moves if move.action == action}
            for action in (Action.CONNECTOR, Action.REGISTER)
        }
        return Scenario(
            name,
            self.starts,
            self.answers,
            tuple(steps),
            expect,
            self.begins,
            {**self.connectors, **said[Action.CONNECTOR]},
            self.level,
            self.facts,
            {**self.register, **said[Action.REGISTER]},
            self.held_until,
            self._published(),
        )

    def _published(self) -> dict[str, tuple[datetime, ...]]:
        found = {key: set(moments) for key, moments in self.sessions.items()}
        for move in self.moves:
            if move.action == Action.PUBLISH and move.session is not None:
                found.setdefault(move.name, set()).add(move.session)
        return {key: tuple(sorted(moments)) for key, moments in found.items()}

    def kept(self) -> dict[str, Any]:
        """As plain data, to be read again by ``play_of``."""
        return {
            "starts": written(self.starts),
            "level": self.level,
            "begins": self.begins,
            "facts": dict(self.facts),
            "held_until": self.held_until.isoformat() if self.held_until else None,
            "answers": dict(self.answers),
            "is_sent": self.is_sent,
            "moves": [move.kept() for move in self.moves],
            "connectors": {name: dict(said) for name, said in self.connectors.items()},
            "register": {name: dict(said) for name, said in self.register.items()},
            "sessions": {key: [written(one) for one in moments] for key, moments in self.sessions.items()},
        }


def play_of(kept: Mapping[str, Any]) -> Play:
    """The play that ``kept()`` wrote down."""
    return Play(
        local(kept["starts"]),
        kept["level"],
        kept["begins"],
        kept["facts"],
        date.fromisoformat(kept["held_until"]) if kept["held_until"] else None,
        kept["answers"],
        kept["is_sent"],
        tuple(_move(one) for one in kept["moves"]),
        kept["connectors"],
        kept["register"],
        {key: tuple(map(local, moments)) for key, moments in kept["sessions"].items()},
    )


def play_from(scenario: Scenario, package: ServicePackage) -> Play:
    """A scenario opened as a play: what it leaves unsaid of the register and of draws is said, so nothing is asked."""
    elements = package.process.elements.values()
    looked_up = [one.id for one in elements if one.operation == CERTIFICATE_LOOK_UP]
    draws = [one.id for one in elements if one.operation == CASE_DRAW]
    waits = {Action.WAIT.value: ""}
    moves = (
        Move(Action(step.action), step.at, waits.get(step.action, step.name), step.answers, step.session)
        for step in scenario.steps
    )
    return Play(
        scenario.starts,
        scenario.level,
        scenario.begins,
        scenario.facts,
        scenario.held_until,
        scenario.answers,
        is_sent=True,
        moves=tuple(moves),
        connectors={**dict.fromkeys(draws, NOT_DRAWN), **scenario.connectors},
        register={**dict.fromkeys(looked_up, NOTHING_FOUND), **scenario.register},
        sessions=scenario.sessions,
    )


def _move(kept: Mapping[str, Any]) -> Move:
    session = local(kept["session"]) if kept["session"] else None
    return Move(Action(kept["action"]), local(kept["at"]), kept["name"], kept["answers"], session)


def written(moment: datetime) -> str:
    """A local moment as scenarios write it."""
    return moment.strftime(_MINUTES)


def local(text: str) -> datetime:
    """The local moment that is written so; raises ValueError."""
    return datetime.strptime(text, _MINUTES)  # noqa: DTZ007 (local; the walk adds the zone)
