"""The report of a visit on a telephone: a page that is kept there, sent when there is a connection, and taken once."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from engine.errors import BadAnswers, NotFound, Refused
from engine.flow.operations import REFUSED_TO_OFFICERS
from engine.packages import Form, understood
from engine.packages.groups import DO_TASKS
from engine.queries.office.case_reading import open_task
from engine.queries.office.task_page import TaskPage
from engine.queries.office.visit_page import visit_shown
from engine.queries.office.visits import VisitShown
from web import script_answers
from web.access import access
from web.assets import DIST, Assets
from web.citizen.problems import said
from web.citizen.rearranging import rearranged
from web.context import house, note_case, now, reading, today, transaction
from web.errors import sentence, status_of
from web.labels import PARTS_OF_DAY
from web.office import blueprint
from web.office.completing import completed
from web.office.task_drafts import keep_what_is_typed, left_typed, sending_key
from web.office.tasks import typed_answers
from web.security import allow_position


@blueprint.get("/office/visits/<key>", endpoint="visit")
@access(groups=DO_TASKS)
def show_visit(key: str) -> ResponseReturnValue:
    """The report of a visit, to be filled in there."""
    return _page(key, {})


@blueprint.post("/office/visits/<key>", endpoint="visit_post")
@access(groups=DO_TASKS)
def send_report(key: str) -> ResponseReturnValue:
    """Takes the report, once, however often it is sent. A script gets the outcome as JSON."""
    try:
        done = completed(key)
    except BadAnswers as refused:
        keep_what_is_typed(key)
        return _wrong(key, refused, said(refused.errors))
    except REFUSED_TO_OFFICERS as refused:
        keep_what_is_typed(key)
        return _wrong(key, refused, {"": sentence(refused)})
    except Refused as refused:
        keep_what_is_typed(key)
        if script_answers.asks_for_json():
            return jsonify(message=sentence(refused)), status_of(refused)
        raise
    note_case(done.reference)
    words = gettext("Done: %(reference)s.", reference=done.reference)
    if script_answers.asks_for_json():
        return jsonify(message=words, href=url_for("office.visits"))
    return render_template("office/visit_sent.html", key=key, words=words, went_on=done.went_on)


@blueprint.get("/office/visits/kept", endpoint="visits_kept")
@access(groups=DO_TASKS)
def show_kept() -> ResponseReturnValue:
    """What this telephone keeps; the page itself knows nothing of it."""
    with reading():
        pass
    return render_template("office/visits_kept.html")


@blueprint.get("/office/visits/worker.js", endpoint="visits_worker")
@access(groups=DO_TASKS)
def show_worker() -> ResponseReturnValue:
    """The script with which a browser shows the pages of visits without a connection; it works for these alone."""
    with reading():
        pass
    return Response((DIST / Assets().names["worker.js"]).read_text(encoding="utf-8"), mimetype="text/javascript")


def _wrong(key: str, refused: Refused, errors: Mapping[str, str]) -> ResponseReturnValue:
    if script_answers.asks_for_json():
        fields = [{"field": name, "text": text} for name, text in errors.items()]
        return jsonify(message=sentence(refused), errors=fields), 422
    return _page(key, errors), 422


def _page(key: str, errors: Mapping[str, str]) -> Response:
    with transaction() as (session, actor):
        page = open_task(session, house(), actor, key, now=now())
        if not page.is_visit:
            raise NotFound
        visit = visit_shown(session, house(), actor, key, now=now())
    note_case(page.case.reference)
    drawn = make_response(_drawn(page, visit, errors))
    return allow_position(drawn) if page.form and _asks_position(page.form) else drawn


def _drawn(page: TaskPage, visit: VisitShown, errors: Mapping[str, str]) -> str:
    typed = request.form or MultiDict(page.typed.fields if page.typed and page.is_mine else ())
    values = rearranged(typed_answers(page.form, typed) if page.form and typed else page.begins_with)
    return render_template(
        "office/visit.html",
        page=page,
        visit=visit,
        values=values,
        answers=understood(page.form, values, today=today()) if page.form else {},
        errors=errors,
        sending=sending_key(),
        left_typed=left_typed(page),
        parts=PARTS_OF_DAY,
    )


def _asks_position(form: Form) -> bool:
    return any(part.kind.is_position for part in form.components())
