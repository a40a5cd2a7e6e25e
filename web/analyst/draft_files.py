"""A file of a draft: as a page with an editor, as JSON for scripts, and as it is."""

from __future__ import annotations

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from engine.queries.analyst.draft_files import file_of
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_data import DRAFTERS
from web.context import reading


@blueprint.get("/analyst/drafts/<key>/files/<path:path>", endpoint="draft_file")
@access(groups=DRAFTERS)
def show_file(key: str, path: str) -> ResponseReturnValue:
    """A file of the newest save, whose number is the ``ETag`` and the field ``save``: JSON where that is accepted
    before a page, the bare text with ``?raw``."""
    with reading() as (session, actor):
        shown = file_of(session, actor, key, path)
    if "raw" in request.args:
        answer = Response(shown.text.encode("utf-8"), content_type="text/plain; charset=utf-8")
    elif request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html") == "application/json":
        answer = jsonify(path=shown.path, text=shown.text, save=shown.save)
    else:
        answer = Response(render_template("analyst/drafts/file.html", key=key, shown=shown))
    answer.set_etag(str(shown.save))
    return answer
