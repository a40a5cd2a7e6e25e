"""The history of one case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.outbox import messages_about
from engine.queries.shared.history import case_history
from web.access import access
from web.admin import blueprint
from web.context import house, note_case, reading
from web.event_words import event_text, role_text


@blueprint.get("/cases/<key>/history", endpoint="case_history")
@access(groups=(ADMINISTRATOR,))
def show_history(key: str) -> ResponseReturnValue:
    """Every event of a case in words, with what was recorded, and whether the chain holds."""
    with reading() as (session, actor):
        history = case_history(session, house(), actor, key)
        messages = messages_about(session, house(), actor, key)
    note_case(history.reference)
    return render_template(
        "admin/history.html",
        history=history,
        messages=messages,
        event_text=event_text,
        role_text=role_text,
        raw=readable,
    )


def readable(data: Mapping[str, Any]) -> str:
    """Recorded data as indented JSON."""
    return json.dumps(dict(data), ensure_ascii=False, indent=2, sort_keys=True)
