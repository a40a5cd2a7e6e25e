"""A service as data for search engines and other programs: schema.org GovernmentService, in both languages."""

from __future__ import annotations

from typing import Any, Final

from engine.khmer import LANGUAGES, Bilingual
from engine.queries.public.rule_words import FeeOffered
from engine.queries.public.services import OfficeOffering, ServiceInWords

_DAYS: Final = tuple(
    f"https://schema.org/{day}"
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
)


def government_service(service: ServiceInWords, base_url: str) -> dict[str, Any]:
    """The service under its public address; texts are lists of values that say their language (JSON-LD 1.1, 4.2.4)."""
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "identifier": service.key,
        "url": f"{base_url}/services/{service.key}",
        "name": _both(service.title),
        "description": _both(service.summary),
        "serviceOperator": {"@type": "GovernmentOrganization", "name": _both(service.ministry)},
        "areaServed": {"@type": "Country", "name": "Cambodia", "identifier": "KH"},
        "availableLanguage": list(LANGUAGES),
        "isAccessibleForFree": not service.fees,
        "offers": [offer for fee in service.fees for offer in _offers(fee)],
        "termsOfService": [_both(law.cite) for law in service.legal_basis],
        "availableChannel": [_channel(office) | _instead(service, office, base_url) for office in service.offices],
        "additionalProperty": [
            {"@type": "PropertyValue", "name": "illustrative", "value": one} for one in sorted(service.illustrative)
        ],
        "version": str(service.version),
    }


def _instead(service: ServiceInWords, office: OfficeOffering, base_url: str) -> dict[str, Any]:
    """What holds at an office of a pilot in the place of what the service says, and since when."""
    pilot = next((one for one in service.pilots if office in one.offices), None)
    if pilot is None:
        return {}
    there = {
        "@type": "GovernmentService",
        "identifier": service.key,
        "url": f"{base_url}/services/{service.key}/at/{office.code}",
        "isAccessibleForFree": not pilot.words.fees,
        "offers": [offer for fee in pilot.words.fees for offer in _offers(fee)],
        "additionalProperty": [{"@type": "PropertyValue", "name": "since", "value": pilot.since.isoformat()}],
        "version": str(pilot.words.version),
    }
    return {"providesService": there}


def _both(text: Bilingual) -> list[dict[str, str]]:
    return [{"@language": language, "@value": text(language)} for language in LANGUAGES if text(language)]


def _offers(fee: FeeOffered) -> list[dict[str, Any]]:
    """The lines of a fee in words, as the page has them: what they come to depends on the case."""
    return [
        {
            "@type": "Offer",
            "name": _both(line.label),
            "description": _both(line.price) + _both(line.when),
            "priceCurrency": "KHR",
        }
        for line in fee.lines
    ]


def _channel(office: OfficeOffering) -> dict[str, Any]:
    place: dict[str, Any] = {
        "@type": "GovernmentOffice",
        "identifier": office.code,
        "name": _both(office.name),
        "address": _both(office.address),
    }
    if office.phone:
        place["telephone"] = office.phone
    if office.open_days:
        place["openingHoursSpecification"] = [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [_DAYS[day] for day in range(row.first, row.last + 1)],
                "opens": opens,
                "closes": closes,
            }
            for row in office.open_days
            for opens, closes in row.times
        ]
    if office.usual:
        place["additionalProperty"] = [
            _days_taken("usual time", office.usual.half),
            _days_taken("time of nine in ten", office.usual.most),
            {"@type": "PropertyValue", "name": "cases decided in twelve months", "value": office.usual.cases},
        ]
    return {"@type": "ServiceChannel", "serviceLocation": place}


def _days_taken(name: str, days: int) -> dict[str, Any]:
    return {"@type": "PropertyValue", "name": name, "value": days, "unitText": "working days"}
