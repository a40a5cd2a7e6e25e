"""What somebody is asked in the middle of a case: the questions, their files, and sending the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.applicant_forms import answer, attach
from engine.errors import BadAnswers, DocumentRefused
from engine.queries.citizen.questions import QuestionPage, question_page
from web.access import access
from web.citizen import blueprint
from web.citizen.problems import said
from web.citizen.rearranging import only_rearranges, rearranged, shown_questions
from web.context import house, note_case, now, reading, transaction
from web.sent_files import looked_at


@blueprint.get("/questions/<key>", endpoint="question")
@access(signed_in=True, by_helper=True)
def show_question(key: str, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """What is asked, with what was just typed; at the counter an officer sees it too, and that is noted."""
    typed = request.form or None
    with reading() as (session, actor):
        asked = question_page(session, house(), actor, key, typed, now=now())
    note_case(asked.reference)
    page = render_template(
        "citizen/question.html",
        asked=asked,
        values=rearranged(asked.values),
        files=_files(asked),
        errors=errors or {},
    )
    return page, 422 if errors else 200


@blueprint.post("/questions/<key>", endpoint="question_post")
@access(signed_in=True, by_helper=True)
def take_answers(key: str) -> ResponseReturnValue:
    """Keeps the files, then sends the answers; a second click changes nothing."""
    if only_rearranges():
        return show_question(key)
    errors = _take_files(key)
    if errors:
        return show_question(key, errors)
    try:
        with transaction() as (session, actor):
            done = answer(session, house(), actor, key, request.form, shown=shown_questions(), now=now())
            is_own = done.applicant_id == actor.person_id
    except BadAnswers as refusal:
        return show_question(key, said(refusal.errors))
    flash(gettext("Thank you. The answers were sent."), "success")
    place = "citizen.application" if is_own else "office.case"
    return redirect(url_for(place, key=done.application_key), code=303)


def _take_files(key: str) -> dict[str, str]:
    """Keeps each file for itself, so that one that is refused does not lose the others."""
    errors: dict[str, str] = {}
    for name, upload in request.files.items(multi=True):
        if not upload.filename:
            continue
        sent = looked_at(upload)
        try:
            with transaction() as (session, actor):
                attach(session, house(), actor, key, name, upload=sent, now=now())
        except DocumentRefused as refusal:
            errors |= said({name: refusal})
    return errors


def _files(asked: QuestionPage) -> dict[str, list[dict[str, Any]]]:
    """What is uploaded already, as the file fields show it."""
    return {
        place: [
            {"name": one.filename, "size": one.size, "href": url_for("citizen.document", key=one.key)} for one in there
        ]
        for place, there in asked.files.items()
    }
