"""The functions every expression in a diagram may call. Pure, small, and documented in docs/expressions.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.bpmn.language.comparing import extreme, holds, is_number, is_whole, same
from engine.bpmn.language.days import add_days, add_hours, add_months, day, days_between, year
from engine.bpmn.language.moments import CAMBODIA, moment_of, written_like
from engine.bpmn.language.reasons import Unfit, because, kind_named
from engine.bpmn.language.values import number_within

_LONGEST_SPAN: Final = 100_000
_LONGEST_CODE: Final = 255
_MOST_DIGITS: Final = 15
_WHOLE: Final = re.compile(r"[+-]?\d{1,40}")
_FRACTION: Final = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?")
ANY_NUMBER: Final = 1_000
"""More values than any expression is long enough to hand to a function."""


class BpmnErrorRaised(Exception):
    """An expression called ``bpmn_error("CODE")``: the diagram's own error, not a defect."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def bpmn_error(code: str | int) -> None:
    """Raise the BPMN error ``code`` at this element; an error boundary event or event sub-process may catch it."""
    raise BpmnErrorRaised(str(code))


def length(value: str | list[Any] | dict[str, Any]) -> int:
    """The number of characters of a text, or of entries of a list or record."""
    return len(value)


def text(value: object) -> str:
    """A number or truth value as text; a list or record is refused."""
    return str(value)


def number(value: str | float) -> int | float:
    """A text as a number: whole if it has no fraction. Khmer digits are digits."""
    if not isinstance(value, str):
        return value
    written = value.strip()
    if _WHOLE.fullmatch(written):
        return number_within(int(written))
    if not _FRACTION.fullmatch(written):
        raise Unfit(because("number-text"))
    return number_within(float(written))


def count(values: list[Any], value: object) -> int:
    """How often ``value`` stands in the list."""
    return sum(1 for entry in values if same(entry, value))


def contains(where: str | list[Any], what: object) -> bool:
    """True when the text contains the part, or the list the value."""
    if isinstance(where, str) and not isinstance(what, str):
        raise Unfit(because("argument", name="contains", wanted=kind_named("text")))
    return holds(where, what)


def first(values: list[Any]) -> object:
    """The first entry of a list, or nothing when it is empty."""
    return values[0] if values else None


def last(values: list[Any]) -> object:
    """The last entry of a list, or nothing when it is empty."""
    return values[-1] if values else None


def append(values: list[Any], value: object) -> list[Any]:
    """A new list with ``value`` added at its end."""
    return [*values, value]


def total(values: list[float]) -> float:
    """The sum of a list of numbers, added from left to right as ``+`` would."""
    result: float = 0
    for value in values:
        # The sum() of later Pythons rounds differently: a replay there must not differ.
        result += value
    return number_within(result)


def rounded(value: float, digits: int = 0) -> int | float:
    """The number with so many digits after the point; a half goes to the even neighbour (IEEE 754)."""
    return number_within(round(value, digits) if digits else round(value))


def _pick(name: str, sign: int) -> Callable[..., Any]:
    def picked(*values: Any) -> Any:
        several = values[0] if len(values) == 1 and isinstance(values[0], list) else values
        if not several or not (all(map(is_number, several)) or all(isinstance(value, str) for value in several)):
            raise Unfit(because("argument", name=name, wanted=kind_named("comparable")))
        return extreme(several, sign)

    return picked


_IS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "any": lambda _: True,
    "text": lambda value: isinstance(value, str),
    "list": lambda value: isinstance(value, list),
    "number": is_number,
    "numbers": lambda value: isinstance(value, list) and all(map(is_number, value)),
    "text or list": lambda value: isinstance(value, (str, list)),
    "measurable": lambda value: isinstance(value, (str, list, dict)),
    "number or text": lambda value: is_number(value) or isinstance(value, str),
    "plain value": lambda value: value is None or isinstance(value, (str, int, float)),
    "digits": lambda value: is_whole(value) and abs(value) <= _MOST_DIGITS,
    "span": lambda value: is_whole(value) and abs(value) <= _LONGEST_SPAN,
    "term": lambda value: is_whole(value) and 0 <= value <= LONGEST_TERM,
    "code": lambda value: is_whole(value) or (isinstance(value, str) and len(value) <= _LONGEST_CODE),
}


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language: ``wanted`` are the kinds of its values, ``least`` how many must be given."""

    name: str
    call: Callable[..., Any]
    wanted: tuple[str, ...]
    least: int
    most: int
    shallow: bool = False
    """It looks at its values from outside only, so long ones cost nothing."""
    counts_days: bool = False
    """It walks through a calendar, a day or hour after the other."""

    def weight(self, values: list[Any]) -> int:
        """What it looks at besides its values, in entries."""
        return WORK_OF_A_DAY * values[0] if self.counts_days and _IS["term"](values[0]) else 0

    def __call__(self, *values: Any) -> Any:
        """Its value; raises Unfit for values of another kind than it wants."""
        for value, wanted in zip(values, self.wanted, strict=False):
            if not _IS[wanted](value):
                raise Unfit(because("argument", name=self.name, wanted=kind_named(wanted)))
        return self.call(*values)


def _function(
    name: str, call: Callable[..., Any], *wanted: str, least: int | None = None, most: int = 0, **marks: bool
) -> Function:
    return Function(name, call, wanted, len(wanted) if least is None else least, max(most, len(wanted)), **marks)


BUILT_IN: Final[Mapping[str, Function]] = {
    one.name: one
    for one in (
        _function("abs", abs, "number"),
        _function("add_days", add_days, "text", "span"),
        _function("add_hours", add_hours, "text", "span"),
        _function("add_months", add_months, "text", "span"),
        _function("append", append, "list", "any"),
        _function("bpmn_error", bpmn_error, "code"),
        _function("contains", contains, "text or list", "any"),
        _function("count", count, "list", "any"),
        _function("day", day, "text"),
        _function("days_between", days_between, "text", "text"),
        _function("ends_with", str.endswith, "text", "text"),
        _function("first", first, "list", shallow=True),
        _function("last", last, "list", shallow=True),
        _function("len", length, "measurable", shallow=True),
        _function("length", length, "measurable", shallow=True),
        _function("lower", str.lower, "text"),
        _function("max", _pick("max", 1), "any", most=ANY_NUMBER),
        _function("min", _pick("min", -1), "any", most=ANY_NUMBER),
        _function("number", number, "number or text"),
        _function("round", rounded, "number", "digits", least=1),
        _function("starts_with", str.startswith, "text", "text"),
        _function("sum", total, "numbers"),
        _function("text", text, "plain value"),
        _function("trim", str.strip, "text"),
        _function("upper", str.upper, "text"),
        _function("year", year, "text"),
    )
}

CLOCK_FUNCTIONS: Final = ("now", "today")
"""Built in as well, but bound to the moment of the step: ISO strings in Cambodian time."""

CALLER_FUNCTIONS: Final = ("working_days", "working_hours")
"""Functions that the caller of a step supplies, because they depend on the office. They take one whole number."""

LONGEST_TERM: Final = 2_000
WORK_OF_A_DAY: Final = 100
"""What finding one working day or hour in a calendar counts, in entries looked at."""

VALUES_TAKEN: Final[Mapping[str, tuple[int, int]]] = {
    **{name: (one.least, one.most) for name, one in BUILT_IN.items()},
    **dict.fromkeys(CLOCK_FUNCTIONS, (0, 0)),
    **dict.fromkeys(CALLER_FUNCTIONS, (1, 1)),
}
"""Every function an expression may name, with how many values it takes: at least, at most."""


GIVE_MOMENTS: Final = frozenset(
    ("add_days", "add_hours", "add_months", "day", "now", "today", "working_days", "working_hours")
)
"""The functions that give a day or a moment, and nothing else."""
MAY_BE_TRUTHS: Final = frozenset(("contains", "ends_with", "first", "last", "starts_with"))
"""The functions that give true or false, or whatever a list holds. Every other one gives something else."""


def clock_functions(now: datetime) -> dict[str, Function]:
    """``now()`` and ``today()`` for a step that takes place at ``now`` (aware)."""
    local = now.astimezone(CAMBODIA)
    return {
        "now": _function("now", local.isoformat),
        "today": _function("today", local.date().isoformat),
    }


def office_functions(supplied: Mapping[str, Callable[..., Any]]) -> dict[str, Function]:
    """What the caller of a step supplies of CALLER_FUNCTIONS, bounded to terms an office could mean."""
    return {
        name: _function(name, _in_local_time(supplied[name]), "term", counts_days=True)
        for name in CALLER_FUNCTIONS
        if name in supplied
    }


def _in_local_time(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function; a moment that it gives is written as every other one here."""

    def local(*values: Any) -> Any:
        found = function(*values)
        moment = moment_of(found) if isinstance(found, str) else None
        return found if moment is None else written_like(found, moment)

    return local
