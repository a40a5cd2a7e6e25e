"""The history of one case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.outbox import messages_about
from engine.queries.shared.history import (
    MOST_PRINTED,
    PAGE_SIZE,
    EventLine,
    case_history,
    whole_history,
)
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice
from web.context import house, note_case, reading
from web.event_words import event_text, role_text
from web.exports import FORMATS, table_answer
from web.office.paging import asked_page
from web.presentation import in_language


@blueprint.get("/cases/<key>/history", endpoint="case_history")
@access(groups=(ADMINISTRATOR,))
def show_history(key: str) -> ResponseReturnValue:
    """The newest events of a case in words, with what was recorded, links to the older ones, and whether the chain of
    all of them holds; ``?print=yes`` has them on one page."""
    printed = request.args.get("print") == "yes"
    size = MOST_PRINTED if printed else PAGE_SIZE
    with reading() as (session, actor):
        history = case_history(session, house(), actor, key, asked_page(), size=size)
        messages = messages_about(session, house(), actor, key)
    note_case(history.reference)
    return render_template(
        "admin/history.html",
        history=history,
        messages=messages,
        printed=printed,
        event_text=event_text,
        role_text=role_text,
        raw=readable,
    )


@blueprint.get("/cases/<key>/history.csv", endpoint="case_history_csv")
@access(groups=(ADMINISTRATOR,))
def send_history(key: str) -> ResponseReturnValue:
    """Every event of a case as a file, the oldest first."""
    with reading() as (session, actor):
        reference, lines = whole_history(session, house(), actor, key)
    note_case(reference)
    return table_answer(f"one-window-history-{reference}", choice("as", FORMATS, "csv"), _rows(lines))


def _rows(lines: Sequence[EventLine]) -> Iterator[Sequence[object]]:
    what = (gettext("Event"), gettext("Time"), gettext("What happened"), gettext("Who"), gettext("Role"))
    yield [*what, gettext("Kind"), gettext("Element"), gettext("What was recorded"), "sha256"]
    for line in lines:
        words = event_text(line.kind, line.element, line.stage, line.data)
        who = in_language(line.who) if line.who else ""
        if line.instead:
            who = gettext("%(who)s in place of %(name)s", who=who, name=in_language(line.instead))
        recorded = json.dumps(dict(line.data), ensure_ascii=False, sort_keys=True)
        told = (line.seq, line.at.isoformat(), words, who, role_text(line.role))
        yield [*told, line.kind, line.element_id, recorded, line.hash]


def readable(data: Mapping[str, Any]) -> str:
    """Recorded data as indented JSON."""
    return json.dumps(dict(data), ensure_ascii=False, indent=2, sort_keys=True)
