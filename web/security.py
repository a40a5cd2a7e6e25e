"""What protects every answer: headers, the token against forged forms, limits on attempts and on size."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, current_app, request
from flask.wrappers import Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from web import known_browsers
from web.access import Limit, rule_of, signed_in_as
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
_WITH_STYLE_ATTRIBUTES = f"{_POLICY}; style-src-attr 'unsafe-inline'"
"""For pages with an editor that places what it draws by style attributes; style sheets still come from this server."""
_FRAMED_BY_US = (
    _POLICY.replace("script-src 'self'", "script-src 'none'")
    .replace("form-action 'self'", "form-action 'none'")
    .replace("frame-ancestors 'none'", "frame-ancestors 'self'")
)
"""For pages that are shown within another one of ours, to be looked at: nothing of them runs or can be sent."""
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
    _demand_tokens(app)
    app.after_request(_headers_for(settings))


def _demand_tokens(app: Flask) -> None:
    """Every form has its token; only machines, which show a secret instead, have none."""
    protection = CSRFProtect(app)
    for endpoint, view in app.view_functions.items():
        rule = rule_of(app, endpoint)
        if rule and rule.by_secret:
            protection.exempt(view)


def allow_style_attributes(response: Response) -> Response:
    """The answer, whose page may have style attributes: editors of drawings cannot do without. Scripts stay closed."""
    response.headers["Content-Security-Policy"] = _WITH_STYLE_ATTRIBUTES
    return response


def allow_framing(response: Response) -> Response:
    """The answer, which our own pages may show in a frame; no script of it runs and no form of it is sent."""
    response.headers["Content-Security-Policy"] = _FRAMED_BY_US
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _limit_attempts(app: Flask, settings: Settings) -> None:
    """Counts are kept in memory: one server, one count. Behind several servers the proxy must limit as well."""
    if not settings.rate_limits:
        return
    limiter = Limiter(_who, app=app, storage_uri="memory://", strategy="moving-window")
    for endpoint, view in list(app.view_functions.items()):
        rule = rule_of(app, endpoint)
        if rule and rule.limit:
            app.view_functions[endpoint] = _limited(limiter, rule.limit, view)


def _limited(limiter: Limiter, limit: Limit, view: Callable[..., Any]) -> Callable[..., Any]:
    methods = list(limit.methods) or None
    if limit.field:

        def about() -> str:
            typed = request.form.get(limit.field, "")
            return known_browsers.fingerprint(limit.field, typed) if typed else ""

        def same() -> str:
            return f"{about()} {known_browsers.browser() if known_browsers.is_known(about()) else _who()}"

        view = _remembering(view, about)
        view = limiter.limit(
            limit.same, key_func=same, exempt_when=lambda: not about(), methods=methods, deduct_when=_failed
        )(view)
        view = limiter.limit(
            limit.everywhere,
            key_func=about,
            exempt_when=lambda: not about() or known_browsers.is_known(about()),
            methods=methods,
            deduct_when=_failed,
        )(view)
    if limit.every:
        view = limiter.limit(limit.every, methods=methods)(view)
    return limiter.limit(limit.failing, methods=methods, deduct_when=_failed)(view)


def _who() -> str:
    """The person who is signed in, else the network address."""
    signed_in = signed_in_as()
    return f"person {signed_in.person_id}" if signed_in else get_remote_address()


def _failed(response: Response) -> bool:
    return response.status_code >= 400


def _remembering(view: Callable[..., Any], about: Callable[[], str]) -> Callable[..., Any]:
    """The view, which gives a browser that was right a note of it."""

    @wraps(view)
    def answered(*args: Any, **named: Any) -> Response:
        response = current_app.make_response(view(*args, **named))
        if not _failed(response) and (right_about := about()):
            known_browsers.remember_browser(response, right_about)
        return response

    return answered


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
