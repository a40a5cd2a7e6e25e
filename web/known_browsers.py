"""Browsers that have shown a password or the digits of a code before: strangers who guess do not shut them out.

Who guesses at somebody's account or code uses up attempts, their own and in the end those of every browser that is not
known. A browser that was right once carries a signed note of it and counts for itself (as "device cookies" of OWASP).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from flask import after_this_request, current_app, request
from flask.wrappers import Response
from itsdangerous import BadData, URLSafeTimedSerializer

from engine.people.actors import Actor
from engine.people.codes import Asker
from engine.people.contacts import ContactPoint
from engine.typed.codes import normal_code
from engine.typed.emails import known_email
from engine.typed.telephones import known_phone
from web.browsers import network, place

COOKIE: Final = "owso-known"
DAYS: Final = 180
MOST: Final = 5
"""People and codes that one browser is known to, the latest ones."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a browser carries: a name of its own, and whom it was right about."""

    browser: str = ""
    of: tuple[str, ...] = ()


def fingerprint(field: str, typed: str) -> str:
    """The same for every way to write a telephone or an e-mail (field ``login``) or a code (any other), as they are
    looked for; and readable for nobody, in memory or in a browser."""
    account = field == "login" and (known_email(typed) or known_phone(typed))
    plain = account or normal_code(typed) or typed.strip().casefold()
    return keyed(plain)


def keyed(text: str) -> str:
    """A hash that nobody makes or recognises without the key of the installation (``OWSO_SECRET_KEY``)."""
    secret = hashlib.sha256(str(current_app.secret_key).encode()).digest()
    return hashlib.blake2b(text.encode(), key=secret, digest_size=16).hexdigest()


def is_known(about: str) -> bool:
    """Whether this browser was right about it before."""
    return about in _note().of


def browser() -> str:
    """The name that this browser carries, empty when it is not known."""
    return _note().browser


def asker_of(point: ContactPoint) -> Asker:
    """Who asks here for a code to this contact: a browser that was right about it before, else somebody at this
    network."""
    whoever = Actor(None, place=place())
    if is_known(fingerprint("login", point.address)):
        return Asker(keyed(f"browser {browser()}"), is_stranger=False, by=whoever)
    return Asker(keyed(f"network {network()}"), by=whoever)


def know_here(login: str) -> None:
    """Makes the browser known to the account with this telephone or e-mail, along with the answer that is being made.
    For pages where somebody has just shown by a code that the contact is theirs: from then on they sign in there
    whatever strangers guess meanwhile."""

    @after_this_request
    def _noted(response: Response) -> Response:
        remember_browser(response, fingerprint("login", login))
        return response


def remember_browser(response: Response, about: str) -> None:
    """Gives the browser its note along with the answer: it was right about what ``fingerprint`` names."""
    note = _note()
    of = (*(other for other in note.of if other != about), about)[-MOST:]
    response.set_cookie(
        COOKIE,
        _signer().dumps([note.browser or secrets.token_urlsafe(12), *of]),
        max_age=DAYS * 24 * 3600,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _note() -> Note:
    try:
        name, *of = _signer().loads(request.cookies.get(COOKIE, ""), max_age=DAYS * 24 * 3600)
    except (BadData, ValueError, TypeError):
        return Note()
    return Note(str(name), tuple(map(str, of)))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browser")
