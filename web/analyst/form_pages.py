"""A form of a draft as an applicant would see it: from the newest save, or from what an editor holds now.

It is there to be looked at: nothing of it can be sent, no script runs in it, and only our own pages may frame it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from engine.errors import ContentUnreadable, NotFound
from engine.khmer import LANGUAGES, heaps_marks
from engine.packages.forms import Component, Form, Page
from engine.studio.forms import FormShown, FormTyped, form_as_typed, form_shown, key_of
from engine.studio.keeping import find
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_data import answers_scripts, as_data, sent_body
from web.analyst.draft_words import DRAFTERS, counted
from web.context import house, reading
from web.intake import LONGEST_NAME, LONGEST_TEXT
from web.security import allow_framing
from web.wording import current_lang, in_language

_MOST_WORDS: Final = 4_000


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page of a form with everything on it, whatever was answered before; ``hidden`` says when a question goes."""

    form: Form
    page: Page | None
    number: int
    hidden: Mapping[str, str]


@blueprint.get("/analyst/drafts/<key>/page/<form>", endpoint="draft_form_page")
@access(groups=DRAFTERS)
def show_form_page(key: str, form: str) -> ResponseReturnValue:
    """A page (``?page``, else the first) of a form of the newest save."""
    with reading() as (session, actor):
        shown = form_shown(session, house(), actor, key, form)
    if shown.form is None:
        raise NotFound
    drawn = _drawn(shown.form, request.args.get("page", ""))
    return allow_framing(make_response(_rendered(drawn, key, alone=True)))


@blueprint.post("/analyst/drafts/<key>/form/<path:path>", endpoint="draft_form_typed")
@access(groups=DRAFTERS)
@answers_scripts
def send_form_typed(key: str, path: str) -> ResponseReturnValue:
    """What would be wrong with the draft with what is typed, and one page of the form as people would see it in the
    ``language`` that is asked for; nothing is saved."""
    with reading() as (session, actor):
        find(session, actor, key)
        key_of(path)
        sent = sent_body()
        shown = form_as_typed(session, house(), actor, key, form_typed(path, sent))
    return jsonify(problems=as_data(shown.problems), counted=counted(shown.problems), **_page_of(shown, key, sent))


def form_typed(path: str, sent: Mapping[str, Any]) -> FormTyped:
    """The form in what a script sent, with the words that belong to it; raises ``ContentUnreadable``."""
    text, words, was = sent.get("text", 0), sent.get("words", {}), sent.get("was", {})
    if not isinstance(text, str | None) or not _are_words(path, words) or not _are_words(path, was):
        raise ContentUnreadable
    return FormTyped(path, text, words, was)


def _are_words(path: str, words: Any) -> bool:
    """Whether these are texts of this form alone, none of them longer or odder than a page would take."""
    within = f"forms/{key_of(path)}/"
    return (
        isinstance(words, dict)
        and len(words) <= _MOST_WORDS
        and all(name.startswith(within) and len(name) <= LONGEST_NAME for name in words)
        and all(isinstance(text, str) and len(text) <= LONGEST_TEXT for text in words.values())
        and not any("\0" in text or heaps_marks(text) for text in words.values())
    )


def _page_of(shown: FormShown, key: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    language = sent.get("language")
    if language not in LANGUAGES:
        language = current_lang()
    drawn = _drawn(shown.form, str(sent.get("page", ""))) if shown.form else None
    with force_locale(language):
        html = _rendered(drawn, key, alone=False) if drawn else ""
    page = drawn.page.key if drawn and drawn.page else ""
    pages = [{"key": one.key, "label": in_language(one.title)} for one in (shown.form.pages if shown.form else ())]
    return {"html": html, "page": page, "pages": pages}


def _drawn(form: Form, wanted: str) -> PageShown:
    page = form.page(wanted) or next(iter(form.pages), None)
    if page is None:
        return PageShown(form, None, 0, {})
    hidden = {part.key: part.hide.source for part in page.components if part.hide}
    shown = replace(page, hide=None, components=tuple(map(_always, page.components)))
    return PageShown(form, shown, form.pages.index(page) + 1, hidden)


def _always(part: Component) -> Component:
    return replace(part, hide=None, components=tuple(map(_always, part.components)))


def _rendered(drawn: PageShown, key: str, *, alone: bool) -> str:
    return render_template("analyst/drafts/form_page.html", shown=drawn, key=key, alone=alone)
