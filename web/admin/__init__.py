"""Pages of administrators: clocks, histories, offices and their calendars, incidents, the outbox, numbers."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
