"""Two files of a draft as forms: every text in both languages side by side, and the facts key by key.

What somebody saw goes with the page (``was``), so that only what they changed is saved, and two people may change
different texts of one file.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import FileUnreadable, PlacesOvertaken
from engine.khmer import LANGUAGES, Bilingual
from engine.packages import PackageRejected
from engine.queries.analyst import package_drafts
from engine.studio.facts import CHOICES, FIXED, Facts, facts_of, save_facts
from engine.studio.keeping import find
from engine.studio.overtaking import seen
from engine.studio.words import WordsLine, save_words, words_of
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_words import DRAFTERS, FACTS, PLACES, typed
from web.context import house, now, reading, transaction
from web.errors import sentence, status_of

TEXT, FACT = "text:", "fact:"


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
            save_words(session, house(), actor, key, _sent(TEXT), seen=_was(), now=now())
    except PlacesOvertaken as refusal:
        return _texts(key, refusal), status_of(refusal)
    except PackageRejected as rejected:
        raise unreadable(rejected) from None
    flash(gettext("Saved."))
    return redirect(url_for("analyst.draft_texts", key=key), code=303)


@blueprint.get("/analyst/drafts/<key>/facts", endpoint="draft_facts")
@access(groups=DRAFTERS)
def show_facts(key: str) -> ResponseReturnValue:
    """``service.yaml`` as a form, with help for every key."""
    return _facts(key, None)


@blueprint.post("/analyst/drafts/<key>/facts", endpoint="draft_facts_post")
@access(groups=DRAFTERS)
def save_facts_typed(key: str) -> ResponseReturnValue:
    """Saves the keys that were changed."""
    try:
        with transaction() as (session, actor):
            save_facts(session, house(), actor, key, _sent(FACT), seen=_was(), now=now())
    except PlacesOvertaken as refusal:
        return _facts(key, refusal), status_of(refusal)
    except PackageRejected as rejected:
        raise unreadable(rejected) from None
    flash(gettext("Saved."))
    return redirect(url_for("analyst.draft_facts", key=key), code=303)


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
        was=_written(shown, refusal),
        theirs=refusal.theirs if refusal else {},
        refused=sentence(refusal) if refusal else "",
    )


def _facts(key: str, refusal: PlacesOvertaken | None) -> str:
    try:
        with reading() as (session, actor):
            line = package_drafts.line(session, find(session, actor, key))
            facts: Facts = facts_of(session, actor, key)
    except PackageRejected as rejected:
        raise unreadable(rejected) from None
    return render_template(
        "analyst/drafts/facts.html",
        line=line,
        facts=facts.lines,
        help=FACTS,
        choices=CHOICES,
        fixed=FIXED,
        typed=typed,
        was=_written({one.key: one.written for one in facts.lines}, refusal),
        theirs=refusal.theirs if refusal else {},
        refused=sentence(refusal) if refusal else "",
    )


def _by_place(lines: tuple[WordsLine, ...]) -> dict[str, list[WordsLine]]:
    """The texts by the part of the file in which they stand, those that lack something as a part of their own."""
    found: dict[str, list[WordsLine]] = {}
    for one in lines:
        found.setdefault("" if one.is_missing else str(one.place[0]), []).append(one)
    return found


def _sent(prefix: str) -> dict[str, str]:
    """The fields of the page that begin so, by the rest of their names."""
    return {
        name.removeprefix(prefix): "\n".join(text.splitlines())
        for name, text in request.form.items()
        if name.startswith(prefix)
    }


def _was() -> dict[str, str]:
    pairs = (pair.partition(":") for pair in typed("was").split())
    return {name: text for name, _, text in pairs}


def _written(shown: Mapping[str, str], refusal: PlacesOvertaken | None) -> str:
    """What the reader sees. Of what they typed on a page that was refused it is what they saw before; of what somebody
    else changed meanwhile, what that is now, which stands beside it."""
    digests = _was() if "was" in request.form else seen(shown)
    digests |= seen(refusal.theirs) if refusal else {}
    return " ".join(f"{name}:{text}" for name, text in digests.items())


def unreadable(rejected: PackageRejected) -> FileUnreadable:
    """The refusal to show or save a file as a form that cannot be read."""
    problem = rejected.problems[0]
    return FileUnreadable(file=problem.file, why=Bilingual(problem.message_km or problem.message, problem.message))
