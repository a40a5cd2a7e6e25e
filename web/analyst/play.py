"""A play on its way: the page with what everybody sees, its tasks, and every other move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import (
    BadAnswers,
    LinesUnclear,
    MovesDoNotFit,
    NotFound,
    PlayMomentUnclear,
    PlayMoveRefused,
    PlayTooLong,
    ScenarioNameMissing,
    ScenarioNameTaken,
    ScenarioNotKept,
    StalePage,
)
from engine.khmer import latin_digits
from engine.packages.playing.clockwork import MOST_DAYS, after_days, after_hours, next_due
from engine.packages.playing.play import Action, Move, local, written
from engine.packages.playing.walking import Walk
from engine.packages.trying import office
from engine.queries.analyst.play_form import form_page, is_sent, task_page
from engine.queries.analyst.play_page import play_page
from engine.studio import play_scenarios, playing, plays
from engine.studio.typed_lines import as_lines, lines_in
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_words import DRAFTERS, typed
from web.analyst.play_words import CLOCKS, REASONS, STATES, coming_text, happened_text, move_text
from web.analyst.plays import day_or_none, day_typed, moment_typed, seen
from web.citizen.problems import said
from web.citizen.rearranging import only_rearranges, rearranged, shown_questions
from web.context import LOCAL_ZONE, house, now, reading, transaction
from web.errors import sentence, status_of
from web.intake import whole_number
from web.labels import group_label, level_label

REFUSALS: Final = (
    LinesUnclear,
    MovesDoNotFit,
    PlayMomentUnclear,
    PlayMoveRefused,
    PlayTooLong,
    ScenarioNameMissing,
    ScenarioNameTaken,
    ScenarioNotKept,
)
"""What is said on the page of the play, which stays as it was."""
CHOSEN: Final = "session"
Maker = Callable[[Walk], Move]


@blueprint.get("/analyst/drafts/<key>/play/<play_key>", endpoint="play_case")
@access(groups=DRAFTERS)
def show_case(
    key: str, play_key: str, errors: Mapping[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Where the case stands, for everybody who has to do with it; its application while that is not sent."""
    with reading() as (session, actor):
        if not is_sent(session, actor, key, play_key):
            first = form_page(session, house(), actor, key, play_key).page.key
            return redirect(url_for("analyst.play_page", key=key, play_key=play_key, page_key=first), code=303)
        shown = play_page(session, house(), actor, key, play_key)
    page = render_template(
        "analyst/drafts/play.html",
        shown=shown,
        line=shown.line,
        errors=errors or {},
        typed=typed,
        moment=day_typed("moment") if typed("moment-day") else shown.clock.astimezone(LOCAL_ZONE),
        session_day=day_typed("published"),
        expires=day_typed("expires"),
        lines=as_lines(shown.asked.known) if shown.asked else "",
        texts={"move": move_text, "happened": happened_text, "coming": coming_text, "written": written},
        words={"clocks": CLOCKS, "states": STATES, "reasons": REASONS},
        group_label=group_label,
        level_label=level_label,
    )
    return page, status


@blueprint.get("/analyst/drafts/<key>/play/<play_key>/tasks/<path:element_id>", endpoint="play_task")
@access(groups=DRAFTERS)
def show_task(
    key: str, play_key: str, element_id: str, errors: Mapping[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    """A task with its form, as whoever has it would see it; filled with an example with ``?example``."""
    with reading() as (session, actor):
        shown = task_page(
            session,
            house(),
            actor,
            key,
            play_key,
            element_id=element_id,
            typed=request.form or None,
            with_example="example" in request.args,
        )
    page = render_template(
        "analyst/drafts/play_task.html",
        shown=shown,
        line=shown.line,
        values=rearranged(shown.values),
        errors=errors or {},
        chosen=typed(CHOSEN),
        written=_as_local,
        group_label=group_label,
        level_label=level_label,
    )
    return page, status


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/tasks/<path:element_id>", endpoint="play_task_post")
@access(groups=DRAFTERS)
def complete_task(key: str, play_key: str, element_id: str) -> ResponseReturnValue:
    """Completes a task with what was typed, or with the session that was chosen."""
    if only_rearranges():
        return show_task(key, play_key, element_id)
    try:
        with transaction() as (session, actor):
            playing.complete(
                session,
                house(),
                actor,
                key,
                play_key,
                element_id=element_id,
                raw=request.form,
                shown=shown_questions(),
                chosen=_session(),
                seen=seen(),
                now=now(),
            )
    except BadAnswers as refusal:
        return show_task(key, play_key, element_id, said(refusal.errors), status_of(refusal))
    except REFUSALS as refusal:
        return show_task(key, play_key, element_id, {"": sentence(refusal)}, status_of(refusal))
    return _to(key, play_key)


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/clock", endpoint="play_clock")
@access(groups=DRAFTERS)
def move_clock(key: str, play_key: str) -> ResponseReturnValue:
    """Moves the clock: by an hour, by working days, to what is due next, or to a moment."""
    return _made(key, play_key, lambda found: Move(Action.WAIT, _moment(found)))


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/message", endpoint="play_message")
@access(groups=DRAFTERS)
def send_message(key: str, play_key: str) -> ResponseReturnValue:
    """Sends a message or signal to the case, such as the wish to withdraw, with what it brings."""
    return _made(
        key, play_key, lambda found: Move(Action.SEND, found.play.now, typed("message"), lines_in(typed("brought")))
    )


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/answer", endpoint="play_answer")
@access(groups=DRAFTERS)
def answer(key: str, play_key: str) -> ResponseReturnValue:
    """Says what the register or a connector answers at the service task that asks."""
    return _made(key, play_key, _answered)


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/session", endpoint="play_session")
@access(groups=DRAFTERS)
def settle_session(key: str, play_key: str) -> ResponseReturnValue:
    """Publishes a session, or changes the chosen one for another."""
    action = Action.CHANGE if CHOSEN in request.form else Action.PUBLISH

    def made(found: Walk) -> Move:
        begins = _session() if action == Action.CHANGE else moment_typed("published")
        if begins is None or begins <= found.play.now:
            raise PlayMomentUnclear
        return Move(action, found.play.now, typed("kind"), session=begins)

    return _made(key, play_key, made)


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/back", endpoint="play_back")
@access(groups=DRAFTERS)
def go_back(key: str, play_key: str) -> ResponseReturnValue:
    """Takes back every move after the one that was named; ``-1`` is before the sending."""
    count = -1 if typed("count") == "-1" else whole_number(typed("count"))
    with transaction() as (session, actor):
        if count is None:
            raise NotFound
        plays.go_back(session, actor, key, play_key, count, seen=seen(), now=now())
    return _to(key, play_key)


@blueprint.post("/analyst/drafts/<key>/play/<play_key>/keep", endpoint="play_keep")
@access(groups=DRAFTERS)
def keep(key: str, play_key: str) -> ResponseReturnValue:
    """Writes the play into ``tests.yaml`` as a scenario of this name."""
    name = typed("scenario")
    try:
        with transaction() as (session, actor):
            words = gettext("Scenario kept: %(name)s", name=name)
            play_scenarios.keep_as_scenario(
                session, house(), actor, key, play_key, name=name, seen=seen(), words=words, now=now()
            )
    except REFUSALS as refusal:
        return show_case(key, play_key, {"scenario": sentence(refusal)}, status_of(refusal))
    flash(gettext("The play is kept as the scenario “%(name)s” in tests.yaml.", name=name), "success")
    return _to(key, play_key)


def _made(key: str, play_key: str, maker: Maker) -> ResponseReturnValue:
    """Makes a move and shows the case again, with the sentence where the case does not allow it."""
    try:
        with transaction() as (session, actor):
            row, found = plays.walked(session, house(), actor, key, play_key)
            if row.revision != seen() or not found.play.is_sent:
                raise StalePage
            move = maker(found)
            plays.make_move(session, house(), actor, key, play_key, move=move, seen=seen(), now=now())
    except REFUSALS as refusal:
        return show_case(key, play_key, {"": sentence(refusal)}, status_of(refusal))
    return _to(key, play_key)


def _to(key: str, play_key: str) -> ResponseReturnValue:
    return redirect(url_for("analyst.play_case", key=key, play_key=play_key), code=303)


def _moment(found: Walk) -> datetime:
    clock, how = found.play.now, typed("how")
    if how == "hour":
        return after_hours(clock, 1)
    if how == "days":
        days = whole_number(latin_digits(typed("days")), MOST_DAYS)
        if not days:
            raise PlayMomentUnclear
        return after_days(clock, days, office())
    moment = next_due(found, office()) if how == "next" else moment_typed("moment")
    if moment is None:
        raise PlayMomentUnclear
    return moment


def _answered(found: Walk) -> Move:
    if found.asked is None:
        raise MovesDoNotFit
    if found.asked.action == Action.REGISTER:
        is_found, day = typed("found") == "yes", day_or_none("expires")
        expires = day.isoformat() if day and is_found else None
        said_there = {"found": is_found, "valid": is_found and typed("valid") == "yes", "expires": expires}
    else:
        code = typed("error").strip()
        said_there = {"error": code} if code else lines_in(typed("lines"))
    return Move(found.asked.action, found.play.now, found.asked.element_id, said_there)


def _session() -> datetime | None:
    """The session that was chosen, by when it begins."""
    chosen = typed(CHOSEN)
    if not chosen:
        return None
    try:
        return local(chosen)
    except ValueError as unknown:
        raise PlayMomentUnclear from unknown


def _as_local(moment: datetime) -> str:
    return written(moment.astimezone(office().zone))
