"""Reads DMN files into decisions and reports what cannot be evaluated."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from engine.bpmn.language.cells import Cell, flaws_of, read_cell
from engine.bpmn.language.decisions import AGGREGATIONS, BY_PRIORITY, POLICIES, Decision, Rule
from engine.bpmn.language.dialects import LANGUAGES, Dialect, compile_written
from engine.bpmn.language.expressions import Expression, ExpressionInvalid
from engine.bpmn.language.reasons import because
from engine.bpmn.language.unary_tests import VALUE, split
from engine.bpmn.problems.findings import Findings
from engine.bpmn.reading.xml import local_name, namespace, text_of

_DMN: Final = re.compile(r"https?://www\.omg\.org/spec/DMN/")
_MOST_RULES: Final = 2_000
_MOST_REQUIRED: Final = 100
"""Decisions that one may require, those they require included."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A decision as read, before those it requires are joined to it; ``decision`` is None when it is broken."""

    id: str
    file: str
    name: str | None
    decision: Decision | None
    required: tuple[str, ...]
    flaws: tuple[tuple[str, int, str], ...] = ()
    """What nobody means in its cells: the rule that this breaks, the number of the row, and the cell as written."""


def is_dmn(root: etree._Element) -> bool:
    """True for the root of a DMN file."""
    return bool(_DMN.match(namespace(root) or "")) and local_name(root) == "definitions"


def read_decisions(file: str, root: etree._Element, findings: Findings) -> list[Drawn]:
    """The decisions of a file."""
    elements = [element for element in root if isinstance(element.tag, str) and local_name(element) == "decision"]
    return [_Reader(file, root, element, findings).read() for element in elements]


def joined(drawn: Iterable[Drawn], findings: Findings) -> dict[str, Decision]:
    """The decisions of all files by id, each with those it requires; one that cannot be asked is reported."""
    joiner = _Joiner(findings)
    for one in drawn:
        if one.id in joiner.drawn:
            findings.add("error", "decision-twice", one.file, one.id, one.name, id=one.id)
        joiner.drawn[one.id] = one
    found = {own: joiner.whole(own, ()) for own in joiner.drawn}
    return {own: decision for own, decision in found.items() if decision is not None}


class _Joiner:
    """Joins decisions to those they require."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.drawn: dict[str, Drawn] = {}
        self._found: dict[str, Decision | None] = {}

    def whole(self, own: str, path: tuple[str, ...]) -> Decision | None:
        """The decision with all that it requires, None when it cannot be asked; ``path`` led to it."""
        one = self.drawn[own]
        if own in path or len(path) > _MOST_REQUIRED:
            self._error("decision-circle", one, most=_MOST_REQUIRED)
            return None
        if own not in self._found:
            self._found[own] = self._joined(one, (*path, own))
        return self._found[own]

    def _joined(self, one: Drawn, path: tuple[str, ...]) -> Decision | None:
        required: dict[str, Decision] = {}
        sound = one.decision is not None
        for needed in one.required:
            if needed not in self.drawn:
                self._error("decision-required", one, id=needed)
            whole = self.whole(needed, path) if needed in self.drawn else None
            sound = sound and whole is not None
            for each in (*whole.required, replace(whole, required=())) if whole is not None else ():
                required.setdefault(each.id, each)
        if len(required) > _MOST_REQUIRED:
            self._error("decision-circle", one, most=_MOST_REQUIRED)
        elif sound and one.decision is not None:
            return replace(one.decision, needs=one.required, required=tuple(required.values()))
        return None

    def _error(self, rule: str, one: Drawn, **detail: object) -> None:
        self.findings.add("error", rule, one.file, one.id, one.name, **detail)


class _Reader:
    """Reads one decision."""

    def __init__(self, file: str, root: etree._Element, decision: etree._Element, findings: Findings) -> None:
        self.file, self.decision, self.findings = file, decision, findings
        self.id = decision.get("id") or ""
        self.broken = False
        self.flaws: list[tuple[str, int, str]] = []
        self.language = root.get("expressionLanguage") or "feel"

    def error(self, rule: str, **detail: object) -> None:
        """Report something that forbids evaluating the decision."""
        self.broken = True
        self.findings.add("error", rule, self.file, self.id, self.decision.get("name"), **detail)

    def read(self) -> Drawn:
        """The decision; what is broken is reported."""
        tables, formulas = _children(self.decision, "decisionTable"), _children(self.decision, "literalExpression")
        decision = None
        if len(tables) + len(formulas) != 1 or _children(self.decision, "knowledgeRequirement"):
            self.error("decision-form")
        elif tables:
            decision = self._table(tables[0])
        else:
            value = self._compiled(_text(formulas[0]), formulas[0])
            decision = Decision(self.id, "UNIQUE", None, (), ((self._own_name(), None),), (), formula=value)
        whole = None if decision is None or self.broken else replace(decision, name=self._value_name())
        return Drawn(
            self.id, self.file, self.decision.get("name"), whole, self._required(), tuple(dict.fromkeys(self.flaws))
        )

    def _table(self, table: etree._Element) -> Decision:
        policy, aggregation = table.get("hitPolicy") or "UNIQUE", table.get("aggregation")
        if policy not in POLICIES or (aggregation is not None and aggregation not in AGGREGATIONS):
            self.error("decision-policy", policy=f"{policy} {aggregation or ''}".strip())
        inputs = [self._input(entry) for entry in _children(table, "input")]
        drawn = _children(table, "output")
        outputs = [self._output(entry) for entry in drawn]
        rows = _children(table, "rule")
        if not outputs or len(rows) > _MOST_RULES:
            self.error("decision-form")
        rules = tuple(self._rule(row, number, len(inputs), len(outputs)) for number, row in enumerate(rows, 1))
        ranks = tuple(self._ranks(entry) for entry in drawn) if policy in BY_PRIORITY else ()
        if policy in BY_PRIORITY and not any(ranks):
            self.error("decision-ranks", policy=policy)
        kept = tuple(expression for expression in inputs if expression is not None)
        return Decision(self.id, policy, aggregation, kept, tuple(outputs), rules, ranks=ranks)

    def _input(self, entry: etree._Element) -> Expression | None:
        expressions = _children(entry, "inputExpression")
        if _children(entry, "inputValues"):
            self.findings.add("note", "decision-values", self.file, self.id, self.decision.get("name"))
        return self._compiled(_text(expressions[0]), expressions[0]) if expressions else self._compiled("", entry)

    def _output(self, entry: etree._Element) -> tuple[str, Expression | None]:
        name = entry.get("name") or self._own_name()
        self._check_name(name)
        default = _children(entry, "defaultOutputEntry")
        return name, self._compiled(_text(default[0]), default[0]) if default else None

    def _own_name(self) -> str:
        """The variable of a value that has no name of its own: the decision's, else its id."""
        variables = [variable.get("name") or "" for variable in _children(self.decision, "variable")]
        name = next((name for name in variables if _is_name(name)), self.id)
        self._check_name(name)
        return name

    def _value_name(self) -> str:
        """Under which name decisions that require this one see its value."""
        variables = [variable.get("name") or "" for variable in _children(self.decision, "variable")]
        wanted = (*variables, self.decision.get("name") or "", self.id)
        return next((name for name in wanted if _is_name(name)), self.id)

    def _check_name(self, name: str) -> None:
        if not _is_name(name):
            self.error("decision-output", name=name)

    def _ranks(self, output: etree._Element) -> tuple[Expression, ...]:
        listed = _children(output, "outputValues")
        values = [self._compiled(part, listed[0]) for part in split(_text(listed[0]))] if listed else []
        return tuple(value for value in values if value is not None)

    def _rule(self, row: etree._Element, number: int, inputs: int, outputs: int) -> Rule:
        cells = [self._cell(entry, number) for entry in _children(row, "inputEntry")]
        results = [(self._written(entry), entry) for entry in _children(row, "outputEntry")]
        several = any(len(_children(entry, "text")) > 1 for entry in row)
        if len(cells) != inputs or len(results) != outputs or several:
            self.error("decision-cells")
        return Rule(
            tuple(cells), tuple(self._compiled(written, entry) if written else None for written, entry in results)
        )

    def _cell(self, entry: etree._Element, number: int) -> Cell:
        cell = read_cell(self._written(entry), lambda source: self._compiled(source, entry))
        for test in cell.tests:
            if test.is_condition:
                written = test.expression.source[:120]
                self.error("expression-invalid", expression=written, reason=because("cell-condition"))
        self.flaws += [(flaw, number, _text(entry)[:120]) for flaw in flaws_of(cell)]
        return cell

    def _written(self, entry: etree._Element) -> str:
        """What stands in a cell; an empty one accepts anything, but not where it names a language that is not run."""
        written = _text(entry)
        if not written and entry.get("expressionLanguage"):
            self._compiled("1", entry)
        return written

    def _required(self) -> tuple[str, ...]:
        """Ids of the decisions whose values this one uses, in whatever file they are."""
        needs = [
            needed.get("href") or ""
            for part in _children(self.decision, "informationRequirement")
            for needed in _children(part, "requiredDecision")
        ]
        return tuple(dict.fromkeys(reference.rpartition("#")[2] for reference in needs))

    def _compiled(self, source: str, place: etree._Element) -> Expression | None:
        language = (place.get("expressionLanguage") or self.language).strip().lower()
        dialect: Dialect | None = LANGUAGES.get(language)
        if dialect is None or (dialect == "juel" and local_name(place) == "inputEntry"):
            self.error("expression-language", language=language[:80])
            return None
        try:
            return compile_written(source, dialect)
        except ExpressionInvalid as invalid:
            self.error("expression-invalid", expression=source[:120].replace(VALUE, "?"), reason=invalid.reason)
            return None


def _is_name(name: str) -> bool:
    return name.isidentifier() and not name.startswith("_") and not keyword.iskeyword(name)


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str) and local_name(child) == name]


def _text(element: etree._Element) -> str:
    written = _children(element, "text")
    return text_of(written[0]) if written else ""
