"""Pages that ask nobody who they are and open on any phone: tracking an application, verifying a certificate."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__)
