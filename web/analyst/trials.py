"""What a version would have done with the cases of a service: asked for, followed, stopped, repeated, read by group."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Final

from flask import abort, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.errors import NotFound
from engine.khmer import latin_digits
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.queries.admin.reports import Period, period_between
from engine.queries.analyst import trial_drawings
from engine.queries.analyst import trials as read
from engine.queries.shared.names import Names, read_names
from engine.queries.shared.pages import Page
from engine.versions import trials
from web.access import access
from web.admin.parameters import choice
from web.analyst import blueprint
from web.analyst.list_rows import trial_case_heads, trial_case_row
from web.context import house, now, reading, today, transaction
from web.exports import FORMATS, paged_answer
from web.intake import whole_number
from web.reloading import load_again
from web.version_words import REFUSALS, TRIAL_STATUSES, VERDICTS

READERS: Final = (ANALYST, ADMINISTRATOR)
WITH_APPROVERS: Final = (*READERS, APPROVER)
SECONDS: Final = 10
"""So often a page of a trial that goes on is loaded again, with or without JavaScript."""


@blueprint.post("/analyst/<service_key>/<int:number>/trials", endpoint="trial_ask")
@access(groups=READERS)
def ask(service_key: str, number: int) -> ResponseReturnValue:
    """Fixes the newest cases of a period and an office, to be tried on this version."""
    period = period_of(request.form)
    with transaction() as (session, actor):
        office_id = office_of(read_names(session, house(), now=now()), request.form.get("office", ""))
        key = trials.ask(
            session,
            house(),
            actor,
            service_key,
            number,
            office_id=office_id,
            since=period.begins,
            until=period.ends,
            most=whole_number(latin_digits(request.form.get("most", "")), trials.MOST) or trials.USUAL,
            now=now(),
        )
    return redirect(url_for("analyst.trial", key=key), code=303)


@blueprint.get("/analyst/trials/<key>", endpoint="trial")
@access(groups=WITH_APPROVERS, by_itself=True)
def show_trial(key: str) -> ResponseReturnValue:
    """How far a trial is, and what was found in groups; loaded again by itself while it goes on."""
    with reading() as (session, actor):
        shown = read.trial(session, house(), actor, key, now=now())
        drawn = trial_drawings.drawn(session, house(), shown)
    page = render_template(
        "analyst/trial.html",
        shown=shown,
        drawn=drawn,
        line=shown.line,
        verdicts=VERDICTS,
        statuses=TRIAL_STATUSES,
        refusals=REFUSALS,
    )
    answer = make_response(page)
    if shown.is_open:
        load_again(answer, SECONDS)
    return answer


@blueprint.get("/analyst/trials/<key>/drawn/<path:path>", endpoint="trial_drawn")
@access(groups=WITH_APPROVERS, by_itself=True)
def send_drawing(key: str, path: str) -> ResponseReturnValue:
    """A BPMN file of the package that was tried, for the viewer on the page; as text, which no browser carries out."""
    with reading() as (session, actor):
        drawn = trial_drawings.drawing(session, house(), actor, key, path)
    name = f"{key}-{path.replace('/', '-')}"
    return send_file(BytesIO(drawn), mimetype="text/plain", as_attachment=True, download_name=name)


@blueprint.get("/analyst/trials/<key>/cases", endpoint="trial_cases")
@access(groups=WITH_APPROVERS)
def show_cases(key: str) -> ResponseReturnValue:
    """The cases of one group, by reference; each opens for those who may open it; ``?as`` is a file."""
    kind, element = request.args.get("kind", ""), request.args.get("element", "")
    number = whole_number(request.args.get("page", "")) or 1
    read_cases = partial(_read_cases, key, kind, element)
    if end := choice("as", FORMATS):
        return paged_answer("one-window-trial", end, trial_case_heads(), read_cases, trial_case_row)
    page = read_cases(number, read.CASES_ON_A_PAGE)
    with reading() as (session, actor):
        shown = read.trial(session, house(), actor, key, now=now())
    return render_template(
        "analyst/trial_cases.html", shown=shown, page=page, kind=kind, element=element, verdicts=VERDICTS
    )


def _read_cases(key: str, kind: str, element: str, number: int, size: int) -> Page[read.CaseLine]:
    with reading() as (session, actor):
        if kind not in read.KINDS:
            raise NotFound
        return read.cases(session, house(), actor, key, kind=kind, element_id=element, page=number, size=size)


@blueprint.post("/analyst/trials/<key>/cancel", endpoint="trial_cancel")
@access(groups=READERS)
def cancel(key: str) -> ResponseReturnValue:
    """No further case is tried."""
    with transaction() as (session, actor):
        trials.cancel(session, actor, key, now=now())
    return redirect(url_for("analyst.trial", key=key), code=303)


@blueprint.post("/analyst/trials/<key>/again", endpoint="trial_again")
@access(groups=READERS)
def repeat(key: str) -> ResponseReturnValue:
    """The same cases again, as they stood then."""
    with transaction() as (session, actor):
        again = trials.repeat(session, actor, key, now=now())
    return redirect(url_for("analyst.trial", key=again), code=303)


def period_of(typed: MultiDict[str, str]) -> Period:
    """The months that were typed, the last twelve where none can be read."""
    return period_between(typed.get("from", ""), typed.get("to", ""), today=today())


def office_of(names: Names, code: str) -> int | None:
    """The office with this code; None for all. 404 for a code of no office."""
    if not code:
        return None
    found = next((office.id for office in names.offices.values() if office.code == code), None)
    return abort(404) if found is None else found
