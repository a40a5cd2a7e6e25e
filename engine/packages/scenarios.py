"""``tests.yaml``: cases as the analyst imagines them, with what should become of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from marshmallow import ValidationError, fields, post_load, validates_schema

from engine.khmer import Bilingual
from engine.packages.loading import AsFar, load_as_far
from engine.packages.manifest import OFFICE_LEVELS, OUTCOMES
from engine.packages.package import ServicePackage
from engine.packages.problems import error
from engine.packages.register_rules import NEW, kind_facts, kind_of
from engine.packages.said import Said
from engine.packages.scenario_fields import DAY_OR_NEVER, DayField, MomentField, RecordField
from engine.packages.scenario_names import names_that_lack, no_answers, sessions_before
from engine.packages.schema import (
    KEY,
    MapOf,
    PlainText,
    StrictSchema,
    TermField,
    at_least_one,
    made,
    of_length,
    one_of,
    within,
)
from engine.packages.yaml_files import YamlFile
from engine.problems import Problem
from engine.working_time.terms import Term

_ACTIONS: Final = ("complete", "send", "change", "wait")


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One thing that happens, at a local moment: a user task completed, a message sent, a session changed for another,
    or time that passes. ``session`` is when that begins which is chosen, local."""

    action: str
    name: str
    at: datetime
    answers: Mapping[str, Any]
    session: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What should have happened; None is not looked at. ``path`` must be passed in this order, with others between;
    ``variables`` are those of the diagram at the end, others not looked at; ``issued`` counts the results,
    ``valid_until`` is the last day of each of them (``permanent``: without end), ``holder`` the Latin name of whoever
    holds them (``applicant``: the applicant)."""

    path: tuple[str, ...] | None
    stages: tuple[str, ...] | None
    fee: int | None
    fees: Mapping[str, int] | None
    working_days: int | None
    outcome: str | None
    waits_at: tuple[str, ...] | None
    operations: tuple[str, ...] | None
    messages: tuple[str, ...] | None
    issued: int | None
    valid_until: str | None
    holder: str | None
    variables: Mapping[str, Any]
    term: Term | None
    levels: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case: who starts when with which answers, what happens, and what is expected. Moments are local. With
    ``begins``, that start event begins it, and the answers are what its message or signal brings. ``connectors`` say
    what is answered at a service task: a record, or ``error`` and a code; ``register`` what the register says at one.
    ``facts`` are what the house knows of the case, ``held_until`` until when the certificate holds that it renews or
    changes. ``sessions`` are published when it starts: by their kind, when each begins."""

    name: str
    starts: datetime
    answers: Mapping[str, Any]
    steps: tuple[ScenarioStep, ...]
    expect: Expectation
    begins: str = ""
    connectors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    level: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    register: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    held_until: date | None = None
    sessions: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Whether it begins from nothing, or renews or changes a certificate."""
        return kind_of(self.facts)


class _StepSchema(StrictSchema):
    complete = PlainText(validate=of_length(1, 100))
    send = PlainText(validate=of_length(1, 100))
    change = PlainText(validate=of_length(1, 100))
    session = MomentField(load_default=None)
    wait = fields.Boolean(truthy={True}, falsy=set())
    at = MomentField(required=True)
    answers = MapOf(fields.Raw(allow_none=True), load_default=dict)

    @validates_schema
    def one_action(self, data: Mapping[str, Any], **_: Any) -> None:
        if sum(action in data for action in _ACTIONS) != 1:
            raise ValidationError(_ONE_ACTION)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ScenarioStep:
        action = next(action for action in _ACTIONS if action in data)
        return ScenarioStep(action, str(data[action]), data["at"], data["answers"], data["session"])


class ExpectSchema(StrictSchema):
    """What a scenario may expect."""

    path = fields.List(PlainText(), load_default=None)
    stages = fields.List(PlainText(validate=KEY), load_default=None)
    fee = fields.Integer(strict=True, load_default=None)
    fees = MapOf(fields.Integer(strict=True), load_default=None)
    working_days = fields.Integer(strict=True, load_default=None)
    outcome = PlainText(load_default=None, validate=one_of(*OUTCOMES))
    waits_at = fields.List(PlainText(), load_default=None)
    operations = fields.List(PlainText(), load_default=None)
    messages = fields.List(PlainText(), load_default=None)
    issued = fields.Integer(strict=True, load_default=None, validate=within(0))
    valid_until = PlainText(load_default=None, validate=DAY_OR_NEVER)
    holder = PlainText(load_default=None)
    variables = MapOf(fields.Raw(allow_none=True), load_default=dict)
    term = TermField(load_default=None)
    levels = fields.List(PlainText(validate=one_of(*OFFICE_LEVELS)), load_default=None)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Expectation:
        expected: dict[str, Any] = {key: tuple(held) if isinstance(held, list) else held for key, held in data.items()}
        return Expectation(**expected)


_ONE_ACTION: Final = Said(
    "ជំហានមួយគឺ complete: កិច្ចការ ឬ send: សារ ឬ change: ពេលណាត់ ឬ wait: true។ សូមសរសេរតែមួយ។",
    "A step is one of complete: a task, send: a message, change: a session, or wait: true.",
)


class _FactsSchema(StrictSchema):
    is_renewal = fields.Boolean(truthy={True}, falsy={False})
    is_change = fields.Boolean(truthy={True}, falsy={False})
    certificates_held = fields.Integer(strict=True, validate=within(0, 1_000))


class _ScenarioSchema(StrictSchema):
    name = PlainText(required=True)
    starts = MomentField(required=True)
    answers = PlainText(required=True, validate=KEY)
    begins = PlainText(load_default="")
    level = PlainText(load_default="", validate=one_of(*OFFICE_LEVELS))
    connectors = MapOf(MapOf(fields.Raw(allow_none=True)), load_default=dict)
    facts = fields.Nested(_FactsSchema, load_default=dict)
    register = MapOf(RecordField(), load_default=dict)
    held_until = DayField(load_default=None)
    sessions = MapOf(fields.List(MomentField(), validate=at_least_one()), load_default=dict)
    but = MapOf(fields.Raw(allow_none=True), load_default=dict)
    steps = fields.List(fields.Nested(_StepSchema), load_default=list)
    expect = fields.Nested(ExpectSchema, required=True)


class _CoverageSchema(StrictSchema):
    except_ = MapOf(PlainText(), keys=of_length(1, 200), data_key="except", load_default=dict)


class _ScenariosSchema(StrictSchema):
    coverage = fields.Nested(_CoverageSchema, load_default=lambda: {"except_": {}})
    answers = MapOf(MapOf(fields.Raw(allow_none=True)), required=True)
    scenarios = fields.List(fields.Nested(_ScenarioSchema), required=True)


@lru_cache(maxsize=2)
def _written(name: str, data: bytes) -> tuple[YamlFile, AsFar[Any]]:
    """What the file says. A package's is looked at several times in a row: checked, counted and told."""
    return load_as_far(made(_ScenariosSchema), name, data, _STAND_INS)


def read_reasons(name: str, data: bytes) -> dict[str, tuple[str, int | None]]:
    """What needs no scenario, with the reason and the line on which it stands, as far as that can be read."""
    file, read = _written(name, data)
    reasons: dict[str, str] = (read.value or _NOTHING)["coverage"]["except_"]
    return {key: (reason, file.line(("coverage", "except", key))) for key, reason in reasons.items()}


def read_scenarios(name: str, data: bytes, package: ServicePackage) -> tuple[Scenario, ...]:
    """The scenarios of a package; raises PackageRejected for mistakes, and for tasks the diagram does not have."""
    return scenarios_as_far(name, data, package).whole()


def scenarios_as_far(name: str, data: bytes, package: ServicePackage) -> AsFar[tuple[Scenario, ...]]:
    """The scenarios that can be read, with everything that is wrong with any."""
    file, read = _written(name, data)
    loaded: Mapping[str, Any] = read.value or _NOTHING
    answers: Mapping[str, Mapping[str, Any]] = loaded["answers"]
    is_known = not any(place[:1] in ((), ("answers",)) for place in read.unread)
    problems: list[Problem] = list(read.problems)
    if not loaded["scenarios"] and not read.unread:
        problems.append(error(name, "scenario", _NONE, line=file.line(("scenarios",))))
    scenarios: list[Scenario] = []
    for written in loaded["scenarios"]:
        place = _place(file, written["name"])
        lacks = written["answers"] not in answers
        if lacks and is_known:
            problems.append(no_answers(file, place, written, answers))
        problems += names_that_lack(file, place, written, package)
        if ("scenarios", place, "starts") not in read.unread:
            problems += sessions_before(file, place, written)
        if not lacks:
            scenarios.append(_scenario(written, answers[written["answers"]], package))
    return AsFar(tuple(scenarios), tuple(problems), read.unread)


_STAND_INS: Final[Mapping[str, Any]] = {
    "answers": {},
    "expect": {},
    **dict.fromkeys(("starts", "at"), "2026-01-01 00:00"),
}
_NOTHING: Final[Mapping[str, Any]] = {"answers": {}, "scenarios": [], "coverage": {"except_": {}}}
"""What is known of a file in which no scenario can be read."""
_NONE: Final = Bilingual("scenarios៖ បញ្ជីទទេ។ សូមសរសេរយ៉ាងតិចមួយ។", "scenarios: the list is empty; write at least one.")


def _scenario(written: Mapping[str, Any], answers: Mapping[str, Any], package: ServicePackage) -> Scenario:
    return Scenario(
        written["name"],
        written["starts"],
        {**answers, **written["but"]},
        tuple(written["steps"]),
        written["expect"],
        written["begins"],
        written["connectors"],
        written["level"],
        _facts(written["facts"], package),
        written["register"],
        written["held_until"],
        {key: tuple(moments) for key, moments in written["sessions"].items()},
    )


def _place(file: YamlFile, name: str) -> int:
    """Where the scenario of this name stands in the file, whatever was left out before it."""
    written = file.value.get("scenarios") or []
    return next((at for at, one in enumerate(written) if isinstance(one, dict) and one.get("name") == name), 0)


def _facts(written: Mapping[str, Any], package: ServicePackage) -> dict[str, Any]:
    """What the house knows of the case: a service of renewals or changes alone needs not say so."""
    kinds = package.manifest.kinds
    return dict(written) if NEW in kinds or written else kind_facts(kinds[0])
