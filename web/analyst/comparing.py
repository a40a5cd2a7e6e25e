"""Two versions of a service side by side, and what one of them would have done with a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.khmer import tidy
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.queries.analyst.comparing import compare
from engine.queries.analyst.rehearsals import key_of, rehearsal_page
from web.access import access
from web.analyst import blueprint
from web.context import house, note_case, reading
from web.difference_words import part_text, place_text, value_text
from web.intake import whole_number
from web.version_words import CHANGES, KINDS, REFUSALS, fact_text

READERS = (ANALYST, APPROVER, ADMINISTRATOR)
DIFFERENCES: Final[Mapping[str, Any]] = {
    "changes": CHANGES,
    "fact_text": fact_text,
    "part_text": part_text,
    "place_text": place_text,
    "value_text": value_text,
}
"""What ``analyst/_differences.html`` says things with."""


@blueprint.get("/analyst/<service_key>/<int:number>/against/<int:other>", endpoint="compare")
@access(groups=READERS)
def show_comparison(service_key: str, number: int, other: int) -> ResponseReturnValue:
    """What version ``number`` has otherwise than ``other``, part by part in words, and in both diagrams."""
    with reading() as (session, _actor):
        played = request.args.get("scenarios") == "yes"
        found = compare(session, house(), service_key, other, number, with_scenarios=played)
    return render_template("analyst/compare.html", found=found, **DIFFERENCES)


@blueprint.get("/analyst/cases", endpoint="find_case")
@access(groups=READERS)
def find_case() -> ResponseReturnValue:
    """From the reference of a case, typed on the page of a version, to the rehearsal there."""
    number = whole_number(request.args.get("version", "")) or 0
    with reading() as (session, _actor):
        key = key_of(session, tidy(request.args.get("reference", "")))
    return redirect(url_for("analyst.rehearsal", key=key, number=number), code=303)


@blueprint.get("/analyst/cases/<key>/rehearsal/<int:number>", endpoint="rehearsal")
@access(groups=READERS)
def show_rehearsal(key: str, number: int) -> ResponseReturnValue:
    """Input by input, what a version would have done with a case."""
    with reading() as (session, actor):
        shown = rehearsal_page(session, house(), actor, key, number)
    note_case(shown.reference)
    found = shown.found
    reason = str(REFUSALS.get(found.refusal, found.reason)).replace("%(reason)s", found.reason)
    return render_template("analyst/rehearsal.html", shown=shown, found=found, kinds=KINDS, reason=reason)
