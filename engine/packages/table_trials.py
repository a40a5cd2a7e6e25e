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
    that match by their numbers from 1 (with the decision), and fees, or the outputs of a decision, or ``why`` none."""

    form: Form
    values: Mapping[str, Any]
    errors: Mapping[str, FieldError]
    rules: tuple[tuple[str, int], ...] = ()
    fees: tuple[FeeGiven, ...] = ()
    outputs: tuple[tuple[str, Any], ...] = ()
    why: Bilingual | None = None


def questions(package: ServicePackage, table: TableTold) -> Form:
    """What the table looks at, as a form: its inputs first, nothing required. What is no answer is asked as a text."""
    names = dict.fromkeys(name for name in table.inputs if name.isidentifier())
    names |= dict.fromkeys(sorted(_looked_at(package, table)))
    parts = tuple(_question(table, name) for name in names)
    return Form(APPLY, _TITLE, (Page(PAGE, _TITLE, parts),))


def taken(table: TableTold, package: ServicePackage, scenario: Scenario) -> dict[str, Any]:
    """The answers of a scenario as far as the table looks at them, those of tasks too; of a list its first row."""
    found: dict[str, Any] = _facts(scenario.starts.date(), scenario.facts)
    given = {APPLY: scenario.answers}
    for step in scenario.steps:
        task = package.tasks.get(step.name)
        if task is not None and task.answers:
            given[task.answers] = step.answers
            found |= {task.decides: step.answers.get(task.decides)} if task.decides else {}
    for form, answers in given.items():
        found |= routing_variables(package, form, answers)
    for rule in table.fees:
        rows = given.get(rule.for_each[0], {}).get(rule.for_each[1]) if rule.for_each else None
        found |= rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], Mapping) else {}
    return {part.key: found[part.key] for part in questions(package, table).components() if part.key in found}


def beginning(package: ServicePackage, table: TableTold, today: date) -> TableTrial:
    """The questions before anything was typed."""
    form = questions(package, table)
    facts = _facts(today, {})
    return TableTrial(form, {part.key: facts[part.key] for part in form.components() if part.key in facts}, {})


def try_table(
    package: ServicePackage,
    table: TableTold,
    typed: Mapping[str, Any],
    *,
    calendar: WorkingTime,
    today: date,
    now: datetime,
) -> TableTrial:
    """What the table gives for what was typed or taken, at this moment in an office with this calendar."""
    form = questions(package, table)
    raw = gather(form, PAGE, typed)
    clean, errors = validate_all(form, raw, today=today)
    trial = TableTrial(form, {**raw, **clean}, errors)
    if errors:
        return trial
    values = {part.key: _read(table, part.key, clean.get(part.key)) for part in form.components()}
    if table.fees:
        return replace(trial, rules=tuple(_matching(package, table, values)), fees=tuple(_fees(package, table, values)))
    asked = _asked(package, table, values, calendar, now)
    if isinstance(asked, Bilingual):
        return replace(trial, why=asked)
    return replace(trial, rules=asked.rules, outputs=tuple(asked.outputs.items()))


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


def _fees(package: ServicePackage, table: TableTold, values: Mapping[str, Any]) -> Iterator[FeeGiven]:
    for rule in table.fees:
        title = package.texts.fee_titles.get(rule.key)
        if rule.key not in package.fees:
            yield FeeGiven(title, None, _UNREAD)
            continue
        try:
            yield FeeGiven(title, reckon(_with_words(package, rule), rule, _known(rule, values)), None)
        except FeeUndetermined as undetermined:
            yield FeeGiven(title, None, undetermined.why)


def _known(rule: FeeRule, values: Mapping[str, Any]) -> Known:
    if rule.for_each is None:
        return Known(values)
    form, group = rule.for_each
    return Known(values, {form: {group: [values]}})


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
