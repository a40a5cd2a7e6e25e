"""What is refused because a draft has errors leads to them, whichever of its pages was asked for."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import ErrorsBeforePlay, ErrorsFirst
from engine.queries.analyst import package_drafts
from engine.studio.keeping import find
from web.analyst import blueprint
from web.context import reading
from web.errors import sentence, status_of


@blueprint.errorhandler(ErrorsFirst)
@blueprint.errorhandler(ErrorsBeforePlay)
def lead_to_errors(refusal: ErrorsFirst | ErrorsBeforePlay) -> ResponseReturnValue:
    """Says what cannot be done yet, and where everything stands that is wrong."""
    with reading() as (session, actor):
        line = package_drafts.line(session, find(session, actor, (request.view_args or {})["key"]))
    return render_template("analyst/drafts/errors_first.html", line=line, said=sentence(refusal)), status_of(refusal)
