"""Rules of a package said in words: conditions of documents and fees, in the terms of the form the applicant sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine import localise
from engine.khmer import LANGUAGES, Bilingual
from engine.packages import APPLY, Component, FeeTable, ServicePackage

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
    "..": Bilingual("ដល់", "to"),
    ",": Bilingual("ឬ", "or"),
    "*": Bilingual("×", "×"),
    "+": Bilingual("+", "+"),
    "-": Bilingual("−", "−"),
}
_ARITHMETIC: Final = ("*", "+", "-")
_JOINING: Final = ("and", "or")
_COLON: Final = Bilingual("៖", ":")
_TOKEN: Final = re.compile(r'"[^"]*"|\d+(?:\.\d+)?(?!\.\d)|\.\.|[A-Za-z_]\w*|<=|>=|!=|[<>=,*+\-]')


@dataclass(frozen=True, slots=True)
class FeeInWords:
    """One rule of the fee table: what for, when it applies (empty: always), the price, and the law that says so."""

    label: Bilingual
    when: Bilingual
    price: Bilingual
    citation: Bilingual


def fee_in_words(package: ServicePackage) -> tuple[FeeInWords, ...]:
    """The fee table as the public reads it; empty for a service without a fee."""
    table = package.fees
    if table is None:
        return ()
    return tuple(
        FeeInWords(
            package.texts.fees[row.line],
            _when(package, table, [test.source for test in row.tests]),
            _price(package, row.quantity.source, row.unit_amount.source),
            package.texts.citations[row.citation],
        )
        for row in table.rows
    )


def condition_in_words(package: ServicePackage, source: str) -> Bilingual:
    """A condition over the answers, such as ``rooms > 10``, with the words of the form."""
    return _words(package, source.strip().removeprefix("="), None)


def _when(package: ServicePackage, table: FeeTable, tests: list[str]) -> Bilingual:
    parts = [
        _words(package, f"{name} {test}", name)
        for name, test in zip(table.inputs, tests, strict=True)
        if test.strip() not in ("", "-")
    ]
    return Bilingual("; ".join(part.km for part in parts), "; ".join(part.en for part in parts))


def _price(package: ServicePackage, quantity: str, unit_amount: str) -> Bilingual:
    """``KHR 15,000 × Number of rooms``; a quantity of one is not said."""
    unit = unit_amount.strip()
    if unit.isdigit():
        price = Bilingual(localise.money(int(unit), "km"), localise.money(int(unit), "en"))
    else:
        price = _words(package, unit, None)
    if quantity.strip() in ("", "1"):
        return price
    count = _words(package, quantity, None)
    return Bilingual(f"{price.km} × {count.km}", f"{price.en} × {count.en}")


def _words(package: ServicePackage, source: str, variable: str | None) -> Bilingual:
    tokens = _TOKEN.findall(source)
    about = variable or next((token for token in tokens if _question(package, token) is not None), "")
    return Bilingual(*(_sentence(package, tokens, about, language) for language in LANGUAGES))


def _sentence(package: ServicePackage, tokens: list[str], about: str, language: str) -> str:
    words = []
    for token, after in zip(tokens, [*tokens[1:], ""], strict=True):
        word = _word(package, token, about, language)
        asks = _question(package, token) is not None and after not in ("", *_ARITHMETIC, *_JOINING)
        words.append(f"{word}{_COLON(language)}" if asks else word)
    return " ".join(words)


def _word(package: ServicePackage, token: str, about: str, language: str) -> str:
    if token in _SIGNS:
        return _SIGNS[token](language)
    if token[:1] == '"':
        question = _question(package, about)
        label = question.option_label(token[1:-1]) if question else None
        return label(language) if label else token[1:-1]
    if token[:1].isdigit():
        number = float(token) if "." in token else int(token)
        return localise.number(number, language)
    question = _question(package, token)
    return question.label(language) if question else token


def _question(package: ServicePackage, name: str) -> Component | None:
    """The question of the form behind a routing variable, or of that key itself."""
    rules = {rule.name: rule.field for rule in package.manifest.variables if rule.form == APPLY}
    return package.forms[APPLY].component(rules.get(name, name))
