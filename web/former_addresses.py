"""Addresses that pages had in an earlier release: each leads on to the present one, for links and for open pages."""

from __future__ import annotations

from typing import Final

from flask import Flask
from werkzeug.routing import Rule

FORMER: Final = {
    "/office/cashier/<key>/transfer": "/office/cashier/<key>/bank-payment",
    "/analyst/cases/<key>/on/<int:number>": "/analyst/cases/<key>/rehearsal/<number>",
}
"""They end with the next release."""


def install(app: Flask) -> None:
    """A permanent redirect (308, RFC 9110, 15.4.9) that keeps what a form sent."""
    for former, present in FORMER.items():
        app.url_map.add(Rule(former, endpoint=former, redirect_to=present))
