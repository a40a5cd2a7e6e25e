"""Whether a service that renews, changes or requires certificates can do so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from engine.khmer import Bilingual
from engine.packages.names import nearest
from engine.packages.operations import CERTIFICATE_LOOK_UP, drawn_operations, literal_text
from engine.packages.package import ServicePackage
from engine.packages.problems import error
from engine.packages.register_rules import CHANGE, FACTS, NEW, RENEWAL, RenewalRule
from engine.packages.result_checks import about_key
from engine.packages.result_rules import Validity
from engine.packages.said import filled
from engine.problems import Problem

_SOME_DAY: Final = date(2001, 1, 1)
"""Lengths are compared from here; no month after it is short."""


def check_register(package: ServicePackage) -> Iterator[Problem]:
    """Kinds of application that could not begin or end, each with its line."""
    manifest, unread = package.manifest, package.unread
    if any(
        unread.touches("service", key) for key in ("renews", "renewal", "kinds", "certificate", "validity", "requires")
    ):
        return
    begun = [kind for kind in manifest.kinds if kind != NEW]
    if begun and manifest.certificate is None:
        yield about_key(package, "renews|renewal|kinds", filled(_NO_CERTIFICATE, kinds=", ".join(begun)))
    if manifest.renews == manifest.key:
        yield about_key(package, "renews", _RENEWS_ITSELF)
    elif manifest.renews is not None and NEW in manifest.kinds:
        yield about_key(package, "kinds", filled(_NEW_BESIDE, service=manifest.renews))
    if manifest.renews is None and RENEWAL in manifest.kinds and manifest.renewal is None:
        yield about_key(package, "kinds", _NEVER_OPENS)
    validity = manifest.validity
    if manifest.renewal is not None:
        yield from _opens(package, manifest.renewal, validity)
    if NEW in manifest.kinds and any(one.certificate_of == manifest.certificate_of for one in manifest.requires):
        yield about_key(package, "requires", filled(_REQUIRES_ITSELF, service=manifest.certificate_of))
    if validity is not None and validity.as_parent and set(manifest.kinds) != {CHANGE}:
        yield about_key(package, "validity", filled(_NO_PARENT, kinds=", ".join(manifest.kinds)))
    if manifest.purpose == "account" and (begun or manifest.requires):
        yield about_key(package, "requires|kinds|renewal|renews", _OF_AN_ACCOUNT)


def _opens(package: ServicePackage, renewal: RenewalRule, validity: Validity | None) -> Iterator[Problem]:
    """A renewal that could never open, or that is open from the first day."""
    if validity is None or not validity.ends:
        yield about_key(package, "renewal", _NO_END)
        return
    for length in filter(None, (validity.length, *validity.lengths.values())):
        if renewal.opens.before(length.after(_SOME_DAY)) <= _SOME_DAY:
            opens = Bilingual(renewal.opens.text("km"), renewal.opens.text("en"))
            held = Bilingual(length.text("km"), length.text("en"))
            yield about_key(package, "renewal", filled(_OPENS_AT_ONCE, opens=opens, length=held))


def kinds_told(package: ServicePackage) -> frozenset[str]:
    """What a diagram and the documents may ask of an application that may begin from a certificate."""
    return frozenset(FACTS) if package.manifest.begins_from_certificates else frozenset()


def check_services_named(package: ServicePackage, known: Collection[str]) -> Iterator[Problem]:
    """Services that this one renews or requires and that are not among those known."""
    manifest = package.manifest
    named = [("renews", manifest.renews), *(("certificate_of", one.certificate_of) for one in manifest.requires)]
    for file, data in package.drawings.items():
        for drawn in drawn_operations(data):
            service = literal_text(drawn.parameters.get("service", "")) if drawn.name == CERTIFICATE_LOOK_UP else None
            if service and service not in known:
                sentence = filled(_UNKNOWN, service=service, known=nearest(service, sorted(known)))
                yield error(file, "operation", sentence, line=drawn.line, element_id=drawn.element_id)
    for key, service in named:
        if service is not None and service not in known:
            yield about_key(
                package, key, filled(_UNKNOWN, service=service, known=nearest(service, sorted(known))), value=service
            )


_NO_CERTIFICATE = Bilingual(
    "ពាក្យប្រភេទ {kinds} ចាប់ផ្តើមពីវិញ្ញាបនបត្រ ហើយបញ្ចប់ដោយវិញ្ញាបនបត្រថ្មី ប៉ុន្តែសេវានេះមិនចេញអ្វីទេ។ "
    "សូមសរសេរ certificate: {{series: …}} ឬដក renewal, renews, kinds ចេញ។",
    "Applications of the kind {kinds} begin from a certificate and end with a new one, and this service issues none; "
    "write certificate: {{series: …}}, or remove renewal, renews and kinds.",
)
_RENEWS_ITSELF = Bilingual(
    "renews ដាក់ឈ្មោះសេវាមួយផ្សេង។ សម្រាប់សេវានេះផ្ទាល់ សូមសរសេរ kinds: [new, renewal]។",
    "renews names another service; for this one itself write kinds: [new, renewal].",
)
_NEW_BESIDE = Bilingual(
    "សេវាដែលបន្ត {service} ចាប់ផ្តើមតែពីវិញ្ញាបនបត្រដែលមានស្រាប់។ សូមដក new ចេញពី kinds។",
    "A service that renews {service} begins from a certificate only; remove new from kinds.",
)
_NEVER_OPENS = Bilingual(
    "kinds មាន renewal ប៉ុន្តែមិនចែងថាអាចបន្តនៅពេលណាទេ។ សូមសរសេរ renewal: {opens: 60 days}។",
    "kinds has renewal, and nothing says when a certificate may be renewed; write renewal: {opens: 60 days}.",
)
_NO_END = Bilingual(
    "renewal រាប់ពីថ្ងៃផុតសុពលភាព ប៉ុន្តែ validity គ្មានថ្ងៃផុតទេ។ សូមសរសេរ validity (ឧទាហរណ៍ 1 year) ឬដក renewal ចេញ។",
    "renewal counts back from the last day, and by validity there is none; write validity (such as 1 year), or remove "
    "renewal.",
)
_OPENS_AT_ONCE = Bilingual(
    "renewal: opens៖ {opens}មុនថ្ងៃផុត មិនខ្លីជាងសុពលភាព ({length}) ទេ ដូច្នេះវាអាចបន្តបានតាំងពីថ្ងៃចេញ។ សូមសរសេររយៈពេលខ្លីជាងនេះ។",
    "renewal: opens {opens} before the end is no shorter than the validity ({length}), so it could be renewed from the "
    "day of issue; write a shorter time.",
)
_REQUIRES_ITSELF = Bilingual(
    "requires៖ ពាក្យថ្មីត្រូវការវិញ្ញាបនបត្រ {service} ដែលមានតែសេវានេះចេញ ដូច្នេះគ្មានអ្នកណាអាចដាក់ពាក្យលើកដំបូងបានទេ។ "
    "សូមដកវាចេញ ឬដក new ចេញពី kinds។",
    "requires: a new application needs a certificate of {service}, which only this service issues, so nobody could "
    "apply a first time; remove it, or take new out of kinds.",
)
_NO_PARENT = Bilingual(
    "validity: as parent រក្សាថ្ងៃផុតនៃលិខិតមុន ប៉ុន្តែសេវានេះមានពាក្យប្រភេទ {kinds}។ សូមសរសេរ kinds: [change] ឬរយៈពេលផ្សេង "
    "(ការកែប្រែរក្សាថ្ងៃផុតនៃលិខិតមុនជានិច្ច)។",
    "validity: as parent keeps the end of the certificate before, and this service takes applications of the kinds "
    "{kinds}; write kinds: [change], or another validity (a change keeps that end in any case).",
)
_OF_AN_ACCOUNT = Bilingual(
    "ការផ្ទៀងផ្ទាត់គណនីមិនពាក់ព័ន្ធនឹងវិញ្ញាបនបត្រទេ។ សូមដក requires, kinds, renewal, renews ចេញ។",
    "The verification of accounts has nothing to do with certificates; remove requires, kinds, renewal and renews.",
)
_UNKNOWN = Bilingual(
    "គ្មានសេវា “{service}” ទេ។ សេវាដែលស្គាល់៖ {known}។ សូមកែឈ្មោះ ឬផ្សព្វផ្សាយសេវានោះមុន។",
    "There is no service “{service}”; known are: {known}. Mend the key, or publish that service first.",
)
