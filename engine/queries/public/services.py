"""What the public may read of a service: what it asks for and costs, and the offices that offer it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.applications.prerequisites import service_title
from engine.catalog.published import ByOffice, Published
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.weeks import held_on
from engine.packages import (
    NOTICE,
    DocumentRule,
    LegalReference,
    ServicePackage,
    TermRule,
    readable_law,
    validity_words,
)
from engine.queries.public.open_hours import OpenDays, open_days
from engine.queries.public.rule_words import FeeOffered, condition_in_words, fees_in_words
from engine.queries.public.way import Way, way_of
from engine.working_time.terms import CalendarLength, Term
from storage.clocks import UsualTime
from storage.offices import Office, OfficeService
from storage.processes import ProcessDefinition

ACCOUNT_VERIFICATION = "interior.account_verification"
"""The service that verifies accounts; every installation publishes it."""


@dataclass(frozen=True, slots=True)
class DocumentAsked:
    """A document of the service; ``when`` says in words what makes it necessary, ``None`` for one that always is.
    ``is_later``: the office asks for it in the middle of the case, if at all."""

    label: Bilingual
    hint: Bilingual | None
    optional: bool
    when: Bilingual | None
    copies: int
    is_later: bool


@dataclass(frozen=True, slots=True)
class TermInWords:
    """How long it takes; ``when`` says in words for which answers, None for all (others)."""

    length: Term
    when: Bilingual | None


@dataclass(frozen=True, slots=True)
class CertificateRequired:
    """The certificate of another service that is needed: one in force (``valid``), or any."""

    service: Bilingual
    valid: bool


@dataclass(frozen=True, slots=True)
class Usual:
    """How long a service took at an office in the last twelve months, in working days (0: decided on the day itself):
    half of the ``cases`` that were decided ``half`` or less, nine of ten ``most`` or less."""

    half: int
    most: int
    cases: int


@dataclass(frozen=True, slots=True)
class OfficeOffering:
    """An office that offers a service; ``usual`` is None where too few cases were decided to say."""

    id: int
    code: str
    name: Bilingual
    address: Bilingual
    phone: str
    open_days: tuple[OpenDays, ...]
    usual: Usual | None = None


@dataclass(frozen=True, slots=True)
class PilotTold:
    """Offices at which something else holds than everywhere else, since a moment: ``words`` are those of their version,
    ``differs`` the facts that are others there (names of ``ServiceInWords``)."""

    since: datetime
    offices: tuple[OfficeOffering, ...]
    words: ServiceInWords
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LawKept:
    """Of which parts (fee, documents, term, validity) the service departs from the law, of which the law is stated by a
    source, and of which what stands as law is an example only; a part may be both, each in part."""

    departs: tuple[str, ...]
    stated: tuple[str, ...]
    illustrative: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceInWords:
    """Everything the public page of a service says. ``illustrative`` names the facts that the office must still
    confirm (``fee``, ``term``, ``documents``, …); they are shown as such, never as settled law. ``holds``: what comes
    out is in force for some time, or without end (``validity`` is None); a letter is not, nor is a verified account.
    ``collected``: somebody comes to the office for it."""

    key: str
    title: Bilingual
    summary: Bilingual
    ministry: Bilingual
    purpose: str
    terms: tuple[TermInWords, ...]
    promised: tuple[TermInWords, ...]
    clock_starts: str
    result: str
    holds: bool
    collected: bool
    validity: Bilingual | None
    kinds: tuple[str, ...]
    renewal_opens: CalendarLength | None
    requires: tuple[CertificateRequired, ...]
    legal_basis: tuple[LegalReference, ...]
    fees: tuple[FeeOffered, ...]
    documents: tuple[DocumentAsked, ...]
    way: Way
    offices: tuple[OfficeOffering, ...]
    illustrative: frozenset[str]
    law: LawKept | None
    version: int
    pilots: tuple[PilotTold, ...] = ()


def service_in_words(session: Session, house: House, key: str, today: date, *, now: datetime) -> ServiceInWords:
    """The public page of a service as it is offered today, with what holds at the offices of pilots instead;
    ``NotFound`` when it was never published or nobody applies for it."""
    published = house.catalog.current(session, key, now=now)
    there = house.catalog.by_office(session, published, now=now)
    offices = _offering(session, key, there, today)
    told = _told(session, house, published, offices, now=now)
    return replace(told, pilots=_pilots(session, told, there))


def service_at(
    session: Session, house: House, key: str, code: str, today: date, *, now: datetime
) -> tuple[ServiceInWords, OfficeOffering]:
    """The same as it holds at the office with this code, and the office; ``NotFound`` where it is not offered."""
    general = house.catalog.current(session, key, now=now)
    there = house.catalog.by_office(session, general, now=now)
    office = next((one for one in _offering(session, key, there, today) if one.code == code), None)
    published = there.at(office.id) if office is not None else None
    if office is None or published is None:
        raise NotFound
    return _told(session, house, published, (office,), now=now), office


def _told(
    session: Session, house: House, published: Published, offices: tuple[OfficeOffering, ...], *, now: datetime
) -> ServiceInWords:
    words = _words_of(published)
    return replace(
        words,
        requires=tuple(
            CertificateRequired(service_title(session, house, one.certificate_of, now=now), one.valid)
            for one in published.package.manifest.requires
        ),
        offices=offices,
        law=_law(house, published.package),
        version=published.version,
    )


_COMPARED: Final = ("promised", "terms", "clock_starts", "fees", "documents", "validity")


def _pilots(session: Session, told: ServiceInWords, there: ByOffice) -> tuple[PilotTold, ...]:
    """What holds at offices of pilots, where that is something else for whoever applies."""
    found = []
    for published in dict.fromkeys(there.pilots.values()):
        words = replace(_words_of(published), version=published.version)
        differs = tuple(fact for fact in _COMPARED if getattr(words, fact) != getattr(told, fact))
        offices = tuple(one for one in told.offices if there.pilots.get(one.id) is published)
        if differs and offices and there.everywhere is not None:
            since = session.get_one(ProcessDefinition, published.definition_id).effective_from
            found.append(PilotTold(since, offices, words, differs))
    return tuple(found)


@lru_cache(maxsize=1024)
def _words_of(published: Published) -> ServiceInWords:
    return package_in_words(published.package)


def package_in_words(package: ServicePackage) -> ServiceInWords:
    """What the package of a service says by itself, without offices, other services and the law; ``NotFound`` when
    nobody applies for it."""
    if not package.is_applied_for:
        raise NotFound
    manifest = package.manifest
    return ServiceInWords(
        key=manifest.key,
        title=manifest.title,
        summary=package.texts.summary,
        ministry=package.ministry.name,
        purpose=manifest.purpose,
        terms=terms_in_words(package, manifest.term),
        promised=terms_in_words(package, manifest.promised),
        clock_starts=manifest.clock.starts,
        result=manifest.result if manifest.certificate else "",
        holds=manifest.certificate is not None and manifest.result != NOTICE,
        collected=package.is_collected,
        validity=validity_words(package),
        kinds=manifest.kinds,
        renewal_opens=manifest.renewal.opens if manifest.renewal else None,
        requires=(),
        legal_basis=manifest.legal_basis,
        fees=fees_in_words(package),
        documents=tuple(_document(package, rule) for rule in manifest.documents),
        way=way_of(package),
        offices=(),
        illustrative=manifest.illustrative,
        law=None,
        version=0,
    )


def offices_offering(
    session: Session, house: House, service_key: str, today: date, *, now: datetime
) -> tuple[OfficeOffering, ...]:
    """The offices that offer the service today, by code, of the levels that it is for there; ``NotFound`` when it was
    never published."""
    published = house.catalog.current(session, service_key, now=now)
    return _offering(session, service_key, house.catalog.by_office(session, published, now=now), today)


_OFFERED: Final = OfficeService.service_key == bindparam("service_key"), OfficeService.is_offered(bindparam("today"))
_MEASURED: Final = (UsualTime.office_id == Office.id) & (UsualTime.service_key == bindparam("service_key"))
_THERE: Final = Office.id.in_(select(OfficeService.office_id).where(*_OFFERED))
_OFFERING: Final = select(Office, UsualTime).outerjoin(UsualTime, _MEASURED).where(_THERE).order_by(Office.code)


def _offering(session: Session, service_key: str, there: ByOffice, today: date) -> tuple[OfficeOffering, ...]:
    rows = session.execute(_OFFERING, {"service_key": service_key, "today": today})
    return tuple(_office(office, usual, today) for office, usual in rows if _is_for(there.at(office.id), office))


def _is_for(published: Published | None, office: Office) -> bool:
    return published is not None and office.level in published.package.manifest.office_levels


def _office(office: Office, usual: UsualTime | None, today: date) -> OfficeOffering:
    return OfficeOffering(
        office.id,
        office.code,
        office_name(office),
        Bilingual(office.address_km, office.address_en),
        office.phone,
        open_days(held_on(today, office.hours, office.earlier_hours)),
        Usual(usual.half, usual.most, usual.cases) if usual else None,
    )


def terms_in_words(package: ServicePackage, rule: TermRule) -> tuple[TermInWords, ...]:
    """The lengths of a term, with the answers for which each holds."""
    return tuple(
        TermInWords(case.length, condition_in_words(package, case.when.source) if case.when else None)
        for case in rule.cases
    )


def _document(package: ServicePackage, rule: DocumentRule) -> DocumentAsked:
    texts = package.texts.documents[rule.key]
    always = isinstance(rule.required, bool)
    when = None if isinstance(rule.required, bool) else condition_in_words(package, rule.required.source)
    later = rule.key in package.asked_later
    return DocumentAsked(texts.label, texts.hint, always and not rule.required, when, rule.copies, later)


def _law(house: House, package: ServicePackage) -> LawKept | None:
    law = readable_law(package)
    if law is None or not law.facts:
        return None
    broken = {departure.part for departure in house.catalog.departures(package)}
    return LawKept(tuple(part for part in law.facts if part in broken), law.stated, law.illustrative)
