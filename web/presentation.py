"""What every page may use: language, asset addresses and the way numbers, money and dates are written.

``install(app)`` makes these available in all templates, imported macros included:
globals ``asset(name)``, ``current_lang()``, ``language_url(lang)``, ``answer_words(component, value)``;
filters ``|money |number |counted |digits |day |short_day |moment |clock_time |phone |in_language |sentence |iso
|file_size |promise_words``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, request
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader, pass_context
from jinja2.runtime import Context

from engine import localise
from engine.khmer import Bilingual, khmer_digits
from engine.packages import gazetteer
from engine.queries.shared.stretches import MOST_COUNTED
from web import fields
from web.assets import Assets
from web.list_words import promise_words
from web.shown_again import page_left
from web.wording import current_lang, in_language, sentence

__all__ = ["current_lang", "in_language", "install", "language_url", "places"]

"""A place's code has two digits per level: province 2, district 4, commune 6."""


def language_url(lang: str) -> str:
    """The address of the page being read, in the other language."""
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    shown = page_left() if request.method == "POST" else request.path
    path = quote("/" + shown.lstrip("/"))  # two strokes at the beginning, or one leaning back, name another site
    return f"{path}?{urlencode([*pairs, ('lang', lang)])}"


def _digits(text: object) -> str:
    return khmer_digits(str(text)) if current_lang() == "km" else str(text)


def _with_lang(write: Callable[..., str]) -> Callable[..., str]:
    def in_readers_language(value: Any, **options: Any) -> str:
        return "" if value is None else write(value, current_lang(), **options)

    return _each_time(in_readers_language)


def _each_time(write: Callable[..., str]) -> Callable[..., str]:
    """A filter that asks for the page's context: Jinja must not work it out once, for all readers and every later
    version of the filter, when it compiles."""

    @pass_context
    def filtered(_page: Context, value: Any, **options: Any) -> str:
        return write(value, **options)

    return filtered


def _counted(value: int, lang: str) -> str:
    """How long a list is, as far as it was counted."""
    return localise.number(min(value, MOST_COUNTED), lang) + ("+" if value > MOST_COUNTED else "")


def _phone(value: object) -> str:
    """Nothing for what is no text: a field that was sent twice."""
    return localise.phone(value) if isinstance(value, str) else ""


def _iso(value: date | datetime | None) -> str:
    return "" if value is None else value.isoformat()


def places(parent: object) -> list[tuple[str, Bilingual]]:
    """(code, name) of the provinces (parent None), or of what lies directly inside a province, district or commune."""
    if parent is not None and not isinstance(parent, str):  # a field that was sent twice
        return []
    return list(gazetteer.choices(parent))


def install(app: Flask) -> None:
    """Teach the application's templates the product's writing, its assets and the GOV.UK macros."""
    environment = app.jinja_env
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    environment.loader = ChoiceLoader([loader for loader in (environment.loader, govuk) if loader is not None])
    environment.trim_blocks = environment.lstrip_blocks = True
    assets = Assets(prefix=f"{app.static_url_path or '/static'}/dist/")
    environment.globals.update(asset=assets.url, current_lang=current_lang, language_url=language_url, places=places)
    environment.globals.update(field=fields.field, legend=fields.legend, error_message=fields.error_message)
    environment.globals.update(address_levels=fields.address_levels, label_text=fields.label_text)
    environment.globals.update(date_parts=fields.date_parts, answer_words=fields.answer_words)
    environment.filters.update(
        money=_with_lang(localise.money),
        number=_with_lang(localise.number),
        counted=_with_lang(_counted),
        day=_with_lang(localise.day),
        short_day=_with_lang(localise.short_day),
        moment=_with_lang(localise.moment),
        clock_time=_with_lang(localise.clock_time),
        digits=_each_time(_digits),
        phone=_each_time(_phone),
        in_language=_each_time(in_language),
        iso=_each_time(_iso),
        sentence=_each_time(sentence),
        file_size=_each_time(fields.file_size),
        media_type=_each_time(fields.media_type),
        promise_words=_each_time(promise_words),
    )
