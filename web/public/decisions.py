"""On which grounds offices refused, and what was found, as open data; the page is that of how promises are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.queries.public.decisions import Decision, PublishedDecisions, decisions_of, decisions_of_all
from engine.queries.public.performance import FEWEST
from web.access import access
from web.context import house, now, public_reading, today
from web.exports import csv_answer
from web.public import blueprint
from web.public.performance import OPEN_DATA, kept

FIELDS: Final[Mapping[str, str]] = {
    "office_code": "Geographic code of the province or district of the office; from 9001 on a number of a ministry.",
    "office_km": "Name of the office in Khmer.",
    "office_en": "Name of the office in English.",
    "service_key": "Key of the service, as in /services.json.",
    "service_km": "Title of the service in Khmer.",
    "service_en": "Title of the service in English.",
    "first_month": "First month that is counted.",
    "last_month": "Last month that is counted. The file is of the last half of a year that is whole, in Cambodia.",
    "kind": "ground: a ground on which applications were refused; found: what was found, such as of complaints.",
    "choice": "Form, question and choice by their keys.",
    "choice_km": "The choice in Khmer.",
    "choice_en": "The choice in English.",
    "cases": "Cases that were decided in these months in which it was chosen. One case may have several grounds.",
}
"""What each column of the data means; names and their meaning stay as they are."""
RULE: Final = (
    f"A number of fewer than {FEWEST} cases is left out (empty, null); where fewer than {FEWEST} cases are left out at"
    " a question, so is its smallest other number. Halves of years do not overlap: what is published of one stays."
)


@blueprint.get("/offices/<code>/decisions.json", endpoint="decisions_json")
@access(public=True, limit=OPEN_DATA)
def send_decisions_json(code: str) -> ResponseReturnValue:
    """The grounds and findings of an office, with what each field means."""
    found = _of_office(code)
    return kept(jsonify({"fields": FIELDS, "rule": RULE, "rows": [_row(each, found) for each in found.rows]}))


@blueprint.get("/offices/<code>/decisions.csv", endpoint="decisions_csv")
@access(public=True, limit=OPEN_DATA)
def send_decisions_csv(code: str) -> ResponseReturnValue:
    """The same as comma-separated values."""
    return kept(csv_answer("decisions.csv", _lines(_of_office(code))))


@blueprint.get("/decisions.csv", endpoint="decisions_of_all")
@access(public=True, limit=OPEN_DATA)
def send_all_decisions() -> ResponseReturnValue:
    """All offices as comma-separated values."""
    with public_reading() as session:
        found = decisions_of_all(session, house(), today=today(), now=now())
    return kept(csv_answer("decisions.csv", _lines(found)))


def _of_office(code: str) -> PublishedDecisions:
    with public_reading() as session:
        return decisions_of(session, house(), code, today=today(), now=now())


def _lines(found: PublishedDecisions) -> Iterator[Sequence[object]]:
    yield list(FIELDS)
    for each in found.rows:
        yield ["" if value is None else value for value in _row(each, found).values()]


def _row(each: Decision, found: PublishedDecisions) -> dict[str, Any]:
    values = (
        *(each.office_code, each.office.km, each.office.en, each.service_key, each.service.km, each.service.en),
        *(found.first, found.last, each.kind, each.choice, each.words.km, each.words.en, each.cases),
    )
    return dict(zip(FIELDS, values, strict=True))
