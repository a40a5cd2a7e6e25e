"""The page on which a form of a draft is built, with its words in both languages; and how it is saved."""

from __future__ import annotations

from typing import Any, Final

from flask import jsonify, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ContentUnreadable, PlacesOvertaken
from engine.khmer import LANGUAGES
from engine.packages import PackageRejected
from engine.packages.field_kinds import FIELD_KINDS
from engine.packages.form_schema import PREFILLS
from engine.packages.forms import ADDRESS_LEVELS
from engine.queries.analyst.draft_files import file_page
from engine.studio.forms import key_of, save_form
from engine.studio.keeping import find
from engine.studio.problems import problems_of
from engine.studio.words import words_of
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_data import answers_scripts, as_data, sent_body
from web.analyst.draft_forms import unreadable
from web.analyst.draft_words import DRAFTERS, counted
from web.analyst.form_pages import form_typed
from web.analyst.form_words import DEEP, PREFILLED, editor_words
from web.context import house, now, reading, transaction
from web.errors import sentence, status_of
from web.security import allow_style_attributes
from web.wording import in_language

_OF_A_FORM: Final = "forms"


@blueprint.get("/analyst/drafts/<key>/form/<path:path>", endpoint="draft_form")
@access(groups=DRAFTERS)
def build_form(key: str, path: str) -> ResponseReturnValue:
    """The editor of a form of a draft, with the text of the file and its words as the newest save has them."""
    form = key_of(path)
    with reading() as (session, actor):
        shown = file_page(session, house(), actor, key, path)
        lines = words_of(session, house(), actor, key)
    words = {
        f"{line.name}/{language}": line.words(language)
        for line in lines
        if line.place[:2] == (_OF_A_FORM, form)
        for language in LANGUAGES
    }
    page = render_template(
        "analyst/drafts/form.html",
        line=shown.line,
        path=path,
        form=form,
        text=shown.file.text,
        save=shown.file.save,
        texts=words,
        kinds=offered_kinds(),
        choices=_choices(),
        words=editor_words(),
    )
    return allow_style_attributes(make_response(page))


@blueprint.put("/analyst/drafts/<key>/form/<path:path>", endpoint="save_draft_form")
@access(groups=DRAFTERS)
@answers_scripts
def save_form_typed(key: str, path: str) -> ResponseReturnValue:
    """Saves a form with its words: the number of the save, and what is wrong with the draft now. 409 with the text of
    the other, or with their ``words``, when somebody saved the same form or the same words meanwhile."""
    try:
        with transaction() as (session, actor):
            draft = find(session, actor, key)
            newest = draft.revision
            sent = sent_body()
            typed, based_on = form_typed(path, sent), sent.get("save")
            if type(based_on) is not int:
                raise ContentUnreadable
            number = save_form(session, house(), actor, key, typed, based_on=based_on, now=now())
    except PlacesOvertaken as refusal:
        return jsonify(save=newest, words=dict(refusal.theirs), message=sentence(refusal)), status_of(refusal)
    except PackageRejected as rejected:
        raise unreadable(rejected) from None
    with reading() as (session, actor):
        found = problems_of(session, house(), actor, key)
    return jsonify(save=number, problems=as_data(found), counted=counted(found))


def offered_kinds() -> list[dict[str, Any]]:
    """What the palette offers and the panel asks of each kind of field: the rows of ``field_kinds``, in the reader's
    language."""
    return [
        {
            "key": kind.name,
            "label": in_language(kind.called),
            "written": kind.written,
            "mark": kind.mark,
            "keyed_by": kind.keyed_by,
            "takes": kind.takes,
            "asks": kind.asks,
            "uploads": kind.uploads,
            "repeats": kind.repeats,
            "options": bool(kind.options),
            "reads_as": kind.reads_as,
        }
        for kind in FIELD_KINDS.values()
    ]


def _choices() -> dict[str, list[dict[str, str]]]:
    return {
        "prefill": [{"key": one, "label": gettext(PREFILLED[one])} for one in PREFILLS],
        "level": [{"key": one, "label": gettext(DEEP[one])} for one in ADDRESS_LEVELS],
    }
