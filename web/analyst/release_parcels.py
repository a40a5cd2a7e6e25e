"""Signed files of releases: exported for an office without a link, and taken in where they were brought."""

from __future__ import annotations

from io import BytesIO

from flask import flash, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import Refused
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.releases import carrying, notices
from web.access import access
from web.analyst import blueprint
from web.analyst.releases import back_to
from web.context import house, now, settings, transaction
from web.errors import sentence, status_of
from web.release_keys import secret_of, trusted_by
from web.shown_again import GIVEN_BACK


@blueprint.post("/analyst/releases/<key>/export", endpoint="release_export")
@access(groups=(ANALYST, APPROVER))
def export_release(key: str) -> ResponseReturnValue:
    """The release as a signed file; the history keeps for whom it is."""
    to = request.form.get("to", "")
    with transaction() as (session, actor):
        sealed = carrying.export(session, actor, key, secret_of(settings()), to=to, now=now())
    return _sent(sealed, f"release-{key}.zip")


@blueprint.post("/analyst/releases/<key>/notice", endpoint="release_notice")
@access(groups=(ANALYST, APPROVER))
def export_notice(key: str) -> ResponseReturnValue:
    """The withdrawal of the release as a signed file."""
    to = request.form.get("to", "")
    with transaction() as (session, actor):
        sealed = notices.export_notice(session, actor, key, secret_of(settings()), to=to, now=now())
    return _sent(sealed, f"withdrawal-{key}.zip")


@blueprint.get("/analyst/releases/import", endpoint="release_import")
@access(groups=(APPROVER, ADMINISTRATOR))
def show_import() -> ResponseReturnValue:
    """Where a file that was brought is chosen."""
    return render_template("analyst/release_import.html", errors={})


@blueprint.post("/analyst/releases/import", endpoint="release_import_post")
@access(groups=(APPROVER, ADMINISTRATOR))
def import_file() -> ResponseReturnValue:
    """Takes in a release, or the withdrawal of one, that a trusted key has signed."""
    file = request.files.get("file")
    sent = file.read() if file else b""
    is_notice = notices.is_notice(sent)
    take_in = notices.take_in_notice if is_notice else carrying.take_in
    try:
        with transaction() as (session, actor):
            key = take_in(session, house(), actor, sent, trusted_by(settings()), now=now())
    except Refused as refusal:
        status = status_of(refusal)
        if status not in GIVEN_BACK:
            raise
        return render_template("analyst/release_import.html", errors={"file": sentence(refusal)}), status
    flash(gettext("The release is withdrawn here.") if is_notice else gettext("The release was imported."), "success")
    return back_to(key)


def _sent(sealed: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(sealed), mimetype="application/zip", as_attachment=True, download_name=name)
