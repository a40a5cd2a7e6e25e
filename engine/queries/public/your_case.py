"""What one person will pay and must bring, worked out from a few answers that nobody keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.case.fee_rows import THE_TITLE
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import (
    APPLY,
    Component,
    Fee,
    FeeRule,
    FeeUndetermined,
    FieldError,
    Form,
    Known,
    Page,
    ServicePackage,
    determinants,
    facts_of,
    found,
    gather,
    known_before_sending,
    reckon,
    validate_all,
)
from engine.packages.case_facts import CERTIFICATES_HELD, IS_CHANGE, IS_RENEWAL
from engine.packages.fee_inputs import givers, is_known_before_sending


@dataclass(frozen=True, slots=True)
class FeeForYou:
    """A fee for these answers; ``fee`` is None where it depends on what the office finds. ``is_estimate``: so much if
    the office finds what was said."""

    title: Bilingual
    fee: Fee | None
    pay: str
    refundable: bool
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class DocumentForYou:
    """A document that these answers make necessary, or that may be added."""

    label: Bilingual
    hint: Bilingual | None
    required: bool
    copies: int


@dataclass(frozen=True, slots=True)
class YourCase:
    """The questions that decide and that these answers leave to be asked, by page, with what was typed; ``errors`` by
    the name of the HTML field. ``is_told``: every question is answered (or none is asked), and ``fees`` and
    ``documents`` are those of this case. ``asks_more``: the answers make further questions appear."""

    shown: tuple[tuple[Page, tuple[Component, ...]], ...]
    values: Mapping[str, Any]
    errors: Mapping[str, FieldError]
    is_told: bool
    asks_more: bool
    fees: tuple[FeeForYou, ...]
    documents: tuple[DocumentForYou, ...]


def your_case(
    session: Session,
    house: House,
    key: str,
    typed: Mapping[str, Any],
    asked: Collection[str],
    *,
    today: date,
    now: datetime,
    office_id: int | None = None,
) -> YourCase:
    """What the service costs and needs for these answers today, at an office or in general. ``typed`` is what a browser
    sent, ``asked`` the questions that it had shown: others are asked next instead of being called wrong. ``NotFound``
    for a service that nobody applies for."""
    package = house.catalog.current(session, key, now=now, office_id=office_id).package
    if not package.is_applied_for:
        raise NotFound
    return case_of(package, typed, asked, today)


def case_of(package: ServicePackage, typed: Mapping[str, Any], asked: Collection[str], today: date) -> YourCase:
    """The same for a package in hand."""
    form = determinants(package)
    raw = _gathered(form, typed)
    clean, wrong = validate_all(form, raw, today=today)
    errors = {name: error for name, error in wrong.items() if name.partition("-")[0] in asked}
    is_told = not wrong and (bool(asked) or not form.pages)
    fees, documents = _told(package, clean, today) if is_told else ((), ())
    asks_more = bool(asked) and bool(wrong) and not errors
    visible = ((page, page.visible({**raw, **clean})) for page in form.pages)
    shown = tuple((page, parts) for page, parts in visible if parts)
    return YourCase(shown, {**raw, **_computed(form, clean)}, errors, is_told, asks_more, fees, documents)


def _gathered(form: Form, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for page in form.pages for name, value in gather(form, page.key, typed).items()}


def _computed(form: Form, clean: Mapping[str, Any]) -> dict[str, Any]:
    return {part.key: clean[part.key] for part in form.components() if part.computed and part.key in clean}


def _told(
    package: ServicePackage, answers: Mapping[str, Any], today: date
) -> tuple[tuple[FeeForYou, ...], tuple[DocumentForYou, ...]]:
    facts = facts_of(
        submitted_on=today,
        today=today,
        is_renewal=bool(answers.get(IS_RENEWAL)) or package.manifest.kinds == ("renewal",),
        is_change=bool(answers.get(IS_CHANGE)) or package.manifest.kinds == ("change",),
        certificates_held=int(answers.get(CERTIFICATES_HELD) or 0),
    )
    before = known_before_sending(package, answers, facts)
    known = Known({**before.variables, **found(answers)}, {APPLY: answers})
    fees = tuple(_fee(package, rule, known) for rule in package.manifest.fees)
    return fees, tuple(_documents(package, {**answers, **facts}))


def _fee(package: ServicePackage, rule: FeeRule, known: Known) -> FeeForYou:
    title = package.texts.fee_titles.get(rule.key, THE_TITLE)
    is_known = is_known_before_sending(package, rule)
    fee = None
    if all(name in known.variables for name in givers(package, rule)):
        try:
            fee = reckon(package, rule, known)
        except FeeUndetermined:
            fee = None
    return FeeForYou(title, fee, rule.pay, rule.refundable, is_estimate=not is_known)


def _documents(package: ServicePackage, answers: Mapping[str, Any]) -> list[DocumentForYou]:
    needed = []
    for rule in package.documents_to_send:
        required, texts = rule.is_required(answers), package.texts.documents[rule.key]
        if required or rule.required is False:
            needed.append(DocumentForYou(texts.label, texts.hint, required, rule.copies))
    return sorted(needed, key=lambda one: not one.required)
