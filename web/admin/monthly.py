"""The report of a month, on a page, as a paper and as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple
from datetime import datetime
from typing import Final

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.clockwork.case_facts import MOST_VISITS
from engine.documents.monthly_report import MonthlyPaper, PaperLine, PaperPart, monthly_paper
from engine.khmer import Bilingual
from engine.queries.admin.case_facts import CaseFacts, case_facts
from engine.queries.admin.monthly import Line, MonthlyReport, month_before, monthly_report
from engine.queries.admin.reports import CAMBODIA, Figures, Period, period_between
from engine.queries.admin.watching import choices, watched
from engine.queries.shared.names import read_names
from engine.words import Channel
from web.access import access
from web.admin import blueprint
from web.admin.control import WHO, asked_watch, said_of
from web.admin.month_words import month_text
from web.admin.parameters import choice
from web.admin.reports import HEADS
from web.context import house, now, reading, today
from web.exports import FORMATS, note_export, table_answer
from web.presentation import in_language

WAYS: Final = (*FORMATS, "pdf")
CHANNELS: Final[Mapping[str, LazyString]] = {
    Channel.ONLINE: _l("Sent by the applicant"),
    Channel.COUNTER: _l("Filed at the counter"),
    Channel.FOLLOW_UP: _l("Begun by the office itself"),
}
_OFFICES: Final = Bilingual("តាមការិយាល័យ", "By office")


@blueprint.get("/monthly", endpoint="monthly")
@access(groups=WHO)
def show_month() -> ResponseReturnValue:
    """What happened in a month, by sector and by office; the last whole month, where none is named. ``?as`` is a
    file: the same numbers give the same bytes; with ``?list=cases`` it says how cases came, and how often their
    applicants had to come."""
    asked, month = asked_watch(), _asked_month()
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        report = monthly_report(session, names, watch, asked, month, today=today())
        facts = case_facts(session, names, watch, month)
    end = choice("as", WAYS)
    if end == "pdf":
        return _paper(report)
    if end and request.args.get("list") == "cases":
        return table_answer(f"one-window-cases-{report.month}", end, _case_rows(report.month, facts))
    if end:
        return table_answer(_name(report), end, _rows(report), made_at=report.as_of)
    chosen = said_of({**asdict(asked), "month": report.month})
    return render_template(
        "admin/monthly.html",
        report=report, wanted=asked, choices=choices(names, watch), heads=HEADS, month_text=month_text, chosen=chosen,
        facts=facts, channels=CHANNELS,
    )  # fmt: skip


def _asked_month() -> Period:
    usual = month_before(today())
    month = request.args.get("month", "")
    asked = period_between(month, month, today=today())
    return asked if asked.first == asked.last else usual


def _name(report: MonthlyReport) -> str:
    return f"one-window-monthly-{report.month}"


def _paper(report: MonthlyReport) -> Response:
    note_export(f"{_name(report)}.pdf")
    parts = [PaperPart(one.name, _lines(one.services), astuple(one.total)) for one in report.sectors]
    if len(report.offices) > 1:
        parts.append(PaperPart(_OFFICES, _lines(report.offices), astuple(report.total)))
    paper = MonthlyPaper(
        month=datetime.fromisoformat(f"{report.month}-01").replace(tzinfo=CAMBODIA),
        of=report.of,
        parts=parts,
        total=astuple(report.total),
        is_closed=report.is_closed,
        as_of=report.as_of,
    )
    drawn = monthly_paper(paper, fonts=house().fonts)
    disposition = {"Content-Disposition": f'attachment; filename="{_name(report)}.pdf"'}
    return Response(drawn, mimetype="application/pdf", headers=disposition)


def _lines(lines: Sequence[Line]) -> list[PaperLine]:
    return [PaperLine(line.name, astuple(line.figures)) for line in lines]


def _rows(report: MonthlyReport) -> Iterator[Sequence[object]]:
    places = (gettext("Month"), gettext("Sector"), gettext("Service code"), gettext("Service"))
    yield [*places, gettext("Code"), gettext("Office"), *(str(words) for words in HEADS.values())]
    for sector in report.sectors:
        for line in sector.services:
            yield [report.month, in_language(sector.name), line.key, in_language(line.name), "", "", *_figures(line)]
    for line in report.offices:
        yield [report.month, "", "", "", line.key, in_language(line.name), *_figures(line)]
    yield [report.month, gettext("All together"), "", "", "", "", *astuple(report.total)]


def _case_rows(month: str, facts: CaseFacts) -> Iterator[Sequence[object]]:
    yield [gettext("Month"), gettext("What was counted"), gettext("Which"), gettext("Cases")]
    for channel, words in CHANNELS.items():
        yield [month, gettext("How they came"), str(words), facts.channels.get(channel, 0)]
    for days, cases in facts.visits.items():
        which = gettext("9 or more") if days == MOST_VISITS else days
        yield [month, gettext("How often applicants had to come (days)"), which, cases]


def _figures(line: Line) -> tuple[int, ...]:
    figures: Figures = line.figures
    return astuple(figures)
