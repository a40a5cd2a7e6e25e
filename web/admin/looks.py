"""The report of looks: how often people of the offices looked at others, what for, and beyond their own offices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.case.look_purposes import PURPOSES
from engine.khmer import latin_digits
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.looks import (
    Days,
    LookLine,
    Wanted,
    all_look_lines,
    days_between,
    look_lines,
    outstanding,
    words_given,
)
from engine.words import LookWhy
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice
from web.context import reading, today
from web.exports import FORMATS, table_answer
from web.intake import whole_number
from web.looks import purpose_text
from web.office.paging import asked_page
from web.presentation import in_language

KINDS: Sequence[str] = (*(why.value for why in LookWhy), *PURPOSES)


@blueprint.get("/looks", endpoint="looks")
@access(groups=(ADMINISTRATOR,))
def show_looks() -> ResponseReturnValue:
    """A week of looks, or the days that are asked for; of one person with the reasons that they wrote."""
    days, wanted = _days(), _wanted()
    with reading() as (session, actor):
        lines = look_lines(session, actor, days, wanted, asked_page())
        out = outstanding(session, actor, days)
        words = words_given(session, actor, days, wanted.person_id) if wanted.person_id is not None else ()
    return render_template(
        "admin/looks.html",
        days=days,
        wanted=wanted,
        lines=lines,
        out=out,
        words=words,
        kinds=[(kind, purpose_text(kind)) for kind in KINDS],
        purpose_text=purpose_text,
    )


@blueprint.get("/looks.csv", endpoint="looks_csv")
@access(groups=(ADMINISTRATOR,))
def send_looks() -> ResponseReturnValue:
    """The same lines as a file."""
    days = _days()
    with reading() as (session, actor):
        lines = all_look_lines(session, actor, days, _wanted())
    return table_answer(f"one-window-looks-{days.first}-{days.last}", choice("as", FORMATS, "csv"), _rows(lines))


def _rows(lines: Sequence[LookLine]) -> Iterator[Sequence[object]]:
    places = (gettext("Day"), gettext("Person"), gettext("Office"), gettext("What for"))
    counts = (gettext("At their offices"), gettext("Beyond their offices"), gettext("Reasons given"))
    yield [*places, *counts]
    for line in lines:
        office = in_language(line.office) if line.office else gettext("every office")
        texts = (line.day.isoformat(), in_language(line.who), office, purpose_text(line.purpose))
        yield [*texts, line.inside, line.outside, line.reasons]


def _days() -> Days:
    return days_between(_asked("from"), _asked("to"), today=today())


def _asked(name: str) -> str:
    """A day as a link names it, or as it is typed in three fields, in either digits."""
    parts = [latin_digits(request.args.get(f"{name}-{part}", "").strip()) for part in ("year", "month", "day")]
    return "-".join(part.zfill(2) for part in parts) if all(parts) else request.args.get(name, "")


def _wanted() -> Wanted:
    purpose = request.args.get("purpose", "")
    return Wanted(
        person_id=whole_number(request.args.get("person", "")),
        purpose=purpose if purpose in KINDS else "",
        only_outside=request.args.get("outside") == "yes",
    )
