"""What a script of a page is told when its session has ended, or belongs to somebody else by now.

Whoever leaves an editor open for a day goes on once they have signed in on another page of the browser: the script asks
again with the new token, which only the person whose page it is gets. So nothing is saved under another's name.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from web.access import signed_in_as

_JSON: Final = "application/json"
_PERSON: Final = "X-Person"
"""In this header a script says whose page it runs on."""


def install(app: Flask) -> None:
    """Let the pages say whose they are."""
    app.jinja_env.globals["person_here"] = person_here


def person_here() -> str:
    """The number of whoever is signed in; empty for nobody."""
    known = signed_in_as()
    return str(known.person_id) if known else ""


def asks_for_json() -> bool:
    """Whether a script asks, which reads JSON and shows no page."""
    return request.accept_mimetypes.best == _JSON


def signed_out() -> ResponseReturnValue:
    """The session has ended."""
    words = gettext("You are signed out. Sign in on another page of this browser; what you typed stays here.")
    return jsonify(message=words), 401


def old_token() -> ResponseReturnValue:
    """The page is older than the session. Its own person gets the new token; no other site can read this answer."""
    if request.headers.get(_PERSON) == person_here():
        words = gettext(
            "This page was open for too long, or it was opened twice. Open it again and repeat the last step."
        )
        return jsonify(message=words, csrf=generate_csrf()), 400
    words = gettext("Somebody else is signed in here by now. Copy what you typed, and open this page again.")
    return jsonify(message=words), 400
