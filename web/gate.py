"""The gate in front of every page: closed unless the page's rule lets the reader in.

A page that loads nobody by itself is checked before its answer leaves.
"""

from __future__ import annotations

from flask import Flask, current_app, g
from flask.wrappers import Response

from engine.errors import MandateOver, NotAllowed, NotSignedIn, SecondFactorNeeded
from web.access import rule_here, signed_in_as
from web.context import reading


def install(app: Flask) -> None:
    """Put the gate in front of every page of the application."""
    app.before_request(_gate)
    app.after_request(_nobody_slipped_through)


def _gate() -> None:
    g.actor = None
    if not rule_here().public and signed_in_as() is None:
        raise NotSignedIn


def _nobody_slipped_through(response: Response) -> Response:
    """A view that opened no transaction was not checked yet: load the person now, before the answer leaves."""
    unchecked = g.get("actor") is None and signed_in_as() is not None
    if unchecked and response.status_code < 400 and not rule_here().public:
        try:
            with reading():
                return response
        except (NotSignedIn, NotAllowed, SecondFactorNeeded, MandateOver) as refusal:
            return current_app.make_response(current_app.handle_user_exception(refusal))
    return response
