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
from engine.documents.monthly_report import CountedLine, CountedPart, MonthlyPaper, PaperLine, PaperPart, monthly_paper
from engine.khmer import Bilingual
from engine.queries.admin.case_facts import CaseFacts, SentBack, case_facts
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
_GROUNDS: Final = Bilingual("មូលហេតុដែលពាក្យត្រូវបានបដិសេធ", "On which grounds applications were refused")
_FINDINGS: Final = Bilingual("អ្វីដែលរកឃើញ", "What was found")
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
        facts = case_facts(session, house(), names, watch, month)
    end = choice("as", WAYS)
    if end == "pdf":
        return _paper(report, facts)
    if end and request.args.get("list") == "cases":
        return table_answer(f"one-window-cases-{report.month}", end, _case_rows(report.month, facts))
    if end:
        return table_answer(_name(report), end, _rows(report, facts), made_at=report.as_of)
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


def _paper(report: MonthlyReport, facts: CaseFacts) -> Response:
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
        counted=[CountedPart(title, _counted(lines)) for title, lines in _chosen(facts) if lines],
    )
    drawn = monthly_paper(paper, fonts=house().fonts)
    disposition = {"Content-Disposition": f'attachment; filename="{_name(report)}.pdf"'}
    return Response(drawn, mimetype="application/pdf", headers=disposition)


def _chosen(facts: CaseFacts) -> tuple[tuple[Bilingual, Sequence[SentBack]], ...]:
    """What officers chose in their forms, under its titles."""
    return (_GROUNDS, facts.grounds), (_FINDINGS, facts.findings)


def _counted(lines: Sequence[SentBack]) -> list[CountedLine]:
    return [CountedLine(line.service, line.name, line.times) for line in lines]


def _lines(lines: Sequence[Line]) -> list[PaperLine]:
    return [PaperLine(line.name, astuple(line.figures)) for line in lines]


def _rows(report: MonthlyReport, facts: CaseFacts) -> Iterator[Sequence[object]]:
    """The figures, and below them under a heading of their own how often each ground and finding was chosen."""
    places = (gettext("Month"), gettext("Sector"), gettext("Service code"), gettext("Service"))
    yield [*places, gettext("Code"), gettext("Office"), *(str(words) for words in HEADS.values())]
    for sector in report.sectors:
        for line in sector.services:
            yield [report.month, in_language(sector.name), line.key, in_language(line.name), "", "", *_figures(line)]
    for line in report.offices:
        yield [report.month, "", "", "", line.key, in_language(line.name), *_figures(line)]
    yield [report.month, gettext("All together"), "", "", "", "", *astuple(report.total)]
    for title, chosen in _chosen(facts):
        if chosen:
            yield []
            yield [gettext("Month"), in_language(title), gettext("Service code"), gettext("Service"), gettext("Times")]
        for one in chosen:
            yield [report.month, in_language(one.name), one.service_key, in_language(one.service), one.times]


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
