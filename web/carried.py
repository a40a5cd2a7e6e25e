"""What a browser carries from page to page, signed by us: read with each page, and signed anew only when something in
it changed or it is some minutes old."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from flask import Flask, Request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

AGED: Final = 180
"""Seconds after which what is carried is signed anew, so that it ends so long after the last page and not the first;
a quarter of how long it lasts, where that is less."""


class Carried(SecureCookieSession):
    """What one browser carries; ``is_aged``: it is time to sign it anew."""

    is_aged = False

    @property
    def is_given_anew(self) -> bool:
        """Whether the answer to this page brings it."""
        return self.modified or (self.is_aged and self.permanent)


class Carrying(SecureCookieSessionInterface):
    """Flask's cookie, not signed with each page, and read by a signer that is made once."""

    session_class = Carried

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        """The signer of this application."""
        return _signer(self, str(app.secret_key))

    def open_session(self, app: Flask, request: Request) -> Carried:
        """What the browser of this request carries; nothing where it was not signed by us, or too long ago."""
        signer = self.get_signing_serializer(app)
        lasts = int(app.permanent_session_lifetime.total_seconds())
        try:
            cookie = request.cookies.get(self.get_cookie_name(app), "")
            data, signed_at = signer.loads(cookie, max_age=lasts, return_timestamp=True)
        except BadSignature:
            return Carried()
        carried = Carried(data)
        now: Any = signer.make_signer(signer.salt)
        carried.is_aged = now.get_timestamp() - signed_at.timestamp() >= min(AGED, lasts / 4)
        return carried

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Brings what is carried. Cookies are one browser's: what anybody may keep and hand on carries none, of the
        session or any other (RFC 9111, section 7.3), and is the same whatever cookies came."""
        super().save_session(app, session, response)
        if response.cache_control.public:
            response.headers.remove("Set-Cookie")
            response.vary.discard("cookie")  # in small letters: Werkzeug finds no other

    def should_set_cookie(self, app: Flask, session: Any) -> bool:  # noqa: ARG002 (Flask's shape)
        """Whether the answer brings what is carried."""
        anew: bool = session.is_given_anew
        return anew


def is_given_anew() -> bool:
    """Whether the answer to this page brings what its browser carries."""
    carried: Any = session
    anew: bool = carried.is_given_anew
    return anew


@lru_cache(maxsize=4)
def _signer(how: Carrying, secret: str) -> URLSafeTimedSerializer:
    """As Flask makes it anew for each page (``flask.sessions``): without its keys of before, which we do not use."""
    options = {"key_derivation": how.key_derivation, "digest_method": how.digest_method}
    return URLSafeTimedSerializer(secret, salt=how.salt, serializer=how.serializer, signer_kwargs=options)
