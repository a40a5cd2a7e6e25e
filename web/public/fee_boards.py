"""The fee board of an office, to be hung up where people wait: in Khmer."""

from __future__ import annotations

from datetime import date

from flask_babel import force_locale, gettext

from engine import localise
from engine.documents.fee_board import BoardFee, BoardFees, BoardSector, BoardService, FeeBoard
from engine.queries.public.offices import OfficeInWords, ServiceOffered
from engine.queries.public.rule_words import FeeOffered
from web.public.service_words import fee_limits, hours_words, phone_words, terms_words, unsure_words
from web.wording import in_language


def board_of(office: OfficeInWords, base_url: str, today: date) -> FeeBoard:
    """The board as it is today, finished in words."""
    with force_locale("km"):
        sectors = tuple(
            BoardSector(in_language(one.ministry), tuple(map(_service, one.services))) for one in office.sectors
        )
        illustrative = any(service.unsure for sector in sectors for service in sector.services)
        return FeeBoard(
            title=gettext("Fees of the services"),
            office=in_language(office.name),
            reached=tuple(filter(None, (in_language(office.address), _phone(office), *hours_words(office.open_days)))),
            rule=_rule(illustrative=illustrative),
            columns=(gettext("No."), gettext("Service"), gettext("Fee"), gettext("Limit in law"), gettext("Law")),
            sectors=sectors,
            free=gettext("Free"),
            nothing=gettext("This office offers no service today."),
            page=gettext("Page"),
            foot=gettext("As of %(day)s", day=localise.day(today, "km", weekday=False)),
            address=f"{base_url}/offices/{office.code}",
            qr_note=gettext("Scan to read more and to apply"),
        )


def _rule(*, illustrative: bool) -> str:
    said = str(
        gettext(
            "Pay only what stands here, and ask for a receipt. Any other fee is not lawful: tell the head of the "
            "office."
        )
    )
    example = gettext("What is marked “Illustrative” is an example that the office must still confirm.")
    return f"{said} {example}" if illustrative else said


def _phone(office: OfficeInWords) -> str:
    return phone_words(office.phone) if office.phone else ""


def _service(service: ServiceOffered) -> BoardService:
    cited = [line.citation for fee in service.fees for line in fee.lines] or [law.cite for law in service.legal_basis]
    return BoardService(
        title=in_language(service.title),
        fees=tuple(_fees(fee, named=len(service.fees) > 1) for fee in service.fees),
        term=terms_words(service.terms),
        citations=tuple(dict.fromkeys(filter(None, map(in_language, cited)))),
        unsure=_unsure(service.illustrative),
    )


def _fees(fee: FeeOffered, *, named: bool) -> BoardFees:
    rows = (BoardFee(in_language(line.label), in_language(line.when), in_language(line.price)) for line in fee.lines)
    return BoardFees(in_language(fee.title) if named else "", tuple(rows), fee_limits(fee))


def _unsure(illustrative: frozenset[str]) -> str:
    facts = {
        "fee": gettext("Fee"),
        "fees": gettext("Fee"),
        "term": gettext("Limit in law"),
        "legal_basis": gettext("Law"),
    }
    named = dict.fromkeys(words for fact, words in facts.items() if fact in illustrative)
    return f"{unsure_words(illustrative, *facts)}: {', '.join(named)}" if named else ""
