"""A decision table tried with values that somebody types: which rules match, and what comes of it.

What the table looks at is asked as a form of its own, each name as the question behind it. A fee is reckoned as in a
case of one row, a decision is asked as a business rule task asks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.answers import gather, validate_all
from engine.packages.case_facts import facts_of
from engine.packages.decision_tables import TableTold
from engine.packages.fee_rules import FeeRule
from engine.packages.fees import Fee, FeeTable, FeeUndetermined
from engine.packages.field_kinds import FIELD_KINDS
from engine.packages.form_errors import FieldError
from engine.packages.forms import APPLY, Component, Form, Page
from engine.packages.package import ServicePackage, is_decision, routing_variables
from engine.packages.reckoning import Known, reckon
from engine.packages.scenarios import Scenario
from engine.working_time.calendar import WorkingTime
from engine.working_time.functions import calendar_functions

PAGE: Final = "tried"
_TRUTHS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class FeeGiven:
    """What a fee comes to, or ``why`` it comes to nothing; ``title`` is None for the only fee of a service."""

    title: Bilingual | None
    fee: Fee | None
    why: Bilingual | None


@dataclass(frozen=True, slots=True)
class TableTrial:
    """The questions, with what was typed and what is wrong with it; where nothing is, what the table gives: the rules
    that match by their numbers from 1 (with the decision), and fees, or the outputs of a decision, or ``why`` none.
    ``rows`` is how many rows of a list were reckoned, 0 where none were."""

    form: Form
    values: Mapping[str, Any]
    errors: Mapping[str, FieldError]
    rules: tuple[tuple[str, int], ...] = ()
    fees: tuple[FeeGiven, ...] = ()
    outputs: tuple[tuple[str, Any], ...] = ()
    why: Bilingual | None = None
    rows: int = 0


def questions(package: ServicePackage, table: TableTold) -> Form:
    """What the table looks at, as a form: its inputs first, nothing required. What is no answer is asked as a text, and
    what another decision gives is not asked."""
    looked_at = _looked_at(package, table)
    names = dict.fromkeys(name for name in table.inputs if name in looked_at) | dict.fromkeys(sorted(looked_at))
    parts = tuple(_question(table, name) for name in names)
    return Form(APPLY, _TITLE, (Page(PAGE, _TITLE, parts),))


@dataclass(frozen=True, slots=True)
class Taken:
    """The answers of a scenario as far as a table looks at them, of a list those of its first row; and all of them by
    form."""

    values: Mapping[str, Any]
    answers: Mapping[str, Mapping[str, Any]]


def taken(package: ServicePackage, table: TableTold, scenario: Scenario) -> Taken:
    """What a scenario answers, those of its tasks too."""
    found: dict[str, Any] = _facts(scenario.starts.date(), scenario.facts)
    given: dict[str, Mapping[str, Any]] = {APPLY: scenario.answers}
    for step in scenario.steps:
        task = package.tasks.get(step.name)
        if task is not None and task.answers:
            given[task.answers] = {**given.get(task.answers, {}), **step.answers}
            found |= {task.decides: step.answers.get(task.decides)} if task.decides else {}
    for form, answers in given.items():
        found |= routing_variables(package, form, answers)
    for rule in table.fees:
        found |= next(iter(_rows(rule, given)), {})
    asked = questions(package, table).components()
    return Taken({part.key: found[part.key] for part in asked if part.key in found}, given)


def beginning(package: ServicePackage, table: TableTold, today: date) -> TableTrial:
    """The questions before anything was typed."""
    form = questions(package, table)
    facts = _facts(today, {})
    return TableTrial(form, {part.key: facts[part.key] for part in form.components() if part.key in facts}, {})


def try_table(
    package: ServicePackage,
    table: TableTold,
    given: Taken,
    *,
    calendar: WorkingTime,
    today: date,
    now: datetime,
) -> TableTrial:
    """What the table gives for what was typed or taken, at this moment in an office with this calendar. Where answers
    hold the rows that a fee is for, all of them are reckoned."""
    form = questions(package, table)
    raw = gather(form, PAGE, given.values)
    clean, errors = validate_all(form, raw, today=today)
    trial = TableTrial(form, {**raw, **clean}, errors)
    if errors:
        return trial
    values = {part.key: _read(table, part.key, clean.get(part.key)) for part in form.components()}
    if table.fees:
        return replace(trial, **_reckoned(package, table, values, given.answers))
    asked = _asked(package, table, values, calendar, now)
    if isinstance(asked, Bilingual):
        return replace(trial, why=asked)
    return replace(trial, rules=asked.rules, outputs=tuple(asked.outputs.items()))


def _reckoned(
    package: ServicePackage, table: TableTold, values: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The parts of a trial that a fee table gives."""
    rows = [row for rule in table.fees for row in _rows(rule, answers)]
    found = dict.fromkeys(rule for row in rows or [{}] for rule in _matching(package, table, {**values, **row}))
    return {"rules": tuple(sorted(found)), "fees": tuple(_fees(package, table, values, answers)), "rows": len(rows)}


def _rows(rule: FeeRule, answers: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows that a fee is for, as far as they are rows."""
    held = answers.get(rule.for_each[0], {}).get(rule.for_each[1]) if rule.for_each else None
    return [row for row in held if isinstance(row, Mapping)] if isinstance(held, list) else []


def _looked_at(package: ServicePackage, table: TableTold) -> frozenset[str]:
    if table.fees:
        return frozenset().union(*(package.fees[one.key].names() for one in table.fees if one.key in package.fees))
    decision = _askable(package).get(table.drawn.id)
    return decision.reads if decision is not None else frozenset()


def _askable(package: ServicePackage) -> Mapping[str, bpmn.Decision]:
    return bpmn.decisions_in({name: data for name, data in package.files.items() if is_decision(name)})


def _question(table: TableTold, name: str) -> Component:
    there = table.asked.get(name)
    if there is None:
        return Component(name, FIELD_KINDS["text"], Bilingual(name, name), max_length=200)
    return replace(there, key=name, required=False, hide=None, computed=None, readonly=False, prefill=None, hint=None)


def _read(table: TableTold, name: str, value: Any) -> Any:
    """The value of a name; a text for something that is no answer stands for a number, yes or no where it is one."""
    if name in table.asked or not isinstance(value, str):
        return value
    if value in _TRUTHS:
        return _TRUTHS[value]
    try:
        return int(value)
    except ValueError:
        return value


def _facts(today: date, known: Mapping[str, Any]) -> dict[str, Any]:
    return facts_of(submitted_on=today, today=today) | {
        name: value for name, value in known.items() if isinstance(value, (bool, int))
    }


def _matching(package: ServicePackage, table: TableTold, values: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The rules that count; where the hit policy is broken, all that match."""
    read: FeeTable | None = package.fees.get(table.fees[0].key)
    found = read.matching(values) if read is not None else ()
    for row in found[:1] if read is not None and read.hit_policy == "FIRST" else found:
        number = next((at for at, rule in enumerate(table.drawn.rules, 1) if rule.id == row.id), 0)
        yield table.drawn.id, number


def _fees(
    package: ServicePackage, table: TableTold, values: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]]
) -> Iterator[FeeGiven]:
    for rule in table.fees:
        title = package.texts.fee_titles.get(rule.key)
        if rule.key not in package.fees or package.unread.touches("fees", rule.key):
            yield FeeGiven(title, None, _UNREAD)
            continue
        try:
            yield FeeGiven(title, reckon(_with_words(package, rule), rule, _known(rule, values, answers)), None)
        except FeeUndetermined as undetermined:
            yield FeeGiven(title, None, undetermined.why)


def _known(rule: FeeRule, values: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]]) -> Known:
    if rule.for_each is None:
        return Known(values)
    form, group = rule.for_each
    return Known(values, {form: {group: _rows(rule, answers) or [values]}})


def _with_words(package: ServicePackage, rule: FeeRule) -> ServicePackage:
    """The package in whose texts lines and citations stand by their keys where they have no words yet."""
    rows = package.fees[rule.key].rows
    lines = {row.line: Bilingual(row.line, row.line) for row in rows}
    citations = {row.citation: Bilingual(row.citation, row.citation) for row in rows}
    texts = package.texts
    whole = replace(texts, fees={**lines, **texts.fees}, citations={**citations, **texts.citations})
    return replace(package, texts=whole)


def _asked(
    package: ServicePackage, table: TableTold, values: Mapping[str, Any], calendar: WorkingTime, now: datetime
) -> bpmn.Asked | Bilingual:
    """What the decision gives, or why it gives nothing."""
    decision = _askable(package).get(table.drawn.id)
    if decision is None:
        return _UNREAD
    try:
        return bpmn.ask(decision, values, now=now, functions=calendar_functions(calendar, now))
    except bpmn.StepFailed as failed:
        return Bilingual(failed.reason.km, str(failed.reason))


_TITLE: Final = Bilingual("សាកល្បង", "Try it")
_UNREAD: Final = Bilingual(
    "តារាងមានកំហុស ដូច្នេះមិនទាន់សាកបានទេ។ សូមកែកំហុសជាមុន។",
    "The table has errors and cannot be tried yet. Correct them first.",
)
