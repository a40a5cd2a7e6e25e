"""What a draft would change: beside the version that it began from, and with many cases that were."""

from __future__ import annotations

from io import BytesIO

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.khmer import latin_digits
from engine.queries.analyst import trial_list
from engine.queries.analyst.comparing import compare_draft
from engine.queries.shared.names import read_names
from engine.studio.problems import looked_at
from engine.studio.trying import ask_trial
from engine.versions import trials
from web.access import access
from web.analyst import blueprint
from web.analyst.comparing import DIFFERENCES
from web.analyst.draft_words import DRAFTERS
from web.analyst.trials import office_of, period_of
from web.context import house, now, reading, transaction
from web.intake import whole_number
from web.version_words import TRIAL_STATUSES


@blueprint.get("/analyst/drafts/<key>/against", endpoint="draft_against")
@access(groups=DRAFTERS)
def show_comparison(key: str) -> ResponseReturnValue:
    """What a draft has otherwise than the version that it began from, part by part in words, and in both diagrams."""
    with reading() as (session, actor):
        played = request.args.get("scenarios") == "yes"
        shown = compare_draft(session, house(), actor, key, with_scenarios=played)
        tried = trial_list.of_service(session, actor, shown.service_key)
        names = read_names(session, house(), now=now())
    return render_template(
        "analyst/drafts/against.html",
        shown=shown,
        trials=tried,
        statuses=TRIAL_STATUSES,
        names=names,
        months=period_of(request.args).months,
        most=trials.MOST,
        usual=trials.USUAL,
        **DIFFERENCES,
    )


@blueprint.get("/analyst/drafts/<key>/drawn/<path:path>", endpoint="draft_drawn")
@access(groups=DRAFTERS)
def send_drawing(key: str, path: str) -> ResponseReturnValue:
    """A BPMN file of a draft as it would run, for the viewer on the page; as text, which no browser carries out."""
    with reading() as (session, actor):
        drawings = looked_at(session, house(), actor, key)[0].package.drawings
    if path not in drawings:
        raise NotFound
    name = f"{key}-{path.replace('/', '-')}"
    return send_file(BytesIO(drawings[path]), mimetype="text/plain", as_attachment=True, download_name=name)


@blueprint.post("/analyst/drafts/<key>/trials", endpoint="draft_trial")
@access(groups=DRAFTERS)
def ask(key: str) -> ResponseReturnValue:
    """Fixes the newest cases of a period and an office, to be tried on the draft as it is now; refused while it has
    errors."""
    period = period_of(request.form)
    with transaction() as (session, actor):
        trial = ask_trial(
            session,
            house(),
            actor,
            key,
            office_id=office_of(read_names(session, house(), now=now()), request.form.get("office", "")),
            since=period.begins,
            until=period.ends,
            most=whole_number(latin_digits(request.form.get("most", "")), trials.MOST) or trials.USUAL,
            now=now(),
        )
    return redirect(url_for("analyst.trial", key=trial), code=303)
