"""``/health``: for the machine that watches this one."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from engine.queries.admin.health import examine
from web.access import access
from web.context import house, now

blueprint = Blueprint("health", __name__)


@blueprint.get("/health", endpoint="health")
@access(public=True)
def show_health() -> ResponseReturnValue:
    """200 when the product can work, 503 when somebody must look. Ages in whole seconds, null when nothing waits."""
    here = house()
    found = examine(here.database, here.files, here.fonts, now=now())
    body = {
        "ok": found.ok,
        "database": found.database,
        "disk": found.disk,
        "papers": found.papers,
        "migrations_current": found.migrations_current,
        "oldest_due_timer_seconds": found.oldest_due_timer_seconds,
        "oldest_undelivered_message_seconds": found.oldest_undelivered_message_seconds,
        "oldest_unswept_clock_seconds": found.oldest_unswept_clock_seconds,
        "oldest_incident_seconds": found.oldest_incident_seconds,
    }
    return jsonify(body), 200 if found.ok else 503
