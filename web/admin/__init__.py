"""Pages of administrators: clocks, histories, offices and their calendars, incidents, the outbox, numbers."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

from web.admin import by_hand, cases, clocks, incidents, offices, outbox, reports, transfers  # noqa: E402, F401 - views register themselves
