"""How the facts of a service are shown as fields: each key of ``service.yaml`` as one group of fields, or as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.khmer import LANGUAGES
from engine.packages import FILE_TYPES, OFFICE_LEVELS, RESULTS
from engine.packages.fee_rules import PAY
from engine.packages.register_rules import FROM_END, FROM_ISSUE, KINDS

Holds = Literal["text", "number", "choice", "ticks", "yes_no", "when", "keys", "words", "group"]
"""What a field holds: a text, a whole number, one of several words or some of them, yes or no, yes or no or a
condition, several keys, words in both languages, or a group of texts."""
Form = Literal["one", "cases", "rows", "keyed", "grouped"]
"""How a key is written: one group (or value); one value, or a list of cases with conditions; a list; groups by their
names; lists by their forms."""
VALUE: Final = ""
"""The name of the field of what is no group but one value."""
NAME: Final = "name"
"""The field with the name of a row, where rows have names and are not in a list."""


@dataclass(frozen=True, slots=True)
class Part:
    """A field: under which key it is written, and what it holds."""

    name: str
    holds: Holds = "text"
    choices: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[str, ...]:
        """The keys of its texts where it holds several: the languages, or those of a group."""
        return tuple(LANGUAGES) if self.holds == "words" else self.choices if self.holds == "group" else ()

    @property
    def leaves(self) -> tuple[str, ...]:
        """Under which names it is sent: one, or one for each member."""
        members = tuple(f"{self.name}/{member}" if self.name else member for member in self.members)
        return members or (self.name or "value",)


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a key. ``short``: the part that is written alone, without a group, when no other is filled in."""

    form: Form
    parts: tuple[Part, ...]
    short: str = ""

    @property
    def is_single(self) -> bool:
        """Whether there is one group of fields, always, and no rows."""
        return self.form == "one"

    @property
    def named(self) -> bool:
        """Whether each row has a name beside its fields."""
        return self.form in ("keyed", "grouped")

    @property
    def leaves(self) -> tuple[str, ...]:
        """The names of all fields of a row."""
        return ((NAME,) if self.named else ()) + tuple(leaf for part in self.parts for leaf in part.leaves)

    @property
    def value(self) -> Part | None:
        """The one field of what is no group."""
        return self.parts[0] if self.parts[0].name == VALUE else None


_FEE: Final = (
    Part("decision"),
    Part("pay", "choice", PAY),
    Part("refundable", "yes_no"),
    Part("for_each"),
    Part("at_least", "number"),
    Part("at_most", "number"),
    Part("cap", "number"),
)
_CASES: Final = Shape("cases", (Part("when"), Part("term")), short="term")

SHAPES: Final[Mapping[str, Shape]] = {
    "title": Shape("one", (Part(VALUE, "words"),)),
    "purpose": Shape("one", (Part(VALUE, "choice", ("application", "account")),)),
    "office_levels": Shape("one", (Part(VALUE, "ticks", OFFICE_LEVELS),)),
    "legal_basis": Shape("rows", (Part("key"), Part("cite", "words"))),
    "term": _CASES,
    "norm": _CASES,
    "clock": Shape(
        "one",
        (
            Part("starts", "choice", ("submitted", "paid", "complete")),
            Part("restarts_after_correction", "yes_no"),
            Part("pauses_while_unpaid", "yes_no"),
            Part("warn"),
        ),
    ),
    "fee": Shape("one", _FEE),
    "fees": Shape("keyed", _FEE),
    "validity": Shape("one", (Part("length"), Part("until"), Part("single_use", "yes_no")), short="length"),
    "renews": Shape("one", (Part(VALUE),)),
    "renewal": Shape("one", (Part("opens"), Part("grace"), Part("counts_from", "choice", (FROM_ISSUE, FROM_END)))),
    "kinds": Shape("one", (Part(VALUE, "ticks", KINDS),)),
    "requires": Shape("rows", (Part("certificate_of"), Part("valid", "yes_no"))),
    "about": Shape("one", (Part(VALUE),)),
    "result": Shape("one", (Part(VALUE, "choice", RESULTS),)),
    "certificate": Shape(
        "one",
        (
            Part("series"),
            Part("for_each"),
            Part("where"),
            Part("document"),
            Part("entry", "keys"),
            Part("holder", "group", ("name_km", "name_latin", "id_number")),
        ),
    ),
    "documents": Shape(
        "rows",
        (Part("key"), Part("accepts", "ticks", FILE_TYPES), Part("required", "when"), Part("copies", "number")),
    ),
    "sessions": Shape(
        "keyed",
        (Part("title", "words"), Part("changeable"), Part("level", "choice", ("ministry", "province")), Part("seats")),
    ),
    "variables": Shape("keyed", (Part(VALUE),)),
    "rules": Shape("grouped", (Part("rule"), Part("message"), Part("at"))),
    "stages": Shape("rows", (Part(VALUE),)),
    "provenance": Shape("keyed", (Part(VALUE),)),
}
"""The fields of every key; what a file has otherwise is shown as it is written."""
