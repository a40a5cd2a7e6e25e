"""Offices that open and close, how they are called, and where they are."""

from __future__ import annotations

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import BadAnswers, NoSuchMinistry, NoSuchPlace, ReasonMissing
from engine.errors.offices import OfficeAtWork
from engine.offices import closing
from engine.offices.facts import OfficeWords, change_words
from engine.offices.opening import ministry_facts, open_office, usual_facts
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.openings import closing_shown, places_to_open
from engine.reasons import LONGEST
from web.access import access
from web.admin import blueprint
from web.admin.offices import office_answer
from web.citizen.problems import said
from web.context import house, now, reading, today, transaction
from web.errors import sentence, status_of

LONGEST_CODE: Final = 80
_WORDS: Final = ("name_km", "name_en", "address_km", "address_en", "phone")
_TOO_LONG: Final = 400


@blueprint.get("/offices/open", endpoint="office_open")
@access(groups=(ADMINISTRATOR,))
def show_opening(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Which office opens: of a province, a district or a ministry."""
    with reading() as (session, actor):
        places = places_to_open(session, actor)
    page = render_template("admin/office_open.html", places=places, typed=request.form, errors=errors or {})
    return page, 422 if errors else 200


@blueprint.post("/offices/open", endpoint="office_open_post")
@access(groups=(ADMINISTRATOR,))
def take_opening() -> ResponseReturnValue:
    """Opens it with the usual hours; one that was closed opens again as it was."""
    code, reason = request.form.get("place", "").strip()[:LONGEST_CODE], request.form.get("reason", "")[:LONGEST]
    if not code:
        return show_opening({"place": gettext("Choose a place or a ministry.")})
    try:
        with transaction() as (session, actor):
            actor.require(None, ADMINISTRATOR)
            facts = usual_facts(code) if code.isdigit() else ministry_facts(session, code)
            open_office(session, actor, facts, reason=reason, now=now())
    except (NoSuchPlace, NoSuchMinistry):
        return show_opening({"place": gettext("Choose a place or a ministry.")})
    flash(gettext("The office is open. Now say what it offers and who works there."), "success")
    return redirect(url_for("admin.office", code=facts.code), code=303)


@blueprint.post("/offices/<code>/words", endpoint="office_words")
@access(groups=(ADMINISTRATOR,))
def take_words(code: str) -> ResponseReturnValue:
    """How the office is called, where it is, and its telephone."""
    words = OfficeWords(**{name: request.form.get(f"words-{name}", "")[:_TOO_LONG] for name in _WORDS})
    reason = request.form.get("words-reason", "")[:LONGEST]
    try:
        with transaction() as (session, actor):
            change_words(session, actor, code, words, reason=reason, now=now())
    except BadAnswers as refusal:
        return office_answer(code, {f"words-{name}": text for name, text in said(refusal.errors).items()})
    flash(gettext("It is saved."), "success")
    return redirect(url_for("admin.office", code=code), code=303)


@blueprint.get("/offices/<code>/close", endpoint="office_close")
@access(groups=(ADMINISTRATOR,))
def show_closing(code: str) -> ResponseReturnValue:
    """What runs at the office, who works there and what it offers, before it closes."""
    return _closing_page(code, {})


def _closing_page(code: str, errors: dict[str, str]) -> str:
    with reading() as (session, actor):
        shown = closing_shown(session, house(), actor, code, today=today(), now=now())
    return render_template("admin/office_close.html", shown=shown, typed=request.form, errors=errors)


@blueprint.post("/offices/<code>/close", endpoint="office_close_post")
@access(groups=(ADMINISTRATOR,))
def take_closing(code: str) -> ResponseReturnValue:
    """Closes it, or, as long as something runs there, lets it take nothing in any more."""
    reason = request.form.get("reason", "")[:LONGEST]
    try:
        with transaction() as (session, actor):
            if "_stop" in request.form:
                closing.stop_offering(session, actor, code, reason=reason, now=now())
            else:
                closing.close_office(session, house(), actor, code, reason=reason, now=now())
    except ReasonMissing as refusal:
        return _closing_page(code, {"reason": sentence(refusal)}), 422
    except OfficeAtWork as refusal:
        return _closing_page(code, {"": sentence(refusal)}), status_of(refusal)
    if "_stop" in request.form:
        flash(gettext("Today is the last day on which the office takes something in."), "success")
        return redirect(url_for("admin.office_close", code=code), code=303)
    flash(gettext("The office is closed."), "success")
    return redirect(url_for("admin.office", code=code), code=303)
