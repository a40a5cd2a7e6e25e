"""Whether the quantities and prices of a fee table are whole riel for every answer that the forms allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice, product
from typing import Any, Final

from engine.khmer import LANGUAGES, Bilingual
from engine.packages.coverage import may_be_left_out
from engine.packages.feel import Amount, BadExpression
from engine.packages.fees import FeeRow, FeeTable
from engine.packages.forms import Component
from engine.packages.problems import error
from engine.problems import Problem

_MOST_CASES: Final = 5_000
_WITHOUT_LIMIT: Final = 1_000


def check_amounts(table: FeeTable, asked: Mapping[str, Component]) -> Iterator[Problem]:
    """The first answers of each rule with which an amount is a fraction, less than nothing, or cannot be computed;
    ``asked`` are the questions behind the variables. Tried with the least, the greatest and a value between."""
    for row in table.rows:
        for amount in (row.quantity, row.unit_amount):
            sentence = next(_wrong(table, row, amount, asked), None)
            if sentence is not None:
                found = error(table.file, "fee-amount", f"{row.id}: {sentence.en}", line=row.source_line)
                yield replace(found, message_km=f"{row.id}៖ {sentence.km}")


def _wrong(table: FeeTable, row: FeeRow, amount: Amount, asked: Mapping[str, Component]) -> Iterator[Bilingual]:
    names = sorted({*table.inputs, *amount.names} if amount.names else ())
    tried = [_tried(asked[name], row, table, name) for name in names]
    for values in islice(product(*tried), _MOST_CASES):
        answers = dict(zip(names, values, strict=True))
        if names and not row.matches(tuple(answers[name] for name in table.inputs)):
            continue
        if _can_be(answers, asked):
            said = ", ".join(f"{name} = {_said(answers[name])}" for name in sorted(amount.names))
            yield from _of_case(amount, answers, said)


def _can_be(answers: Mapping[str, Any], asked: Mapping[str, Component]) -> bool:
    """Whether the form lets these answers stand together: a required question is left out only where the others hide
    it. What hides it and is not looked at here is taken to be so that no answer is missing."""
    by_key = {asked[name].key: value for name, value in answers.items()}
    for name, value in answers.items():
        component = asked[name]
        if component.hide is None or not component.hide.names <= by_key.keys():
            if value is None and component.required:
                return False
        elif component.hide.holds(by_key) != (value is None) and (component.required or value is not None):
            return False
    return True


def _of_case(amount: Amount, answers: Mapping[str, Any], said: str) -> Iterator[Bilingual]:
    try:
        number = amount.value(answers)
    except BadExpression:
        yield _filled(_NOT_A_NUMBER, amount.source, said, "")
        return
    if number < 0:
        yield _filled(_BELOW_NOTHING, amount.source, said, _said(number))
    elif number != number.to_integral_value():
        yield _filled(_FRACTION, amount.source, said, _said(number))


def _tried(component: Component, row: FeeRow, table: FeeTable, name: str) -> list[Any]:
    """Values of a question: of a number the least and the greatest, what the rule compares with, a step beside each."""
    missing: list[Any] = [None] if may_be_left_out(component) else []
    if component.kind.scalar == "boolean":
        return [True, False]
    if component.options:
        return [option.value for option in component.options] + missing
    cells = [test for at, test in zip(table.inputs, row.tests, strict=True) if at == name]
    marks = [literal for cell in cells for literal in cell.literals]
    if component.kind.scalar != "number":
        return [*(mark for mark in marks if isinstance(mark, str)), "…", *missing]
    step = Decimal(1).scaleb(-component.decimals)
    low = component.minimum if isinstance(component.minimum, Decimal) else Decimal(0)
    high = component.maximum if isinstance(component.maximum, Decimal) else max(low, Decimal(0)) + _WITHOUT_LIMIT
    numbers = [Decimal(mark) for mark in marks if isinstance(mark, (int, Decimal)) and not isinstance(mark, bool)]
    points = {low, high, *numbers, *(point + side for point in (low, high, *numbers) for side in (step, -step))}
    return sorted(point for point in points if low <= point <= high) + missing


def _said(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "nothing" if value is None else str(value)


def _filled(sentence: Bilingual, source: str, case: str, number: str) -> Bilingual:
    when = Bilingual(f" ពេល {case}" if case else "", f" when {case}" if case else "")
    said = (sentence(language).format(source=source, when=when(language), number=number) for language in LANGUAGES)
    return Bilingual(*said)


_FRACTION = Bilingual(
    "“{source}” ផ្តល់ {number}{when} ប៉ុន្តែថ្លៃសេវាជាចំនួនរៀលគត់។ សូមសួរចំនួនគត់ (decimalDigits 0) ឬគិតតាមជួរនៃតម្លៃ។",
    "“{source}” gives {number}{when}, and fees are whole riel; ask a whole number (decimalDigits 0), "
    "or price by ranges.",
)
_BELOW_NOTHING = Bilingual(
    "“{source}” ផ្តល់ {number}{when}។ ថ្លៃសេវាមិនអាចតិចជាងសូន្យទេ។ សូមដាក់ដែនកំណត់លើសំណួរ ឬបន្ថែមច្បាប់មួយ។",
    "“{source}” gives {number}{when}, and no fee is less than nothing; limit the question, or add a rule.",
)
_NOT_A_NUMBER = Bilingual(
    "“{source}” គណនាមិនបាន{when}។ សូមឱ្យសំណួរជាលេខ ហើយសួរជានិច្ច (required)។",
    "“{source}” cannot be computed{when}; let the question be a number that is always asked (required).",
)
