"""A file of a draft: as a page with an editor, as JSON for scripts, and as it is; added, renamed and taken away."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import NotFound, Overtaken, PathRefused
from engine.khmer import tidy
from engine.packages.package import SCENARIOS
from engine.queries.analyst import package_drafts
from engine.queries.analyst.draft_files import file_of, file_page
from engine.studio.bounds import check_path
from engine.studio.forms import form_at
from engine.studio.keeping import find
from engine.studio.saving import add, rename, save
from engine.studio.typed import save_typed
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_data import overtaken
from web.analyst.draft_words import DRAFTERS, DRAWING, can_draw, counted, page_of, place_of, typed, words_of
from web.context import house, now, reading, transaction
from web.errors import status_of
from web.intake import FILE_TEXT, whole_number


@blueprint.get("/analyst/drafts/<key>/files/<path:path>", endpoint="draft_file")
@access(groups=DRAFTERS)
def show_file(key: str, path: str) -> ResponseReturnValue:
    """A file of the newest save, whose number is the ``ETag`` and the field ``save``: JSON where that is accepted
    before a page, the bare text with ``?raw``."""
    if "raw" not in request.args and not _wants_json():
        try:
            return make_response(_page(key, path))
        except NotFound:
            return _absent(key, path)
    with reading() as (session, actor):
        shown = file_of(session, actor, key, path)
    if "raw" in request.args:
        answer = Response(shown.text.encode("utf-8"), content_type="text/plain; charset=utf-8")
    else:
        answer = jsonify(path=shown.path, text=shown.text, save=shown.save)
    answer.set_etag(str(shown.save))
    return answer


@blueprint.post("/analyst/drafts/<key>/files/<path:path>", endpoint="draft_file_post")
@access(groups=DRAFTERS)
def save_file_page(key: str, path: str) -> ResponseReturnValue:
    """Saves what was typed, and shows the file again; beside the other's text when somebody was faster."""
    try:
        with transaction() as (session, actor):
            words = tidy(typed("words"))
            save_typed(
                session, house(), actor, key, path, text=typed(FILE_TEXT), based_on=shown_save(), words=words, now=now()
            )
    except Overtaken as refusal:
        return _page(key, path, overtaken(refusal)), status_of(refusal)
    flash(gettext("Saved."))
    return redirect(url_for("analyst.draft_file", key=key, path=path), code=303)


@blueprint.post("/analyst/drafts/<key>/add", endpoint="draft_add")
@access(groups=DRAFTERS)
def add_file(key: str) -> ResponseReturnValue:
    """A new file, empty, opened to be written."""
    path = tidy(typed("path"))
    words = gettext("Added %(file)s", file=path)
    with transaction() as (session, actor):
        add(session, house(), actor, key, path, based_on=shown_save(), words=words, now=now())
    return redirect(url_for("analyst.draft_file", key=key, path=path), code=303)


@blueprint.post("/analyst/drafts/<key>/rename", endpoint="draft_rename")
@access(groups=DRAFTERS)
def rename_file(key: str) -> ResponseReturnValue:
    """Gives a file another name."""
    path, to = typed("path"), tidy(typed("to"))
    words = gettext("Renamed %(file)s to %(to)s", file=path, to=to)
    with transaction() as (session, actor):
        rename(session, actor, key, path, to, based_on=shown_save(), words=words, now=now())
    return redirect(url_for("analyst.draft_file", key=key, path=to), code=303)


@blueprint.post("/analyst/drafts/<key>/remove", endpoint="draft_remove")
@access(groups=DRAFTERS)
def remove_file(key: str) -> ResponseReturnValue:
    """Takes a file away; the history keeps it."""
    path = typed("path")
    words = gettext("Removed %(file)s", file=path)
    with transaction() as (session, actor):
        save(session, actor, key, {path: None}, based_on=shown_save(), words=words, now=now())
    flash(gettext("%(file)s was removed. The history keeps it.", file=path))
    return redirect(url_for("analyst.draft", key=key), code=303)


def shown_save() -> int:
    """The number of the save that the page showed; what no page shows is a save that never was."""
    number = whole_number(typed("save"))
    return -1 if number is None else number


def _page(key: str, path: str, faster: dict[str, Any] | None = None) -> str:
    with reading() as (session, actor):
        shown = file_page(session, house(), actor, key, path)
    draw = url_for(DRAWING, key=key, path=path) if can_draw() and path.endswith(".bpmn") else None
    return render_template(
        "analyst/drafts/file.html",
        line=shown.line,
        shown=shown.file,
        text=typed(FILE_TEXT, shown.file.text),
        save=faster["save"] if faster else typed("save", str(shown.file.save)),
        words=typed("words"),
        overtaken=faster,
        at=whole_number(request.args.get("line", "")),
        problems=shown.problems,
        words_of=words_of,
        place_of=place_of,
        counted=counted,
        draw=draw,
        form_key=form_at(path),
        page=page_of(key, path) if path.endswith(".yaml") else None,
    )


def _absent(key: str, path: str) -> ResponseReturnValue:
    """A page that adds the file, which a problem or somebody else may have named; 404 for what is no name of one."""
    with reading() as (session, actor):
        line = package_drafts.line(session, find(session, actor, key))
    try:
        check_path(path)
    except PathRefused:
        raise NotFound from None
    page = render_template("analyst/drafts/absent.html", line=line, path=path, is_played=path == SCENARIOS)
    return page, status_of(NotFound())


def _wants_json() -> bool:
    accepted = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return accepted == "application/json"
