"""The scenarios of a draft as they ran: what came true, and what they went through, painted and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.errors import NotFound
from engine.packages import try_package
from engine.packages.package import SCENARIOS
from engine.packages.painted import Mark, counts, mark_of, painted_drawings, painted_pages, painted_tables
from engine.packages.scenario_coverage import Kind
from engine.queries.analyst import package_drafts
from engine.studio.keeping import find
from engine.studio.trying import package_to_try
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_words import DRAFTERS, place_of, words_of
from web.context import house, reading

KINDS: Final[Mapping[Kind, LazyString]] = {
    "element": _l("Elements"),
    "flow": _l("Flows"),
    "row": _l("Rows of tables"),
    "page": _l("Pages of forms"),
}
MARKS: Final[Mapping[Mark, LazyString]] = {
    "tried": _l("gone through"),
    "excused": _l("needs no scenario"),
    "untried": _l("not gone through"),
}
"""How a thing is painted, in words."""


@blueprint.get("/analyst/drafts/<key>/scenarios", endpoint="draft_scenarios")
@access(groups=DRAFTERS)
def run_scenarios(key: str) -> ResponseReturnValue:
    """Runs the scenarios of the newest save, with ``?only`` that of this name; says what came true and what they went
    through. 404 for a name that no scenario has."""
    only = request.args.get("only")
    with reading() as (session, actor):
        line = package_drafts.line(session, find(session, actor, key))
        package = package_to_try(session, house(), actor, key)
    trial = try_package(package, only=only)
    if only is not None and not trial.tales:
        raise NotFound
    own = [spot for spot in trial.spots if not spot.part]
    return render_template(
        "analyst/drafts/scenarios.html",
        line=line,
        only=only,
        trial=trial,
        counts=counts(own),
        untried=[spot for spot in own if not spot.is_covered],
        drawings=painted_drawings(package, trial),
        tables=painted_tables(package, trial),
        pages=painted_pages(trial),
        kinds=KINDS,
        marks=MARKS,
        mark_of=mark_of,
        is_written=SCENARIOS in package.files,
        words_of=words_of,
        place_of=place_of,
    )
