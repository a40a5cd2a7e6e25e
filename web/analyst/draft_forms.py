"""The texts of a draft as a form, in both languages side by side; and what its forms share.

What somebody saw goes with the page (``was``), so that only what they changed is saved, and two people may change
different texts of one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import FileUnreadable, PlacesOvertaken
from engine.khmer import LANGUAGES, Bilingual
from engine.packages import PackageRejected
from engine.queries.analyst import package_drafts
from engine.studio.keeping import find
from engine.studio.overtaking import seen
from engine.studio.words import WordsLine, save_words, words_of
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_words import DRAFTERS, PLACES, typed
from web.context import house, now, reading, transaction
from web.errors import sentence, status_of

TEXT: Final = "text:"


@blueprint.get("/analyst/drafts/<key>/texts", endpoint="draft_texts")
@access(groups=DRAFTERS)
def show_texts(key: str) -> ResponseReturnValue:
    """Every text in both languages, those first that lack one; messages with the number of SMS that they take."""
    return _texts(key, None)


@blueprint.post("/analyst/drafts/<key>/texts", endpoint="draft_texts_post")
@access(groups=DRAFTERS)
def save_texts(key: str) -> ResponseReturnValue:
    """Saves the texts that were changed."""
    try:
        with transaction() as (session, actor):
            save_words(session, house(), actor, key, sent(TEXT), seen=what_was_seen(), now=now())
    except PlacesOvertaken as refusal:
        return _texts(key, refusal), status_of(refusal)
    except PackageRejected as rejected:
        raise unreadable(rejected) from None
    flash(gettext("Saved."))
    return redirect(url_for("analyst.draft_texts", key=key), code=303)


def _texts(key: str, refusal: PlacesOvertaken | None) -> str:
    with reading() as (session, actor):
        lines = words_of(session, house(), actor, key)
        line = package_drafts.line(session, find(session, actor, key))
    shown = {f"{one.name}/{language}": one.words(language) for one in lines for language in LANGUAGES}
    return render_template(
        "analyst/drafts/texts.html",
        line=line,
        lines=lines,
        places=_by_place(lines),
        names=PLACES,
        typed=typed,
        was=as_seen(shown, refusal),
        theirs=refusal.theirs if refusal else {},
        refused=sentence(refusal) if refusal else "",
    )


def _by_place(lines: tuple[WordsLine, ...]) -> dict[str, list[WordsLine]]:
    """The texts by the part of the file in which they stand, those that lack something as a part of their own."""
    found: dict[str, list[WordsLine]] = {}
    for one in lines:
        found.setdefault("" if one.is_missing else str(one.place[0]), []).append(one)
    return found


def sent(prefix: str) -> dict[str, str]:
    """The fields of the page that begin so, by the rest of their names."""
    return {
        name.removeprefix(prefix): "\n".join(text.splitlines())
        for name, text in request.form.items()
        if name.startswith(prefix)
    }


def what_was_seen() -> dict[str, str]:
    """What the reader saw on the page that they sent, see ``engine.studio.overtaking``."""
    pairs = (pair.partition(":") for pair in typed("was").split())
    return {name: text for name, _, text in pairs}


def as_seen(shown: Mapping[str, str], refusal: PlacesOvertaken | None) -> str:
    """What the reader sees. Of what they typed on a page that was refused it is what they saw before; of what somebody
    else changed meanwhile, what that is now, which stands beside it."""
    digests = what_was_seen() if "was" in request.form else seen(shown)
    digests |= seen(refusal.theirs) if refusal else {}
    return " ".join(f"{name}:{text}" for name, text in digests.items())


def unreadable(rejected: PackageRejected) -> FileUnreadable:
    """The refusal of a file that no form can show."""
    problem = rejected.problems[0]
    return FileUnreadable(file=problem.file, why=Bilingual(problem.message_km or problem.message, problem.message))
