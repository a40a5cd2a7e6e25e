"""Who else has a draft open: told to each of its pages, which says at the same time that it is there."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import localise
from engine.errors import ContentUnreadable
from engine.studio.keeping import find
from engine.studio.readers import Other, is_news, note, others
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_data import answers_scripts, sent_body
from web.analyst.draft_words import DRAFTERS
from web.context import now, reading, transaction
from web.wording import current_lang, in_language


@blueprint.post("/analyst/drafts/<key>/here", endpoint="draft_here")
@access(groups=DRAFTERS, by_itself=True)
@answers_scripts
def say_who_is_here(key: str) -> ResponseReturnValue:
    """Notes that the reader has the draft open at ``file`` (empty: at none of its own), and tells of the others:
    ``{"others": [{"name", "file", "words", "is_here"}]}``, ``is_here`` where they have the same file open."""
    with reading() as (session, actor):
        find(session, actor, key)
        file = sent_body().get("file", "")
        if not isinstance(file, str):
            raise ContentUnreadable
        has_news = is_news(session, actor, key, file, now=now())
        found = others(session, actor, key, now=now())
    if has_news:
        with transaction() as (session, actor):
            note(session, actor, key, file, now=now())
    return jsonify(others=[_as_data(one, file) for one in found])


def _as_data(one: Other, file: str) -> dict[str, str | bool]:
    name = in_language(one.name)
    return {"name": name, "file": one.file, "words": _words(one, name), "is_here": bool(file) and one.file == file}


def _words(one: Other, name: str) -> str:
    where = gettext("%(name)s is looking at %(file)s.", name=name, file=one.file)
    here = str(where if one.file else gettext("%(name)s has this draft open.", name=name))
    if one.saved_at is None:
        return here
    saved = gettext("Saved last: %(moment)s.", moment=localise.moment(one.saved_at, current_lang()))
    return f"{here} {saved}"
