"""What protects every answer: headers, the token against forged forms, limits on attempts and on size."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask.wrappers import Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.khmer import latin_digits, tidy
from web.access import Limit, rule_of
from web.config import Settings

ONE_YEAR_SECONDS = 31_536_000

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Everything from this server, nothing inline: no page of ours has a script or style of its own in it."""
_UNUSED_DEVICES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def install(app: Flask, settings: Settings) -> None:
    """Protect the application; call it after every page was registered."""
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a long form must not fail at its end
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _limit_attempts(app, settings)
    CSRFProtect(app)
    app.after_request(_headers_for(settings))


def _limit_attempts(app: Flask, settings: Settings) -> None:
    """Counts are kept in memory: one server, one count. Behind several servers the proxy must limit as well."""
    if not settings.rate_limits:
        return
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    for endpoint, view in list(app.view_functions.items()):
        rule = rule_of(app, endpoint)
        if rule and rule.limit:
            app.view_functions[endpoint] = _limited(limiter, rule.limit, view)


def _limited(limiter: Limiter, limit: Limit, view: Callable[..., Any]) -> Callable[..., Any]:
    methods = list(limit.methods) or None
    if limit.field:
        view = limiter.limit(
            limit.failures,
            methods=methods,
            key_func=lambda: _fingerprint(request.form.get(limit.field, "")),
            exempt_when=lambda: not request.form.get(limit.field),
            deduct_when=lambda response: response.status_code >= 400,
        )(view)
    return limiter.limit(limit.rule, methods=methods)(view)


def _fingerprint(typed: str) -> str:
    """The same for every way to write a code, a phone or an e-mail, and not readable in memory."""
    plain = latin_digits(unicodedata.normalize("NFKC", tidy(typed))).casefold()
    return hashlib.sha256("".join(sign for sign in plain if sign.isalnum()).encode()).hexdigest()


def _headers_for(settings: Settings) -> Callable[[Response], Response]:
    def headers(response: Response) -> Response:
        for name, value in {
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": _UNUSED_DEVICES,
            "Cross-Origin-Opener-Policy": "same-origin",
        }.items():
            response.headers.setdefault(name, value)
        if settings.is_https:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR_SECONDS}; includeSubDomains")
        if request.endpoint != "static" and not response.cache_control.public:
            # Pages and papers hold personal data, and offices share computers: nothing of them stays behind.
            response.headers["Cache-Control"] = "no-store"
        return response

    return headers
