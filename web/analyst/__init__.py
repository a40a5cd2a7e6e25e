"""Pages of analysts: the published services, their versions, and each version as it was published."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("analyst", __name__)
