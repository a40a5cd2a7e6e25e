"""What ``service.yaml`` says of the fees of a service: which table gives each, when it is paid, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import ValidationError, fields, post_load, validate

from engine.packages.forms import APPLY
from engine.packages.said import Said
from engine.packages.schema import KEY, MapOf, PlainText, StrictSchema, one_of, within

THE_FEE: Final = "fee"
"""The key of the one fee of a service that writes ``fee`` instead of ``fees``."""

MOST_RIEL: Final = 2_000_000_000
"""No fee is more: what a bill, a receipt and a column of the database hold."""

ON_SUBMISSION: Final = "on_submission"
ON_APPROVAL: Final = "on_approval"
PAY: Final = (ON_SUBMISSION, ON_APPROVAL, "on_request")
"""When a fee is paid: before the decision and as it was shown before sending, after the approval, or when the office
asks for it."""

_MOST_FEES: Final = 20
_LEAST_AND_MOST: Final = Said(
    "ថ្លៃអប្បបរមាធំជាងថ្លៃអតិបរមា។ សូមកែមួយ។", "The least fee is more than the most; correct one of them."
)
_EITHER: Final = Said(
    "សូមសរសេរ fee សម្រាប់ថ្លៃតែមួយ ឬ fees សម្រាប់ថ្លៃច្រើន មិនមែនទាំងពីរទេ។",
    "Write either fee, for one fee, or fees, for several; not both.",
)
_TOO_MANY: Final = Said(
    f"សេវាមួយមានថ្លៃយ៉ាងច្រើន {_MOST_FEES}។ សូមកាត់បន្ថយ។", f"A service has at most {_MOST_FEES} fees; have fewer."
)
_GROUP_NAME: Final = Said(
    "“{input}”៖ សូមសរសេរពាក្យគន្លឹះនៃក្រុមជួរក្នុងទម្រង់ apply ឬ form.field។",
    "“{input}”: write the key of a repeating group of the form apply, or form.field.",
)


@dataclass(frozen=True, slots=True)
class FeeRule:
    """A fee: which decision table gives it (its file name without ``.dmn``), when it is paid, and its limits in whole
    riel. ``for_each`` is the repeating group (form, field) whose rows are each reckoned."""

    key: str
    decision: str
    pay: str
    refundable: bool
    for_each: tuple[str, str] | None = None
    at_least: int | None = None
    at_most: int | None = None
    cap: int | None = None

    @property
    def file(self) -> str:
        """The name of the file with its table."""
        return f"{self.decision}.dmn"


class FeeSchema(StrictSchema):
    """One fee as it is written."""

    decision = PlainText(required=True, validate=KEY)
    pay = PlainText(required=True, validate=one_of(*PAY))
    refundable = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    for_each = PlainText(
        load_default=None,
        validate=validate.Regexp(
            r"^([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*\Z",
            error=_GROUP_NAME,
        ),
    )
    at_least = fields.Integer(strict=True, load_default=None, validate=within(1, MOST_RIEL))
    at_most = fields.Integer(strict=True, load_default=None, validate=within(1, MOST_RIEL))
    cap = fields.Integer(strict=True, load_default=None, validate=within(1, MOST_RIEL))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        low, high = data["at_least"], data["at_most"]
        if low is not None and high is not None and low > high:
            raise ValidationError(_LEAST_AND_MOST, "at_least")
        if data["for_each"] is not None:
            form, _dot, field = data["for_each"].rpartition(".")
            data["for_each"] = (form or APPLY, field)
        return data


class FeesField(MapOf):
    """Several fees by key."""

    def __init__(self) -> None:
        super().__init__(fields.Nested(FeeSchema), load_default=dict)


def rules_of(fee: Mapping[str, Any] | None, fees: Mapping[str, Mapping[str, Any]]) -> tuple[FeeRule, ...]:
    """The fees of a service, in the order written; ``fee`` is the short form of one. Raises ValidationError."""
    if fee is not None and fees:
        raise ValidationError(_EITHER, "fees")
    if len(fees) > _MOST_FEES:
        raise ValidationError(_TOO_MANY, "fees")
    written = {THE_FEE: fee} if fee is not None else fees
    return tuple(FeeRule(key, **said) for key, said in written.items())
