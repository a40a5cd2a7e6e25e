"""Pages of officers: the inbox, tasks and cases, the desks, helping somebody at the counter."""

from __future__ import annotations

from flask import Blueprint

blueprint: Blueprint = Blueprint("office", __name__)
