"""The team of an office: who has what, what nobody has, and tasks that go back to their group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from engine.errors import NotAllowed, NotFound, ReasonMissing, TaskGone
from engine.packages.groups import HEAD
from engine.queries.office import team as queries
from engine.queries.office.team_tasks import Asked, TeamTasks, team_tasks
from engine.tasks.team_work import take_back
from web.access import access
from web.context import house, now, reading, today, transaction
from web.errors import sentence
from web.labels import group_label
from web.office import blueprint
from web.office.paging import asked_page, asked_stretch

MOST_AT_ONCE: Final = 50
LONGEST: Final = 80


@blueprint.get("/office/team", endpoint="team")
@access(groups=(HEAD,))
def show_team() -> ResponseReturnValue:
    """The officers of one office with what each has, and what nobody has."""
    with reading() as (session, actor):
        found = queries.team(session, actor, _asked("office"), asked_page(), today=today(), now=now())
    return render_template("office/team.html", team=found, group_label=group_label)


@blueprint.get("/office/team/<int:person_id>", endpoint="team_officer")
@access(groups=(HEAD,))
def show_officer(person_id: int) -> ResponseReturnValue:
    """The tasks that one officer has at the office."""
    with reading() as (session, actor):
        found = team_tasks(session, house(), actor, _of(person_id), now=now())
    return _page(found, {})


@blueprint.get("/office/team/waiting", endpoint="team_waiting")
@access(groups=(HEAD,))
def show_waiting() -> ResponseReturnValue:
    """The tasks of one group that nobody has."""
    with reading() as (session, actor):
        found = team_tasks(session, house(), actor, _of(None), now=now())
    return _page(found, {})


@blueprint.post("/office/team/<int:person_id>/back", endpoint="team_back")
@access(groups=(HEAD,))
def take_tasks_back(person_id: int) -> ResponseReturnValue:
    """Gives the chosen tasks back to their group, each for itself: one that a colleague finished meanwhile keeps none
    of the others. Without a reason or a task the page is shown again."""
    reason, chosen = _typed_reason(), request.form.getlist("task")[:MOST_AT_ONCE]
    errors = {} if reason else {"reason": sentence(ReasonMissing())}
    if not chosen:
        errors["task"] = gettext("Choose at least one task.")
    if errors:
        with reading() as (session, actor):
            found = team_tasks(session, house(), actor, _of(person_id), now=now())
        return _page(found, errors), 422

    def back(key: str) -> None:
        with transaction() as (session, actor):
            take_back(session, house(), actor, key, reason, now=now())

    _say(each_of(chosen, back))
    return redirect(url_for("office.team_officer", person_id=person_id, office=_asked("office")), code=303)


def each_of(keys: list[str], do: Callable[[str], None]) -> tuple[int, int]:
    """Does it for each task in a transaction of its own; how many were done, and how many could not be any more."""
    done = 0
    for key in keys:
        try:
            do(key[:LONGEST])
            done += 1
        except (NotAllowed, NotFound, TaskGone):
            continue
    return done, len(keys) - done


def _say(outcome: tuple[int, int]) -> None:
    done, left = outcome
    if done:
        words = ngettext(
            "%(num)s task is open to its group again.", "%(num)s tasks are open to their group again.", done
        )
        flash(words, "success")
    if left:
        flash(
            ngettext(
                "%(num)s task was left as it is: somebody was faster, or it is of your own case.",
                "%(num)s tasks were left as they are: somebody was faster, or they are of your own case.",
                left,
            ),
            "warning",
        )


def _page(found: TeamTasks, errors: dict[str, str]) -> str:
    chosen = frozenset(request.form.getlist("task")[:MOST_AT_ONCE])
    return render_template(
        "office/team_tasks.html",
        found=found,
        errors=errors,
        reason=_typed_reason(),
        chosen=chosen,
        group_label=group_label,
    )


def _of(person_id: int | None) -> Asked:
    group = "" if person_id is not None else _asked("group")
    return Asked(_asked("office"), person_id, group, asked_stretch())


def _asked(name: str) -> str:
    return request.args.get(name, "")[:LONGEST]


def _typed_reason() -> str:
    return request.form.get("reason", "").strip()[:500]
