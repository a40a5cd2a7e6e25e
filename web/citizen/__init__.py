"""Pages of the public and of applicants: services, account, applications. The front office uses them for walk-ins."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("citizen", __name__)

from web.citizen import (  # noqa: E402, F401 - the views register themselves on the blueprint
    account,
    applications,
    check,
    corrections,
    documents,
    form_pages,
    payments,
    portal,
    registration,
)
