"""How days, moments and records are written in scenarios."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from engine.packages.said import Said

_FIRST_YEAR: Final = 1993
_LAST_YEAR: Final = 2199
_RECORD: Final = Said(
    "សូមសរសេរអ្វីដែលបញ្ជីប្រាប់៖ {{found: true, valid: true, expires: 2027-03-01}}។",
    "Write what the register says: {{found: true, valid: true, expires: 2027-03-01}}.",
).format()
DAY_OR_NEVER: Final = validate.Regexp(
    r"^(?:permanent|\d{4}-\d\d-\d\d)(?:, (?:permanent|\d{4}-\d\d-\d\d))*\Z",
    error=Said(
        "“{input}”៖ សូមសរសេរថ្ងៃជា 2027-03-01 ឬ permanent; បើលទ្ធផលខុសគ្នា សូមសរសេរនីមួយៗដោយមានសញ្ញាក្បៀស។",
        "“{input}”: write a day as 2027-03-01, or permanent; where results differ, each with a comma between.",
    ),
)


class DayField(fields.Field[date]):
    """``2027-03-01``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:  # noqa: ARG002
        try:
            return date.fromisoformat(str(value))
        except ValueError as bad:
            raise ValidationError(
                Said(f"“{value}” មិនមែនជាថ្ងៃទេ។ សូមសរសេរ 2027-03-01។", f"“{value}” is not a day; write 2027-03-01.")
            ) from bad


class MomentField(fields.Field[datetime]):
    """``2026-11-02 09:00``, by the clock of the office."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:  # noqa: ARG002
        try:
            moment = datetime.strptime(str(value), "%Y-%m-%d %H:%M")  # noqa: DTZ007 (local; the runner adds the zone)
        except ValueError as bad:
            raise ValidationError(
                Said(
                    f"“{value}” មិនមែនជាពេលវេលាទេ។ សូមសរសេរ 2026-11-02 09:00។",
                    f"“{value}” is not a moment; write 2026-11-02 09:00.",
                )
            ) from bad
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise ValidationError(
                Said(
                    f"“{value}”៖ ករណីសាកល្បងកើតឡើងពីឆ្នាំ {_FIRST_YEAR} ដល់ {_LAST_YEAR}។ សូមកែឆ្នាំ។",
                    f"“{value}”: scenarios take place between {_FIRST_YEAR} and {_LAST_YEAR}; correct the year.",
                )
            )
        return moment


class RecordField(fields.Field[dict[str, Any]]):
    """What the register says: ``{found: true, valid: true, expires: 2027-03-01}``, what is left out as of nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002
        known = {"found": False, "valid": False, "expires": None}
        if not isinstance(value, dict) or set(value) - set(known):
            raise ValidationError(_RECORD)
        return known | value
