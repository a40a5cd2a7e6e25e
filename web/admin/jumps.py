"""What was taken out of turn, with who took it, and why that is listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.clockwork.queue_jumps import DAYS, LOOKED_BACK, PLACES
from engine.queries.admin.jumps import Jump, jumps
from engine.queries.admin.watching import WatchFilter, choices, watched
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import Stretch, Wanted
from web.access import access
from web.admin import blueprint
from web.admin.control import WHO, asked_watch, said_of
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading
from web.exports import FORMATS, list_answer
from web.office.paging import asked_stretch
from web.presentation import in_language


@blueprint.get("/out-of-turn", endpoint="jumps")
@access(groups=WHO)
def show_jumps() -> ResponseReturnValue:
    """The tasks that were taken while older ones of the same step lay free, the newest first; ``?as`` is a file."""
    asked, end = asked_watch(), choice("as", FORMATS)
    if end:
        return list_answer("one-window-out-of-turn", end, _heads(), partial(_read, asked), _row)
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        lines = jumps(session, names, actor, watch, page=asked_stretch())
    note_listed(actor, _cases(lines.items))
    return render_template(
        "admin/jumps.html",
        lines=lines, wanted=asked, choices=choices(names, watch), chosen=said_of(asdict(asked)),
        places=PLACES, days=DAYS, looked_back=LOOKED_BACK.days,
    )  # fmt: skip


def _read(asked: WatchFilter, page: Wanted, size: int) -> Stretch[Jump]:
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, asked, now=now())
        lines = jumps(session, names, actor, watch, page=page, size=size)
    note_listed(actor, _cases(lines.items))
    return lines


def _cases(lines: Sequence[Jump]) -> list[str]:
    return [case.key for line in lines for case in (line.case, line.oldest)]


def _heads() -> list[str]:
    return [
        *(gettext("Taken"), gettext("Reference number"), gettext("Office"), gettext("Service"), gettext("Step")),
        *(gettext("Officer"), gettext("Given by"), gettext("Older ones passed"), gettext("The oldest of them")),
        gettext("Working days earlier"),
    ]


def _row(line: Jump) -> Sequence[object]:
    places = (in_language(line.office), in_language(line.service), in_language(line.step))
    who = (in_language(line.by), in_language(line.given_by) if line.given_by else "")
    return [line.at.isoformat(), line.case.reference, *places, *who, line.passed, line.oldest.reference, line.days]
