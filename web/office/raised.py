"""Late cases that were raised to an officer by the chain of their office, and what is done about one from above."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ReasonMissing
from engine.errors.cases import ColleagueMayNot, NoColleague
from engine.errors.desk import WordsMissing
from engine.packages.groups import DO_TASKS
from engine.queries.office.raised import RaisedCase, raised_case, raised_cases
from engine.queries.shared.names import read_names
from engine.tasks import raised_acts
from engine.tasks.assigning import assign
from engine.tasks.notes import LONGEST
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_case, note_listed, now, reading, today, transaction
from web.errors import sentence
from web.event_words import RAISED_TO
from web.exports import FORMATS, table_answer
from web.intake import whole_number
from web.list_words import PROMISES, word_of
from web.office import blueprint
from web.wording import in_language


@blueprint.get("/office/raised", endpoint="raised")
@access(groups=DO_TASKS)
def show_raised() -> ResponseReturnValue:
    """The late cases that were raised to the officer, and how long ago; ``?as`` is a file."""
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        cases = raised_cases(session, names, actor)
    note_listed(actor, [one.key for one in cases])
    if end := choice("as", FORMATS):
        return table_answer("one-window-raised", end, _rows(cases))
    return render_template("office/raised.html", cases=cases, raised_to=RAISED_TO)


def _rows(cases: Sequence[RaisedCase]) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Reference number"), gettext("Office"), gettext("Service"), gettext("What was promised")),
        *(gettext("Due"), gettext("New day"), gettext("Raised to"), gettext("Since")),
    ]
    for one in cases:
        what = in_language(one.task) if one.task else word_of(PROMISES, one.kind)
        due, new = (day.isoformat() if day else "" for day in (one.due_at, one.new_due_at))
        raised = str(RAISED_TO[one.raised_to]), one.raised_at.isoformat()
        yield [one.reference, in_language(one.office), in_language(one.service), what, due, new, *raised]


@blueprint.get("/office/raised/<key>", endpoint="raised_case")
@access(groups=DO_TASKS)
def show_case(key: str) -> ResponseReturnValue:
    """One of them: who takes care of it, and what the reader may do; that it was opened is noted for the applicant."""
    return _page(key, {})


@blueprint.post("/office/raised/<key>/care", endpoint="raised_care")
@access(groups=DO_TASKS)
def take_up(key: str) -> ResponseReturnValue:
    """The officer says that they take care of it."""
    try:
        with transaction() as (session, actor):
            raised_acts.take_up(session, house(), actor, key, request.form.get("care", ""), now=now())
    except WordsMissing as refused:
        return _page(key, {"care": sentence(refused)}), 422
    flash(gettext("You take care of it. The others on the chain read that."), "success")
    return _back(key)


@blueprint.post("/office/raised/<key>/write", endpoint="raised_write")
@access(groups=DO_TASKS)
def write(key: str) -> ResponseReturnValue:
    """The applicant is written to."""
    try:
        with transaction() as (session, actor):
            raised_acts.write(session, house(), actor, key, request.form.get("word", ""), now=now())
    except WordsMissing as refused:
        return _page(key, {"word": sentence(refused)}), 422
    flash(gettext("The applicant is written to."), "success")
    return _back(key)


@blueprint.post("/office/raised/<key>/give/<task_key>", endpoint="raised_give")
@access(groups=DO_TASKS)
def give(key: str, task_key: str) -> ResponseReturnValue:
    """A task of the case is given to an officer of its office."""
    colleague, reason = (
        whole_number(request.form.get(f"colleague-{task_key}", "")),
        request.form.get(f"reason-{task_key}", ""),
    )
    try:
        with transaction() as (session, actor):
            name = assign(session, house(), actor, task_key, colleague or 0, reason=reason, today=today(), now=now())
    except (ColleagueMayNot, NoColleague, ReasonMissing) as refused:
        field = "reason" if isinstance(refused, ReasonMissing) else "colleague"
        return _page(key, {f"{field}-{task_key}": sentence(refused)}), 422
    flash(gettext("The task is given to %(officer)s.", officer=in_language(name)), "success")
    return _back(key)


def _back(key: str) -> ResponseReturnValue:
    return redirect(url_for("office.raised_case", key=key), code=303)


def _page(key: str, errors: Mapping[str, str]) -> str:
    with transaction() as (session, actor):
        page = raised_case(session, house(), actor, key, today=today(), now=now())
    note_case(page.reference)
    return render_template(
        "office/raised_case.html",
        page=page, raised_to=RAISED_TO, errors=errors, typed=request.form, longest=LONGEST,
    )  # fmt: skip
