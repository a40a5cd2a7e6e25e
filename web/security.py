"""What protects every answer: headers, the token against forged forms, limits on attempts and on size."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, request
from flask.wrappers import Response
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from web import attempts
from web.access import rule_of
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
_WITH_FRAMES = f"{_POLICY}; frame-src 'self'"
"""For pages that show another one of ours in a frame: a page of a paper, the drawing of a case."""
_FRAMED_BY_US = (
    _POLICY.replace("script-src 'self'", "script-src 'none'")
    .replace("form-action 'self'", "form-action 'none'")
    .replace("frame-ancestors 'none'", "frame-ancestors 'self'")
)
"""For pages that are shown within another one of ours, to be looked at: nothing of them runs or can be sent."""
_UNUSED_DEVICES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
_WITH_POSITION = _UNUSED_DEVICES.replace("geolocation=()", "geolocation=(self)")
"""For pages whose form asks where the telephone is; its owner is asked by the browser too."""


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
    attempts.install(app, settings)
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


def allow_frames(response: Response) -> Response:
    """The answer, which may show pages of ours in frames (those of ``allow_framing``)."""
    response.headers["Content-Security-Policy"] = _WITH_FRAMES
    return response


def allow_position(response: Response) -> Response:
    """The answer, whose own script may ask the browser where it is."""
    response.headers["Permissions-Policy"] = _WITH_POSITION
    return response


def headers_of_answers(settings: Settings) -> dict[str, str]:
    """What each answer says to the browser, unless its page says otherwise."""
    found = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": _UNUSED_DEVICES,
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if settings.is_https:
        found["Strict-Transport-Security"] = f"max-age={ONE_YEAR_SECONDS}; includeSubDomains"
    return found


def _headers_for(settings: Settings) -> Callable[[Response], Response]:
    usual = headers_of_answers(settings).items()

    def headers(response: Response) -> Response:
        for name, value in usual:
            response.headers.setdefault(name, value)
        if request.endpoint != "static" and not response.cache_control.public:
            # Pages and papers hold personal data, and offices share computers: nothing of them stays behind.
            response.headers["Cache-Control"] = "no-store"
        return response

    return headers
