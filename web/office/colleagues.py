"""What officers write to one another about a case: notes, questions to colleagues, declared interests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.packages.groups import CASE_WORKERS, DO_TASKS
from engine.queries.office.colleagues import QuestionShown, asked_of_me, open_beside
from engine.tasks import interests, notes, questions
from engine.tasks.questions import Asked
from engine.words import NoteKind
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_case, note_listed, now, reading, transaction
from web.exports import FORMATS, table_answer
from web.intake import whole_number
from web.labels import group_label
from web.office import blueprint
from web.wording import in_language


@blueprint.get("/office/cases/<key>/colleagues", endpoint="colleagues")
@access(groups=DO_TASKS)
def show_colleagues(key: str) -> ResponseReturnValue:
    """Notes and questions about a case, and where to write them."""
    with transaction() as (session, actor):
        beside, people, desks = open_beside(session, house(), actor, key, now=now())
    note_case(beside.reference)
    return render_template("office/colleagues.html", beside=beside, people=people, desks=desks, group_label=group_label)


@blueprint.post("/office/cases/<key>/colleagues/note", endpoint="note_post")
@access(groups=DO_TASKS)
def write_note(key: str) -> ResponseReturnValue:
    """Keeps a note."""
    kind = NoteKind.SHARED if request.form.get("kind") == NoteKind.SHARED else NoteKind.PRIVATE
    with transaction() as (session, actor):
        notes.write_note(session, house(), actor, key, request.form.get("note", ""), kind=kind, now=now())
    flash(gettext("The note is kept."), "success")
    return redirect(url_for("office.colleagues", key=key), code=303)


@blueprint.post("/office/notes/<key>/withdraw", endpoint="note_withdraw")
@access(groups=DO_TASKS)
def withdraw_note(key: str) -> ResponseReturnValue:
    """Takes a note back."""
    with transaction() as (session, actor):
        case = notes.withdraw_note(session, house(), actor, key, now=now())
    return redirect(url_for("office.colleagues", key=case), code=303)


@blueprint.post("/office/cases/<key>/colleagues/question", endpoint="question_post")
@access(groups=DO_TASKS)
def ask(key: str) -> ResponseReturnValue:
    """Asks a colleague, or a group of an office."""
    with transaction() as (session, actor):
        questions.ask(
            session,
            house(),
            actor,
            key,
            request.form.get("question", ""),
            of=_asked(request.form.get("of", "")),
            now=now(),
        )
    flash(gettext("Asked. The task stays yours; the answer stands on its page."), "success")
    return redirect(url_for("office.colleagues", key=key), code=303)


@blueprint.post("/office/questions/<key>/answer", endpoint="question_answer")
@access(groups=DO_TASKS)
def answer(key: str) -> ResponseReturnValue:
    """Answers a question; its case is no longer open to whoever only was asked."""
    with transaction() as (session, actor):
        questions.answer_question(session, house(), actor, key, request.form.get("answer", ""), now=now())
    flash(gettext("Your answer is part of the case now."), "success")
    return redirect(url_for("office.asked"), code=303)


@blueprint.post("/office/questions/<key>/take-back", endpoint="question_take_back")
@access(groups=DO_TASKS)
def take_back(key: str) -> ResponseReturnValue:
    """Needs no answer any more."""
    with transaction() as (session, actor):
        case = questions.take_back(session, house(), actor, key, now=now())
    return redirect(url_for("office.colleagues", key=case), code=303)


@blueprint.post("/office/cases/<key>/colleagues/interest", endpoint="interest_post")
@access(groups=DO_TASKS)
def declare_interest(key: str) -> ResponseReturnValue:
    """Declares that the case touches an interest of the officer."""
    with transaction() as (session, actor):
        interests.declare(session, house(), actor, key, request.form.get("reason", ""), now=now())
    flash(gettext("Declared. You do no task of this case any more; the head can read why."), "success")
    return redirect(url_for("office.colleagues", key=key), code=303)


@blueprint.get("/office/asked", endpoint="asked")
@access(groups=DO_TASKS)
def show_asked() -> ResponseReturnValue:
    """What the officer is asked by colleagues; ``?as`` is a file."""
    with reading() as (session, actor):
        waiting = asked_of_me(session, actor)
    note_listed(actor, [one.application_key for one in waiting])
    if end := choice("as", FORMATS):
        return table_answer("one-window-questions", end, _rows(waiting))
    return render_template("office/asked.html", questions=waiting, group_label=group_label)


def _rows(questions: Sequence[QuestionShown]) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Reference number"), gettext("Asked by"), gettext("Asked on"), gettext("Asked of")),
        gettext("Question"),
    ]
    for one in questions:
        group = f"{group_label(one.group)}, {in_language(one.office)}" if one.office else ""
        whom = in_language(one.of) if one.of else group
        yield [one.reference, in_language(one.asker), one.asked_at.isoformat(), whom, one.question]


def _asked(chosen: str) -> Asked:
    """Whom a choice of the page names: ``person/12``, or ``front_office/3`` for a group of an office."""
    group, _, number = chosen.partition("/")
    named = whole_number(number)
    if group == "person":
        return Asked(person_id=named)
    return Asked(group=group if group in CASE_WORKERS else "", office_id=named)
