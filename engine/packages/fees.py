"""Fees from a decision table (OMG DMN 1.3): the answers go in, fee lines with their citation come out.

The table's inputs are what ``engine.packages.fee_inputs`` lists. Its outputs are named ``line`` (a key of ``fees`` in
``texts.yaml``), ``quantity``, ``unit_amount`` (whole riel) and ``citation`` (a key of ``citations``). Hit policies:
UNIQUE (exactly one rule may match, which is enforced), FIRST, and COLLECT (every matching rule is a line; SUM or none).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from lxml import etree

from engine.bpmn import XmlRefused, local_name, read_xml
from engine.khmer import Bilingual
from engine.packages import fee_sentences as say
from engine.packages.amounts import Amount, parse_amount
from engine.packages.feel import BadExpression, UnaryTests, parse_unary_tests
from engine.packages.loading import AsFar
from engine.packages.names import NONE, nearest
from engine.packages.problems import PackageRejected, error
from engine.packages.said import Said, filled, in_both
from engine.packages.texts import Texts
from engine.problems import Problem

HIT_POLICIES: Final = ("UNIQUE", "FIRST", "COLLECT")
OUTPUTS: Final = ("line", "quantity", "unit_amount", "citation")
_NAMESPACE: Final = "omg.org/spec/DMN/"
_KNOWN: Final = frozenset(
    (
        *("definitions", "decision", "decisionTable", "input", "inputExpression", "inputValues"),
        *("output", "outputValues", "rule", "inputEntry", "outputEntry", "text", "description"),
        *("informationRequirement", "requiredInput", "inputData", "variable", "annotation", "annotationEntry"),
    )
)


class FeeUndetermined(Exception):
    """The table gives no fee, or more than one, for these answers; ``why`` names the table and the rules."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.why = in_both(why)


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of a bill, in whole riel: ``amount`` is ``quantity`` times ``unit_amount``."""

    key: str
    label: Bilingual
    quantity: int
    unit_amount: int
    amount: int
    citation: Bilingual


@dataclass(frozen=True, slots=True)
class Fee:
    """What a fee comes to for certain answers, in whole riel; ``cap`` is the most that the law allows."""

    lines: tuple[FeeLine, ...]
    total: int
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One rule of the table."""

    id: str
    tests: tuple[UnaryTests, ...]
    line: str
    quantity: Amount
    unit_amount: Amount
    citation: str
    source_line: int | None

    def matches(self, values: tuple[Any, ...]) -> bool:
        """Whether every cell accepts its value."""
        return all(test.accept(value) for test, value in zip(self.tests, values, strict=True))


@dataclass(frozen=True, slots=True)
class FeeTable:
    """A decision table that gives fee lines."""

    file: str
    hit_policy: str
    inputs: tuple[str, ...]
    rows: tuple[FeeRow, ...]

    def names(self) -> frozenset[str]:
        """Every variable that the table looks at."""
        amounts = (amount for row in self.rows for amount in (row.quantity, row.unit_amount))
        return frozenset(self.inputs).union(*(amount.names for amount in amounts))

    def hits(self, variables: Mapping[str, Any]) -> tuple[FeeRow, ...]:
        """The rules that count for these values, by the hit policy; raises FeeUndetermined."""
        values = tuple(variables.get(name) for name in self.inputs)
        found = self.matching(variables)
        if not found:
            given = ", ".join(f"{name} = {value}" for name, value in zip(self.inputs, values, strict=True))
            raise FeeUndetermined(
                Said(f"{self.file}៖ គ្មានវិធានណាត្រូវនឹង {given} ទេ។", f"{self.file}: no rule matches {given}.")
            )
        if self.hit_policy == "UNIQUE" and len(found) > 1:
            rules = ", ".join(row.id for row in found)
            raise FeeUndetermined(
                Said(f"{self.file}៖ វិធាន {rules} ត្រូវគ្នាទាំងអស់។", f"{self.file}: the rules {rules} match at once.")
            )
        return found if self.hit_policy == "COLLECT" else found[:1]

    def matching(self, variables: Mapping[str, Any]) -> tuple[FeeRow, ...]:
        """The rules whose cells accept these values, whatever the hit policy makes of them."""
        values = tuple(variables.get(name) for name in self.inputs)
        return tuple(row for row in self.rows if row.matches(values))

    def lines(self, variables: Mapping[str, Any], texts: Texts) -> tuple[FeeLine, ...]:
        """The lines of the bill for these values, with the words of the service; raises FeeUndetermined."""
        return tuple(self._line(row, variables, texts) for row in self.hits(variables))

    def _line(self, row: FeeRow, variables: Mapping[str, Any], texts: Texts) -> FeeLine:
        try:
            quantity = _whole(row.quantity.value(variables), row.quantity.source)
            unit_amount = _whole(row.unit_amount.value(variables), row.unit_amount.source)
        except BadExpression as bad:
            raise FeeUndetermined(
                Said(f"{self.file}៖ វិធាន {row.id}៖ {bad.why.km}", f"{self.file}: rule {row.id}: {bad}")
            ) from bad
        return FeeLine(
            row.line, texts.fees[row.line], quantity, unit_amount, quantity * unit_amount, texts.citations[row.citation]
        )


def _whole(number: Decimal, source: str) -> int:
    if number != number.to_integral_value() or number < 0:
        raise BadExpression(
            Bilingual(
                f"“{source}” ផ្តល់ {number}។ ថ្លៃត្រូវជាចំនួនគត់ដែលមិនអវិជ្ជមាន។ សូមបង្គត់វា។",
                f"“{source}” gives {number}; fees are whole numbers that are not negative.",
            )
        )
    return int(number)


def read_fees(name: str, data: bytes) -> FeeTable:
    """The fee table in a DMN file; raises PackageRejected naming file, line and element of every mistake."""
    read = fees_as_far(name, data)
    if read.problems or read.value is None:
        raise PackageRejected(read.problems)
    return read.value


def fees_as_far(name: str, data: bytes) -> AsFar[FeeTable | None]:
    """The table with the rules that can be read, None where it is no table at all."""
    try:
        root = read_xml(data)
    except XmlRefused as refused:
        unreadable = error(name, refused.rule, filled(say.UNREADABLE, reason=str(refused.reason)))
        return AsFar(None, (unreadable,), frozenset({()}))
    reading = _Reading(name)
    table = reading.table(root)
    return AsFar(table, tuple(reading.problems), frozenset({("rows",)} if reading.problems else ()))


class _Reading:
    """One DMN file being read, with the problems found so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def wrong(self, element: etree._Element, sentence: Bilingual, **places: str | Bilingual) -> None:
        said = filled(sentence, **places) if places else sentence
        self.problems.append(error(self.name, "fees", said, line=_line(element), element_id=element.get("id")))

    def table(self, root: etree._Element) -> FeeTable | None:
        for element in root.iter():  # without comments: ``read_xml`` leaves them out
            if _NAMESPACE in element.tag and local_name(element) not in _KNOWN:
                self.wrong(element, say.NOT_USED, name=local_name(element))
        tables = [element for element in root.iter() if local_name(element) == "decisionTable"]
        if len(tables) != 1 or _NAMESPACE not in tables[0].tag:
            self.wrong(root, say.ONE_TABLE, number=str(len(tables)))
            return None
        table = tables[0]
        policy = self.hit_policy(table)
        inputs = tuple(self.input(element) for element in _children(table, "input"))
        outputs = [element.get("name") or "" for element in _children(table, "output")]
        if sorted(outputs) != sorted(OUTPUTS):
            self.wrong(table, say.OUTPUTS, wanted=", ".join(OUTPUTS), here=", ".join(outputs) or NONE)
            return None
        rules = list(_children(table, "rule"))
        if not 1 <= len(rules) <= say.MOST_RULES:
            self.wrong(table, say.RULES)
        rows = [self.row(rule, number, inputs, outputs) for number, rule in enumerate(rules[: say.MOST_RULES], 1)]
        return FeeTable(self.name, policy, inputs, tuple(row for row in rows if row))

    def hit_policy(self, table: etree._Element) -> str:
        policy = table.get("hitPolicy", "UNIQUE")
        if policy not in HIT_POLICIES:
            self.wrong(table, say.POLICY, policy=policy, known=nearest(policy, HIT_POLICIES))
        if table.get("aggregation") not in (None, "SUM"):
            self.wrong(table, say.AGGREGATION, name=table.get("aggregation") or "")
        return policy

    def input(self, element: etree._Element) -> str:
        expression = next(_children(element, "inputExpression"), None)
        name = _text(expression) if expression is not None else ""
        if not name.isidentifier():
            self.wrong(element, say.ONE_NAME, name=name)
        return name

    def row(self, rule: etree._Element, number: int, inputs: tuple[str, ...], outputs: list[str]) -> FeeRow | None:
        entries, results = list(_children(rule, "inputEntry")), list(_children(rule, "outputEntry"))
        if len(entries) != len(inputs) or len(results) != len(outputs):
            self.wrong(rule, _counted(number, (len(entries), len(results)), (len(inputs), len(outputs))))
            return None
        if any(len(list(_children(entry, "text"))) > 1 for entry in (*entries, *results)):
            self.wrong(rule, say.ONE_TEXT, number=str(number))
            return None
        cells, given = map(_text, entries), dict(zip(outputs, map(_text, results), strict=True))
        try:
            return FeeRow(
                id=rule.get("id") or f"rule {number}",
                tests=tuple(map(parse_unary_tests, cells)),
                line=_key(given["line"]),
                quantity=parse_amount(given["quantity"]),
                unit_amount=parse_amount(given["unit_amount"]),
                citation=_key(given["citation"]),
                source_line=_line(rule),
            )
        except BadExpression as bad:
            self.wrong(rule, Bilingual(f"ច្បាប់ទី {number}៖ {bad.why.km}", f"Rule {number}: {bad}"))
            return None


def _counted(number: int, here: tuple[int, int], wanted: tuple[int, int]) -> Bilingual:
    """What is said of a rule with too few cells or too many."""
    return Bilingual(
        f"ច្បាប់ទី {number} មានក្រឡាលក្ខខណ្ឌ {here[0]} និងក្រឡាលទ្ធផល {here[1]}។ វាត្រូវមាន {wanted[0]} និង {wanted[1]} "
        "គឺមួយសម្រាប់ជួរឈរនីមួយៗនៃតារាង។",
        f"Rule {number} has {here[0]} input and {here[1]} output cells. It needs {wanted[0]} and {wanted[1]}, one for "
        "each column of the table.",
    )


def _key(cell: str) -> str:
    key = cell.removeprefix('"').removesuffix('"')
    if len(cell) - len(key) != 2 or not key.isidentifier():
        raise BadExpression(_no_key(cell))
    return key


def _no_key(cell: str) -> Bilingual:
    """What to write instead: the same word in quotes, where it is one."""
    word = cell.strip("\"'")
    example = word if word.isidentifier() else "per_room"
    return Bilingual(
        f'{cell or "ក្រឡាទទេ"} ត្រូវជាពាក្យគន្លឹះក្នុង texts.yaml ដោយមានសញ្ញា "…" ដូចជា "{example}"។',
        f'{cell or "an empty cell"} must be a key of texts.yaml in quotes, such as "{example}".',
    )


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if isinstance(child.tag, str) and local_name(child) == name)


def _text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext()).strip()


def _line(element: etree._Element) -> int | None:
    line: Any = element.sourceline
    return int(line) if line is not None else None
