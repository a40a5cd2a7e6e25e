"""Pages that ask nobody who they are and open on any phone: tracking an application, verifying a certificate."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__)

from web.public import tracking, verification  # noqa: E402, F401 - the views register themselves on the blueprint
