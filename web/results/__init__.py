"""What comes out at the end, for those who may have it: the acknowledgement slip and the certificate."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("results", __name__)
