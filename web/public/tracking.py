"""Tracking: a code and four digits show where an application stands. Who showed them once may come back."""

from __future__ import annotations

from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import NotFound
from engine.queries.public.tracking import Progress, track, tracked
from engine.typed.codes import normal_code
from web.access import LOOK_UP, access
from web.context import house, note_case, now, public_reading
from web.labels import group_label
from web.public import blueprint
from web.wording import in_language

SHOWN: Final = "tracked"
"""Under this name the browser's session keeps the codes that were opened with the right digits."""
MOST_SHOWN: Final = 5


@blueprint.get("/track", endpoint="track")
@access(public=True)
def ask() -> ResponseReturnValue:
    """The form for code and digits."""
    return _form(request.args.get("code", ""))


@blueprint.post("/track", endpoint="track_post")
@access(public=True, limit=LOOK_UP)
def look_up() -> ResponseReturnValue:
    """Opens the application, or says that nothing was found, whichever of the two was wrong."""
    code, digits = request.form.get("code", ""), request.form.get("digits", "")
    try:
        with public_reading() as session:
            found = track(session, house(), code, digits, now=now())
    except NotFound:
        return _form(code, gettext("We found no application with this code and these digits. Check both.")), 404
    kept = [shown for shown in browser_session.get(SHOWN, []) if shown != found.tracking_code]
    browser_session[SHOWN] = [*kept, found.tracking_code][-MOST_SHOWN:]
    return redirect(url_for("public.tracked", code=found.tracking_code), code=303)


@blueprint.get("/track/<code>", endpoint="tracked")
@access(public=True)
def show(code: str) -> ResponseReturnValue:
    """Where the application stands, for a browser that has shown the digits; the form for every other."""
    code = normal_code(code)
    if code not in browser_session.get(SHOWN, []):
        return _form(code)
    with public_reading() as session:
        progress = tracked(session, house(), code, now=now())
    note_case(progress.reference)
    return render_template("public/tracked.html", progress=progress, stages=timeline(progress), now=now())


def timeline(progress: Progress) -> list[dict[str, Any]]:
    """The stages as the timeline draws them; the present one says who has it, a group and an office."""
    groups = ", ".join(group_label(group) for group in progress.groups)
    office = in_language(progress.holder)
    who = f"{groups} · {office}" if groups else office
    return [
        {
            "label": stage.label,
            "state": stage.state,
            "at": stage.done_at,
            "since": stage.since,
            "who": who if stage.state == "now" else None,
        }
        for stage in progress.stages
    ]


def _form(code: str, problem: str | None = None) -> str:
    errors = {"code": problem} if problem else {}
    return render_template("public/track.html", code=code, errors=errors)
