"""What the house itself knows of a case when a fee is reckoned, under names that a fee table may use like answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from engine.khmer import Bilingual
from engine.packages.field_kinds import FIELD_KINDS
from engine.packages.forms import Component

SUBMITTED_ON: Final = "submitted_on"
TODAY: Final = "today"
DAYS: Final = frozenset({SUBMITTED_ON, TODAY})
IS_RENEWAL: Final = "is_renewal"
IS_CHANGE: Final = "is_change"
CERTIFICATES_HELD: Final = "certificates_held"


def _fact(name: str, kind: str, km: str, en: str, **limits: Any) -> Component:
    return Component(name, FIELD_KINDS[kind], Bilingual(km, en), required=True, **limits)


FACTS: Final[Mapping[str, Component]] = MappingProxyType(
    {
        SUBMITTED_ON: _fact(SUBMITTED_ON, "date", "ថ្ងៃដាក់ពាក្យ", "Day of the application"),
        TODAY: _fact(TODAY, "date", "ថ្ងៃគិតថ្លៃ", "Day on which the fee is worked out"),
        IS_RENEWAL: _fact(IS_RENEWAL, "checkbox", "ការបន្តសុពលភាព", "Renewal"),
        IS_CHANGE: _fact(IS_CHANGE, "checkbox", "ការកែប្រែ", "Change"),
        CERTIFICATES_HELD: _fact(
            CERTIFICATES_HELD,
            "number",
            "ចំនួនវិញ្ញាបនបត្រនៃសេវានេះដែលអ្នកដាក់ពាក្យមានរួចហើយ",
            "Certificates of this service that the applicant has had",
            minimum=Decimal(0),
        ),
    }
)
"""Each fact as the question that it would be: its kind, its words, its limits."""


def facts_of(
    *,
    submitted_on: date,
    today: date,
    is_renewal: bool = False,
    is_change: bool = False,
    certificates_held: int = 0,
) -> dict[str, Any]:
    """The facts as answers: days as they are kept (``2026-01-31``). Before it is sent, an application is submitted
    today. ``certificates_held``: how many of this service were issued to the applicant before and not revoked."""
    return {
        SUBMITTED_ON: submitted_on.isoformat(),
        TODAY: today.isoformat(),
        IS_RENEWAL: is_renewal,
        IS_CHANGE: is_change,
        CERTIFICATES_HELD: certificates_held,
    }
