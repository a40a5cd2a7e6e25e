"""Pages of the public and of applicants: services, account, applications. The front office uses them for walk-ins."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("citizen", __name__)
