"""Late cases that were raised to an officer by the chain of their office, and what is done about one from above."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ReasonMissing
from engine.errors.cases import ColleagueMayNot, NoColleague
from engine.errors.desk import WordsMissing
from engine.packages.groups import DO_TASKS
from engine.queries.office.raised import raised_case, raised_cases
from engine.queries.shared.names import read_names
from engine.tasks import raised_acts
from engine.tasks.assigning import assign
from engine.tasks.notes import LONGEST
from web.access import access
from web.context import house, note_case, note_listed, now, reading, today, transaction
from web.errors import sentence
from web.event_words import RAISED_TO
from web.intake import whole_number
from web.office import blueprint
from web.presentation import in_language


@blueprint.get("/office/raised", endpoint="raised")
@access(groups=DO_TASKS)
def show_raised() -> ResponseReturnValue:
    """The late cases that were raised to the officer, and how long ago."""
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        cases = raised_cases(session, names, actor)
    note_listed(actor, [one.key for one in cases])
    return render_template("office/raised.html", cases=cases, raised_to=RAISED_TO)


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
