"""A change of a calendar: what it moves is shown first, and then how far the promises were reckoned again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.offices import recomputing
from engine.offices.foreseeing import COUNTED, Foreseen, rehearsed
from engine.offices.held_cases import Reckoned
from engine.offices.recomputing import Changed
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.calendar_changes import Progress, progress
from engine.queries.admin.offices import DayOff
from web.access import access
from web.admin import blueprint
from web.context import house, now, reading, transaction
from web.reloading import load_again

MOST_SHOWN: Final = 20
"""So many applications are listed in a question; the others are counted."""
SECONDS: Final = 3
"""After this time the page of something that goes on is loaded again."""


def make_change(
    change: Callable[[Session, Actor], Changed], said: str, back: str, *, past: DayOff | None = None
) -> ResponseReturnValue:
    """Makes a change of a calendar once somebody has seen what it moves and said yes; at once where it moves nothing.
    ``past`` is a day that has passed and is to be removed: that is always asked.

    The first promises are reckoned before the page is answered: in an office of the usual size these are all."""
    confirmed = request.form.get("confirmed") == "yes"
    changed = Changed()
    with transaction() as (session, actor):
        make = partial(change, session, actor)
        foreseen = Foreseen() if confirmed else rehearsed(session, house(), make, now=now())
        asks = not confirmed and (foreseen.clocks > 0 or not foreseen.is_all or past is not None)
        if not asks:
            changed = make()
    if asks:
        return render_template(
            "admin/calendar_change.html",
            moved=foreseen, typed=list(_posted()), back=back, past=past, shown=MOST_SHOWN, counted=COUNTED,
        )  # fmt: skip
    first = recomputing.FIRST
    done = recomputing.work_off(house(), now=now(), most=first, most_broken=first, offices=changed.offices)
    flash(said + " " + _moved(done), "success")
    return redirect(back, code=303)


@blueprint.get("/holidays/reckoned", endpoint="holidays_reckoned")
@access(groups=(ADMINISTRATOR,), by_itself=True)
def show_national_progress() -> ResponseReturnValue:
    """How far the promises of the whole country were reckoned again."""
    return _progress(None, url_for("admin.holidays"))


@blueprint.get("/offices/<code>/reckoned", endpoint="office_reckoned")
@access(groups=(ADMINISTRATOR,), by_itself=True)
def show_progress(code: str) -> ResponseReturnValue:
    """How far the promises of one office were reckoned again."""
    return _progress(code, url_for("admin.office", code=code))


def _progress(code: str | None, back: str) -> ResponseReturnValue:
    """Loaded again by itself while it goes on."""
    with reading() as (session, actor):
        found = progress(session, actor, code)
    return progress_answer(found, back)


def progress_answer(found: Progress | None, back: str) -> ResponseReturnValue:
    """The page that says how far it is."""
    answer = make_response(render_template("admin/reckoned.html", progress=found, back=back))
    if found is not None and found.done_at is None:
        load_again(answer, SECONDS)
    return answer


def _posted() -> Iterator[tuple[str, str]]:
    """What was typed, to be sent again with the answer to the question."""
    return (pair for pair in request.form.items(multi=True) if pair[0] not in ("csrf_token", "confirmed"))


def _moved(done: Reckoned) -> str:
    if not done.is_all:
        return str(gettext("The promises are reckoned again in the background; until then the old days are shown."))
    if not done.clocks:
        return str(gettext("No promise had to be moved."))
    text = gettext("Promises moved: %(clocks)s, in cases: %(cases)s.", clocks=done.clocks, cases=done.cases)
    return f"{text} {gettext('Applicants told a new day: %(people)s.', people=done.people)}"
