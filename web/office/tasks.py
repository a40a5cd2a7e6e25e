"""One user task: its case, claiming and releasing it, completing it with its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from engine.errors import BadAnswers, Refused
from engine.flow.operations import REFUSED_TO_OFFICERS
from engine.packages import Form, gather, understood
from engine.packages.groups import DO_TASKS, FRONT_OFFICE
from engine.people.actors import Actor
from engine.queries.office.case_reading import open_task
from engine.queries.office.task_page import TaskPage
from engine.sessions import choosing
from engine.tasks import user_tasks
from engine.tasks.holders import given_on
from engine.versions import recalling
from engine.words import TaskKind
from web.access import access
from web.citizen.appointments import CHOSEN, TRY_ANOTHER
from web.citizen.rearranging import only_rearranges, rearranged
from web.context import house, note_case, now, today, transaction
from web.errors import sentence
from web.event_words import event_text, role_text
from web.labels import group_label
from web.office import blueprint
from web.office.completing import FIX, asked_corrections, completed
from web.office.taking import NEXT, inbox_of, to_inbox, to_next
from web.office.task_drafts import keep_what_is_typed, left_typed, sending_key
from web.office.tokens import Shown, token_for
from web.office.viewing import carried_text
from web.security import allow_frames

TAKE_BACK = "take_back"
"""The kind of message that leads back to a task that was just completed."""


@blueprint.get("/office/tasks/<key>", endpoint="task")
@access(groups=DO_TASKS)
def show_task(key: str) -> ResponseReturnValue:
    """The task with its whole case; fees and handovers are done at their desks."""
    with transaction() as (session, actor):
        page = open_task(session, house(), actor, key, now=now())
        given = given_on(session, key, actor) if page.obstacle == "colleague" else None
    note_case(page.case.reference)
    if given is not None:
        flash(sentence(given), "warning")
    if page.kind == TaskKind.PAYMENT:
        return redirect(url_for("office.payment", key=page.case.key), code=303)
    if page.kind == TaskKind.HANDOVER:
        return redirect(url_for("office.handover", key=page.key), code=303)
    return _as_typed(page, {})


@blueprint.post("/office/tasks/<key>/claim", endpoint="task_claim")
@access(groups=DO_TASKS)
def claim_task(key: str) -> ResponseReturnValue:
    """Takes the task; the same officer doing it twice is harmless."""
    with transaction() as (session, actor):
        user_tasks.claim(session, house(), actor, key, now=now())
    return redirect(url_for("office.task", key=key, view=carried_text() or None), code=303)


@blueprint.post("/office/tasks/<key>/release", endpoint="task_release")
@access(groups=DO_TASKS)
def release_task(key: str) -> ResponseReturnValue:
    """Gives the task back to its group."""
    with transaction() as (session, actor):
        user_tasks.release_claim(session, house(), actor, key, now=now())
    flash(gettext("The task is open to your colleagues again."), "success")
    return to_inbox()


@blueprint.post("/office/tasks/<key>", endpoint="task_post")
@access(groups=DO_TASKS)
def complete_task(key: str) -> ResponseReturnValue:
    """Completes the task with what was typed; a wrong answer shows the page again with everything on it."""
    if only_rearranges():
        return again(key, {})
    try:
        done = completed(key)
    except BadAnswers as refused:
        keep_what_is_typed(key)
        return again(key, refused.errors)
    except REFUSED_TO_OFFICERS as refused:
        keep_what_is_typed(key)
        return again(key, {}, refused)
    except Refused:
        keep_what_is_typed(key)
        raise
    note_case(done.reference)
    if done.went_on:
        flash(gettext("Done: %(reference)s.", reference=done.reference), "success")
        flash(key, TAKE_BACK)
    else:
        flash(
            gettext(
                "What you entered for %(reference)s is kept, but the next step stopped. The administrator sees it and "
                "will let it go on. You need not do anything.",
                reference=done.reference,
            ),
            "warning",
        )
    return to_next(key) if NEXT in request.form else to_inbox()


@blueprint.post("/office/tasks/<key>/recall", endpoint="task_recall")
@access(groups=DO_TASKS)
def recall_task(key: str) -> ResponseReturnValue:
    """Takes back a task that was just completed, while nobody has gone on with the case."""
    with transaction() as (session, actor):
        reference = recalling.recall(session, house(), actor, key, now=now())
    note_case(reference)
    flash(gettext("Taken back: %(reference)s. The task is yours again, as it was.", reference=reference), "success")
    return redirect(url_for("office.task", key=key, view=carried_text() or None), code=303)


@blueprint.post("/office/tasks/<key>/session", endpoint="task_session")
@access(groups=DO_TASKS)
def set_session(key: str) -> ResponseReturnValue:
    """Sets the day that the task asks for."""
    try:
        with transaction() as (session, actor):
            done = choosing.choose(session, house(), actor, key, request.form.get(CHOSEN, ""), now=now())
    except TRY_ANOTHER as refused:
        return again(key, {CHOSEN: sentence(refused)})
    note_case(done.reference)
    flash(gettext("Done: %(reference)s.", reference=done.reference), "success")
    return to_next(key) if NEXT in request.form else to_inbox()


def typed_answers(form: Form, raw: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed on all pages of a task's form, by component key."""
    typed: dict[str, Any] = {}
    for page in form.pages:
        typed |= gather(form, page.key, raw)
    return typed


def again(key: str, errors: Mapping[str, object], answer_refused: Refused | None = None) -> ResponseReturnValue:
    """The page with what is wrong beside its fields; a refusal of the answer itself stands beside the decision."""
    with transaction() as (session, actor):
        page = open_task(session, house(), actor, key, now=now())
    note_case(page.case.reference)
    if answer_refused is not None:
        errors = {page.decides: sentence(answer_refused)}
    return _as_typed(page, errors), 422 if errors else 200


def _as_typed(page: TaskPage, errors: Mapping[str, object]) -> Response:
    """The page with what was typed on it, where something was: now, or before and not completed."""
    typed = request.form or MultiDict(page.typed.fields if page.typed and page.is_mine else ())
    values = typed_answers(page.form, typed) if page.form and typed else page.begins_with
    reasons = {f"{FIX}{one.target_kind}-{one.target_key}": one.reason for one in asked_corrections(typed)}
    return _render(page, rearranged(values), errors, reasons)


def _render(
    page: TaskPage, values: Mapping[str, Any], errors: Mapping[str, object], reasons: Mapping[str, str]
) -> Response:
    answers = understood(page.form, values, today=today()) if page.form else {}
    drawn = render_template(
        "office/task.html",
        page=page,
        values=values,
        answers=answers,
        errors=errors,
        reasons=reasons,
        person=_at_counter(page),
        is_restored=bool(page.typed) and not request.form,
        left_typed=left_typed(page),
        sending=sending_key() if page.is_visit else "",
        event_text=event_text,
        view=carried_text(),
        inbox=inbox_of(carried_text()),
        role_text=role_text,
        group_label=group_label,
    )
    return allow_frames(make_response(drawn))


def _at_counter(page: TaskPage) -> str | None:
    """The address part for an applicant whose number somebody else is verified with: the front office looks at the
    paper that they bring."""
    actor: Actor = g.actor
    if page.meeting is None or page.meeting.holder is None or FRONT_OFFICE not in actor.groups:
        return None
    return token_for(actor, page.meeting.claims[0].person_id, Shown.NOTHING)
