"""Numbers and fee income, on a page and as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.reports import Period, ReportFilter, ReportRow, period_between, report
from engine.queries.shared.names import read_names
from web.access import access
from web.admin import blueprint
from web.admin.month_words import month_text
from web.admin.parameters import choice, page_number
from web.context import house, now, reading, today
from web.exports import FORMATS, sized_answer
from web.presentation import in_language

HEADS: Final[dict[str, LazyString]] = {
    "received": _l("Received"),
    "granted": _l("Granted"),
    "refused": _l("Refused"),
    "withdrawn": _l("Withdrawn"),
    "lapsed": _l("Lapsed"),
    "on_time": _l("On time"),
    "late": _l("Late"),
    "paid": _l("Payments"),
    "income": _l("Fee income (riel)"),
}


@blueprint.get("/reports", endpoint="reports")
@access(groups=(ADMINISTRATOR,))
def show_reports() -> ResponseReturnValue:
    """Numbers by month, office and service."""
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        found = report(session, names, actor, _period(), _wanted(), page=page_number())
    return render_template(
        "admin/reports.html", report=found, wanted=_wanted(), names=names, heads=HEADS, month_text=month_text
    )


@blueprint.get("/reports.csv", endpoint="reports_csv")
@access(groups=(ADMINISTRATOR,))
def send_reports() -> ResponseReturnValue:
    """The same numbers as comma-separated values, or as the workbook that ``?as`` asks for, one line for each month,
    office and service; read month by month."""
    months = _period().months
    name = f"one-window-{months[0]}-{months[-1]}"
    return sized_answer(name, choice("as", FORMATS, "csv"), _lines, lines=number_of_lines)


def number_of_lines() -> int:
    """How many lines the report has that this address asks for, without reading them."""
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        return report(session, names, actor, _period(), _wanted(), page=1).lines


def _lines() -> Iterator[Sequence[object]]:
    """The heads in the reader's language, once the first month was read; numbers and codes as they are, so that they
    can be reckoned with."""
    for place, month in enumerate(_period().each()):
        with reading() as (session, actor):
            names = read_names(session, house(), now=now())
            found = report(session, names, actor, month, _wanted())
        if not place:
            yield [*place_heads(), *(str(HEADS[measure]) for measure in HEADS)]
        for row in found.rows:
            yield [*place_of(row), *(getattr(row.figures, measure) for measure in HEADS)]


def place_heads() -> tuple[str, ...]:
    """The heads of what a line is of."""
    return (gettext("Month"), gettext("Code"), gettext("Office"), gettext("Service code"), gettext("Service"))


def place_of(row: ReportRow) -> tuple[str, ...]:
    """What a line is of."""
    return row.month, row.office_code, in_language(row.office), row.service_key, in_language(row.service)


def _period() -> Period:
    return period_between(request.args.get("from", ""), request.args.get("to", ""), today=today())


def _wanted() -> ReportFilter:
    return ReportFilter(office=request.args.get("office", ""), service=request.args.get("service", ""))
