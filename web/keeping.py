"""Nothing typed is lost: a page that could not be taken is found as it was left.

What a signed-in person sent and what was refused (the session had ended, somebody was faster, too many attempts, a
wrong field) is kept on the server for that person alone. When they open the page again, it finds in ``request.form``
what was typed on it. Somebody who is not signed in, or whose page cannot be kept because the database is away, carries
it along (``web.shown_again``). Passwords and files are never kept; addresses and logs hold nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import structlog
from flask import Flask, current_app, g, request
from flask import session as browser_session
from flask.wrappers import Response
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import ImmutableMultiDict

from engine.outages import outage_in
from engine.people import kept_pages
from engine.people.kept_pages import KEPT_FOR
from web.access import signed_in_as
from web.carried import is_given_anew
from web.context import now, public_reading, public_transaction, recognised
from web.shown_again import files_sent, is_whole, page_left, sent_to, show_again, texts_typed, typed_here

log = structlog.get_logger("web")

REFUSED: Final = frozenset((400, 401, 409, 413, 422, 429, 503))
_PAGES: Final = "kept"
_COOKIE: Final = "owso-before"
_LONGEST_ADDRESS: Final = 400


def install(app: Flask) -> None:
    """Keep and give back; call it after the forms are protected and before the gate looks."""
    app.before_request(show_again)
    app.before_request(_give_back)
    app.after_request(_keep_or_let_go)
    for shown in (typed_here, page_left, files_sent, is_whole, sent_to, texts_typed):
        app.jinja_env.globals[shown.__name__] = shown


def keep_for_return() -> str | None:
    """Keeps what was sent by somebody whose session has ended; the page to go on to after signing in, if it is kept."""
    person, page = _person_before(), page_left()
    if person is None or not _kept(person, page):
        return None
    _remember_page(page)
    return page


def keep_from_own_page() -> None:
    """Keeps what was typed on a page of ours that belonged to an earlier session, for whoever sent it now. What another
    site sent is not kept: the browser says where a form came from (W3C Fetch Metadata), and no script can change it."""
    carried, page = signed_in_as(), page_left()
    if carried and request.headers.get("Sec-Fetch-Site") == "same-origin" and _kept(carried.person_id, page):
        _remember_page(page)


def _give_back() -> None:
    """Lets a page that is opened again find what was typed on it."""
    if request.method != "GET" or request.path not in browser_session.get(_PAGES, ()):
        return
    with public_reading() as session:
        known = recognised(session)
        if known is None or known.actor.person_id is None:
            return
        fields = kept_pages.kept(session, known.actor.person_id, request.path, now=now())
    request.__dict__["form"] = ImmutableMultiDict(list(fields))


def _keep_or_let_go(response: Response) -> Response:
    carried = signed_in_as()
    if carried:
        if is_given_anew() or _COOKIE not in request.cookies:
            _note_person(response, carried.person_id)
    elif request.endpoint == "auth.sign_out":
        response.delete_cookie(_COOKIE)
    if request.method == "POST" and carried and g.get("actor") is not None:
        if response.status_code in REFUSED:
            page = page_left()
            if _kept(carried.person_id, page):
                _remember_page(page)
        elif response.status_code < 400 and (kept := browser_session.get(_PAGES)) and (page := page_left()) in kept:
            _let_go(carried.person_id, page)
    return response


def _kept(person: int, page: str) -> bool:
    fields = typed_here()
    if not fields or len(page) > _LONGEST_ADDRESS:
        return False
    try:
        with public_transaction() as session:
            return kept_pages.keep(session, person, page, fields, now=now())
    except (DBAPIError, OSError) as away:
        if outage_in(away) is None:
            raise
        log.error("page not kept", error=type(away).__name__)
        return False


def _let_go(person: int, page: str) -> None:
    """The page was taken. That stays true where the database went away behind it: what was kept ends by itself."""
    try:
        with public_transaction() as session:
            kept_pages.let_go(session, person, page)
    except (DBAPIError, OSError) as away:
        if outage_in(away) is None:
            raise
        log.error("kept page not let go", error=type(away).__name__)
    browser_session[_PAGES] = [one for one in browser_session[_PAGES] if one != page]


def _remember_page(page: str) -> None:
    """The browser knows which pages to ask for, so that no other page has to."""
    others = [one for one in browser_session.get(_PAGES, ()) if one != page]
    browser_session[_PAGES] = [*others, page][-kept_pages.MOST_PAGES :]


def _signer() -> URLSafeTimedSerializer:
    return _signer_with(str(current_app.secret_key))


@lru_cache(maxsize=4)
def _signer_with(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="kept-page")


def _note_person(response: Response, person: int) -> None:
    """Who was signed in here last outlives the session for a day: it opens nothing, it only says for whom to keep."""
    response.set_cookie(
        _COOKIE,
        _signer().dumps(person),
        max_age=int(KEPT_FOR.total_seconds()),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
    )


def _person_before() -> int | None:
    try:
        person = _signer().loads(request.cookies.get(_COOKIE, ""), max_age=int(KEPT_FOR.total_seconds()))
    except BadData:
        return None
    return person if isinstance(person, int) else None
