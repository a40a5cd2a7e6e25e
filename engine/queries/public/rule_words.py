"""Rules of a package said in words: conditions of documents and fees, in the terms of the form the applicant sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine import localise
from engine.case.fee_rows import THE_TITLE
from engine.khmer import LANGUAGES, Bilingual
from engine.packages import APPLY, Component, FeeRule, ServicePackage
from engine.packages.case_facts import FACTS
from engine.packages.fee_inputs import inputs_of, is_known_before_sending, rows_of
from engine.packages.feel_words import is_day

_SIGNS: Final = {
    "<=": Bilingual("មិនលើសពី", "at most"),
    ">=": Bilingual("យ៉ាងតិច", "at least"),
    "!=": Bilingual("មិនមែន", "not"),
    "<": Bilingual("តិចជាង", "less than"),
    ">": Bilingual("ច្រើនជាង", "more than"),
    "=": Bilingual("ស្មើ", "is"),
    "and": Bilingual("និង", "and"),
    "or": Bilingual("ឬ", "or"),
    "not": Bilingual("មិនមែន", "not"),
    "true": Bilingual("បាទ/ចាស", "yes"),
    "false": Bilingual("ទេ", "no"),
    "null": Bilingual("មិនបានឆ្លើយ", "not answered"),
    "given": Bilingual("បានឆ្លើយ", "answered"),
    "..": Bilingual("ដល់", "to"),
    ",": Bilingual("ឬ", "or"),
    ",:": Bilingual(",", ","),
    "*": Bilingual("×", "×"),
    "+": Bilingual("+", "+"),
    "-": Bilingual("−", "−"),
    "/": Bilingual("÷", "÷"),
    "round_up": Bilingual("បង្គត់ឡើង", "rounded up"),
    "round_down": Bilingual("បង្គត់ចុះ", "rounded down"),
    "round_half_up": Bilingual("បង្គត់", "rounded"),
    "begun:": Bilingual("រាល់", "each"),
    ":begun": Bilingual("ដែលបានចាប់ផ្តើម", "begun"),
    "min": Bilingual("តូចជាងគេនៃ", "the least of"),
    "max": Bilingual("ធំជាងគេនៃ", "the greatest of"),
    "(": Bilingual("(", "("),
    ")": Bilingual(")", ")"),
}
_ARITHMETIC: Final = ("*", "+", "-", "/", ")", ",", ",:")
_FREE: Final = Bilingual("ឥតគិតថ្លៃ", "Free")
Asked = Mapping[str, Component]
"""The questions behind the names of a rule."""

_JOINING: Final = ("and", "or")
_COLON: Final = Bilingual("៖", ":")
_TOKEN: Final = re.compile(r'"[^"]*"|\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)?(?!\.\d)|\.\.|[A-Za-z_]\w*|<=|>=|!=|[<>=,*+/()\-]')


@dataclass(frozen=True, slots=True)
class FeeInWords:
    """One rule of the fee table: what for, when it applies (empty: always), the price, and the law that says so."""

    label: Bilingual
    when: Bilingual
    price: Bilingual
    citation: Bilingual


@dataclass(frozen=True, slots=True)
class FeeOffered:
    """A fee of a service as the public reads it: its table, for each of what it is counted, its limits in whole riel,
    when it is paid. ``is_told``: what it comes to is known before sending. ``is_free``: nobody pays anything."""

    title: Bilingual
    lines: tuple[FeeInWords, ...]
    for_each: Bilingual | None
    at_least: int | None
    at_most: int | None
    cap: int | None
    pay: str
    refundable: bool
    is_told: bool
    is_free: bool


def fees_in_words(package: ServicePackage) -> tuple[FeeOffered, ...]:
    """The fees as the public reads them; empty for a service without one."""
    return tuple(_fee_in_words(package, rule) for rule in package.manifest.fees)


def _fee_in_words(package: ServicePackage, rule: FeeRule) -> FeeOffered:
    table, rows = package.fees[rule.key], rows_of(package, rule)
    asked = {name: one.component for name, one in inputs_of(package, rule).items()}
    lines = tuple(
        FeeInWords(
            package.texts.fees[row.line],
            cells_in_words(asked, table.inputs, [test.source for test in row.tests]),
            _price(asked, row.quantity.source, row.unit_amount.source),
            package.texts.citations[row.citation],
        )
        for row in table.rows
    )
    return FeeOffered(
        title=package.texts.fee_titles.get(rule.key, THE_TITLE),
        lines=lines,
        for_each=rows.label if rows is not None else None,
        at_least=rule.at_least,
        at_most=rule.at_most,
        cap=rule.cap,
        pay=rule.pay,
        refundable=rule.refundable,
        is_told=is_known_before_sending(package, rule),
        is_free=all(line.price == _FREE for line in lines),
    )


def condition_in_words(package: ServicePackage, source: str) -> Bilingual:
    """A condition over the answers and facts of the case, such as ``rooms > 10`` or ``is_renewal = false``, with the
    words of the form and of the house."""
    asked = {part.key: part for part in package.forms[APPLY].components()}
    named = {rule.name: asked[rule.field] for rule in package.manifest.variables if rule.form == APPLY}
    return _words({**FACTS, **asked, **named}, source.strip().removeprefix("="), None)


def cells_in_words(asked: Asked, inputs: Iterable[str], cells: Iterable[str]) -> Bilingual:
    """When a rule with these cells applies, with the words of the questions; empty where it always does."""
    parts = [
        _words(asked, f"{name} {cell.replace('not(null)', 'given')}", name)
        for name, cell in zip(inputs, cells, strict=True)
        if cell.strip() not in ("", "-")
    ]
    return Bilingual("; ".join(part.km for part in parts), "; ".join(part.en for part in parts))


def _price(asked: Asked, quantity: str, unit_amount: str) -> Bilingual:
    """``KHR 15,000 × Number of rooms``; a quantity of one is not said, and nothing is free."""
    unit = unit_amount.strip()
    if "0" in (unit, quantity.strip()):
        return _FREE
    if unit.isdigit():
        price = Bilingual(localise.money(int(unit), "km"), localise.money(int(unit), "en"))
    else:
        price = _words(asked, unit, None, is_amount=True)
    if quantity.strip() in ("", "1"):
        return price
    count = _words(asked, quantity, None, is_amount=True)
    return Bilingual(f"{price.km} × {count.km}", f"{price.en} × {count.en}")


def _words(asked: Asked, source: str, variable: str | None, *, is_amount: bool = False) -> Bilingual:
    tokens = [sign for sign in _TOKEN.findall(source) if is_amount or sign not in ("(", ")")]
    if is_amount:
        tokens = [",:" if sign == "," else sign for sign in _in_lots(tokens)]
    about = variable or next((sign for sign in tokens if sign in asked), "")
    return Bilingual(*(_sentence(asked, tokens, about, language) for language in LANGUAGES))


def _in_lots(tokens: list[str]) -> list[str]:
    """The tokens with ``begun(heads, 100)`` as people say it: each 100 begun (heads)."""
    if "begun" not in tokens:
        return tokens
    at = tokens.index("begun")
    depth, comma, end = 0, at, at
    for place, sign in enumerate(tokens[at + 1 :], at + 1):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 1:
            comma = place
        if depth == 0:
            end = place
            break
    counted, lot = tokens[at + 2 : comma], tokens[comma + 1 : end]
    said = ["begun:", *_in_lots(lot), ":begun", "(", *_in_lots(counted), ")"]
    return [*tokens[:at], *said, *_in_lots(tokens[end + 1 :])]


def _sentence(asked: Asked, tokens: list[str], about: str, language: str) -> str:
    words: list[str] = []
    asks = False
    for sign, after in zip(tokens, [*tokens[1:], ""], strict=True):
        if sign == "=" and asks:  # the colon behind the question says it
            continue
        word = _word(asked, sign, about, language)
        asks = sign in asked and after not in ("", *_ARITHMETIC, *_JOINING)
        words.append(f"{word}{_COLON(language)}" if asks else word)
    return " ".join(words).replace("( ", "(").replace(" )", ")").replace(" ,", ",")


def _word(asked: Asked, token: str, about: str, language: str) -> str:
    if token in _SIGNS:
        return _SIGNS[token](language)
    if token[:1] == '"':
        question = asked.get(about)
        label = question.option_label(token[1:-1]) if question else None
        return label(language) if label else token[1:-1]
    if is_day(token):
        return localise.day(date.fromisoformat(token), language, weekday=False)
    if token[:1].isdigit():
        number = float(token) if "." in token else int(token)
        return localise.number(number, language)
    question = asked.get(token)
    return question.label(language) if question else token
