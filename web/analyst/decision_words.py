"""What the editor of decision tables says: its own words, how each kind of cell is written, what hit policies mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import gettext

Help = Sequence[tuple[str, str]]


def _l(sentence: str) -> str:
    """Marks a sentence for the catalogue; it is said in the language of each reader."""
    return sentence


POLICIES: Final[Mapping[str, str]] = {
    "UNIQUE": _l("One rule alone may match"),
    "FIRST": _l("The first rule that matches counts"),
    "COLLECT": _l("Every rule that matches counts"),
    "ANY": _l("Several may match when they give the same"),
    "PRIORITY": _l("The most important output counts"),
    "COLLECT SUM": _l("The sum of all that match"),
    "COLLECT MIN": _l("The least of all that match"),
    "COLLECT MAX": _l("The greatest of all that match"),
    "COLLECT COUNT": _l("How many match"),
    "RULE ORDER": _l("All that match, as the rules stand"),
    "OUTPUT ORDER": _l("All that match, the most important first"),
}
"""What each hit policy that runs means, by policy and aggregation."""

_ANY: Final = ("-", _l("any value, also no answer"))
_NOTHING: Final = ("null", _l("no answer"))
INPUTS: Final[Mapping[str, Help]] = {
    "number": (
        _ANY,
        ("5", _l("exactly 5")),
        ("< 5", _l("less than 5; also <=, > and >=")),
        ("[5..20]", _l("from 5 to 20, both of them too")),
        ("(5..20]", _l("more than 5, up to 20")),
        ("1, 3, > 8", _l("1 or 3 or more than 8")),
        ("not(5)", _l("anything but 5")),
        _NOTHING,
    ),
    "text": (
        _ANY,
        ('"A"', _l("exactly A; a text stands in quotes")),
        ('"A", "B"', _l("A or B")),
        ('not("A")', _l("anything but A")),
        _NOTHING,
    ),
    "boolean": (_ANY, ("true", _l("yes")), ("false", _l("no"))),
    "date": (
        _ANY,
        ("2026-01-31", _l("exactly that day: year, month, day")),
        ("< 2026-01-01", _l("before that day; also <=, > and >=")),
        ("[2026-01-01..2026-06-30]", _l("between two days, both of them too")),
        _NOTHING,
    ),
    "quoted_date": (
        _ANY,
        ('"2026-01-31"', _l("exactly that day: year, month, day")),
        ('< "2026-01-01"', _l("before that day; also <=, > and >=")),
        _NOTHING,
    ),
}
"""How a cell that is compared is written, by the kind of its column."""
OUTPUTS: Final[Mapping[str, Help]] = {
    "key": (('"per_room"', _l("a key of texts.yaml in quotes: fees for lines, citations for citations")),),
    "amount": (
        ("15000", _l("a whole number")),
        ("rooms", _l("the answer itself")),
        ("rooms * 2", _l("computed with +, -, *, / and brackets")),
        ("begun(heads, 100)", _l("how many hundreds are begun")),
        ("round_up(x)", _l("rounded; also round_down and round_half_up")),
        ("min(x, y)", _l("the smaller of two; also max")),
    ),
    "value": (
        ('"passed"', _l("a text, in quotes")),
        ("12", _l("a number")),
        ("true", _l("yes; false is no")),
        ("score * 2", _l("computed from variables")),
    ),
}
"""How a cell that is given is written."""

_EDITOR: Final[tuple[str, ...]] = (
    _l("Undo"),
    _l("Redo"),
    _l("Tools"),
    _l("Saved as number {save}."),
    _l("Saving…"),
    _l("Not saved yet."),
    _l("Not saved: {reason}"),
    _l("The server does not answer. It is tried again; leave this page open."),
    _l("Somebody else saved this table"),
    _l(
        "{by} saved this table as number {save} while you wrote. Both are kept: whichever you choose, the other stays "
        "among the saves or is downloaded."
    ),
    _l("Save mine as the newest"),
    _l("Download mine and show theirs"),
    _l("The table could not be shown: {reason}"),
    _l("This file has parts that the table editor does not know. Edit it as text, so that nothing is lost."),
    _l("This file has no decision. Edit it as text."),
    _l("This decision is one expression, not a table."),
    _l("Decision"),
    _l("Expression"),
    _l("Which rules count"),
    _l("Rules"),
    _l("Add a rule"),
    _l("Rule {number}"),
    _l("Above"),
    _l("Below"),
    _l("Copy"),
    _l("Move up"),
    _l("Move down"),
    _l("Move left"),
    _l("Move right"),
    _l("Remove"),
    _l("Columns"),
    _l("Column"),
    _l("Add a condition"),
    _l("Add a result"),
    _l("Condition: {name}"),
    _l("Result: {name}"),
    _l("What it looks at"),
    _l("Name of the result"),
    _l("Words above the column"),
    _l("Kind of value"),
    _l("Number"),
    _l("Text"),
    _l("Yes or no"),
    _l("Day"),
    _l("How a cell is written"),
    _l("Values that are possible"),
    _l("Choose a cell to change its rule and its column."),
    _l("Cell of rule {number}, {column}"),
    _l("No rule answers this."),
    _l("(none)"),
    _l("{name} (not known)"),
    _l("When"),
    _l("And"),
    _l("Then"),
    _l("Annotations"),
    _l("Input"),
    _l("Output"),
)


def editor_words() -> Mapping[str, str]:
    """The words of the editor in the reader's language by their English, which the script says where none is there."""
    said = {english: gettext(english) for english in _EDITOR}
    return {english: words for english, words in said.items() if english != words}


def help_words() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """How each kind of cell is written, in the reader's language: examples, each with what it means."""
    return {
        kind: [{"example": example, "words": gettext(words)} for example, words in rows]
        for kind, rows in {**INPUTS, **OUTPUTS}.items()
    }


def policy_words(known: Sequence[str]) -> Sequence[Mapping[str, str]]:
    """These hit policies with what they mean, in the reader's language."""
    return [{"key": policy, "label": f"{gettext(POLICIES[policy])} ({policy})"} for policy in known]
