"""Refusals and failures become pages here and nowhere else, in the reader's language."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Sequence
from datetime import date, datetime

import structlog
from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from engine import errors, localise
from engine.outages import outage_in
from web import script_answers
from web.access import rule_of, signed_in_as
from web.attempts import TooManyAttempts
from web.keeping import keep_for_return, keep_from_own_page
from web.shown_again import as_left
from web.sign_ins import say_why_ended
from web.statuses import STATUS
from web.wording import current_lang, in_language

log = structlog.get_logger("web")

"""The one table: what the engine refuses → the HTTP status. A guard test asks for a line per refusal."""


def status_of(refusal: errors.Refused) -> int:
    """The status of a refusal."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def sentence(refusal: errors.Refused) -> str:
    """The refusal in the reader's language, its facts written as people here write them."""
    facts = {name: _written(value) for name, value in refusal.facts.items()}
    words = str(gettext(refusal.message))
    return words % facts if facts else words


def install(app: Flask) -> None:
    """Register the pages for everything that can go wrong."""
    app.register_error_handler(errors.NotSignedIn, _to_sign_in)
    app.register_error_handler(errors.Refused, _refused)
    app.register_error_handler(CSRFError, _forged_or_old)
    app.register_error_handler(TooManyAttempts, _too_many)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database_away)
    app.register_error_handler(OSError, _disk_away)
    # A file that is gone is a defect; a disk that is full is not.
    app.register_error_handler(FileNotFoundError, _failed)
    app.register_error_handler(Exception, _failed)


def page(status: int, message: str | None = None, incident: str | None = None) -> ResponseReturnValue:
    """The page that the reader left, with the reason above it, where they had typed something; else the error page, and
    plain words when even that cannot be drawn."""
    again = as_left(status, message)
    if again is not None:
        return again
    return bare_page(status, message, incident)


def bare_page(
    status: int, message: str | None = None, incident: str | None = None, shorten: Sequence[str] = ()
) -> ResponseReturnValue:
    """The error page. The fields that ``shorten`` names were too long, and are given back to be shortened."""
    try:
        return render_template(
            "errors/error.html", status=status, message=message, incident=incident, shorten=shorten
        ), status
    except Exception as failure:
        log.error("error page failed", error=type(failure).__name__, places=_places(failure))
        number = f" ({incident})" if incident else ""
        return (
            f"មានបញ្ហាបច្ចេកទេស{number}។ Something went wrong on our side{number}.",
            status,
            {"Content-Type": "text/plain; charset=utf-8"},
        )


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return localise.moment(value, current_lang())
    if isinstance(value, date):
        return localise.day(value, current_lang())
    if isinstance(value, int):
        return localise.number(value, current_lang())
    return in_language(value)


def _to_sign_in(_refusal: errors.NotSignedIn) -> ResponseReturnValue:
    """A page that was to be read is returned to after sign-in; what was sent is not repeated by itself."""
    if script_answers.asks_for_json():
        return script_answers.signed_out()
    back = request.full_path.rstrip("?") if request.method == "GET" else keep_for_return()
    say_why_ended()
    return redirect(url_for("auth.sign_in", next=back), code=303)


def _refused(refusal: errors.Refused) -> ResponseReturnValue:
    if isinstance(refusal, errors.AlreadySubmitted) and request.method == "GET" and "key" in (request.view_args or {}):
        # The way back after sending leads to pages of a draft that is none any more.
        return redirect(url_for("citizen.application", key=(request.view_args or {})["key"]), code=303)
    status = status_of(refusal)
    message = None if type(refusal) in (errors.NotFound, errors.NotAllowed) else sentence(refusal)
    return page(status, message)


def _forged_or_old(_error: CSRFError) -> ResponseReturnValue:
    """The token ends with the session: somebody who came back late signs in and finds the page as they left it."""
    rule = rule_of(current_app, request.endpoint or "static")
    if signed_in_as() is None and rule is not None and not rule.public:
        return _to_sign_in(errors.NotSignedIn())
    if script_answers.asks_for_json():
        return script_answers.old_token()
    keep_from_own_page()
    return page(
        400, gettext("This page was open for too long, or it was opened twice. Open it again and repeat the last step.")
    )


def _too_many(slowed: TooManyAttempts) -> ResponseReturnValue:
    """The same words whether an account exists; how long to wait is said to people and to programs."""
    answer = current_app.make_response(page(429, slowed.sentence))
    answer.retry_after = slowed.seconds
    return answer


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    known = error.code if error.code in (400, 403, 404, 410, 413, 422, 429, 503) else None
    if known is None and error.code < 500:
        return page(404 if error.code == 405 else 400)
    return page(known or 500)


def _database_away(error: DBAPIError) -> ResponseReturnValue:
    """A database that is locked, full or away is not a defect: the same attempt works a moment later."""
    if outage_in(error) is None:
        return _failed(error)
    log.error("database away", error=type(error.orig).__name__, places=_places(error))
    return page(503)


def _disk_away(error: OSError) -> ResponseReturnValue:
    """A disk that is full or away: nothing was kept, and the same attempt works once it is back."""
    log.error("disk away", error=type(error).__name__, number=error.errno, places=_places(error))
    return page(503)


def _failed(failure: Exception) -> ResponseReturnValue:
    """A defect. The log gets its kind and places under a number, never its words: they may hold personal data."""
    incident = secrets.token_hex(4)
    log.error("page failed", incident=incident, error=type(failure).__name__, places=_places(failure))
    return page(500, incident=incident)


def _places(failure: BaseException) -> list[str]:
    frames = traceback.extract_tb(failure.__traceback__)[-12:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
