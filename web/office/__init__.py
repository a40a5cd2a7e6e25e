"""Pages of officers: the inbox, tasks and cases, the desks, helping somebody at the counter."""

from __future__ import annotations

from flask import Blueprint

blueprint: Blueprint = Blueprint("office", __name__)

from web.office import (  # noqa: E402, F401 - the views register themselves on the blueprint
    cases,
    cashier,
    handovers,
    inbox,
    receipts,
    search,
    tasks,
    walk_in,
    walk_in_people,
)
