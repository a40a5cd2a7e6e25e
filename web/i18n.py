"""Which language the reader gets, and where the words come from: Khmer first, English one tap away."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, request
from flask import session as browser_session
from flask.wrappers import Response
from flask_babel import Babel, gettext
from markupsafe import Markup

from engine.localise import LANGUAGES
from web.wording import language_chosen

DEFAULT_LANGUAGE = "km"
TRANSLATIONS = Path(__file__).parent / "translations"
CATALOGUE = TRANSLATIONS / "km" / "LC_MESSAGES" / "messages.po"
COOKIE = "lang"
_ONE_YEAR_SECONDS = 31_536_000


def install(app: Flask) -> None:
    """Give the application its two languages and Cambodia's time zone."""
    compile_catalogue()
    Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone="Asia/Phnom_Penh",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=choose_language,
    )
    app.jinja_env.globals["gettext"] = app.jinja_env.globals["_"] = on_page
    app.after_request(_keep_choice)


def on_page(sentence: str, **places: object) -> Markup:
    """A sentence of a template in the reader's language, with what stands in its places. A page has dozens, and Jinja's
    own way looks for the catalogue of words anew for each, and gathers all names of the page for one in a loop."""
    words = _words(language_chosen(), sentence)
    return words % places if places or "%" in words else words


@lru_cache(maxsize=8192)
def _words(_language: str, sentence: str) -> Markup:
    """In the language of the page that is being drawn; sentences are those of templates, which are checked."""
    return Markup(gettext(sentence))  # noqa: S704


def choose_language() -> str:
    """``?lang=`` of this address, else what was chosen before in this browser, else Khmer."""
    for wish in (request.args.get("lang"), browser_session.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    return DEFAULT_LANGUAGE


def compile_catalogue(catalogue: Path = CATALOGUE) -> Path:
    """Make the compiled catalogue beside the readable one when it is missing or older; its path."""
    compiled = catalogue.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
        return compiled
    with catalogue.open("rb") as readable:
        messages = read_po(readable, locale=catalogue.parent.parent.name)
    beside = compiled.with_suffix(f".{id(messages)}.new")
    with beside.open("wb") as out:
        write_mo(out, messages)
    beside.replace(compiled)  # in one piece: several servers may start together
    return compiled


def _keep_choice(response: Response) -> Response:
    wish = request.args.get("lang")
    if wish in LANGUAGES:
        browser_session["lang"] = wish
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(COOKIE, str(wish), _ONE_YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)
    return response
