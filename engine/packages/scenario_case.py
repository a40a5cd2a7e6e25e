"""A case on its way through a scenario: the package's own process, forms, fees and clocks, in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from engine import bpmn
from engine.bpmn import Step
from engine.khmer import Bilingual
from engine.packages import scenario_sentences as say
from engine.packages.answers import validate_all
from engine.packages.forms import APPLY
from engine.packages.guarded import ISSUES
from engine.packages.house_operations import GIVES_DRAWN, HOUSE_OPERATIONS
from engine.packages.names import NONE, nearest
from engine.packages.operations import CASE_DRAW, CERTIFICATE_LOOK_UP, CONNECTOR_CALL, literal_text
from engine.packages.package import ServicePackage, routing_variables
from engine.packages.register_rules import kind_facts
from engine.packages.said import filled
from engine.packages.scenario_fees import Bills
from engine.packages.scenario_promises import RehearsedPromise
from engine.packages.scenario_results import RehearsedResults
from engine.packages.scenario_sentences import Impossible, from_the_core
from engine.packages.scenario_sessions import RehearsedSessions
from engine.packages.scenarios import Scenario, ScenarioStep
from engine.packages.task_schema import COMPLETES
from engine.packages.task_settings import TaskSettings
from engine.packages.tried import Tried
from engine.working_time.calendar import WorkingTime
from engine.working_time.functions import calendar_functions
from engine.working_time.terms import Term

_APPLICANT: Final = frozenset({"applicant"})


@dataclass
class RehearsedCase:
    """A case on its way through a scenario."""

    package: ServicePackage
    working_time: WorkingTime
    now: datetime
    level: str
    bills: Bills
    clock: RehearsedPromise
    sessions: RehearsedSessions
    tried: Tried = field(default_factory=Tried)
    levels: list[str] = field(default_factory=list)
    snapshot: bpmn.Snapshot | None = None
    path: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    outcome: str | None = None
    named_outcome: str | None = None
    operations: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    connectors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    register: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    results: RehearsedResults = field(default_factory=RehearsedResults)

    def start(self, scenario: Scenario) -> None:
        self.connectors, self.register = scenario.connectors, scenario.register
        self.results.kind, self.results.held_until = scenario.kind, scenario.held_until
        self.levels = [self.level]
        self.sessions.publish(scenario)
        if scenario.begins:
            starts = self.package.process.starts
            begun = next((each for each in starts if each.element_id == scenario.begins), None)
            if begun is None:
                raise Impossible(filled(say.NO_START, start=scenario.begins))
            self.clock.begin("submitted", "paid", at=self.now)
            name = "" if begun.kind in ("none", "timer") else begun.name or ""
            self.take(Step("start", name=name, variables=scenario.answers, element_id=begun.element_id))
            return
        form = self.package.forms[APPLY]
        answers = self.checked(form.key, dict(scenario.answers))
        self.answers[APPLY] = answers
        self.bills.tell(answers, self.today())
        self.clock.sent(self.bills.totals(), self.now)
        self.reach(self.package.manifest.stages[0])
        facts = kind_facts(scenario.kind) if self.package.manifest.begins_from_certificates else {}
        self.take(Step("start", variables=routing_variables(self.package, form.key, answers) | facts))

    def checked(self, form: str, answers: dict[str, Any], *, only: set[str] | None = None) -> dict[str, Any]:
        """The answers to keep; with ``only``, what is wrong with others is not looked at, as in a correction."""
        day = self.working_time.local_date(self.now)
        clean, errors = validate_all(self.package.forms[form], answers, today=day, places=only)
        if only is not None:
            ours = [name for name in errors if name.partition("-")[0] in only or name not in answers]
            errors = {name: errors[name] for name in ours}
        if errors:
            said = Bilingual(*("; ".join(error.text(one) for error in errors.values()) for one in ("km", "en")))
            raise Impossible(
                Bilingual(
                    f"ចម្លើយនៃទម្រង់ {form} មិនទទួលទេ៖ {said.km}។",
                    f"The answers of the form {form} are not accepted: {said.en}.",
                )
            )
        unknown = sorted(set(answers) - {part.key for part in self.package.forms[form].components()})
        if unknown:
            known = nearest(unknown[0], (part.key for part in self.package.forms[form].components()))
            raise Impossible(filled(say.NOT_ASKED, form=form, names=", ".join(unknown), known=known))
        self.tried.form(form, (page.key for page in self.package.forms[form].visible_pages(clean)), clean)
        return clean

    def follow(self, step: ScenarioStep) -> None:
        self.arrive(step)
        self.act(step)

    def arrive(self, step: ScenarioStep) -> None:
        """Time passes until the step, and what was due by then happens."""
        if self.moment(step.at) < self.now:
            raise Impossible(filled(say.BACKWARDS, at=f"{step.at:%Y-%m-%d %H:%M}"))
        while anew := self.sessions.asked_anew(self.snapshot, self.moment(step.at)):
            self.now = anew[0]
            self.take(anew[1])
        self.now = self.moment(step.at)
        if self.timers_due():
            self.take(Step("timers"))

    def act(self, step: ScenarioStep) -> None:
        if step.action == "complete":
            self.complete(step)
        elif step.action == "send":
            self.take(self.sent(step))
        elif step.action == "change":
            self.take(Step("correct", variables=self.sessions.change(step.name, step.session, self.now)))

    def sent(self, step: ScenarioStep) -> Step:
        """A message for the case, or a signal that it listens for, with what it brings. A signal that nobody listens
        for is refused like a message: in a scenario it would say nothing."""
        process = self.package.process
        if step.name not in process.signals or step.name in process.messages:
            return Step("deliver", name=step.name, variables=step.answers)
        heard = self.snapshot.subscriptions if self.snapshot else ()
        if step.name not in {one.name for one in heard}:
            raise Impossible(from_the_core(bpmn.NobodyWaits(step.name, None)))
        return Step("signal", name=step.name, variables=step.answers)

    def complete(self, step: ScenarioStep) -> None:
        ready = self.ready()
        task = next((task for task in ready if task.element_id == step.name), None)
        if task is None:
            there = ", ".join(task.element_id for task in ready) or NONE
            raise Impossible(filled(say.NOT_READY, task=step.name, at=f"{step.at:%Y-%m-%d %H:%M}", there=there))
        settings = self.package.tasks[step.name]
        self.sessions.require_its_day(step.name, self.now)
        variables: dict[str, Any] = {}
        if settings.kind == "correction":
            variables = self.corrected(step.answers)
        elif settings.session:
            variables = self.sessions.choose(settings.session, step.session, self.now)
        elif settings.form is None and step.answers:
            raise Impossible(filled(say.ASKS_NOTHING, task=step.name))
        self.bills.pay(task.id)
        if settings.kind == "payment":
            self.clock.begin("paid", at=self.now)
        if settings.form:
            answers = self.checked(settings.form, dict(step.answers))
            self.answers[settings.form] = answers
            variables = routing_variables(self.package, settings.form, answers)
            if settings.decides:
                variables[settings.decides] = answers[settings.decides]
        self.take(Step("complete", task_ref=task.id, variables=variables))

    def corrected(self, mended: Mapping[str, Any]) -> dict[str, Any]:
        """What the diagram sees after the applicant mended these answers. A fee that was not paid follows them."""
        before = self.answers[APPLY]
        clean = self.checked(APPLY, {**before, **mended}, only=set(mended))
        self.answers[APPLY] = {name: value for name, value in before.items() if name not in mended} | clean
        self.bills.again(self.ready(), self.answers, self.today())
        return routing_variables(self.package, APPLY, self.answers[APPLY])

    def take(self, step: Step) -> None:
        """Take the step, do what the service tasks name, and note what was passed, reached and waited for."""
        waiting = deque([step])
        taken = 0
        while waiting:
            waiting.extend(self.one(waiting.popleft()))
            taken += 1
            if taken > say.MOST_EFFECTS:
                raise Impossible(say.WITHOUT_WAIT)
        self.outcome, self.named_outcome = self.named_outcome or self.outcome, None
        self.note_waits()

    def one(self, step: Step) -> Iterator[Step]:
        state = self.snapshot.state if self.snapshot else b""
        try:
            functions = calendar_functions(self.working_time, self.now)
            self.snapshot = step.take(self.package.process, state, functions, self.now)
        except bpmn.BpmnRefusal as refused:
            raise Impossible(from_the_core(refused)) from refused
        self.tried.step(self.snapshot)
        for reached in self.snapshot.reached:
            self.reach(reached.properties.get("stage"))
        for passed in self.snapshot.passed:
            self.path.append(passed.element_id)
            self.named_outcome = passed.properties.get("outcome") or self.named_outcome
            if passed.properties.get(COMPLETES) == "yes":
                self.clock.begin("complete", at=self.now)
        for effect in self.snapshot.effects:
            if effect.kind == "service":
                self.operate(effect)
                yield self.answered(effect)
        for task in self.bills.reach(self.ready(), self.answers, self.today()):
            self.clock.begin("paid", at=self.now)
            yield Step("complete", task_ref=task.id)

    def answered(self, effect: bpmn.Effect) -> Step:
        """What comes back to a service task: nothing from the house, what the scenario says from a connector, from the
        register and of a draw; unsaid, nobody holds anything and the case is not drawn."""
        task_ref = effect.task_id or ""
        if effect.name == ISSUES:
            given = self.results.issue(self.package, self.answers, self.today())
            return Step("complete", task_ref=task_ref, variables=given)
        if effect.name == CERTIFICATE_LOOK_UP:
            said = self.register.get(effect.element_id, {"found": False, "valid": False, "expires": None})
            return Step("complete", task_ref=task_ref, variables=said)
        if effect.name == CASE_DRAW:
            is_among = self.connectors.get(effect.element_id, {}).get(GIVES_DRAWN) is True
            return Step("complete", task_ref=task_ref, variables={GIVES_DRAWN: is_among})
        if effect.name != CONNECTOR_CALL:
            return Step("complete", task_ref=task_ref)
        answer = self.connectors.get(effect.element_id)
        if answer is None:
            raise Impossible(filled(say.NO_CONNECTOR, element=effect.element_id))
        if "error" in answer:
            return Step("fail", task_ref=task_ref, name=str(answer["error"]))
        return Step("complete", task_ref=task_ref, variables=answer)

    def operate(self, effect: bpmn.Effect) -> None:
        self.operations.append(effect.name)
        operation = HOUSE_OPERATIONS.get(effect.name)
        if operation is None:
            raise Impossible(filled(say.NO_OPERATION, name=str(effect.name)))
        if operation.tells:
            message = str(effect.payload.get("message"))
            self.messages.append(literal_text(message) or message)
        if operation.decides:  # the office has kept its promise; the clock of the case ends here
            self.outcome = operation.decides
            self.clock.end(self.now)

    def note_waits(self) -> None:
        open_tasks = [self.package.tasks[task.element_id] for task in self.ready()]
        for task in self.ready():
            if task.id not in self.known:
                self.reach(self.package.tasks[task.element_id].stage)
                self.cross(self.package.tasks[task.element_id])
        self.known = frozenset(task.id for task in self.ready())
        if self.snapshot is not None and self.snapshot.status != "running":
            self.clock.end(self.now)
        else:
            self.clock.stand(open_tasks, self.sessions.chosen(), self.now)

    def cross(self, task: TaskSettings) -> None:
        """The work goes to the level of the task, as the house would take it there."""
        level = task.level or self.level
        if task.group not in _APPLICANT and self.levels[-1] != level:
            self.levels.append(level)

    def reach(self, stage: str | None) -> None:
        self.stages += [stage] if stage and self.stages[-1:] != [stage] else []

    def ready(self) -> tuple[bpmn.ReadyTask, ...]:
        return self.snapshot.tasks if self.snapshot else ()

    def timers_due(self) -> bool:
        return self.snapshot is not None and any(timer.due_at <= self.now for timer in self.snapshot.timers)

    def today(self) -> date:
        return self.working_time.local_date(self.now)

    def moment(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.working_time.zone).astimezone(UTC)

    def term(self) -> Term:
        return self.package.manifest.term.of(self.answers.get(APPLY, {}))
