"""The template of a draft's result beside a specimen of it with the data of a scenario, renewed as one types."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ErrorsFirst, Overtaken, Refused
from engine.khmer import tidy
from engine.queries.analyst.draft_files import FilePage, file_page
from engine.studio.specimens import Specimen, package_to_draw, scenario_names, specimen, template_of
from engine.studio.typed import save_typed
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_data import answers_scripts, overtaken, sent_body, sent_text
from web.analyst.draft_files import shown_save
from web.analyst.draft_words import DRAFTERS, counted, place_of, typed, words_of
from web.context import house, now, reading, transaction
from web.errors import sentence, status_of
from web.intake import FILE_TEXT


@blueprint.get("/analyst/drafts/<key>/certificate", endpoint="draft_certificate")
@access(groups=DRAFTERS)
def show_certificate(key: str) -> ResponseReturnValue:
    """The template with the result of a scenario (``?scenario=``) as it draws it; 404 where the house draws it."""
    return _page(key)


@blueprint.post("/analyst/drafts/<key>/certificate", endpoint="draft_certificate_post")
@access(groups=DRAFTERS)
def save_certificate(key: str) -> ResponseReturnValue:
    """Saves the template, or with ``draw`` only shows what was typed as it draws."""
    if "draw" in request.form:
        return _page(key)
    try:
        with transaction() as (session, actor):
            path, text, words = template_of(session, house(), actor, key), typed(FILE_TEXT), tidy(typed("words"))
            save_typed(session, house(), actor, key, path, text=text, based_on=shown_save(), words=words, now=now())
    except Overtaken as refusal:
        return _page(key, overtaken(refusal)), status_of(refusal)
    flash(gettext("Saved."))
    scenario = typed("scenario") or None
    return redirect(url_for("analyst.draft_certificate", key=key, scenario=scenario), code=303)


@blueprint.post("/analyst/drafts/<key>/certificate.json", endpoint="draft_certificate_typed")
@access(groups=DRAFTERS)
@answers_scripts
def draw_typed(key: str) -> ResponseReturnValue:
    """What the template would draw if it held this ``text``, of a ``scenario``; nothing is saved."""
    with reading() as (session, actor):
        package = package_to_draw(session, house(), actor, key)
    sent = sent_body()
    drawn = specimen(house(), package, sent_text(sent).encode(), scenario=str(sent.get("scenario") or ""))
    return jsonify(pages=[_picture(page) for page in drawn.pages], message=_said(drawn), scenario=drawn.scenario)


def _page(key: str, faster: dict[str, Any] | None = None) -> str:
    with reading() as (session, actor):
        path = template_of(session, house(), actor, key)
        shown: FilePage = file_page(session, house(), actor, key, path)
    text = typed(FILE_TEXT, shown.file.text)
    scenarios, drawn, refused = _drawn(key, text)
    return render_template(
        "analyst/drafts/certificate.html",
        line=shown.line,
        shown=shown.file,
        text=text,
        save=faster["save"] if faster else typed("save", str(shown.file.save)),
        words=typed("words"),
        overtaken=faster,
        problems=shown.problems,
        words_of=words_of,
        place_of=place_of,
        counted=counted,
        scenarios=scenarios,
        scenario=drawn.scenario,
        pages=[_picture(page) for page in drawn.pages],
        said=refused or _said(drawn),
    )


def _drawn(key: str, text: str) -> tuple[tuple[str, ...], Specimen, str]:
    """The scenarios that may be chosen, what the chosen one issues, and why nothing could be drawn."""
    scenario = typed("scenario", request.args.get("scenario", ""))
    try:
        with reading() as (session, actor):
            package = package_to_draw(session, house(), actor, key)
        return scenario_names(package), specimen(house(), package, text.encode(), scenario=scenario), ""
    except ErrorsFirst as refusal:
        return (), Specimen(scenario), sentence(refusal)
    except Refused as refusal:  # what was typed is too large or no text: it is still shown
        return scenario_names(package), Specimen(scenario), sentence(refusal)


def _said(drawn: Specimen) -> str:
    """What is to be said beside the pages; empty when they say all."""
    if drawn.why:
        return str(gettext("The result cannot be drawn: %(why)s", why=drawn.why))
    if drawn.pages:
        return "" if drawn.is_whole else str(gettext("There are more pages than are shown here."))
    if drawn.scenario:
        return str(gettext("This scenario issues no result. Choose another one."))
    return str(gettext("No scenario issues a result yet. Write one in tests.yaml."))


def _picture(page: bytes) -> str:
    return f"data:image/png;base64,{b64encode(page).decode()}"
