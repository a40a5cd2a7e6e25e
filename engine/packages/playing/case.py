"""A case that is played: walked as a rehearsed one, and everything that happens to it is noted with its moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from engine import bpmn
from engine.bpmn import Step
from engine.khmer import Bilingual
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.operations import CASE_DRAW, CERTIFICATE_LOOK_UP, CONNECTOR_CALL, literal_text
from engine.packages.playing.clocks import TaskClock, clock_of, promise_ends
from engine.packages.playing.play import Action
from engine.packages.scenario_case import RehearsedCase
from engine.packages.scenario_sentences import Impossible
from engine.packages.scenarios import Scenario, ScenarioStep
from engine.packages.task_settings import TaskSettings

_ASKS: Final[Mapping[str, Action]] = {
    CONNECTOR_CALL: Action.CONNECTOR,
    CASE_DRAW: Action.CONNECTOR,
    CERTIFICATE_LOOK_UP: Action.REGISTER,
}
_ASKED: Final = Bilingual("រង់ចាំចម្លើយពីខាងក្រៅ។", "It waits for an answer from outside.")


class What(StrEnum):
    """What may happen to a case that is played."""

    STAGE = "stage"
    TIMER = "timer"
    MESSAGE = "message"
    OPERATION = "operation"
    LEVEL = "level"
    REMINDED = "reminded"
    WARNED = "warned"
    LATE = "late"
    TERM_LATE = "term_late"
    NORM_LATE = "norm_late"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, in UTC: ``name`` is a stage, an element, a message, an operation, a level or an outcome,
    by ``what``."""

    what: What
    at: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A message that would go out: its key, when, and what is known of the case just then. ``is_own``: its words are
    those of the package, else those that every service has."""

    key: str
    at: datetime
    stage: str
    amount: int
    due_at: datetime | None
    reason: Bilingual | None = None
    session: datetime | None = None
    is_own: bool = False


class Asked(Impossible):
    """The case has come to a service task that asks the outside, and nobody has said what is answered."""

    def __init__(self, element_id: str, action: Action) -> None:
        super().__init__(_ASKED)
        self.element_id, self.action = element_id, action


@dataclass
class PlayedCase(RehearsedCase):
    """A case that is played. ``since`` says from when each task is ready."""

    happened: list[Happening] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    since: dict[str, datetime] = field(default_factory=dict)

    def start(self, scenario: Scenario) -> None:
        """The case begins; who applied is told that it came in."""
        super().start(scenario)
        if not scenario.begins:
            self.tell("application_received", first=True)

    def arrive(self, step: ScenarioStep) -> None:
        """Time passes: timers first, then what is late of that which is still open."""
        before = self.now
        super().arrive(step)
        self.note_clocks(before)

    def act(self, step: ScenarioStep) -> None:
        """What somebody does, and what they are told of it."""
        owed = sum(bill.amount for bill in self.bills.all if bill.is_paid)
        was_paid = self._begun()
        super().act(step)
        paid = sum(bill.amount for bill in self.bills.all if bill.is_paid)
        if paid > owed:
            self.tell("payment_received", amount=paid - owed)
        if step.session is not None:
            self.tell("session_chosen", session=self.moment(step.session))
        if not was_paid and self._begun() and self.package.manifest.clock.starts == "complete":
            self.tell("papers_complete")

    def one(self, step: Step) -> Any:
        """One step of the diagram, with the timers that fired noted at the moment at which they were due."""
        before = len(self.happened)
        due = {timer.element_id: timer.due_at for timer in (self.snapshot.timers if self.snapshot else ())}
        yield from super().one(step)
        if step.operation == "timers" and self.snapshot is not None:
            passed = {one.element_id for one in self.snapshot.passed}
            fired = [Happening(What.TIMER, at, name) for name, at in due.items() if name in passed and at <= self.now]
            self.happened[before:before] = sorted(fired, key=lambda one: one.at)

    def reach(self, stage: str | None) -> None:
        """The application comes to a stage."""
        before = len(self.stages)
        super().reach(stage)
        self.happened += [Happening(What.STAGE, self.now, key) for key in self.stages[before:]]

    def cross(self, task: TaskSettings) -> None:
        """The work goes to an office of another level."""
        before = len(self.levels)
        super().cross(task)
        self.happened += [Happening(What.LEVEL, self.now, key) for key in self.levels[before:]]

    def operate(self, effect: bpmn.Effect) -> None:
        """What a service task asks of the house."""
        super().operate(effect)
        if not HOUSE_OPERATIONS[effect.name].tells:
            self.happened.append(Happening(What.OPERATION, self.now, effect.name))
        else:
            message = str(effect.payload.get("message"))
            reason = str(effect.payload.get("reason") or "")
            self.tell(literal_text(message) or message, reason=Bilingual(reason, reason), is_own=True)

    def answered(self, effect: bpmn.Effect) -> Step:
        """What comes back to a service task; raises ``Asked`` where it asks the outside and nobody said what."""
        action = _ASKS.get(effect.name)
        known = self.connectors if action == Action.CONNECTOR else self.register
        if action is not None and effect.element_id not in known:
            raise Asked(effect.element_id, action)
        return super().answered(effect)

    def note_waits(self) -> None:
        """Notes since when each task waits, and tells the applicant what is theirs to do."""
        before = self.known
        super().note_waits()
        for task in self.ready():
            if task.id not in before:
                self.since[task.id] = self.now
                self._ask(task)
        if self.snapshot is not None and self.snapshot.status != "running":
            self.happened.append(Happening(What.OVER, self.now, self.outcome or ""))
            if self.outcome == "lapsed":
                self.tell("application_lapsed")

    def note_clocks(self, before: datetime) -> None:
        """What became late, or was warned or reminded of, between a moment and now."""
        found: list[Happening] = []
        for task in self.ready():
            clock, name = self.clock_of_task(task), task.element_id
            marks = ((What.REMINDED, clock.reminded_at), (What.WARNED, clock.warned_at), (What.LATE, clock.due_at))
            found += [Happening(what, at, name) for what, at in marks if at is not None and before < at <= self.now]
        ends = promise_ends(self) if self.clock.runs else ()
        found += [Happening(What(what), at) for what, at in ends if before < at <= self.now]
        self.happened += sorted(found, key=lambda one: one.at)
        for one in found:
            if one.what == What.REMINDED:
                self.tell("answer_reminded", reason=self.package.tasks[one.name].name)
            elif one.what == What.NORM_LATE:
                self.tell("promise_broken")

    def clock_of_task(self, task: bpmn.ReadyTask) -> TaskClock:
        """Until when a task is due, warned and reminded of."""
        return clock_of(self.package.tasks[task.element_id], self.since[task.id], self.working_time)

    def tell(
        self,
        key: str,
        *,
        amount: int | None = None,
        reason: Bilingual | None = None,
        session: datetime | None = None,
        is_own: bool = False,
        first: bool = False,
    ) -> None:
        """A message goes out."""
        due = dict(promise_ends(self)).get(What.NORM_LATE)
        total = sum(self.bills.totals().values())
        seat = session or max(filter(None, self.sessions.chosen().values()), default=None)
        told = Told(key, self.now, (self.stages or [""])[-1], amount or total, due, reason, seat, is_own)
        self.told.insert(0 if first else len(self.told), told)
        self.happened.insert(0 if first else len(self.happened), Happening(What.MESSAGE, self.now, key))

    def _ask(self, task: bpmn.ReadyTask) -> None:
        settings: TaskSettings = self.package.tasks[task.element_id]
        if settings.is_asked_of_applicant or settings.is_chosen_by_applicant:
            key = "answer_asked_by" if self.clock_of_task(task).due_at else "answer_asked"
            self.tell(key, reason=settings.name)

    def _begun(self) -> bool:
        return bool(self.clock.ledger)
