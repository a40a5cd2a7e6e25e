"""What comes out at the end, for those who may have it: the acknowledgement slip and the certificate."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("results", __name__)

from web.results import papers  # noqa: E402, F401 - the views register themselves on the blueprint
