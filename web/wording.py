"""The reader's language, and bilingual texts in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from flask import g
from flask_babel import get_locale
from jinja2 import Undefined

from engine import localise

_here: Final = cast(Any, g)._get_current_object
"""What a page knows of itself: asked hundreds of times, so without the proxy that asks anew for each name."""


def current_lang() -> str:
    """``km`` or ``en``: the language of the page being rendered; Khmer when nobody chose."""
    language = language_chosen()
    return language if language in localise.LANGUAGES else "km"


def language_chosen() -> str:
    """The language of the page being rendered, empty where there is none. A page asks hundreds of times, so this looks
    first where Flask-Babel keeps it, which itself asks who is asking whenever it looks."""
    try:
        language: str = _here()._flask_babel.babel_locale.language
    except (AttributeError, RuntimeError):  # nobody has asked yet, or there is no page
        locale = get_locale()
        return locale.language if locale else ""
    return language


def in_language(text: Any) -> str:
    """A bilingual text in the reader's language: a mapping ``{km, en}``, an object with
    ``.km`` and ``.en``, a function of the language, or a string."""
    if type(text) is str:
        return text
    if text is None or isinstance(text, Undefined):
        return ""
    lang = current_lang()
    if callable(text):
        return str(text(lang) or "")
    if isinstance(text, Mapping):
        return str(text.get(lang) or text.get("km") or text.get("en") or "")
    if hasattr(text, "km") and hasattr(text, "en"):
        return str(getattr(text, lang) or text.km or text.en or "")
    return str(text)


def sentence(error: Any) -> str:
    """What an error tells the reader: a FieldError of a form, or a bilingual or finished text."""
    text = getattr(error, "text", None)
    return str(text(current_lang())) if callable(text) else in_language(error)
