"""``law.yaml``: what the law allows for a service, each part with its source and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marshmallow import ValidationError, fields, post_load, validates_schema

from engine.khmer import Bilingual
from engine.packages.amounts import Amount, parse_amount
from engine.packages.clock_rules import MOST_TIMES, SILENT
from engine.packages.fee_rules import MOST_RIEL
from engine.packages.feel import BadExpression, Condition, parse_condition
from engine.packages.loading import AsFar, load_as_far
from engine.packages.package import ServicePackage
from engine.packages.problems import PackageRejected
from engine.packages.result_rules import Validity, ValidityField
from engine.packages.said import Said, said
from engine.packages.schema import (
    KEY,
    MISSING,
    NO_VALUE,
    BilingualField,
    LengthField,
    MapOf,
    PlainText,
    StrictSchema,
    TermField,
    made,
    one_of,
    within,
)
from engine.packages.term_rules import TermRule, TermRuleField
from engine.working_time.terms import Term

LAW: Final = "law.yaml"
MARKS: Final = ("R", "N", "I")
"""How sure a fact is: stated by a source (R), inferred from one (N), or illustrative (I)."""
FEE, DOCUMENTS, TERM, VALIDITY = "fee", "documents", "term", "validity"
PARTS: Final = (FEE, DOCUMENTS, TERM, VALIDITY)
"""What the law may say something of, in the order in which it is told."""
_MOST_LINES: Final = 50
_MOST_COPIES: Final = 9
_LINES: Final = Said(
    f"សូមសរសេរពី 1 ដល់ {_MOST_LINES} បន្ទាត់។",
    f"Write 1 to {_MOST_LINES} lines.",
)
_AMOUNT: Final = Said(
    "សូមសរសេរចំនួនរៀល ឬការគណនា ឧទាហរណ៍ “5000 * rooms”។",
    "Write a number of riel, or arithmetic such as “5000 * rooms”.",
)
_NO_SUCH_KEY: Final = Said(
    "“{key}” មិនមាននៅក្នុង keys ទេ។ សូមកែឈ្មោះ ឬបន្ថែមវាទៅក្នុង keys។",
    "“{key}” is not among the keys; correct the name, or add it to keys.",
)
_ONE_OF_TWO: Final = Said(
    "សូមសរសេរតែមួយ៖ “length” សម្រាប់រយៈពេល ឬ “holds” ដូច validity ក្នុង service.yaml។",
    "Write one of: “length”, a length of time; “holds”, as validity in service.yaml.",
)


@dataclass(frozen=True, slots=True)
class LegalFact:
    """Something that the law says: where it stands, and how sure that is."""

    source: Bilingual
    mark: str


@dataclass(frozen=True, slots=True)
class LegalFee(LegalFact):
    """The most that a fee may come to: an ``amount`` of riel, reckoned from the answers. ``fee``: its key, None for
    each fee of the service; ``for_each``: the list of which it is the amount for one row, None for the whole fee;
    ``when``: of which cases it is said, None for all that come to it."""

    amount: Amount
    fee: str | None = None
    for_each: str | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class LegalDocuments(LegalFact):
    """Documents that may be asked, by key, and the most ``copies`` of those for which the law says a number."""

    keys: tuple[str, ...]
    copies: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LegalTerm(LegalFact):
    """The longest that it may take; several by the answers of the application."""

    term: TermRule


@dataclass(frozen=True, slots=True)
class LegalValidity(LegalFact):
    """The shortest that a result holds."""

    holds: Validity


@dataclass(frozen=True, slots=True)
class LegalExtension(LegalFact):
    """How much more time an office may give itself at once, at most, and how many ``times``."""

    by: Term
    times: int = 1


@dataclass(frozen=True, slots=True)
class LegalSilence(LegalFact):
    """What the law makes of a case when its term passes without a decision: ``approved`` or ``rejected``."""

    decides: str


@dataclass(frozen=True, slots=True)
class Law:
    """What ``law.yaml`` says; empty or None for what it does not say. ``extension`` and ``silence`` are no parts that
    are compared for the public: without them no version that gives more time, or decides by silence, is published."""

    cap: tuple[LegalFee, ...] = ()
    documents: tuple[LegalDocuments, ...] = ()
    days: LegalTerm | None = None
    validity: LegalValidity | None = None
    extension: LegalExtension | None = None
    silence: LegalSilence | None = None

    @property
    def facts(self) -> Mapping[str, tuple[LegalFact, ...]]:
        """What it says of each part; parts of which it says nothing are left out."""
        of_one = {TERM: (self.days,), VALIDITY: (self.validity,)}
        said: dict[str, tuple[LegalFact | None, ...]] = {FEE: self.cap, DOCUMENTS: self.documents, **of_one}
        kept = {part: tuple(fact for fact in facts if fact is not None) for part, facts in said.items()}
        return {part: facts for part, facts in kept.items() if facts}

    @property
    def stated(self) -> tuple[str, ...]:
        """The parts of which something, or all, is stated by a source or inferred from one."""
        return tuple(part for part, facts in self.facts.items() if any(fact.mark != "I" for fact in facts))

    @property
    def illustrative(self) -> tuple[str, ...]:
        """The parts of which something, or all, is an example only."""
        return tuple(part for part, facts in self.facts.items() if any(fact.mark == "I" for fact in facts))


class _OneOrSeveral(fields.Field[tuple[Any, ...]]):
    """A group of ``key: value`` lines, or a list of such groups."""

    default_error_messages = {"null": NO_VALUE, "required": MISSING}  # noqa: RUF012 (marshmallow's own form)

    def __init__(self, schema: type[StrictSchema], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schema = schema

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[Any, ...]:  # noqa: ARG002
        if not isinstance(value, list):
            return (made(self.schema).load(value),)
        if not 1 <= len(value) <= _MOST_LINES:
            raise ValidationError(_LINES)
        return tuple(made(self.schema).load(value, many=True))


class _AmountField(fields.Field[Amount]):
    """A whole number of riel, or arithmetic over what a fee table may look at: ``5000 * rooms``."""

    default_error_messages = {"required": MISSING, "null": NO_VALUE}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Amount:  # noqa: ARG002
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise ValidationError(_AMOUNT)
        if isinstance(value, int):
            within(0, MOST_RIEL)(value)
        try:
            return parse_amount(str(value))
        except BadExpression as bad:
            raise ValidationError(said(bad.why)) from bad


class _WhenField(fields.Field[Condition]):
    """A condition over what a fee table may look at: ``category = "a"``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Condition:  # noqa: ARG002
        try:
            return parse_condition(PlainText().deserialize(value))
        except BadExpression as bad:
            raise ValidationError(said(bad.why)) from bad


class _FactSchema(StrictSchema):
    source = BilingualField(required=True)
    mark = PlainText(required=True, validate=one_of(*MARKS))


class _FeeSchema(_FactSchema):
    amount = _AmountField(required=True)
    fee = PlainText(validate=KEY)
    for_each = PlainText(validate=KEY)
    when = _WhenField()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalFee:
        return LegalFee(**data)


class _DocumentsSchema(_FactSchema):
    keys = fields.List(PlainText(validate=KEY), required=True)
    copies = MapOf(fields.Integer(strict=True, validate=within(1, _MOST_COPIES)))

    @validates_schema
    def of_its_keys(self, data: Mapping[str, Any], **_: Any) -> None:
        for key in data.get("copies", {}):
            if key not in data.get("keys", ()):
                raise ValidationError(_NO_SUCH_KEY.format(key=key), "copies")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalDocuments:
        return LegalDocuments(**{**data, "keys": tuple(data["keys"])})


class _DaysSchema(_FactSchema):
    term = TermRuleField(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalTerm:
        return LegalTerm(**data)


class _ExtensionSchema(_FactSchema):
    by = TermField(required=True)
    times = fields.Integer(strict=True, load_default=1, validate=within(1, MOST_TIMES))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalExtension:
        return LegalExtension(**data)


class _SilenceSchema(_FactSchema):
    decides = PlainText(required=True, validate=one_of(*SILENT))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalSilence:
        return LegalSilence(**data)


class _ValiditySchema(_FactSchema):
    length = LengthField()
    holds = ValidityField()

    @validates_schema
    def one_way(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("length" in data) == ("holds" in data):
            raise ValidationError(_ONE_OF_TWO)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalValidity:
        held = data["holds"] if "holds" in data else Validity(data["length"])
        return LegalValidity(source=data["source"], mark=data["mark"], holds=held)


class LawSchema(StrictSchema):
    """Everything that may stand in ``law.yaml``."""

    cap = _OneOrSeveral(_FeeSchema, load_default=())
    documents = _OneOrSeveral(_DocumentsSchema, load_default=())
    days = fields.Nested(_DaysSchema, load_default=None)
    validity = fields.Nested(_ValiditySchema, load_default=None)
    extension = fields.Nested(_ExtensionSchema, load_default=None)
    silence = fields.Nested(_SilenceSchema, load_default=None)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Law:
        return Law(**data)


def law_of(package: ServicePackage) -> Law | None:
    """What the package keeps of the law; None for one without ``law.yaml``. Raises PackageRejected."""
    return law_as_far(package).whole() if LAW in package.files else None


def law_as_far(package: ServicePackage) -> AsFar[Law]:
    """What can be read of the ``law.yaml`` of a package that has one."""
    return load_as_far(made(LawSchema), LAW, package.files[LAW])[1]


def readable_law(package: ServicePackage) -> Law | None:
    """The same for checks of what stands in it: None, too, where the file cannot be read, which another check tells."""
    try:
        return law_of(package)
    except PackageRejected:
        return None
