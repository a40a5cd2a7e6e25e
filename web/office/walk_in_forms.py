"""A draft at the counter on one page: questions, documents and files without a name; then check and send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.continuing import CONTINUATION_REFUSALS
from engine.applications.counter_filing import Brought, Sending, send_at_counter
from engine.applications.papers import REMOVE, put_in_tray, sort_papers
from engine.applications.places import leads_elsewhere
from engine.applications.uploads import add_document
from engine.applications.whole_form import open_at_counter, save_form
from engine.errors import (
    AlreadySubmitted,
    BadAnswers,
    DocumentMissing,
    DocumentRefused,
    FeeUnclear,
    PrerequisiteMissing,
    StalePage,
)
from engine.errors.counter import DraftSavedMeanwhile, PapersUnsorted
from engine.namesakes import office_name
from engine.packages.groups import FRONT_OFFICE
from engine.queries.citizen.drafts import draft_to_check
from engine.queries.citizen.places import Upload
from engine.queries.office.counter_form import CounterForm, counter_form
from engine.queries.office.meanwhile import Difference, differences
from web.access import access
from web.citizen.problems import said
from web.citizen.rearranging import only_rearranges, rearranged, shown_questions
from web.context import house, note_case, note_draft, now, reading, transaction
from web.errors import sentence
from web.intake import whole_number
from web.office import blueprint
from web.office.photo_codes import code_shown, press
from web.sent_files import looked_at

PAPERS: Final = "papers"
"""The field for several files at once."""
KIND: Final = "kind-"
"""Before a file's key: the field that says what it is."""
SHOWN_AGAIN: Final = ("_files", "_look")
"""Buttons that keep files and show the page again, without checking what was typed."""


@blueprint.get("/office/walk-in/drafts/<key>", endpoint="walk_in_form")
@access(groups=(FRONT_OFFICE,))
def show_form(
    key: str,
    errors: Mapping[str, str] | None = None,
    *,
    revision: int | None = None,
    meanwhile: Sequence[Difference] | None = None,
) -> ResponseReturnValue:
    """All questions and documents, with what was answered before or has just been typed. ``revision``: of the draft
    that the page goes on from, the newest unless it is given; ``meanwhile``: what somebody else saved since."""
    try:
        with reading() as (session, actor):
            shown = counter_form(session, house(), actor, key, typed=request.form or None, now=now())
    except AlreadySubmitted:  # whoever goes back to it finds what became of it
        return redirect(url_for("office.walk_in_done", key=key), code=303)
    note_draft(key)
    page = render_template(
        "office/walk_in_form.html",
        shown=shown,
        values=rearranged(shown.values),
        files=_files(shown),
        typed=request.form,
        errors=errors or {},
        code=code_shown(shown),
        remove=REMOVE,
        revision=shown.revision if revision is None else revision,
        meanwhile=meanwhile,
    )
    if meanwhile is not None:
        return page, 409
    return page, 422 if errors else 200


@blueprint.post("/office/walk-in/drafts/<key>", endpoint="walk_in_form_post")
@access(groups=(FRONT_OFFICE,))
def take_form(key: str) -> ResponseReturnValue:
    """Keeps the files and what is right, and asks again for what is wrong or missing."""
    wrong_files, seen = _take_files(key) | _sort(key), whole_number(request.form.get("revision", ""))
    if press(key) or only_rearranges() or any(name in request.form for name in SHOWN_AGAIN):
        return show_form(key, wrong_files, revision=seen)
    try:
        with transaction() as (session, actor):
            asked = shown_questions()
            saved = save_form(session, house(), actor, key, raw=request.form, shown=asked, seen=seen, now=now())
    except DraftSavedMeanwhile as refusal:
        return _saved_meanwhile(key, {"": sentence(refusal)} | wrong_files)
    if "_later" in request.form and not wrong_files:
        flash(gettext("Saved. It lies among what was begun here and not sent."), "success")
        return redirect(url_for("office.walk_in"), code=303)
    lacking = {one: gettext("This document is needed. Choose its file.") for one in saved.missing}
    unnamed = {f"{KIND}{one}": sentence(PapersUnsorted()) for one in saved.unsorted}
    errors = said(saved.errors) | lacking | unnamed | wrong_files
    if errors:
        return show_form(key, errors)
    return redirect(url_for("office.walk_in_check", key=key), code=303)


@blueprint.get("/office/walk-in/drafts/<key>/check", endpoint="walk_in_check")
@access(groups=(FRONT_OFFICE,))
def show_check(key: str, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """Answers, documents and fee once more, who brings the papers, and the button that sends."""
    try:
        with reading() as (session, actor):
            filing = open_at_counter(session, house(), actor, key, now=now())
            draft = draft_to_check(session, house(), actor, key, now=now())
            office = leads_elsewhere(session, filing, now=now())
            elsewhere = office_name(office) if office is not None else None
    except AlreadySubmitted:
        return redirect(url_for("office.walk_in_done", key=key), code=303)
    note_draft(key)
    page = render_template(
        "office/walk_in_check.html", draft=draft, elsewhere=elsewhere, typed=request.form, errors=errors or {}
    )
    return page, 422 if errors else 200


@blueprint.post("/office/walk-in/drafts/<key>/check", endpoint="walk_in_send")
@access(groups=(FRONT_OFFICE,))
def send(key: str) -> ResponseReturnValue:
    """Sends it as it was shown; a second click leads to the same receipt."""
    brought = Brought(request.form.get("brought_by", ""), request.form.get("brought_paper", ""))
    try:
        with transaction() as (session, actor):
            sending = Sending(brought, request.form.get("why_here", ""))
            sent = send_at_counter(session, house(), actor, key, sending, shown=request.form.get("shown"), now=now())
    except BadAnswers as refusal:
        return show_check(key, said(refusal.errors))
    except (FeeUnclear, PrerequisiteMissing, *CONTINUATION_REFUSALS) as refusal:
        return show_check(key, {"": sentence(refusal)})
    except (DocumentMissing, PapersUnsorted) as refusal:
        return show_check(key, {"documents": sentence(refusal)})
    except StalePage as refusal:
        return show_check(key, {"": sentence(refusal)})
    note_case(sent.reference)
    return redirect(url_for("office.walk_in_done", key=key), code=303)


def _saved_meanwhile(key: str, errors: Mapping[str, str]) -> ResponseReturnValue:
    """The page as it was typed, with what was saved beside it; saving it again writes over that, knowingly."""
    with reading() as (session, actor):
        found = differences(session, house(), actor, key, request.form, now=now())
    return show_form(key, errors, meanwhile=found)


def _take_files(key: str) -> dict[str, str]:
    """Keeps each file for itself, so that one that is refused does not lose the others: in the place of its field, or
    in the tray."""
    errors: dict[str, str] = {}
    for name, upload in request.files.items(multi=True):
        if not upload.filename:
            continue
        sent = looked_at(upload)
        try:
            with transaction() as (session, actor):
                if name == PAPERS:
                    put_in_tray(session, house(), actor, key, upload=sent, now=now())
                else:
                    add_document(session, house(), actor, key, name, upload=sent, now=now())
        except DocumentRefused as refusal:
            said_now = f"{upload.filename}: {sentence(refusal)}" if name == PAPERS else sentence(refusal)
            errors[name] = f"{errors[name]} {said_now}" if name in errors else said_now
    return errors


def _sort(key: str) -> dict[str, str]:
    """Lays the files of the tray where they were said to belong."""
    kinds = {name.removeprefix(KIND): kind for name, kind in request.form.items() if name.startswith(KIND) and kind}
    if not kinds:
        return {}
    with transaction() as (session, actor):
        refused = sort_papers(session, house(), actor, key, kinds, now=now())
    return {f"{KIND}{one}": sentence(why) for one, why in refused.items()}


def _files(shown: CounterForm) -> dict[str, list[dict[str, Any]]]:
    """What is uploaded already, as the file fields show it."""
    return {place: [_shown(one) for one in there] for place, there in shown.files.items()}


def _shown(one: Upload) -> dict[str, Any]:
    return {"name": one.filename, "size": one.size, "href": url_for("citizen.document", key=one.key)}
