"""Which step takes the time, by service and office; the cases in which it took longest; offices side by side."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.documents.diagrams import picture
from engine.packages import ServicePackage
from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS
from engine.queries.admin.comparison import ORDERS, Comparison, OfficeCompared, comparison
from engine.queries.admin.reports import Period, last_months, period_between
from engine.queries.admin.steps import SlowCase, StepsBoard, StepTime, Stretches, slow_cases, steps_board
from engine.queries.admin.watching import choices, watched
from engine.queries.shared.drawn import drawings, drawn_names
from engine.queries.shared.names import read_names
from web.access import access
from web.admin import blueprint
from web.admin.control import LONGEST, WHO, asked_watch, said_of
from web.admin.month_words import month_text
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading, today
from web.exports import FORMATS, table_answer
from web.labels import group_label
from web.presentation import in_language

USUAL_MONTHS: Final = 3
ORDER_WORDS: Final[Mapping[str, LazyString]] = {
    "late": _l("Fewest on time first"),
    "received": _l("Most received first"),
    "finished": _l("Most decided first"),
    "days": _l("Longest usual time first"),
    "waiting": _l("Most waiting first"),
}


@blueprint.get("/steps", endpoint="steps")
@access(groups=WHO)
def show_steps() -> ResponseReturnValue:
    """How long each step waited and was worked on; of one service on its drawing and by office. ``?as`` is a file."""
    asked, period, element = asked_watch(), asked_period(), request.args.get("element", "")[:LONGEST]
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        board = steps_board(session, names, watch, period, element=element)
    end = choice("as", FORMATS)
    if end:
        return table_answer(f"one-window-steps-{period.months[0]}-{period.months[-1]}", end, _step_rows(board))
    package = names.services.get(asked.service)
    return render_template(
        "admin/steps.html",
        board=board, wanted=asked, element=element, choices=choices(names, watch), service_name=names.service,
        element_name=names.element, chosen=_chosen(asdict(asked), period, element=element),
        months=period.months, pictures=_pictures(package, board) if package and not element else (),
    )  # fmt: skip


@blueprint.get("/steps/slowest", endpoint="steps_slowest")
@access(groups=WHO)
def show_slowest() -> ResponseReturnValue:
    """The cases in which a step of a service took longest, of those that are remembered; ``?as`` is a file."""
    asked, period, element = asked_watch(), asked_period(), request.args.get("element", "")[:LONGEST]
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        cases = slow_cases(session, names, watch, period, service=asked.service, element=element)
        readable = frozenset(one.key for one in cases if one.applicant_id != actor.person_id and any(
            actor.acts_for(group, one.office_id) for group in (*CASE_WORKERS, ADMINISTRATOR)
        ))  # fmt: skip
    note_listed(actor, [one.key for one in cases])
    if end := choice("as", FORMATS):
        return table_answer(f"one-window-slowest-{period.months[0]}-{period.months[-1]}", end, _slow_rows(cases))
    return render_template(
        "admin/steps_slowest.html",
        chosen=_chosen(asdict(asked), period, element=element),
        cases=cases, readable=readable, name=names.element(asked.service, element),
        service=names.service(asked.service), back=_chosen(asdict(asked), period), month_text=month_text,
        months=period.months,
    )  # fmt: skip


@blueprint.get("/compare", endpoint="compare_offices")
@access(groups=WHO)
def show_comparison() -> ResponseReturnValue:
    """Offices side by side, by one service; ``?as`` is a file."""
    asked, period, order = asked_watch(), asked_period(), choice("order", ORDERS, ORDERS[0])
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        found = comparison(session, names, watch, period, order=order) if asked.service else None
    end = choice("as", FORMATS)
    if end and found is not None:
        name = f"one-window-offices-{asked.service}-{period.months[0]}-{period.months[-1]}"
        return table_answer(name, end, _office_rows(found))
    return render_template(
        "admin/compare.html",
        found=found, wanted=asked, choices=choices(names, watch), order=order, orders=ORDER_WORDS,
        chosen=_chosen(asdict(asked), period, order=order), months=period.months, service_name=names.service,
    )  # fmt: skip


def asked_period() -> Period:
    """The months that an address asks for; the last three, this one with them, where it says nothing."""
    first, last = request.args.get("from", ""), request.args.get("to", "")
    if not first and not last:
        return last_months(USUAL_MONTHS, today=today())
    return period_between(first, last, today=today())


def _chosen(wanted: Mapping[str, str], period: Period, **more: str) -> dict[str, str]:
    return said_of({**wanted, **more, "from": period.months[0], "to": period.months[-1]})


def _pictures(package: ServicePackage, board: StepsBoard) -> list[str]:
    """The drawings of a service with the heat of its steps, each as an address that holds it."""
    marks = {step.element_id: f"heat{step.degree}" for step in board.steps if step.degree}
    names = {key: in_language(name) for key, name in drawn_names(package).items()}
    title = in_language(package.manifest.title)
    drawn = (
        picture(
            one.content,
            title=title,
            names=names | {lane: group_label(group) for lane, group in one.lanes.items()},
            marks=marks,
        )
        for one in drawings(package)
    )
    return [f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}" for svg in drawn]


def _slow_rows(cases: Sequence[SlowCase]) -> Iterator[Sequence[object]]:
    """Working minutes."""
    yield [
        *(gettext("Reference number"), gettext("Office"), gettext("Month")),
        *(gettext("Waiting (minutes)"), gettext("Work (minutes)")),
    ]
    for one in cases:
        yield [one.reference, in_language(one.office), one.month, one.waited, one.worked]


def _step_rows(board: StepsBoard) -> Iterator[Sequence[object]]:
    """A line for each step, and behind them one for each step of each office; working minutes."""
    yield [
        *(gettext("Code"), gettext("Office"), gettext("Service code"), gettext("Service")),
        *(gettext("Step code"), gettext("Step"), gettext("Done")),
        *(gettext("Waiting: half within (minutes)"), gettext("Waiting: nine of ten within (minutes)")),
        *(gettext("Work: half within (minutes)"), gettext("Work: nine of ten within (minutes)")),
        *(gettext("Waiting together (minutes)"), gettext("Work together (minutes)")),
    ]
    for step in (*board.steps, *board.offices):
        yield [*_place(step), step.done, *_within(step.waited), *_within(step.worked), *_minutes(step)]


def _place(step: StepTime) -> tuple[str, ...]:
    office = in_language(step.office) if step.office else gettext("All offices")
    service = (step.service_key, in_language(step.service))
    return (step.office_code, office, *service, step.element_id, in_language(step.name))


def _within(stretches: Stretches) -> tuple[int | None, int | None]:
    return stretches.half, stretches.most


def _minutes(step: StepTime) -> tuple[int, int]:
    return step.waited.minutes, step.worked.minutes


def _office_rows(found: Comparison) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Code"), gettext("Office"), gettext("Received"), gettext("Decided"), gettext("On time")),
        *(gettext("Late"), gettext("On time (%)"), gettext("Half within (working days)")),
        *(gettext("Nine of ten within (working days)"), gettext("Waiting (%)"), gettext("Fee income (riel)")),
    ]
    for one in (*found.offices, found.together):
        yield [one.code, _name(one), one.received, one.finished, one.on_time, one.late, *_shares(one), one.income]


def _name(one: OfficeCompared) -> str:
    return in_language(one.office) if one.office else gettext("All offices")


def _shares(one: OfficeCompared) -> tuple[int | None, ...]:
    return one.on_time_percent, one.half, one.most, one.waiting_percent
