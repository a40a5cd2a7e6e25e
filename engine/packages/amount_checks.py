"""Whether the quantities and prices of a fee table are whole riel for every answer that the forms allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any, Final

from engine.khmer import LANGUAGES, Bilingual
from engine.packages.amounts import Amount
from engine.packages.fee_rules import MOST_RIEL, FeeRule
from engine.packages.feel import BadExpression
from engine.packages.fees import FeeRow, FeeTable
from engine.packages.forms import Component
from engine.packages.problems import error
from engine.packages.trial_answers import WITHOUT_LIMIT, can_be, case_in_words, every_number, number_said, values_to_try
from engine.problems import Problem

_MOST_CASES: Final = 5_000
_UNLIMITED: Final = 10**9


def check_amounts(table: FeeTable, asked: Mapping[str, Component]) -> Iterator[Problem]:
    """The first answers of each rule with which an amount is a fraction, less than nothing, or cannot be computed;
    ``asked`` are the questions behind the names. An amount that is divided is tried with every answer that the forms
    allow, any other with the least, the greatest and those beside what the rule compares with."""
    for row in table.rows:
        for amount in (row.quantity, row.unit_amount):
            sentence = next(_wrong(table, row, amount, asked), None)
            if sentence is not None:
                yield _told(table, row, "fee-amount", sentence)


def check_cap(table: FeeTable, rule: FeeRule, asked: Mapping[str, Component]) -> Iterator[Problem]:
    """The first answers with which a fee is more than the law allows, or than can be paid."""
    if rule.at_most is not None and rule.at_most <= (rule.cap or MOST_RIEL):
        return
    if rule.cap is not None and (rule.for_each is not None or table.hit_policy == "COLLECT"):
        yield _told(table, table.rows[0], "fee-cap", _filled(_CAP_OF_SEVERAL, rule.decision, "", str(rule.cap)))
        return
    for row in table.rows:
        sentence = next(_above(table, row, rule, asked), None)
        if sentence is not None:
            yield _told(table, row, "fee-cap", sentence)


def _told(table: FeeTable, row: FeeRow, rule: str, sentence: Bilingual) -> Problem:
    words = Bilingual(f"{row.id}៖ {sentence.km}", f"{row.id}: {sentence.en}")
    return error(table.file, rule, words, line=row.source_line)


def _wrong(table: FeeTable, row: FeeRow, amount: Amount, asked: Mapping[str, Component]) -> Iterator[Bilingual]:
    whole = frozenset(name for name in amount.names if _is_whole(asked[name]))
    every = amount.divides and not amount.is_whole(whole)
    tried = {name: _tried(asked[name], row, table, name) for name in _names(table, amount.names)}
    all_of_them = {name: every_number(asked[name]) for name in amount.names} if every else {}
    tried |= {name: values for name, values in all_of_them.items() if values is not None}
    for answers in _cases(tried, row, table, asked):
        yield from _of_case(amount, answers, case_in_words(answers, amount.names))
    if every and (None in all_of_them.values() or prod(map(len, tried.values())) > _MOST_CASES):
        yield _filled(_UNPROVEN, amount.source, "", "")


def _above(table: FeeTable, row: FeeRow, rule: FeeRule, asked: Mapping[str, Component]) -> Iterator[Bilingual]:
    """Answers with which the rule alone asks for too much."""
    used = row.quantity.names | row.unit_amount.names
    most, without_limit = (rule.cap, _UNLIMITED) if rule.cap is not None else (MOST_RIEL, WITHOUT_LIMIT)
    tried = {name: _tried(asked[name], row, table, name, without_limit) for name in _names(table, used)}
    for answers in _cases(tried, row, table, asked):
        try:
            amount = row.quantity.fraction(answers) * row.unit_amount.fraction(answers)
        except BadExpression:
            continue  # told by the other check
        if amount > most:
            sentence = _ABOVE_CAP if rule.cap is not None else _ABOVE_ALL
            yield _filled(sentence, str(most), case_in_words(answers, used), number_said(Decimal(int(amount))))


def _names(table: FeeTable, used: frozenset[str]) -> list[str]:
    """What must be tried together: what the amount uses, and what decides whether the rule applies then."""
    return sorted({*table.inputs, *used} if used else ())


def _cases(
    tried: Mapping[str, list[Any]], row: FeeRow, table: FeeTable, asked: Mapping[str, Component]
) -> Iterator[Mapping[str, Any]]:
    """Answers that the form lets stand together and to which the rule applies."""
    for values in islice(product(*tried.values()), _MOST_CASES):
        answers = dict(zip(tried, values, strict=True))
        applies = not answers or row.matches(tuple(answers[name] for name in table.inputs))
        if applies and can_be(answers, asked):
            yield answers


def _is_whole(component: Component) -> bool:
    return component.kind.scalar == "number" and not component.decimals


def _of_case(amount: Amount, answers: Mapping[str, Any], said: str) -> Iterator[Bilingual]:
    try:
        number = amount.fraction(answers)
    except BadExpression:
        yield _filled(_NOT_A_NUMBER, amount.source, said, "")
        return
    if number < 0:
        yield _filled(_BELOW_NOTHING, amount.source, said, number_said(_written(number)))
    elif number.denominator != 1:
        yield _filled(_FRACTION, amount.source, said, number_said(_written(number)))


def _written(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def _tried(
    component: Component, row: FeeRow, table: FeeTable, name: str, without_limit: int = WITHOUT_LIMIT
) -> list[Any]:
    cells = [test for at, test in zip(table.inputs, row.tests, strict=True) if at == name]
    return values_to_try(component, [literal for cell in cells for literal in cell.literals], without_limit)


def _filled(sentence: Bilingual, source: str, case: str, number: str) -> Bilingual:
    when = Bilingual(f" ពេល {case}" if case else "", f" when {case}" if case else "")
    said = (sentence(language).format(source=source, when=when(language), number=number) for language in LANGUAGES)
    return Bilingual(*said)


_FRACTION = Bilingual(
    "“{source}” ផ្តល់ {number}{when} ប៉ុន្តែថ្លៃសេវាជាចំនួនរៀលគត់។ "
    "សូមសួរចំនួនគត់ (decimalDigits 0) បង្គត់វា (round_up, round_down, round_half_up, begun) ឬគិតតាមជួរនៃតម្លៃ។",
    "“{source}” gives {number}{when}, and fees are whole riel; ask a whole number (decimalDigits 0), "
    "round it (round_up, round_down, round_half_up, begun), or price by ranges.",
)
_BELOW_NOTHING = Bilingual(
    "“{source}” ផ្តល់ {number}{when}។ ថ្លៃសេវាមិនអាចតិចជាងសូន្យទេ។ សូមដាក់ដែនកំណត់លើសំណួរ ឬបន្ថែមច្បាប់មួយ។",
    "“{source}” gives {number}{when}, and no fee is less than nothing; limit the question, or add a rule.",
)
_NOT_A_NUMBER = Bilingual(
    "“{source}” គណនាមិនបាន{when}។ សូមឱ្យសំណួរជាលេខ សួរជានិច្ច (required) ហើយកុំចែកនឹងអ្វីដែលអាចស្មើ 0។",
    "“{source}” cannot be computed{when}; let the question be a number that is always asked (required), "
    "and divide by nothing that may be 0.",
)
_UNPROVEN = Bilingual(
    "“{source}” ចែកលេខ ហើយចម្លើយដែលអាចមានច្រើនពេក មិនអាចសាកគ្រប់ករណីថាវាជាចំនួនរៀលគត់ទេ។ "
    "សូមបង្គត់វា (round_up, round_down, round_half_up, begun) ឬដាក់ដែនកំណត់លើសំណួរ (min, max)។",
    "“{source}” divides, and there are too many answers to try whether each gives whole riel; round it (round_up, "
    "round_down, round_half_up, begun), or limit the question (min, max).",
)
_ABOVE_CAP = Bilingual(
    "ថ្លៃគឺ {number} រៀល{when} លើសថ្លៃអតិបរមាតាមច្បាប់ (cap) {source} រៀល។ សូមបន្ថយតម្លៃ ដាក់ដែនកំណត់លើសំណួរ ឬសរសេរ at_most។",
    "the fee is {number} riel{when}, more than the {source} that the law allows (cap); lower the price, limit the "
    "question, or write at_most.",
)
_ABOVE_ALL = Bilingual(
    "ថ្លៃគឺ {number} រៀល{when} លើសចំនួនដែលបង្កាន់ដៃអាចមាន ({source})។ សូមដាក់ដែនកំណត់លើសំណួរ (max) ឬសរសេរ at_most។",
    "the fee is {number} riel{when}, more than a receipt can hold ({source}); limit the question (max), or write "
    "at_most.",
)
_CAP_OF_SEVERAL = Bilingual(
    "ថ្លៃមានបន្ទាត់ច្រើន ហើយអាចលើសថ្លៃអតិបរមាតាមច្បាប់ (cap) {number} រៀល។ សូមសរសេរ at_most ដែលមិនលើសចំនួននោះ។",
    "the fee has several lines, which together may be more than the {number} riel that the law allows (cap); write "
    "at_most, not above that.",
)
