"""Rules across the questions of a form, and answers that are computed from others."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from engine.khmer import Bilingual
from engine.packages.answer_expressions import AnswerExpression, parse_answer_expression
from engine.packages.feel_words import BadExpression
from engine.packages.form_errors import BrokenRule, FieldError
from engine.packages.said import said
from engine.packages.schema import KEY, PlainText, StrictSchema

MOST_RULES = 50


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule as its ``file`` has it: what must hold, the key of the words for when it does not, and the question where
    they are said."""

    condition: AnswerExpression
    message: str
    at: str
    file: str = "service.yaml"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a form with its words."""

    condition: AnswerExpression
    message: Bilingual
    at: str

    def is_broken(self, answers: Mapping[str, Any], today: date) -> bool:
        """Whether the rule is false for these answers; where an answer that it compares is missing it says nothing."""
        return self.condition.value(answers, today) is False

    def place(self, allowed: Collection[str] | None) -> str:
        """The question where it is said: its own, or the last of those allowed that it looks at."""
        if allowed is None or self.at in allowed:
            return self.at
        return next((name for name in sorted(self.condition.names, reverse=True) if name in allowed), self.at)


class _ExpressionField(fields.Field[AnswerExpression]):
    """An expression over the answers of a form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> AnswerExpression:  # noqa: ARG002
        try:
            return parse_answer_expression(str(value))
        except BadExpression as bad:
            raise ValidationError(said(bad.why)) from bad


class RuleSchema(StrictSchema):
    """One rule of a form in ``service.yaml``, or in ``rules.yaml`` of a shared process."""

    rule = _ExpressionField(required=True)
    message = PlainText(required=True, validate=KEY)
    at = PlainText(required=True, validate=KEY)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> WrittenRule:
        return WrittenRule(data["rule"], data["message"], data["at"])


def rules_of_a_form() -> fields.List[WrittenRule]:
    """The field for the rules of one form."""
    return fields.List(fields.Nested(RuleSchema), validate=validate.Length(1, MOST_RULES))


def broken_rules(
    rules: Collection[Rule],
    answers: Mapping[str, Any],
    today: date,
    *,
    wrong: Collection[str],
    places: Collection[str] | None = None,
) -> Iterator[FieldError]:
    """What the rules say about these answers; not those that look at an answer which is ``wrong`` by itself.
    ``places``: the questions at which something may be said."""
    for rule in rules:
        if rule.condition.names.isdisjoint(wrong) and rule.is_broken(answers, today):
            yield BrokenRule(rule.place(places), "rule", rule.message)


def computed_value(expression: AnswerExpression, decimals: int, answers: Mapping[str, Any], today: date) -> Any:
    """What the expression comes to, None where it has no value. Numbers are rounded half up to so many decimals."""
    found = expression.value(answers, today)
    if isinstance(found, Fraction):
        scale = 10**decimals
        rounded = Fraction(math.floor(found * scale + Fraction(1, 2)), scale)
        return Decimal(rounded.numerator) / Decimal(rounded.denominator)
    return found
