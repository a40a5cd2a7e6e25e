"""The history of a draft: its saves, what two of them do not share, and going back to an earlier one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.queries.analyst import package_drafts
from engine.studio.saving import restore
from web.access import access
from web.admin.parameters import choice
from web.analyst import blueprint
from web.analyst.draft_words import DRAFTERS
from web.analyst.list_rows import save_rows
from web.context import now, reading, transaction
from web.exports import FORMATS, table_answer
from web.intake import whole_number


@blueprint.get("/analyst/drafts/<key>/history", endpoint="draft_history")
@access(groups=DRAFTERS)
def show_history(key: str) -> ResponseReturnValue:
    """Every save, newest first, with the files that it changed; ``?as`` is a file."""
    with reading() as (session, actor):
        line, saves = package_drafts.history(session, actor, key)
    if end := choice("as", FORMATS):
        return table_answer("one-window-saves", end, save_rows(saves))
    return render_template("analyst/drafts/history.html", line=line, saves=saves)


@blueprint.get("/analyst/drafts/<key>/compare", endpoint="draft_compare")
@access(groups=DRAFTERS)
def show_comparison(key: str) -> ResponseReturnValue:
    """Line by line what save ``later`` has otherwise than save ``earlier``."""
    earlier, later = (whole_number(request.args.get(name, "")) or 0 for name in ("earlier", "later"))
    with reading() as (session, actor):
        found = package_drafts.compare(session, actor, key, earlier, later)
    return render_template("analyst/drafts/compare.html", found=found, line=found.line)


@blueprint.post("/analyst/drafts/<key>/restore/<int:number>", endpoint="draft_restore")
@access(groups=DRAFTERS)
def restore_save(key: str, number: int) -> ResponseReturnValue:
    """The files as they were in an earlier save become the newest one."""
    words = gettext("As in save %(number)s", number=number)
    with transaction() as (session, actor):
        restore(session, actor, key, number, words=words, now=now())
    flash(gettext("The draft is as it was in save %(number)s. What was saved since is in the history.", number=number))
    return redirect(url_for("analyst.draft", key=key), code=303)
