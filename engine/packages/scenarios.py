"""``tests.yaml``: cases as the analyst imagines them, with what should become of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from engine.packages.manifest import OFFICE_LEVELS, OUTCOMES
from engine.packages.package import ServicePackage
from engine.packages.problems import PackageRejected, error
from engine.packages.register_rules import CHANGE, NEW, RENEWAL, kind_facts
from engine.packages.schema import KEY, MapOf, PlainText, StrictSchema, TermField, load, one_of
from engine.packages.yaml_files import YamlFile, read_yaml
from engine.working_time.terms import Term

_ACTIONS: Final = ("complete", "send", "change", "wait")
_FIRST_YEAR: Final = 1993
_LAST_YEAR: Final = 2199


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
        return next((kind for kind in (RENEWAL, CHANGE) if self.facts.get(f"is_{kind}")), NEW)


_DAY_OR_NEVER: Final = validate.Regexp(
    r"^(?:permanent|\d{4}-\d\d-\d\d)(?:, (?:permanent|\d{4}-\d\d-\d\d))*\Z",
    error="“{input}”: write a day as 2027-03-01, or permanent; where results differ, each with a comma between.",
)


class _DayField(fields.Field[date]):
    """``2027-03-01``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:  # noqa: ARG002
        try:
            return date.fromisoformat(str(value))
        except ValueError as bad:
            raise ValidationError(f"“{value}” is not a day; write 2027-03-01.") from bad


class _MomentField(fields.Field[datetime]):
    """``2026-11-02 09:00``, by the clock of the office."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:  # noqa: ARG002
        try:
            moment = datetime.strptime(str(value), "%Y-%m-%d %H:%M")  # noqa: DTZ007 (local; the runner adds the zone)
        except ValueError as bad:
            raise ValidationError(f"“{value}” is not a moment; write 2026-11-02 09:00.") from bad
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise ValidationError(f"“{value}”: scenarios take place between {_FIRST_YEAR} and {_LAST_YEAR}.")
        return moment


class _StepSchema(StrictSchema):
    complete = PlainText(validate=validate.Length(1, 100))
    send = PlainText(validate=validate.Length(1, 100))
    change = PlainText(validate=validate.Length(1, 100))
    session = _MomentField(load_default=None)
    wait = fields.Boolean(truthy={True}, falsy=set())
    at = _MomentField(required=True)
    answers = MapOf(fields.Raw(allow_none=True), load_default=dict)

    @validates_schema
    def one_action(self, data: Mapping[str, Any], **_: Any) -> None:
        if sum(action in data for action in _ACTIONS) != 1:
            raise ValidationError(
                "A step is one of complete: a task, send: a message, change: a session, or wait: true."
            )

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
    issued = fields.Integer(strict=True, load_default=None, validate=validate.Range(min=0))
    valid_until = PlainText(load_default=None, validate=_DAY_OR_NEVER)
    holder = PlainText(load_default=None)
    variables = MapOf(fields.Raw(allow_none=True), load_default=dict)
    term = TermField(load_default=None)
    levels = fields.List(PlainText(validate=one_of(*OFFICE_LEVELS)), load_default=None)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Expectation:
        expected: dict[str, Any] = {key: tuple(held) if isinstance(held, list) else held for key, held in data.items()}
        return Expectation(**expected)


class _FactsSchema(StrictSchema):
    is_renewal = fields.Boolean(truthy={True}, falsy={False})
    is_change = fields.Boolean(truthy={True}, falsy={False})
    certificates_held = fields.Integer(strict=True, validate=validate.Range(0, 1_000))


class _RecordField(fields.Field[dict[str, Any]]):
    """What the register says: ``{found: true, valid: true, expires: 2027-03-01}``, what is left out as of nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002
        known = {"found": False, "valid": False, "expires": None}
        if not isinstance(value, dict) or set(value) - set(known):
            raise ValidationError("Write what the register says: {found: true, valid: true, expires: 2027-03-01}.")
        return known | value


class _ScenarioSchema(StrictSchema):
    name = PlainText(required=True)
    starts = _MomentField(required=True)
    answers = PlainText(required=True, validate=KEY)
    begins = PlainText(load_default="")
    level = PlainText(load_default="", validate=one_of(*OFFICE_LEVELS))
    connectors = MapOf(MapOf(fields.Raw(allow_none=True)), load_default=dict)
    facts = fields.Nested(_FactsSchema, load_default=dict)
    register = MapOf(_RecordField(), load_default=dict)
    held_until = _DayField(load_default=None)
    sessions = MapOf(fields.List(_MomentField(), validate=validate.Length(1)), load_default=dict)
    but = MapOf(fields.Raw(allow_none=True), load_default=dict)
    steps = fields.List(fields.Nested(_StepSchema), load_default=list)
    expect = fields.Nested(ExpectSchema, required=True)


class _CoverageSchema(StrictSchema):
    except_ = MapOf(PlainText(), keys=validate.Length(1, 200), data_key="except", load_default=dict)


class _ScenariosSchema(StrictSchema):
    coverage = fields.Nested(_CoverageSchema, load_default=lambda: {"except_": {}})
    answers = MapOf(MapOf(fields.Raw(allow_none=True)), required=True)
    scenarios = fields.List(fields.Nested(_ScenarioSchema), required=True, validate=validate.Length(1))


@lru_cache(maxsize=2)
def _written(name: str, data: bytes) -> tuple[YamlFile, dict[str, Any]]:
    """What the file says. A package's is looked at several times in a row: checked, counted and told."""
    file = read_yaml(name, data)
    return file, load(_ScenariosSchema(), file)


def read_reasons(name: str, data: bytes) -> dict[str, tuple[str, int | None]]:
    """What needs no scenario, with the reason and the line on which it stands; raises PackageRejected."""
    file, loaded = _written(name, data)
    reasons: dict[str, str] = loaded["coverage"]["except_"]
    return {key: (reason, file.line(("coverage", "except", key))) for key, reason in reasons.items()}


def read_scenarios(name: str, data: bytes, package: ServicePackage) -> tuple[Scenario, ...]:
    """The scenarios of a package; raises PackageRejected for mistakes, and for tasks the diagram does not have."""
    file, loaded = _written(name, data)
    problems = []
    for place, written in enumerate(loaded["scenarios"]):
        if written["answers"] not in loaded["answers"]:
            message = f"“{written['name']}” starts from the answers “{written['answers']}”, which are not there."
            problems.append(error(name, "scenario", message, line=file.line(("scenarios", place, "answers"))))
        levels = package.manifest.office_levels
        if written["level"] not in ("", *levels):
            message = (
                f"“{written['name']}”: the case cannot come in at the level {written['level']}; "
                f"office_levels has: {', '.join(levels)}."
            )
            problems.append(error(name, "scenario", message, line=file.line(("scenarios", place, "level"))))
        problems.extend(_unknown(file, place, written, package))
        problems.extend(_past(file, place, written))
    if problems:
        raise PackageRejected(problems)
    return tuple(
        Scenario(
            written["name"],
            written["starts"],
            {**loaded["answers"][written["answers"]], **written["but"]},
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
        for written in loaded["scenarios"]
    )


def _facts(written: Mapping[str, Any], package: ServicePackage) -> dict[str, Any]:
    """What the house knows of the case: a service of renewals or changes alone needs not say so."""
    kinds = package.manifest.kinds
    return dict(written) if NEW in kinds or written else kind_facts(kinds[0])


def _past(file: YamlFile, place: int, written: dict[str, Any]) -> list[Any]:
    """Sessions that begin before the scenario does: nobody publishes what is over."""
    if all(one > written["starts"] for held in written["sessions"].values() for one in held):
        return []
    message = f"“{written['name']}”: its sessions begin later than it starts."
    return [error(file.name, "scenario", message, line=file.line(("scenarios", place, "sessions")))]


def _unknown(file: YamlFile, place: int, written: dict[str, Any], package: ServicePackage) -> list[Any]:
    """Tasks, messages and elements that the diagram does not have."""
    elements = set(package.process.elements)
    expected = written["expect"]
    found = [("expect", name) for name in (*(expected.path or ()), *(expected.waits_at or ())) if name not in elements]
    if written["begins"] not in {"", *(start.element_id for start in package.process.starts)}:
        found.append(("begins", written["begins"]))
    fees = [rule.key for rule in package.manifest.fees]
    found += [("expect", name) for name in expected.fees or () if name not in fees]
    for where in ("connectors", "register"):
        found += [(where, name) for name in written[where] if name not in elements]
    sessions = [rule.key for rule in package.manifest.sessions]
    found += [("sessions", name) for name in written["sessions"] if name not in sessions]
    known_to: Mapping[str, Any] = {"complete": package.tasks, "send": package.process.messages, "change": sessions}
    for step in written["steps"]:
        known = known_to.get(step.action, (step.name,))
        if step.name not in known:
            found.append(("steps", step.name))
    return [
        error(
            file.name,
            "scenario",
            f"“{written['name']}”: {where}: the diagram has no “{name}”.",
            line=file.line(("scenarios", place, where)),
        )
        for where, name in found
    ]
