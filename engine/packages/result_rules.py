"""What comes out of a service: of which kind, how many, and how long each holds. Part of ``service.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from engine.packages.feel import BadExpression, Condition, parse_condition
from engine.packages.forms import APPLY
from engine.packages.said import Said, in_both, said
from engine.packages.schema import KEY, LengthField, MapOf, PlainText, StrictSchema, made, of_length
from engine.working_time.terms import CalendarLength

CERTIFICATE, STAMPED, NOTICE, ENTRY = "certificate", "stamped_document", "notice", "register_entry"
RESULTS: Final = (CERTIFICATE, STAMPED, NOTICE, ENTRY)
"""The kinds of result; ``storage`` keeps the same words."""
TEMPLATES: Final[Mapping[str, str]] = MappingProxyType({CERTIFICATE: "certificate.typ", NOTICE: "notice.typ"})
"""Results that a package draws itself, by the file that does; the house draws the others."""
LEAVES_OFFICE: Final = frozenset({CERTIFICATE, STAMPED})
"""Results on paper that are signed for when they leave; of the others the applicant is told."""
ROW: Final = "row"
"""What stands in the place of a form where a field of the row is meant."""
_PERMANENT, _AS_PARENT, _SINGLE_USE = "permanent", "as parent", "single use"
_BY_AND_LENGTHS: Final = Said(
    "“by” ជាឈ្មោះសំណួរ “lengths” ប្រាប់រយៈពេលសម្រាប់ជម្រើសនីមួយៗ។ សូមសរសេរទាំងពីរ។",
    "“by” names a question, “lengths” says how long for each of its choices; write both.",
)
_ONE_WAY: Final = Said(
    "សូមសរសេរមួយក្នុងចំណោម៖ length, until ឬ by ជាមួយ lengths; single_use អាចនៅជាមួយបាន។",
    "Write one of: length, until, or by with lengths; single_use may stand beside it.",
)
_WHERE_OF_WHAT: Final = Said(
    "“where” ជ្រើសរើសក្នុងចំណោមជួរនៃ “for_each”។ សូមសរសេរឈ្មោះបញ្ជីនោះផង។",
    "“where” chooses among the rows of “for_each”; name that list too.",
)
_SERIES: Final = Said(
    "“{input}”៖ series ជាអក្សរឡាតាំងធំពី 2 ដល់ 6។ សូមកែវា។", "“{input}”: a series is 2 to 6 capital Latin letters."
)


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """Where an answer is found: a form and its field, or ``row`` and a field of the row that a result is for."""

    form: str
    field: str

    def __str__(self) -> str:
        return f"{self.form}.{self.field}"


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a result holds: a ``length`` from the day of issue, ``until`` an answered day, the length that an answer
    chooses (``by``, ``lengths``; None in it: without end), as long as the certificate before it (``as_parent``), or
    without end where nothing is said. ``single_use``: it also ends when an officer marks it as used."""

    length: CalendarLength | None = None
    until: AnswerPlace | None = None
    by: AnswerPlace | None = None
    lengths: Mapping[str, CalendarLength | None] = field(default_factory=dict)
    single_use: bool = False
    as_parent: bool = False

    @property
    def ends(self) -> bool:
        """Whether some result of the service has a last day."""
        chosen = any(length is not None for length in self.lengths.values())
        return self.length is not None or self.until is not None or self.as_parent or chosen


@dataclass(frozen=True, slots=True)
class HolderRule:
    """Which answers name the holder where that is not the applicant: the names in both scripts, and the number of the
    identity paper where it is asked. Whoever answers none of them leaves it with the applicant."""

    name_km: AnswerPlace
    name_latin: AnswerPlace
    id_number: AnswerPlace | None = None


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """What is issued: its number starts with ``series``. With ``for_each`` there is one for each row of that list, or
    of the rows for which ``where`` holds. ``document`` is what gets the stamp page of a stamped document, ``entry`` the
    answers that stand in a register (empty: all that are no personal data), ``holder`` who holds it."""

    series: str
    for_each: AnswerPlace | None = None
    where: Condition | None = None
    document: str | None = None
    entry: tuple[str, ...] = ()
    holder: HolderRule | None = None


class _PlaceField(fields.Field[AnswerPlace]):
    """``apply.last_day``, ``inspect.valid_until`` or ``row.next_check``; a name alone is a question of ``apply``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> AnswerPlace:  # noqa: ARG002
        form, _, name = PlainText().deserialize(value).rpartition(".")
        for key in (form or APPLY, name):
            KEY(key)
        return AnswerPlace(form or APPLY, name)


class _LengthOrNone(fields.Field[CalendarLength | None]):
    """A length of time, or ``permanent``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> CalendarLength | None:  # noqa: ARG002
        return None if value == _PERMANENT else LengthField().deserialize(value)


class _ValiditySchema(StrictSchema):
    until = _PlaceField()
    by = _PlaceField()
    lengths = MapOf(_LengthOrNone(), keys=of_length(1, 80))
    single_use = fields.Boolean(truthy={True}, falsy={False})
    length = LengthField()

    @validates_schema
    def one_way(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("by" in data) != ("lengths" in data):
            raise ValidationError(_BY_AND_LENGTHS)
        if sum(key in data for key in ("until", "by", "length")) > 1 or not data:
            raise ValidationError(_ONE_WAY)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Validity:
        return Validity(**{**data, "lengths": MappingProxyType(data.get("lengths", {}))})


class ValidityField(fields.Field[Validity]):
    """``1 year``, ``permanent``, ``single use``, ``as parent``, or a group with ``until``, ``by`` or ``single_use``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Validity:  # noqa: ARG002
        if isinstance(value, dict):
            read: Validity = made(_ValiditySchema).load(value)
            return read
        named = {
            _PERMANENT: Validity(),
            _AS_PARENT: Validity(as_parent=True),
            _SINGLE_USE: Validity(single_use=True),
        }
        if isinstance(value, str) and value in named:
            return named[value]
        try:
            return Validity(length=LengthField().deserialize(value))
        except ValidationError as wrong:
            words = ", ".join(f"“{word}”" for word in named)
            why = in_both(wrong.messages[0])
            raise ValidationError(
                Said(f"{why.km} ឬសរសេរមួយក្នុងចំណោម៖ {words}។", f"{why.en} Or write one of: {words}.")
            ) from wrong


class _ConditionField(fields.Field[Condition]):
    """A condition over the fields of a row."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Condition:  # noqa: ARG002
        try:
            return parse_condition(PlainText().deserialize(value))
        except BadExpression as bad:
            raise ValidationError(said(bad.why)) from bad


class _HolderSchema(StrictSchema):
    name_km = _PlaceField(required=True)
    name_latin = _PlaceField(required=True)
    id_number = _PlaceField(load_default=None)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> HolderRule:
        return HolderRule(**data)


class CertificateSchema(StrictSchema):
    """The group ``certificate``."""

    series = PlainText(
        required=True,
        validate=validate.Regexp(r"^[A-Z]{2,6}\Z", error=_SERIES),
    )
    for_each = _PlaceField(load_default=None)
    where = _ConditionField(load_default=None)
    document = PlainText(load_default=None, validate=KEY)
    entry = fields.List(PlainText(validate=KEY), load_default=list)
    holder = fields.Nested(_HolderSchema, load_default=None)

    @validates_schema
    def rows(self, data: Mapping[str, Any], **_: Any) -> None:
        if data.get("where") is not None and data.get("for_each") is None:
            raise ValidationError(_WHERE_OF_WHAT, "where")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CertificateRule:
        return CertificateRule(**{**data, "entry": tuple(data["entry"])})
