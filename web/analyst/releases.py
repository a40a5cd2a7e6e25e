"""Releases: the list, one release, what its makers do with it and what its approver decides."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from typing import Final

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import localise
from engine.errors import MomentUnclear, NotFound
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.queries.analyst.comparing import packages_compared
from engine.queries.analyst.package_drafts import drafts
from engine.queries.analyst.release_page import packages_of, release_page
from engine.queries.analyst.releases import MOST_SHOWN, ministry_history, release_list
from engine.releases import deciding, making, replaying, submitting
from engine.releases.in_hand import read_release
from engine.releases.received import of_archive, of_draft
from engine.typed.days import typed_day
from engine.typed.fault import Fault
from engine.typed.times import typed_time
from engine.words import GateStep
from web.access import access
from web.admin.parameters import choice
from web.analyst import blueprint
from web.analyst.comparing import DIFFERENCES
from web.analyst.list_rows import event_rows, release_rows
from web.context import LOCAL_ZONE, house, now, reading, transaction
from web.exports import FORMATS, WHOLE, table_answer, whole
from web.intake import whole_number
from web.release_words import STANDINGS, STEPS, VERDICTS, event_text
from web.version_words import TRIAL_STATUSES
from web.wording import current_lang

READERS: Final = (ANALYST, APPROVER, ADMINISTRATOR)
PARTS: Final = ("day", "month", "year")


@blueprint.get("/analyst/releases", endpoint="releases")
@access(groups=READERS)
def list_releases() -> ResponseReturnValue:
    """The releases of the reader's ministries, and where to begin one; ``?as`` is a file."""
    end = choice("as", FORMATS)
    with reading() as (session, actor):
        found = release_list(session, actor, most=WHOLE + 1 if end else MOST_SHOWN, now=now())
    if end:
        return table_answer("one-window-releases", end, whole(release_rows(found.lines)))
    return render_template("analyst/releases.html", found=found, standings=STANDINGS)


@blueprint.post("/analyst/releases", endpoint="release_begin")
@access(groups=(ANALYST,))
def begin_release() -> ResponseReturnValue:
    """Begins a release of a ministry."""
    ministry, title, note = (request.form.get(name, "") for name in ("ministry", "title", "note"))
    with transaction() as (session, actor):
        key = making.begin(session, actor, ministry, title, note=note, now=now())
    return back_to(key)


@blueprint.get("/analyst/ministries/<ministry_key>/history", endpoint="ministry_history")
@access(groups=READERS)
def show_ministry_history(ministry_key: str) -> ResponseReturnValue:
    """Everything that analysts, approvers and the operator did for a ministry; ``?as`` is a file."""
    end = choice("as", FORMATS)
    with reading() as (session, actor):
        ministry, events = ministry_history(session, actor, ministry_key, most=WHOLE + 1 if end else MOST_SHOWN)
    if end:
        return table_answer(f"one-window-history-{ministry_key}", end, whole(event_rows(events)))
    return render_template(
        "analyst/ministry_history.html",
        ministry=ministry,
        ministry_key=ministry_key,
        events=events,
        event_text=event_text,
    )


@blueprint.get("/analyst/releases/<key>", endpoint="release")
@access(groups=READERS)
def show_release(key: str) -> ResponseReturnValue:
    """One release: packages, gate, plan, what its reader may do, history."""
    with reading() as (session, actor):
        shown = release_page(session, house(), actor, key, now=now())
        theirs = drafts(session, actor) if shown.rights.may_make else ()
    return render_template(
        "analyst/release.html",
        shown=shown,
        drafts=[one for one in theirs if one.ministry_key == shown.line.ministry_key],
        line=shown.line,
        standings=STANDINGS,
        steps=STEPS,
        verdicts=VERDICTS,
        trial_statuses=TRIAL_STATUSES,
        event_text=event_text,
        planned=shown.line.planned_for.astimezone(LOCAL_ZONE) if shown.line.planned_for else None,
    )


@blueprint.get("/analyst/releases/<key>/packages/<service_key>", endpoint="release_package")
@access(groups=READERS)
def show_package(key: str, service_key: str) -> ResponseReturnValue:
    """What the release changes in a service, in words, in amounts and in the diagrams."""
    with reading() as (session, actor):
        line = release_page(session, house(), actor, key, now=now()).line
        before, after = packages_of(session, house(), actor, key, service_key)
    return render_template(
        "analyst/release_package.html",
        line=line,
        package=after,
        found=None if before is None else packages_compared(before, after),
        **DIFFERENCES,
    )


@blueprint.get(
    "/analyst/releases/<key>/packages/<service_key>/<any(before, after):side>/<path:file>.bpmn",
    endpoint="release_diagram",
)
@access(groups=READERS)
def send_release_diagram(key: str, service_key: str, side: str, file: str) -> ResponseReturnValue:
    """A drawing of the package in the release, or of the one that it was made from."""
    with reading() as (session, actor):
        before, after = packages_of(session, house(), actor, key, service_key)
    package, name = before if side == "before" else after, f"{file}.bpmn"
    if package is None or name not in package.drawings:
        raise NotFound
    return send_file(BytesIO(package.drawings[name]), mimetype="application/xml", download_name=name.replace("/", "-"))


@blueprint.post("/analyst/releases/<key>/packages", endpoint="release_put_in")
@access(groups=(ANALYST,))
def put_package_in(key: str) -> ResponseReturnValue:
    """Puts a package in: a draft of it, or sent as one ZIP file of its folder."""
    sent, draft_key = request.files.get("package"), request.form.get("draft", "")
    with reading() as (session, actor):
        ministry_key = read_release(session, actor, key).ministry_key
        if draft_key:
            whole = of_draft(session, actor, draft_key)
        else:
            whole = of_archive(session, house(), ministry_key, sent.read() if sent else b"")
    with transaction() as (session, actor):
        put = making.put_in(session, house(), actor, key, whole, seen=_seen(), now=now())
    if put.is_changed:
        flash(gettext("%(service)s is in the release.", service=put.service_key), "success")
    else:
        flash(gettext("%(service)s is the same as the version there is: it changes nothing.", service=put.service_key))
    return back_to(key)


@blueprint.post("/analyst/releases/<key>/packages/<service_key>/take-out", endpoint="release_take_out")
@access(groups=(ANALYST,))
def take_package_out(key: str, service_key: str) -> ResponseReturnValue:
    """Takes a package out again."""
    with transaction() as (session, actor):
        making.take_out(session, actor, key, service_key, seen=_seen(), now=now())
    return back_to(key)


@blueprint.post("/analyst/releases/<key>/plan", endpoint="release_plan")
@access(groups=(ANALYST,))
def plan_release(key: str) -> ResponseReturnValue:
    """From when and where the release is to be in effect."""
    offices = request.form.getlist("offices") if request.form.get("where") == "pilot" else []
    with transaction() as (session, actor):
        making.plan(session, actor, key, planned_for=_moment(), offices=offices, seen=_seen(), now=now())
    return back_to(key)


@blueprint.post("/analyst/releases/<key>/take-over", endpoint="release_rebase")
@access(groups=(ANALYST,))
def take_over(key: str) -> ResponseReturnValue:
    """Takes over what was published under the release."""
    with transaction() as (session, actor):
        making.rebase(session, actor, key, seen=_seen(), now=now())
    return back_to(key)


@blueprint.post("/analyst/releases/<key>/packages/<service_key>/replay", endpoint="release_replay")
@access(groups=(ANALYST,))
def replay_package(key: str, service_key: str) -> ResponseReturnValue:
    """Tries a package of the release on the newest cases of its service, in the background."""
    with transaction() as (session, actor):
        replaying.ask(session, house(), actor, key, service_key, seen=_seen(), now=now())
    return back_to(key)


@blueprint.post("/analyst/releases/<key>/submit", endpoint="release_submit")
@access(groups=(ANALYST,))
def submit_release(key: str) -> ResponseReturnValue:
    """Sends the release through the gate to its approver."""
    with reading() as (_session, actor):
        pass  # loaded and let in; the gate looks without holding anything
    submitting.submit(house(), actor, key, seen=_seen(), now=now())
    flash(gettext("The release went through the gate and waits for its approver."), "success")
    return back_to(key)


@blueprint.post("/analyst/releases/<key>/gate/<step>", endpoint="release_let_through")
@access(groups=(APPROVER,))
def let_through(key: str, step: str) -> ResponseReturnValue:
    """Lets the release through a step that holds it up, with a reason."""
    if step not in tuple(GateStep):
        abort(404)
    with transaction() as (session, actor):
        deciding.let_through(session, actor, key, GateStep(step), _reason(), seen=_seen(), now=now())
    return back_to(key)


@blueprint.post("/analyst/releases/<key>/approve", endpoint="release_approve")
@access(groups=(APPROVER,))
def approve_release(key: str) -> ResponseReturnValue:
    """Approves the release: it takes effect at its moment."""
    with transaction() as (session, actor):
        number = deciding.approve(session, house(), actor, key, seen=_seen(), now=now())
    flash(gettext("Release %(number)s is approved.", number=localise.number(number, current_lang())), "success")
    return back_to(key)


@blueprint.post("/analyst/releases/<key>/send-back", endpoint="release_send_back")
@access(groups=(APPROVER,))
def send_release_back(key: str) -> ResponseReturnValue:
    """Sends the release back to its makers, with a reason."""
    with transaction() as (session, actor):
        deciding.send_back(session, house(), actor, key, _reason(), seen=_seen(), now=now())
    return back_to(key)


@blueprint.post("/analyst/releases/<key>/withdraw", endpoint="release_withdraw")
@access(groups=(ANALYST, APPROVER))
def withdraw_release(key: str) -> ResponseReturnValue:
    """Withdraws the release before it is in effect."""
    with transaction() as (session, actor):
        deciding.withdraw(session, house(), actor, key, _reason(), seen=_seen(), now=now())
    return back_to(key)


def back_to(key: str) -> ResponseReturnValue:
    """The page of the release, after something was done to it."""
    return redirect(url_for("analyst.release", key=key), code=303)


def _seen() -> int:
    """The revision that the page showed; one without it shows none that there is."""
    seen = whole_number(request.form.get("seen", ""))
    return 0 if seen is None else seen


def _reason() -> str:
    return request.form.get("reason", "")


def _moment() -> datetime | None:
    """The moment that was typed, in Cambodia's time; None for none. ``MomentUnclear``."""
    typed = {part: request.form.get(f"day-{part}", "") for part in PARTS}
    try:
        day, at = typed_day(typed), typed_time(request.form.get("at", "") or "00:00")
    except Fault:
        raise MomentUnclear from None
    return None if day is None else datetime.combine(day, time.fromisoformat(at or "00:00"), LOCAL_ZONE)
