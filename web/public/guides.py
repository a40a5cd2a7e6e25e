"""The guide of a service on one page, to be printed and given to people: in Khmer or in English."""

from __future__ import annotations

from typing import Final

from flask_babel import force_locale, gettext

from engine import localise
from engine.documents.guide import Guide, Item, Section
from engine.khmer import Language
from engine.queries.public.rule_words import FeeOffered
from engine.queries.public.services import OfficeOffering, ServiceInWords
from web.public.service_words import (
    document_words,
    fee_limits,
    hours_words,
    phone_words,
    step_words,
    terms_words,
    unsure_words,
    usual_words,
    when_paid,
)
from web.wording import current_lang, in_language

MOST_OFFICES: Final = 3
"""Offices that are told one by one; where there are more, the code leads to all of them."""


def guide_of(service: ServiceInWords, language: Language, base_url: str, help_phone: str) -> Guide:
    """The guide in this language, finished in words."""
    with force_locale(language):
        return Guide(
            language=language,
            ministry=in_language(service.ministry),
            title=in_language(service.title),
            summary=in_language(service.summary),
            facts=_facts(service),
            sections=_sections(service, help_phone),
            rest=gettext("More of this stands on the page of the service: scan the code."),
            foot=_foot(service),
            address=f"{base_url}/services/{service.key}",
            qr_note=gettext("Scan to read more and to apply"),
        )


def _sections(service: ServiceInWords, help_phone: str) -> tuple[Section, ...]:
    about = (_who(service), _documents(service), _fees(service), _steps(service), _where(service))
    return (*about, _wrong(help_phone))


def _foot(service: ServiceInWords) -> str:
    said = gettext(
        "What is marked “Illustrative” is an example that the office must still confirm. Ask the office before you "
        "rely on it."
    )
    return said if service.illustrative else ""


def _facts(service: ServiceInWords) -> tuple[Item, ...]:
    counted = {
        "paid": gettext("counted from payment"),
        "complete": gettext("counted from the day on which your papers are complete"),
    }.get(service.clock_starts, gettext("counted from the day you send it"))
    unsure = service.illustrative
    facts = [
        Item(gettext("Our promise"), counted, terms_words(service.promised), unsure_words(unsure, "norm")),
        Item(gettext("Limit in law"), "", terms_words(service.terms), unsure_words(unsure, "term")),
    ]
    if service.holds:
        holds = in_language(service.validity) if service.validity else gettext("without end")
        facts.append(Item(gettext("Validity"), "", holds, unsure_words(unsure, "validity")))
    return tuple(facts)


def _who(service: ServiceInWords) -> Section:
    if "new" in service.kinds:
        said = [gettext("Every person and every business: from anywhere with a phone, or at the counter of an office.")]
    else:
        said = [gettext("Whoever holds a certificate that is to be renewed or changed.")]
    for one in service.requires:
        words = (
            gettext("A certificate of the service “%(service)s” that is in force", service=in_language(one.service))
            if one.valid
            else gettext("A certificate of the service “%(service)s”", service=in_language(one.service))
        )
        said.append(gettext("You need: %(what)s.", what=words))
    return Section(gettext("Who may apply"), "text", tuple(map(Item, said)))


def _documents(service: ServiceInWords) -> Section:
    items = tuple(Item(document_words(one), in_language(one.hint)) for one in service.documents)
    mark = unsure_words(service.illustrative, "documents")
    return Section(gettext("What you need"), "list", items or (Item(gettext("No documents.")),), mark)


def _fees(service: ServiceInWords) -> Section:
    mark = unsure_words(service.illustrative, "fee", "fees")
    if not service.fees:
        return Section(gettext("Fee"), "text", (Item(gettext("This service is free.")),), mark)
    items = [item for fee in service.fees for item in _fee(fee, named=len(service.fees) > 1)]
    return Section(gettext("Fee"), "rows", tuple(items), mark)


def _fee(fee: FeeOffered, *, named: bool) -> list[Item]:
    title = f"{in_language(fee.title)}: " if named else ""
    items = []
    for line in fee.lines:
        when = in_language(line.when)
        said = f"{title}{in_language(line.label)}" + (f" – {when}" if when else "")
        items.append(Item(said, in_language(line.citation), in_language(line.price)))
    notes = " ".join(filter(None, (fee_limits(fee), "" if fee.is_free else when_paid(fee))))
    return [*items, Item(notes)] if notes else items


def _steps(service: ServiceInWords) -> Section:
    first = Item(gettext("You send the application"), gettext("From anywhere, or at the counter of an office."))
    steps = (Item(in_language(step.name), step_words(step)) for step in service.way.steps)
    return Section(gettext("What happens"), "steps", (first, *steps))


def _where(service: ServiceInWords) -> Section:
    told = [_office(office) for office in service.offices[:MOST_OFFICES]]
    left = len(service.offices) - len(told)
    if left:
        count = localise.number(left, current_lang())
        told.append(Item(gettext("Other offices: %(count)s. Scan the code to find them.", count=count)))
    for pilot in service.pilots:
        names = ", ".join(in_language(office.name) for office in pilot.offices)
        told.append(Item(gettext("Something else holds at: %(offices)s", offices=names)))
    return Section(gettext("Where"), "list", tuple(told) or (Item(gettext("No office offers this service today.")),))


def _office(office: OfficeOffering) -> Item:
    reached = [in_language(office.name)] + ([phone_words(office.phone)] if office.phone else [])
    small = [*hours_words(office.open_days), *([usual_words(office.usual)] if office.usual else [])]
    return Item(", ".join(reached), "; ".join(small))


def _wrong(help_phone: str) -> Section:
    said = gettext(
        "Something went wrong, or you were asked for more money? Tell the head of the office, or the office itself by "
        "telephone."
    )
    if help_phone:
        said += " " + phone_words(help_phone)
    complain = gettext(
        "If you do not agree, you can complain. Go to the citizens’ office of your province or district with your "
        "reference number. It investigates and advises; its officers did not handle your application."
    )
    return Section(gettext("If something goes wrong"), "text", (Item(said), Item(complain)))
