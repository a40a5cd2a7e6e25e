"""Documents of an application: one upload after the other, and opening what was uploaded."""

from __future__ import annotations

from io import BytesIO

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.uploads import add_document, read_document, remove_document
from engine.errors import DocumentRefused, NotFound
from engine.queries.citizen.drafts import documents_of_draft
from web.access import access
from web.citizen import blueprint
from web.citizen.problems import said
from web.context import house, note_draft, now, reading, transaction
from web.sent_files import looked_at


@blueprint.get("/applications/<key>/documents", endpoint="documents")
@access(signed_in=True, by_helper=True)
def show_documents(key: str) -> ResponseReturnValue:
    """The documents that this application needs, and which of them are there."""
    with reading() as (session, actor):
        heading, places = documents_of_draft(session, house(), actor, key, now=now())
    note_draft(key)
    if not places:
        return redirect(url_for("citizen.check", key=key), code=303)
    missing = next((place for place in places if place.required and not place.uploads), None)
    return render_template("citizen/documents.html", heading=heading, places=places, missing=missing)


@blueprint.get("/applications/<key>/documents/<document_key>", endpoint="upload")
@access(signed_in=True, by_helper=True)
def show_upload(key: str, document_key: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """One document: what it is, what is accepted, what is there."""
    with reading() as (session, actor):
        heading, places = documents_of_draft(session, house(), actor, key, now=now())
    note_draft(key)
    place = next((place for place in places if place.key == document_key), None)
    if place is None:
        raise NotFound
    page = render_template("citizen/upload.html", heading=heading, place=place, errors=errors or {})
    return page, 422 if errors else 200


@blueprint.post("/applications/<key>/documents/<document_key>", endpoint="upload_post")
@access(signed_in=True, by_helper=True)
def take_upload(key: str, document_key: str) -> ResponseReturnValue:
    """Keeps the file; a newer one replaces it."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return show_upload(key, document_key, {"file": gettext("Choose a file.")})
    sent = looked_at(upload)
    try:
        with transaction() as (session, actor):
            add_document(session, house(), actor, key, document_key, upload=sent, now=now())
    except DocumentRefused as refusal:
        return show_upload(key, document_key, said({"file": refusal}))
    return redirect(url_for("citizen.documents", key=key), code=303)


@blueprint.post("/documents/<key>/remove", endpoint="remove_document")
@access(signed_in=True, by_helper=True)
def take_removal(key: str) -> ResponseReturnValue:
    """Takes a file off a draft."""
    with transaction() as (session, actor):
        application = remove_document(session, house(), actor, key, now=now())
    return redirect(url_for("citizen.documents", key=application), code=303)


@blueprint.get("/documents/<key>", endpoint="document")
@access(signed_in=True, by_helper=True)
def show_document(key: str) -> ResponseReturnValue:
    """The file itself, for its applicant and for the officers of the office; an officer's look is written down."""
    with transaction() as (session, actor):
        found = read_document(session, house(), actor, key, now=now())
    return send_file(BytesIO(found.content), mimetype=found.media_type, download_name=found.filename)
