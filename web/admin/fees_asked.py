"""Fees beside the fee tables: what was asked, what became of it, and where it is not what the table gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.fees_asked import LONGEST, NUMBERS, FeeFigures, FeesAsked, fees_asked
from engine.queries.admin.fees_asked_list import KINDS, FeeOfCase, fees_of_cases
from engine.queries.admin.reports import Period, ReportFilter, last_months, period_between
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import Stretch, Wanted
from engine.words import FeeStatus
from web.access import access
from web.admin import blueprint
from web.admin.control import LONGEST as LONGEST_KEY
from web.admin.control import said_of
from web.admin.month_words import month_text
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading, today
from web.exports import FORMATS, list_answer, table_answer
from web.office.paging import asked_stretch
from web.presentation import in_language

HEADS: Final[Mapping[str, LazyString]] = {
    "fees": _l("Fees"),
    "free": _l("Nothing to pay"),
    "by_table": _l("By the fee table"),
    "before": _l("Paid before"),
    "asked": _l("Fee asked"),
    "paid": _l("Paid"),
    "back": _l("Paid back"),
    "back_in_error": _l("Paid back: paid in error"),
    "written_off": _l("Written off"),
    "dropped": _l("Not asked any more"),
    "due": _l("Still due"),
    "due_fees": _l("Fees still due"),
    "due_long": _l("Due for more than 30 days"),
    "voids": _l("Void receipts"),
    "differing": _l("Differ from the table"),
}
SHOWN: Final = ("fees", "by_table", "before", "asked", "paid", "back", "written_off", "dropped", "due")
"""What tables of the page show; the file has all."""
KIND_WORDS: Final[Mapping[str, LazyString]] = {
    "differs": _l("Not what the fee table gave"),
    "due": _l("Still due"),
    "written_off": _l("Written off"),
    "back": _l("Paid back"),
    "void": _l("With a void receipt"),
    "free": _l("Nothing to pay"),
    "before": _l("Paid before in part or whole"),
}
STATUS_WORDS: Final[Mapping[FeeStatus, LazyString]] = {
    FeeStatus.DUE: _l("Still due"),
    FeeStatus.PAID: _l("Paid"),
    FeeStatus.NOTHING: _l("Nothing to pay"),
    FeeStatus.WRITTEN_OFF: _l("Written off"),
    FeeStatus.DROPPED: _l("Not asked any more"),
}


@blueprint.get("/fees", endpoint="fees_asked")
@access(groups=(ADMINISTRATOR,))
def show_fees() -> ResponseReturnValue:
    """Fees by month, ministry, office and service; ``?as`` is a file with a line for each month, office and service."""
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        found = fees_asked(session, names, actor, _period(), _wanted(), now=now())
    months, end = found.period.months, choice("as", FORMATS)
    if end:
        return table_answer(f"one-window-fees-{months[0]}-{months[-1]}", end, _table_rows(found))
    return render_template(
        "admin/fees_asked.html",
        found=found, wanted=_wanted(), names=names, heads=HEADS, shown=SHOWN, month_text=month_text,
        chosen=_chosen(found.period),
    )  # fmt: skip


@blueprint.get("/fees/cases", endpoint="fees_of_cases")
@access(groups=(ADMINISTRATOR,))
def show_fees_of_cases() -> ResponseReturnValue:
    """The fees behind a number; ``?as`` is a file."""
    period, kind, end = _period(), choice("kind", KINDS), choice("as", FORMATS)
    if end:
        return list_answer("one-window-fees-cases", end, _heads(), partial(_read_fees, period, kind), _row)
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        fees = fees_of_cases(session, names, actor, period, _wanted(), kind=kind, page=asked_stretch())
    note_listed(actor, [fee.key for fee in fees.items])
    return render_template(
        "admin/fees_of_cases.html",
        fees=fees, kind=kind, kinds=KIND_WORDS, statuses=STATUS_WORDS, wanted=_wanted(), names=names,
        months=period.months, chosen={**_chosen(period), **said_of({"kind": kind})}, back=_chosen(period),
    )  # fmt: skip


def _read_fees(period: Period, kind: str, page: Wanted, size: int) -> Stretch[FeeOfCase]:
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        fees = fees_of_cases(session, names, actor, period, _wanted(), kind=kind, page=page, size=size)
    note_listed(actor, [fee.key for fee in fees.items])
    return fees


def _table_rows(found: FeesAsked) -> Iterator[Sequence[object]]:
    places = (gettext("Month"), gettext("Code"), gettext("Office"), gettext("Service code"), gettext("Service"))
    yield [*places, *(str(HEADS[name]) for name in NUMBERS)]
    for cell in found.cells:
        texts = (cell.month, cell.office_code, in_language(cell.office), cell.service_key, in_language(cell.service))
        yield [*texts, *_numbers(cell.figures)]


def _numbers(figures: FeeFigures) -> Iterator[int]:
    return (getattr(figures, name) for name in NUMBERS)


def _heads() -> list[str]:
    return [
        *(gettext("Reference number"), gettext("Office"), gettext("Service"), gettext("Fee"), gettext("Fee asked on")),
        *(gettext("State"), str(HEADS["by_table"]), str(HEADS["before"]), str(HEADS["asked"]), str(HEADS["paid"])),
        *(str(HEADS["back"]), str(KIND_WORDS["differs"])),
    ]


def _row(fee: FeeOfCase) -> Sequence[object]:
    texts = (fee.reference, *map(in_language, (fee.office, fee.service, fee.title)), fee.asked_at.isoformat())
    numbers = (fee.by_table, fee.before, fee.asked, fee.taken, fee.back)
    return [*texts, str(STATUS_WORDS[fee.status]), *numbers, gettext("Yes") if fee.differs else gettext("No")]


def _period() -> Period:
    """The months that an address asks for, the last twelve of them; this one and the one before where it says none."""
    first, last = request.args.get("from", ""), request.args.get("to", "")
    if not first and not last:
        return last_months(2, today=today())
    found = period_between(first, last, today=today())
    return period_between(found.months[-LONGEST:][0], found.months[-1], today=today())


def _wanted() -> ReportFilter:
    return ReportFilter(*(request.args.get(name, "")[:LONGEST_KEY] for name in ("office", "service")))


def _chosen(period: Period) -> dict[str, str]:
    wanted = _wanted()
    months = {"from": period.months[0], "to": period.months[-1]}
    return said_of({**months, "office": wanted.office, "service": wanted.service})
