"""The pages of a draft's form: one after the other, kept as they are filled in, left and come back to."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.drafts import discard_draft, save_page
from engine.applications.uploads import add_document
from engine.errors import DocumentRefused
from engine.queries.citizen.drafts import DraftPage, draft_page
from web.access import access
from web.citizen import blueprint
from web.citizen.problems import said
from web.citizen.rearranging import only_rearranges, rearranged, shown_questions
from web.context import house, note_draft, now, reading, transaction
from web.sent_files import looked_at


@blueprint.get("/applications/<key>/pages/<page_key>", endpoint="page")
@access(signed_in=True, by_helper=True)
def show_page(key: str, page_key: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """One page of the form, with what was answered before or has just been typed."""
    typed = request.form or None
    with reading() as (session, actor):
        page = draft_page(session, house(), actor, key, page_key, typed=typed, now=now())
    note_draft(key)
    answer = render_template(
        "citizen/page.html",
        draft=page,
        values=rearranged(page.values),
        files=_files(page),
        errors=errors or {},
        checking=request.values.get("back") == "check",
    )
    return answer, 422 if errors else 200


@blueprint.post("/applications/<key>/pages/<page_key>", endpoint="page_post")
@access(signed_in=True, by_helper=True)
def take_page(key: str, page_key: str) -> ResponseReturnValue:
    """Keeps what is right and asks again for what is wrong."""
    if only_rearranges():
        return show_page(key, page_key)
    errors = _take_files(key)
    with transaction() as (session, actor):
        saved = save_page(session, house(), actor, key, page_key, raw=request.form, shown=shown_questions(), now=now())
    if "_later" in request.form:
        flash(gettext("Saved. You can go on whenever you want."), "success")
        return redirect(url_for("citizen.account"), code=303)
    errors = said(saved.errors) | errors
    if errors:
        return show_page(key, page_key, errors)
    if request.form.get("back") == "check":
        return redirect(url_for("citizen.application", key=key), code=303)
    if saved.next_page is not None:
        return redirect(url_for("citizen.page", key=key, page_key=saved.next_page), code=303)
    return redirect(url_for("citizen.documents", key=key), code=303)


@blueprint.post("/applications/<key>/discard", endpoint="discard")
@access(signed_in=True, by_helper=True)
def take_discard(key: str) -> ResponseReturnValue:
    """Deletes a draft that its owner no longer wants."""
    with transaction() as (session, actor):
        discard_draft(session, house(), actor, key, now=now())
    flash(gettext("The draft was deleted."), "success")
    return redirect(url_for("citizen.account"), code=303)


def _take_files(key: str) -> dict[str, str]:
    """Keeps the files of the page, each for itself: one that is refused does not lose the others."""
    errors: dict[str, str] = {}
    for name, upload in request.files.items(multi=True):
        if not upload.filename:
            continue
        sent = looked_at(upload)
        try:
            with transaction() as (session, actor):
                add_document(session, house(), actor, key, name, upload=sent, now=now())
        except DocumentRefused as refusal:
            errors |= said({name: refusal})
    return errors


def _files(page: DraftPage) -> dict[str, list[dict[str, Any]]]:
    """What is uploaded already, as the file fields show it."""
    return {
        place: [
            {"name": one.filename, "size": one.size, "href": url_for("citizen.document", key=one.key)} for one in there
        ]
        for place, there in page.files.items()
    }
