"""What became of a rehearsed case, and where that differs from what its scenario expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.names import NONE
from engine.packages.said import Said, filled
from engine.packages.scenarios import Expectation
from engine.working_time.terms import Term


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What became of a scenario; ``differences`` are sentences, empty when everything was as expected. ``stopped_at``
    counts the step, from 0, that could not be taken; the start is -1. ``term`` is the legal one for its answers,
    ``levels`` those of the offices that had the case, in order."""

    name: str
    differences: tuple[Said, ...]
    path: tuple[str, ...]
    stages: tuple[str, ...]
    fee: int | None
    fees: Mapping[str, int]
    working_days: int
    outcome: str | None
    waits_at: tuple[str, ...]
    operations: tuple[str, ...]
    messages: tuple[str, ...]
    issued: int
    valid_until: str | None
    holder: str | None
    variables: Mapping[str, Any]
    term: Term
    levels: tuple[str, ...]
    stopped_at: int | None = None

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


def differences_of(expect: Expectation, result: ScenarioResult) -> Iterator[Bilingual]:
    """Every difference as a sentence."""
    named = ("stages", "fee", "working_days", "outcome", "operations", "messages", "issued", "valid_until")
    for name in (*named, "holder", "term", "levels"):
        expected, happened = getattr(expect, name), getattr(result, name)
        if expected is not None and expected != happened:
            yield filled(_OTHER, name=name, expected=_said(expected), happened=_said(happened))
    for key, amount in (expect.fees or {}).items():
        if result.fees.get(key) != amount:
            happened = str(result.fees.get(key, NONE))
            yield filled(_OTHER, name="fees", expected=f"{key} = {amount}", happened=happened)
    if expect.waits_at is not None and tuple(sorted(expect.waits_at)) != result.waits_at:
        expected = _said(expect.waits_at)
        yield filled(_OTHER, name="waits_at", expected=expected, happened=_said(result.waits_at))
    for name, value in expect.variables.items():
        if not bpmn.same(result.variables.get(name), value):
            happened = _written(result.variables[name]) if name in result.variables else NONE
            yield filled(_OTHER, name="variables", expected=f"{name} = {_written(value)}", happened=happened)
    if expect.path is not None:
        passed = iter(result.path)
        missing = next((element for element in expect.path if element not in passed), None)
        if missing is not None:
            yield filled(_NOT_PASSED, element=missing, passed=_said(result.path))


def _said(value: Any) -> Bilingual:
    if isinstance(value, tuple):
        words = ", ".join(map(str, value))
        return Bilingual(words, words) if words else _NOTHING
    return _NOTHING if value is None else Bilingual(_written(value), _written(value))


def _written(value: Any) -> str:
    """A value as authors write it."""
    return (
        {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else str(value)
    )


_NOTHING: Final = Bilingual("គ្មានអ្វី", "nothing")
_OTHER: Final = Bilingual(
    "{name}៖ រំពឹង {expected} ប៉ុន្តែវាជា {happened}។", "{name}: expected {expected}, but it was {happened}."
)
_NOT_PASSED: Final = Bilingual(
    "path៖ «{element}» មិនបានឆ្លងកាត់តាមលំដាប់ទេ; អ្វីដែលបានឆ្លងកាត់៖ {passed}។",
    "path: “{element}” was not passed in its place; passed: {passed}.",
)
