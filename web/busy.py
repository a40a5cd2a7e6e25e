"""What is said to those who are sent away because more comes than can be answered: one small page in both languages,
drawn once, because drawing it each time is what there is no time for."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, render_template
from flask_babel import gettext

from engine.localise import LANGUAGES
from web.security import headers_of_answers


def busy_page(app: Flask) -> tuple[Mapping[str, str], bytes]:
    """The headers of that answer, and the page."""
    said = []
    for language in LANGUAGES:
        with app.test_request_context(f"/?lang={language}"):
            heading = gettext("Too many people are here at this moment")
            words = gettext("Wait some seconds, then try again. Nothing that you sent before is lost.")
            said.append((language, heading, words, gettext("Try again")))
    with app.test_request_context("/"):
        page = render_template("errors/busy.html", said=said)
    usual = headers_of_answers(app.extensions["owso"].settings)
    return usual | {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, page.encode()
