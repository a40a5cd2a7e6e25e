"""The team of an office: who has what, what nobody has, and tasks that go back to their group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from engine.errors import (
    NotAllowed,
    NotFound,
    ReasonMissing,
    TaskAlreadyClaimed,
    TaskGone,
)
from engine.errors.cases import ColleagueMayNot, NoColleague
from engine.errors.desk import InterestDeclared
from engine.khmer import Bilingual
from engine.packages.groups import HEAD
from engine.queries.office import team as queries
from engine.queries.office.inbox_choices import colleagues
from engine.queries.office.team_tasks import Asked, TeamTask, TeamTasks, team_tasks
from engine.queries.shared.stretches import Stretch, Wanted
from engine.tasks.assigning import assign
from engine.tasks.team_work import take_back
from web.access import access
from web.admin.parameters import choice
from web.context import house, now, reading, today, transaction
from web.errors import sentence
from web.exports import FORMATS, list_answer, table_answer
from web.intake import whole_number
from web.labels import group_label
from web.office import blueprint
from web.office.paging import asked_page, asked_stretch
from web.presentation import in_language

MOST_AT_ONCE: Final = 50
MOST_PAGES: Final = 40
LONGEST: Final = 80


@blueprint.get("/office/team", endpoint="team")
@access(groups=(HEAD,))
def show_team() -> ResponseReturnValue:
    """The officers of one office with what each has, and what nobody has; ``?as`` is a file of all of them."""
    if end := choice("as", FORMATS):
        return _file(end)
    with reading() as (session, actor):
        found = queries.team(session, actor, _asked("office"), asked_page(), today=today(), now=now())
    return render_template("office/team.html", team=found, group_label=group_label)


@blueprint.get("/office/team/<int:person_id>", endpoint="team_officer")
@access(groups=(HEAD,))
def show_officer(person_id: int) -> ResponseReturnValue:
    """The tasks that one officer has at the office; ``?as`` is a file."""
    if end := choice("as", FORMATS):
        return _tasks_file(end, person_id)
    with reading() as (session, actor):
        found = team_tasks(session, house(), actor, _of(person_id), now=now())
        people = colleagues(session, actor, today=today())
    return _page(found, {}, people)


@blueprint.get("/office/team/waiting", endpoint="team_waiting")
@access(groups=(HEAD,))
def show_waiting() -> ResponseReturnValue:
    """The tasks of one group that nobody has; ``?as`` is a file."""
    if end := choice("as", FORMATS):
        return _tasks_file(end, None)
    with reading() as (session, actor):
        found = team_tasks(session, house(), actor, _of(None), now=now())
        people = colleagues(session, actor, today=today())
    return _page(found, {}, people)


@blueprint.post("/office/team/give", endpoint="team_give")
@access(groups=(HEAD,))
def give_tasks() -> ResponseReturnValue:
    """Gives the chosen tasks to a colleague, each for itself."""
    reason, chosen, to = _typed_reason(), _chosen(), whole_number(request.form.get("colleague", ""))
    of = whole_number(_asked("of"))
    errors = _missing(reason, chosen) | ({} if to else {"colleague": gettext("Choose a colleague.")})
    if errors or to is None:
        with reading() as (session, actor):
            found = team_tasks(session, house(), actor, _of(of), now=now())
            people = colleagues(session, actor, today=today())
        return _page(found, errors, people), 422

    def give(key: str) -> None:
        with transaction() as (session, actor):
            assign(session, house(), actor, key, to, reason=reason, today=today(), now=now())

    done, left = each_of(chosen, give)
    if done:
        flash(
            ngettext("%(num)s task is the colleague’s now.", "%(num)s tasks are the colleague’s now.", done), "success"
        )
    _say_left(left)
    return redirect(url_for("office.team", office=_asked("office")), code=303)


@blueprint.post("/office/team/<int:person_id>/back", endpoint="team_back")
@access(groups=(HEAD,))
def take_tasks_back(person_id: int) -> ResponseReturnValue:
    """Gives the chosen tasks back to their group, each for itself: one that a colleague finished meanwhile keeps none
    of the others. Without a reason or a task the page is shown again."""
    reason, chosen = _typed_reason(), _chosen()
    errors = _missing(reason, chosen)
    if errors:
        with reading() as (session, actor):
            found = team_tasks(session, house(), actor, _of(person_id), now=now())
            people = colleagues(session, actor, today=today())
        return _page(found, errors, people), 422

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
        except (ColleagueMayNot, InterestDeclared, NoColleague, NotAllowed, NotFound, TaskAlreadyClaimed, TaskGone):
            continue
    return done, len(keys) - done


def _say(outcome: tuple[int, int]) -> None:
    done, left = outcome
    if done:
        words = ngettext(
            "%(num)s task is open to its group again.", "%(num)s tasks are open to their group again.", done
        )
        flash(words, "success")
    _say_left(left)


def _say_left(left: int) -> None:
    if left:
        flash(
            ngettext(
                "%(num)s task was left as it is: somebody was faster, or may not do it.",
                "%(num)s tasks were left as they are: somebody was faster, or may not do them.",
                left,
            ),
            "warning",
        )


def _chosen() -> list[str]:
    return list(dict.fromkeys(request.form.getlist("task")))[:MOST_AT_ONCE]


def _missing(reason: str, chosen: list[str]) -> dict[str, str]:
    errors = {} if reason else {"reason": sentence(ReasonMissing())}
    return errors if chosen else errors | {"task": gettext("Choose at least one task.")}


def _page(found: TeamTasks, errors: dict[str, str], people: Mapping[str, Bilingual]) -> str:
    chosen = frozenset(_chosen())
    return render_template(
        "office/team_tasks.html",
        found=found,
        errors=errors,
        reason=_typed_reason(),
        chosen=chosen,
        people=people,
        colleague=request.form.get("colleague", ""),
        group_label=group_label,
    )


def _of(person_id: int | None) -> Asked:
    group = "" if person_id is not None else _asked("group")
    return Asked(_asked("office"), person_id, group, asked_stretch())


def _tasks_file(end: str, person_id: int | None) -> ResponseReturnValue:
    heads = [gettext("Task"), gettext("Service"), gettext("Reference number"), gettext("Since"), gettext("Due")]
    return list_answer("one-window-tasks", end, heads, partial(_read_tasks, _of(person_id)), _task_row)


def _read_tasks(asked: Asked, page: Wanted, size: int) -> Stretch[TeamTask]:
    with reading() as (session, actor):
        return team_tasks(session, house(), actor, replace(asked, wanted=page), size=size, now=now()).tasks


def _task_row(task: TeamTask) -> Sequence[object]:
    due = task.due_at.isoformat() if task.due_at else ""
    return [in_language(task.name), in_language(task.service), task.reference, task.since.isoformat(), due]


def _file(end: str) -> ResponseReturnValue:
    """All pages of the team as one table."""
    with reading() as (session, actor):
        teams = [queries.team(session, actor, _asked("office"), 1, today=today(), now=now())]
        teams += [
            queries.team(session, actor, _asked("office"), page, today=today(), now=now())
            for page in range(2, min(teams[0].members.pages, MOST_PAGES) + 1)
        ]
    return table_answer(f"one-window-team-{teams[0].code}", end, _rows(teams))


def _rows(teams: Sequence[queries.Team]) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Officer"), gettext("Group"), gettext("Tasks"), gettext("Late"), gettext("Within two days")),
        *(gettext("The oldest since"), gettext("Away until")),
    ]
    for one in teams[0].waiting:
        yield [gettext("Nobody has claimed it yet"), group_label(one.group), *_pile(one.tasks), ""]
    for member in (one for found in teams for one in found.members.items):
        groups = ", ".join(group_label(group) for group in member.groups)
        away = member.away_until.isoformat() if member.away_until else ""
        yield [in_language(member.name), groups, *_pile(member.has), away]


def _pile(pile: queries.Pile) -> tuple[int, int, int, str]:
    return pile.count, pile.late, pile.soon, pile.oldest.isoformat() if pile.oldest else ""


def _asked(name: str) -> str:
    return request.args.get(name, "")[:LONGEST]


def _typed_reason() -> str:
    return request.form.get("reason", "").strip()[:500]
