"""The plays of a draft: the list, beginning one, opening a scenario as one, and deleting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import LinesUnclear, PlayMomentUnclear, PlayMoveRefused, TooManyPlays
from engine.khmer import latin_digits, tidy
from engine.packages.playing.examples import example_answers
from engine.packages.register_rules import KINDS, NEW
from engine.queries.analyst.plays import plays_page
from engine.studio import plays
from engine.studio.plays import Beginning
from engine.studio.typed_lines import lines_in
from engine.typed.days import typed_day
from engine.typed.fault import Fault
from engine.typed.times import typed_time
from web.access import access
from web.admin.parameters import choice
from web.analyst import blueprint
from web.analyst.draft_words import DRAFTERS, typed
from web.analyst.list_rows import play_rows
from web.analyst.play_words import KIND_WORDS
from web.context import house, now, reading, today, transaction
from web.errors import sentence, status_of
from web.exports import FORMATS, table_answer
from web.intake import whole_number
from web.labels import office_level

REFUSALS = (LinesUnclear, PlayMomentUnclear, PlayMoveRefused, TooManyPlays)
FIELDS: Mapping[type[Exception], str] = {LinesUnclear: "brings", PlayMomentUnclear: "starts"}
"""Beside which field of the beginning a refusal is said."""


@blueprint.get("/analyst/drafts/<key>/play", endpoint="play")
@access(groups=DRAFTERS)
def show_plays(key: str, errors: Mapping[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    """The plays of a draft, and how to begin another one; ``?from=NAME`` chooses a scenario to be
    opened; ``?as`` is a file of them."""
    with reading() as (session, actor):
        shown = plays_page(session, house(), actor, key)
    if not errors and (end := choice("as", FORMATS)):
        return table_answer("one-window-plays", end, play_rows(shown.plays))
    page = render_template(
        "analyst/drafts/plays.html",
        shown=shown,
        line=shown.line,
        kinds=KIND_WORDS,
        office_level=office_level,
        typed=typed,
        chosen=typed("scenario", request.args.get("from", "")),
        starts=day_typed("starts") if request.form else _next_morning(),
        errors=errors or {},
    )
    return page, status


@blueprint.post("/analyst/drafts/<key>/play", endpoint="play_begin")
@access(groups=DRAFTERS)
def begin(key: str) -> ResponseReturnValue:
    """Begins a play, from nothing or from a scenario, and leads to it."""
    try:
        with transaction() as (session, actor):
            if "scenario" in request.form:
                play = plays.open_scenario(session, house(), actor, key, typed("scenario"), now=now())
            else:
                how = _beginning()
                if how.begins and not how.brings:
                    package = plays.package_to_play(session, house(), actor, key)
                    brings = example_answers(package, begins=how.begins, today=how.starts.date())
                    how = replace(how, brings=brings)
                play = plays.begin(session, house(), actor, key, how, now=now())
    except REFUSALS as refusal:
        return show_plays(key, {FIELDS.get(type(refusal), ""): sentence(refusal)}, status_of(refusal))
    return redirect(url_for("analyst.play_case", key=key, play_key=play), code=303)


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/delete", endpoint="play_delete")
@access(groups=DRAFTERS)
def delete(key: str, play_key: str) -> ResponseReturnValue:
    """Deletes a play."""
    with transaction() as (session, actor):
        plays.remove(session, actor, key, play_key, seen=seen())
    flash(gettext("The play was deleted."))
    return redirect(url_for("analyst.play", key=key), code=303)


def seen() -> int:
    """How the play was when the page was shown; what no page shows is a play that never was."""
    number = whole_number(typed("revision"))
    return -1 if number is None else number


def moment_typed(name: str) -> datetime:
    """The local moment that was typed as ``name-day`` and so on and ``name-time``; ``PlayMomentUnclear``."""
    try:
        day, clock = typed_day(day_typed(name)), typed_time(typed(f"{name}-time"))
    except Fault as fault:
        raise PlayMomentUnclear from fault
    if day is None or clock is None:
        raise PlayMomentUnclear
    return datetime.combine(day, time.fromisoformat(clock))


def day_typed(name: str) -> dict[str, str]:
    """The parts of a day as they were typed."""
    return {part: typed(f"{name}-{part}") for part in ("day", "month", "year")}


def _beginning() -> Beginning:
    kind = typed("kind", NEW)
    begins = typed("begins")
    return Beginning(
        starts=moment_typed("starts"),
        name=tidy(typed("name")),
        level=typed("level"),
        kind=kind if kind in KINDS else NEW,
        held_until=day_or_none("held_until") if kind != NEW else None,
        certificates_held=whole_number(latin_digits(typed("certificates_held")), 1_000) or 0,
        begins=begins,
        brings=lines_in(typed("brings")) if begins else {},
    )


def day_or_none(name: str) -> date | None:
    """The day that was typed, None for none; ``PlayMomentUnclear``."""
    try:
        return typed_day(day_typed(name))
    except Fault as fault:
        raise PlayMomentUnclear from fault


def _next_morning() -> dict[str, str]:
    day = today() + timedelta(days=1)
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
