"""A draft as a ZIP file: taken away, and brought back."""

from __future__ import annotations

from io import BytesIO

from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ArchiveRefused
from engine.studio.keeping import find
from engine.studio.whole import bring_back, export, files_from_archive
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_files import shown_save
from web.analyst.draft_words import DRAFTERS
from web.context import house, now, reading, transaction
from web.exports import note_export


@blueprint.get("/analyst/drafts/<key>/draft.zip", endpoint="draft_archive")
@access(groups=DRAFTERS)
def send_archive(key: str) -> ResponseReturnValue:
    """All files of the newest save: the same files, the same bytes."""
    with reading() as (session, actor):
        archive = export(session, actor, key)
        draft = find(session, actor, key)
        name = f"{draft.service_key}-{draft.revision}.zip"
    note_export(name)
    return send_file(BytesIO(archive), mimetype="application/zip", as_attachment=True, download_name=name)


@blueprint.post("/analyst/drafts/<key>/import", endpoint="draft_bring")
@access(groups=DRAFTERS)
def bring_archive(key: str) -> ResponseReturnValue:
    """The files of an archive take the place of those of the draft."""
    with reading() as (session, actor):
        find(session, actor, key)
    sent = request.files.get("archive")
    if sent is None or not sent.filename:
        raise ArchiveRefused
    files = files_from_archive(sent.stream.read())
    words = gettext("Imported %(file)s", file=sent.filename)
    with transaction() as (session, actor):
        bring_back(session, house(), actor, key, files, based_on=shown_save(), words=words, now=now())
    flash(gettext("Imported. The history keeps what was there before."))
    return redirect(url_for("analyst.draft", key=key), code=303)
