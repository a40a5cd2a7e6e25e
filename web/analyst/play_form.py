"""The application of a play, typed as its applicant types it: page by page, filled with an example, checked, sent."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import BadAnswers, PlayMoveRefused
from engine.queries.analyst.play_form import form_page, play_to_send
from engine.studio import playing
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_words import DRAFTERS
from web.analyst.plays import seen
from web.citizen.problems import said
from web.citizen.rearranging import only_rearranges, rearranged, shown_questions
from web.context import house, now, reading, transaction
from web.errors import sentence, status_of


@blueprint.get("/analyst/drafts/<key>/play/<play_key>/pages/<page_key>", endpoint="play_page")
@access(groups=DRAFTERS)
def show_page(key: str, play_key: str, page_key: str, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """One page of the application, with what was typed before or just now."""
    with reading() as (session, actor):
        shown = form_page(session, house(), actor, key, play_key, page_key=page_key, typed=request.form or None)
    values = rearranged(shown.values)
    page = render_template(
        "analyst/drafts/play_form.html", shown=shown, line=shown.line, values=values, errors=errors or {}
    )
    return page, 422 if errors else 200


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/pages/<page_key>", endpoint="play_page_post")
@access(groups=DRAFTERS)
def take_page(key: str, play_key: str, page_key: str) -> ResponseReturnValue:
    """Keeps what is right and asks again for what is wrong."""
    if only_rearranges():
        return show_page(key, play_key, page_key)
    with transaction() as (session, actor):
        saved = playing.save_page(
            session,
            house(),
            actor,
            key,
            play_key,
            page_key=page_key,
            raw=request.form,
            shown=shown_questions(),
            seen=seen(),
            now=now(),
        )
    if saved.errors:
        return show_page(key, play_key, page_key, said(saved.errors))
    if saved.next_page is not None:
        return redirect(url_for("analyst.play_page", key=key, play_key=play_key, page_key=saved.next_page), code=303)
    return redirect(url_for("analyst.play_check", key=key, play_key=play_key), code=303)


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/example", endpoint="play_example")
@access(groups=DRAFTERS)
def fill(key: str, play_key: str) -> ResponseReturnValue:
    """Fills the application with an example."""
    with transaction() as (session, actor):
        playing.fill_with_example(session, house(), actor, key, play_key, seen=seen(), now=now())
    flash(gettext("The application was filled with an example. Change what you like, or send it."))
    return redirect(url_for("analyst.play_check", key=key, play_key=play_key), code=303)


@blueprint.get("/analyst/drafts/<key>/play/<play_key>/check", endpoint="play_check")
@access(groups=DRAFTERS)
def show_check(
    key: str, play_key: str, errors: Mapping[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Everything once more before it is sent."""
    with reading() as (session, actor):
        shown = play_to_send(session, house(), actor, key, play_key)
    wrong = errors if errors is not None else {}
    page = render_template("analyst/drafts/play_check.html", shown=shown, line=shown.line, errors=wrong)
    return page, status


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/check", endpoint="play_send")
@access(groups=DRAFTERS)
def send(key: str, play_key: str) -> ResponseReturnValue:
    """Sends the application, and the case begins."""
    try:
        with transaction() as (session, actor):
            playing.send(session, house(), actor, key, play_key, seen=seen(), now=now())
    except BadAnswers as refusal:
        return show_check(key, play_key, said(refusal.errors), status_of(refusal))
    except PlayMoveRefused as refusal:
        return show_check(key, play_key, {"": sentence(refusal)}, status_of(refusal))
    return redirect(url_for("analyst.play_case", key=key, play_key=play_key), code=303)
