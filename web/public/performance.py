"""How an office keeps its promises: a page for everybody, and the same as open data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from engine.people.pauses import Pace
from engine.queries.public.decisions import decisions_of
from engine.queries.public.performance import (
    COMPLAINTS,
    FEWEST,
    Performance,
    Published,
    performance_of,
    performance_of_all,
)
from web.access import Limit, access
from web.admin.month_words import month_text
from web.context import house, now, public_reading, today
from web.exports import csv_answer
from web.public import blueprint

OPEN_DATA: Final = Limit(
    "open data", every=Pace(60, cools=timedelta(seconds=6), longest=timedelta(minutes=1)), people_apart=False
)
KEPT_SECONDS: Final = 3600
FIELDS: Final[Mapping[str, str]] = {
    "office_code": "Geographic code of the province or district of the office; from 9001 on a number of a ministry.",
    "office_km": "Name of the office in Khmer.",
    "office_en": "Name of the office in English.",
    "service_key": "Key of the service, as in /services.json.",
    "service_km": "Title of the service in Khmer.",
    "service_en": "Title of the service in English.",
    "first_month": "First month that is counted.",
    "last_month": "Last month that is counted, which is the last whole one. Months are those of Cambodia.",
    "received": "Applications that were sent in these months.",
    "ended": "Promises that ended in these months; one broken and still open ended when it was broken.",
    "on_time": "Those of them that were kept.",
    "on_time_percent": "The same in a hundred, rounded down.",
    "usual_days_half": "Working days within which half of those decided in the last 12 months were decided.",
    "usual_days_most": "Working days within which nine of ten were.",
}
"""What each column of the data means; names and their meaning stay as they are."""
RULE: Final = (
    f"A number that would be told of fewer than {FEWEST} cases is left out (empty, null), and so is every sum"
    " from which it could be reckoned. The numbers are kept with the register; whoever runs it counts them again with"
    " “owso tallies check”."
)


@blueprint.get("/offices/<code>/performance", endpoint="performance")
@access(public=True)
def show_performance(code: str) -> ResponseReturnValue:
    """What came in at an office, what was on time, how long it usually takes, on which grounds it refused and what was
    found, by service."""
    with public_reading() as session:
        found = performance_of(session, house(), code, today=today(), now=now())
        decided = decisions_of(session, house(), code, today=today(), now=now())
    return render_template(
        "public/performance.html", code=code, found=found, months=(month_text(found.first), month_text(found.last)),
        decided=decided, half=(month_text(decided.first), month_text(decided.last)),
        fewest=FEWEST, complaint_key=COMPLAINTS,
    )  # fmt: skip


@blueprint.get("/offices/<code>/performance.json", endpoint="performance_json")
@access(public=True, limit=OPEN_DATA)
def send_json(code: str) -> ResponseReturnValue:
    """The same for programs, with what each field means."""
    found = _of_office(code)
    return kept(jsonify({"fields": FIELDS, "rule": RULE, "rows": [_row(each, found) for each in found.rows]}))


@blueprint.get("/offices/<code>/performance.csv", endpoint="performance_csv")
@access(public=True, limit=OPEN_DATA)
def send_csv(code: str) -> ResponseReturnValue:
    """The same as comma-separated values."""
    return kept(csv_answer("performance.csv", _lines(_of_office(code))))


@blueprint.get("/performance.csv", endpoint="performance_of_all")
@access(public=True, limit=OPEN_DATA)
def send_all() -> ResponseReturnValue:
    """All offices as comma-separated values."""
    with public_reading() as session:
        found = performance_of_all(session, house(), today=today(), now=now())
    return kept(csv_answer("performance.csv", _lines(found)))


def _of_office(code: str) -> Published:
    with public_reading() as session:
        return performance_of(session, house(), code, today=today(), now=now())


def _lines(found: Published) -> Iterator[Sequence[object]]:
    yield list(FIELDS)
    for each in found.rows:
        yield ["" if value is None else value for value in _row(each, found).values()]


def _row(each: Performance, found: Published) -> dict[str, Any]:
    values = (
        *(each.office_code, each.office.km, each.office.en, each.service_key, each.service.km, each.service.en),
        *(found.first, found.last, each.received, each.ended, each.on_time, each.on_time_percent, each.half, each.most),
    )
    return dict(zip(FIELDS, values, strict=True))


def kept(answer: Response) -> Response:
    """Numbers of whole months may be kept for an hour by anybody."""
    answer.cache_control.no_store = False
    answer.cache_control.no_cache, answer.cache_control.public = None, True
    answer.cache_control.max_age = KEPT_SECONDS
    return answer
