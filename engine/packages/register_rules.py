"""What a service has to do with certificates that are in the register: those it renews or changes, and those it
requires. Part of ``service.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import fields, post_load, validate

from engine.packages.said import Said
from engine.packages.schema import LengthField, PlainText, StrictSchema, one_of
from engine.working_time.terms import CalendarLength

NEW, RENEWAL, CHANGE = "new", "renewal", "change"
KINDS: Final = (NEW, RENEWAL, CHANGE)
"""How an application begins: from nothing, or from a certificate that is renewed or changed."""
IS_RENEWAL, IS_CHANGE = "is_renewal", "is_change"
FACTS: Final = (IS_RENEWAL, IS_CHANGE)
"""The facts about it that diagrams, fees and documents may look at."""
FROM_ISSUE, FROM_END = "issue", "end"
SERVICE_KEY: Final = validate.Regexp(
    r"^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,59}\Z",
    error=Said("“{input}”៖ សូមសរសេរពាក្យគន្លឹះជា ministry.service។", "“{input}”: write the key as ministry.service."),
)


@dataclass(frozen=True, slots=True)
class RenewalRule:
    """When a certificate may be renewed: from ``opens`` before its last day, until ``grace`` after it (None: until that
    day). The new one counts from its issue, or from the ``end`` of the old one where that is later."""

    opens: CalendarLength
    grace: CalendarLength | None
    counts_from: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """A certificate of another service that the applicant must hold: one in force, or (``valid`` false) any."""

    certificate_of: str
    valid: bool


def kind_facts(kind: str) -> dict[str, bool]:
    """The facts about an application of this kind."""
    return {IS_RENEWAL: kind == RENEWAL, IS_CHANGE: kind == CHANGE}


def kind_of(facts: Mapping[str, Any]) -> str:
    """The kind of an application of which these are the facts."""
    return next((kind for kind in (RENEWAL, CHANGE) if facts.get(f"is_{kind}")), NEW)


def usual_kinds(renews: str | None, renewal: RenewalRule | None) -> tuple[str, ...]:
    """The kinds of a service that does not write them: one that renews another's certificates does only that."""
    if renews is not None:
        return (RENEWAL,)
    return (NEW, RENEWAL) if renewal is not None else (NEW,)


class RenewalSchema(StrictSchema):
    """The group ``renewal``."""

    opens = LengthField(required=True)
    grace = LengthField(load_default=None)
    counts_from = PlainText(load_default=FROM_ISSUE, validate=one_of(FROM_ISSUE, FROM_END))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> RenewalRule:
        return RenewalRule(**data)


class RequirementSchema(StrictSchema):
    """An entry of the list ``requires``."""

    certificate_of = PlainText(required=True, validate=SERVICE_KEY)
    valid = fields.Boolean(load_default=True, truthy={True}, falsy={False})

    @post_load
    def build(self, data: Mapping[str, Any], **_: Any) -> Requirement:
        return Requirement(**data)
