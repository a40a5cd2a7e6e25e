"""Correcting what was sent back: the reasons, the questions and documents, and sending it again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.corrections import resubmit
from engine.applications.uploads import add_document
from engine.errors import BadAnswers, DocumentMissing, DocumentRefused
from engine.queries.citizen.my_application import to_mend
from web.access import access
from web.citizen import blueprint
from web.citizen.problems import said
from web.citizen.rearranging import only_rearranges, rearranged, shown_questions
from web.context import house, note_case, now, reading, transaction
from web.errors import sentence
from web.sent_files import looked_at

FILE = "file-"


@blueprint.get("/applications/<key>/correct", endpoint="correct")
@access(signed_in=True, by_helper=True)
def show_correction(key: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """What was sent back and why, with the questions to answer again."""
    typed = request.form or None
    with reading() as (session, actor):
        mend = to_mend(session, house(), actor, key, typed, now=now())
    note_case(mend.reference)
    values = rearranged(mend.values)
    page = render_template("citizen/correct.html", mend=mend, values=values, errors=errors or {})
    return page, 422 if errors else 200


@blueprint.post("/applications/<key>/correct", endpoint="correct_post")
@access(signed_in=True, by_helper=True)
def take_correction(key: str) -> ResponseReturnValue:
    """Keeps the documents, then sends the application again; a second click changes nothing."""
    if only_rearranges():
        return show_correction(key)
    errors = _take_documents(key)
    if errors:
        return show_correction(key, errors)
    try:
        with transaction() as (session, actor):
            task, shown = request.form.get("task", ""), shown_questions()
            resubmit(session, house(), actor, key, task, raw=request.form, shown=shown, now=now())
    except BadAnswers as refusal:
        return show_correction(key, said(refusal.errors))
    except DocumentMissing as refusal:
        return show_correction(key, {"": sentence(refusal)})
    flash(gettext("Thank you. Your corrected application was sent."), "success")
    return redirect(url_for("citizen.application", key=key), code=303)


def _take_documents(key: str) -> dict[str, str]:
    """Keeps each document for itself, so that one that is refused does not lose the others."""
    errors: dict[str, str] = {}
    for name, upload in request.files.items():
        if not upload.filename or not name.startswith(FILE):
            continue
        document_key = name.removeprefix(FILE)
        sent = looked_at(upload)
        try:
            with transaction() as (session, actor):
                add_document(
                    session,
                    house(),
                    actor,
                    key,
                    document_key,
                    upload=sent,
                    now=now(),
                )
        except DocumentRefused as refusal:
            errors |= said({name: refusal})
    return errors
