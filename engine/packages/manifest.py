"""``service.yaml``: what the public and the office must know about a service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from marshmallow import ValidationError, fields, post_load, validate

from engine.khmer import Bilingual
from engine.packages.clock_rules import ClockRule, ClockSchema
from engine.packages.fee_rules import ON_SUBMISSION, FeeRule, FeeSchema, FeesField, rules_of
from engine.packages.feel import BadExpression, Condition, parse_condition
from engine.packages.form_rules import WrittenRule, rules_of_a_form
from engine.packages.loading import STAND_INS, AsFar, load_as_far, load_values
from engine.packages.register_rules import (
    KINDS,
    NEW,
    SERVICE_KEY,
    RenewalRule,
    RenewalSchema,
    Requirement,
    RequirementSchema,
    usual_kinds,
)
from engine.packages.result_rules import RESULTS, CertificateRule, CertificateSchema, Validity, ValidityField
from engine.packages.said import Said, in_both, said
from engine.packages.schema import (
    KEY,
    OF_PART,
    BilingualField,
    MapOf,
    PlainText,
    StrictSchema,
    at_least_one,
    made,
    of_length,
    one_of,
    within,
)
from engine.packages.session_rules import SessionRule, SessionSchema, sessions_of
from engine.packages.term_rules import TermRule, TermRuleField
from engine.packages.yaml_files import Place

OFFICE_LEVELS: Final = ("ministry", "province", "district")
FILE_TYPES: Final = ("pdf", "jpg", "png")
_ILLUSTRATIVE: Final = re.compile(r"\billustrative\b", re.IGNORECASE)
"""The mark of what is plausible only, alone or among the words that say what of it is."""
OUTCOMES: Final = ("approved", "rejected", "withdrawn", "verified", "refused", "lapsed")


@dataclass(frozen=True, slots=True)
class LegalReference:
    """A law, sub-decree or prakas, as it is cited on papers."""

    key: str
    cite: Bilingual


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """A document the applicant hands in; ``required`` may depend on the answers."""

    key: str
    accepts: tuple[str, ...]
    required: bool | Condition
    copies: int

    def is_required(self, answers: Mapping[str, Any]) -> bool:
        """Whether these answers make the document necessary."""
        return self.required if isinstance(self.required, bool) else self.required.holds(answers)


@dataclass(frozen=True, slots=True)
class RoutingVariable:
    """An answer (``form``, ``field``) that the diagram and the fee table may see under ``name``."""

    name: str
    form: str
    field: str


@dataclass(frozen=True, slots=True)
class ServiceManifest:
    """Everything ``service.yaml`` says; texts for people are in ``Texts``, by the same keys."""

    key: str
    title: Bilingual
    purpose: str
    office_levels: tuple[str, ...]
    legal_basis: tuple[LegalReference, ...]
    term: TermRule
    norm: TermRule | None
    clock: ClockRule
    fees: tuple[FeeRule, ...]
    validity: Validity | None
    renews: str | None
    renewal: RenewalRule | None
    kinds: tuple[str, ...]
    requires: tuple[Requirement, ...]
    about: str | None
    result: str
    certificate: CertificateRule | None
    documents: tuple[DocumentRule, ...]
    sessions: tuple[SessionRule, ...]
    variables: tuple[RoutingVariable, ...]
    rules: Mapping[str, tuple[WrittenRule, ...]]
    stages: tuple[str, ...]
    provenance: Mapping[str, str]

    @property
    def promised(self) -> TermRule:
        """What applicants are promised: the norm of the office, else the term of the law."""
        return self.norm or self.term

    @property
    def is_for_verified(self) -> bool:
        """Whether only verified people send it. What is about another application comes from whoever sent that one,
        also where it was refused because nobody verified them."""
        return self.purpose == "application" and self.about is None

    @property
    def ministry(self) -> str:
        """The key of the ministry that answers for the service."""
        return self.key.partition(".")[0]

    @property
    def certificate_of(self) -> str:
        """The key of the service whose certificates it issues: its own, or that of the one it renews."""
        return self.renews or self.key

    @property
    def begins_from_certificates(self) -> bool:
        """Whether some of its applications begin from a certificate."""
        return self.kinds != (NEW,)

    @property
    def illustrative(self) -> frozenset[str]:
        """The facts of this service that are plausible only, wholly or in part, to be replaced by the office."""
        return frozenset(fact for fact, source in self.provenance.items() if _ILLUSTRATIVE.search(source))

    @property
    def is_illustrative(self) -> bool:
        """Whether there is such a fact."""
        return bool(self.illustrative)

    def fee(self, key: str) -> FeeRule | None:
        """The rule of one fee, None for an unknown key."""
        return next((rule for rule in self.fees if rule.key == key), None)

    def session(self, key: str | None) -> SessionRule | None:
        """One kind of session, None for an unknown key."""
        return next((rule for rule in self.sessions if rule.key == key), None)

    def document(self, key: str) -> DocumentRule | None:
        """The rule of one document, None for an unknown key."""
        return next((rule for rule in self.documents if rule.key == key), None)


class _RequiredField(fields.Field["bool | Condition"]):
    """``true``, ``false``, or a condition over the answers."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool | Condition:  # noqa: ARG002
        if isinstance(value, bool):
            return value
        try:
            return parse_condition(str(value))
        except BadExpression as bad:
            raise ValidationError(said(bad.why)) from bad


class LegalReferenceSchema(StrictSchema):
    """A law with its key and its citation."""

    key = PlainText(required=True, validate=KEY)
    cite = BilingualField(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalReference:
        return LegalReference(**data)


class _DocumentSchema(StrictSchema):
    key = PlainText(required=True, validate=KEY)
    accepts = fields.List(PlainText(validate=one_of(*FILE_TYPES)), load_default=list(FILE_TYPES))
    required = _RequiredField(load_default=True)
    copies = fields.Integer(strict=True, load_default=1, validate=within(1, 9))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> DocumentRule:
        return DocumentRule(**{**data, "accepts": tuple(data["accepts"])})


class ServiceSchema(StrictSchema):
    """Everything that may stand in ``service.yaml``."""

    key = PlainText(required=True, validate=SERVICE_KEY)
    title = BilingualField(required=True)
    purpose = PlainText(load_default="application", validate=one_of("application", "account"))
    office_levels = fields.List(PlainText(validate=one_of(*OFFICE_LEVELS)), required=True, validate=at_least_one())
    legal_basis = fields.List(fields.Nested(LegalReferenceSchema), load_default=list)
    term = TermRuleField(required=True)
    norm = TermRuleField(load_default=None)
    clock = fields.Nested(ClockSchema, load_default=lambda: ClockRule("submitted", False))
    fee = fields.Nested(FeeSchema, load_default=None)
    fees = FeesField()
    validity = ValidityField(load_default=None)
    renews = PlainText(load_default=None, validate=SERVICE_KEY)
    renewal = fields.Nested(RenewalSchema, load_default=None)
    kinds = fields.List(PlainText(validate=one_of(*KINDS)), load_default=None, validate=of_length(1, len(KINDS)))
    requires = fields.List(fields.Nested(RequirementSchema), load_default=list)
    about = PlainText(load_default=None, validate=KEY)
    result = PlainText(load_default=RESULTS[0], validate=one_of(*RESULTS))
    certificate = fields.Nested(CertificateSchema, load_default=None)
    documents = fields.List(fields.Nested(_DocumentSchema), load_default=list)
    sessions = MapOf(fields.Nested(SessionSchema), load_default=dict)
    variables = MapOf(
        PlainText(
            validate=validate.Regexp(
                r"^(?:[^\W\d][\w-]{0,99}\.){1,6}[a-z][a-z0-9_]*\Z",
                error=Said("“{input}”៖ សូមសរសេរចម្លើយជា form.field។", "“{input}”: write the answer as form.field."),
            )
        ),
        load_default=dict,
    )
    rules = MapOf(rules_of_a_form(), keys=OF_PART, load_default=dict)
    stages = fields.List(PlainText(validate=KEY), required=True, validate=at_least_one())
    provenance = MapOf(PlainText(), load_default=dict)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ServiceManifest:
        _refuse_repeats(data)
        kinds = tuple(data.pop("kinds") or usual_kinds(data["renews"], data["renewal"]))
        fees = rules_of(data.pop("fee"), data.pop("fees"))
        sessions = sessions_of(data.pop("sessions"))
        variables = tuple(_routing(name, answer) for name, answer in data.pop("variables").items())
        provenance = MappingProxyType(data.pop("provenance"))
        rules = MappingProxyType({form: tuple(held) for form, held in data.pop("rules").items()})
        lists: dict[str, Any] = {
            key: tuple(data.pop(key)) for key in ("office_levels", "legal_basis", "documents", "stages", "requires")
        }
        return ServiceManifest(
            **data,
            **lists,
            fees=fees,
            sessions=sessions,
            variables=variables,
            kinds=kinds,
            rules=rules,
            provenance=provenance,
        )


def _routing(name: str, answer: str) -> RoutingVariable:
    """``apply.rooms``, or ``reception.check.result`` for a form of a shared process."""
    form, _, field = answer.rpartition(".")
    return RoutingVariable(name, form, field)


def _refuse_repeats(data: Mapping[str, Any]) -> None:
    """A key that names two documents, two laws or two stages would make one of them unreachable."""
    keyed = {name: [entry.key for entry in data[name]] for name in ("documents", "legal_basis")}
    for name, keys in {**keyed, "stages": data["stages"]}.items():
        repeated = sorted({key for key in keys if keys.count(key) > 1})
        if repeated:
            raise ValidationError(
                Said(f"“{repeated[0]}” មានពីរដង។ សូមទុកតែមួយ។", f"“{repeated[0]}” stands there twice; keep one."), name
            )


def read_service(name: str, data: bytes) -> ServiceManifest:
    """The manifest in ``service.yaml``; raises PackageRejected naming the file and line of every mistake."""
    return service_as_far(name, data).whole()


@lru_cache(maxsize=32)
def service_as_far(name: str, data: bytes | None) -> AsFar[ServiceManifest]:
    """The manifest as far as it can be read. A package is read again after each change to another of its files."""
    return load_as_far(made(ServiceSchema), name, data, _STAND_INS)[1]


def told_of(value: Mapping[str, Any]) -> dict[Place, Bilingual]:
    """What is wrong with the values of a ``service.yaml``, by the place to which it belongs."""
    told = load_values(made(ServiceSchema), value, _STAND_INS).told
    return {place: in_both(message) for place, message in reversed(told)}


_STAND_INS: Final[Mapping[str, Any]] = {
    **STAND_INS,
    "key": "unread.unread",
    "office_levels": [OFFICE_LEVELS[1]],
    "term": "1 working day",
    "stages": ["unread"],
    "pay": ON_SUBMISSION,
}
