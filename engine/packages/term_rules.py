"""How long a service takes by law or by promise: one length, or several by the answers of the application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import ValidationError, fields

from engine.packages.feel import BadExpression, Condition, parse_condition
from engine.packages.said import Said, said
from engine.packages.schema import MISSING, NO_VALUE, StrictSchema, TermField, made
from engine.working_time.terms import Term

_MOST_CASES: Final = 20
_LINES: Final = Said(
    f"សូមសរសេរពី 1 ដល់ {_MOST_CASES} បន្ទាត់ដែលមាន “when” និង “term”។",
    f"Write 1 to {_MOST_CASES} lines of “when” and “term”.",
)
_LAST_LINE: Final = Said(
    "គ្រប់បន្ទាត់លើកលែងតែបន្ទាត់ចុងក្រោយត្រូវមាន “when”; បន្ទាត់ចុងក្រោយគ្មាន ហើយសម្រាប់ករណីផ្សេងទៀតទាំងអស់។",
    "Every line but the last needs “when”; the last has none and holds for all others.",
)


@dataclass(frozen=True, slots=True)
class TermCase:
    """A length, and the condition over the answers under which it holds; None: for all that come to it."""

    when: Condition | None
    length: Term


@dataclass(frozen=True, slots=True)
class TermRule:
    """The first case that holds counts; the last has no condition."""

    cases: tuple[TermCase, ...]

    def of(self, answers: Mapping[str, Any]) -> Term:
        """The length for these answers of the application."""
        return next(case.length for case in self.cases if case.when is None or case.when.holds(answers))

    @property
    def lengths(self) -> tuple[Term, ...]:
        """Every length that an application may have, each once."""
        return tuple(dict.fromkeys(case.length for case in self.cases))

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions as they are written, empty for the last case."""
        return tuple(case.when.source if case.when else "" for case in self.cases)


class _ConditionField(fields.Field[Condition]):
    """A condition over the answers: ``kind = "feature"``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Condition:  # noqa: ARG002
        try:
            return parse_condition(str(value))
        except BadExpression as bad:
            raise ValidationError(said(bad.why)) from bad


class _CaseSchema(StrictSchema):
    when = _ConditionField(load_default=None)
    term = TermField(required=True)


_LENGTH: Final = TermField()


class TermRuleField(fields.Field[TermRule]):
    """``10 working days``, or a list of ``{when: …, term: …}`` whose last line has no ``when``."""

    default_error_messages = {"null": NO_VALUE, "required": MISSING}  # noqa: RUF012 (marshmallow's own form)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> TermRule:  # noqa: ARG002
        if not isinstance(value, list):
            return TermRule((TermCase(None, _LENGTH.deserialize(value)),))
        if not 1 <= len(value) <= _MOST_CASES:
            raise ValidationError(_LINES)
        cases = [made(_CaseSchema).load(line) for line in value]
        if any(case["when"] is None for case in cases[:-1]) or cases[-1]["when"] is not None:
            raise ValidationError(_LAST_LINE)
        return TermRule(tuple(TermCase(case["when"], case["term"]) for case in cases))
