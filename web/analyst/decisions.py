"""The page on which a decision or fee table of a draft is edited and tried: as a table where a script runs, and without
one as a form that tries the newest save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import ContentUnreadable
from engine.packages.fees import HIT_POLICIES, OUTPUTS
from engine.packages.forms import Component
from engine.packages.package import is_decision
from engine.packages.table_trials import TableTrial
from engine.queries.analyst.decision_tables import TableShown, TablesShown, decision_page, tables_typed, trial_of
from engine.studio.keeping import find
from web.access import access
from web.analyst import blueprint
from web.analyst.decision_words import POLICIES, editor_words, help_words, policy_words
from web.analyst.draft_data import answers_scripts, sent_body, sent_text
from web.analyst.draft_words import DRAFTERS, place_of, words_of
from web.context import house, now, reading, today
from web.security import allow_style_attributes
from web.wording import in_language, sentence

MOST_FIELDS: Final = 200
LONGEST_FIELD: Final = 500
TOLD_BETTER: Final = frozenset({"fee-gap", "fee-overlap", "decision-gap", "decision-overlap"})
"""Findings of the check that name the first case of many: here every one is told."""
_DECISION: Final = "_decision"
_SCENARIO: Final = "_scenario"
_TRIED: Final = "_tried"


@blueprint.get("/analyst/drafts/<key>/decision/<path:path>", endpoint="draft_decision")
@access(groups=DRAFTERS)
def edit_decisions(key: str, path: str) -> ResponseReturnValue:
    """The editor of a file with decisions, and its newest save tried with the values in the address."""
    with reading() as (session, actor):
        page = decision_page(session, house(), actor, key, path)
    table = page.shown.table(request.args.get(_DECISION, ""))
    trial = _trial(page.shown, table, request.args)
    drawn = render_template(
        "analyst/drafts/decision.html",
        line=page.line,
        save=page.file.save,
        table=table,
        trial=trial,
        decisions=[(one.told.drawn.id, one.told.drawn.name or one.told.drawn.id) for one in page.shown.tables],
        policies=policy_words(list(POLICIES) if is_decision(path) else HIT_POLICIES),
        outputs=() if is_decision(path) else OUTPUTS,
        help=help_words(),
        words=editor_words(),
        offered=list(_offered(table)),
        given=_given(page.shown),
        **_said(key, path, page.shown, request.args, trial),
    )
    return allow_style_attributes(make_response(drawn))


@blueprint.post("/analyst/drafts/<key>/decision/<path:path>", endpoint="draft_decision_typed")
@access(groups=DRAFTERS)
@answers_scripts
def look_at_typed(key: str, path: str) -> ResponseReturnValue:
    """What is wrong with the file if it held this ``text``, and what its table gives for the ``fields`` of the trial;
    nothing is saved."""
    with reading() as (session, actor):
        find(session, actor, key)
        sent = sent_body()
        text, fields = sent_text(sent), _fields(sent)
        shown = tables_typed(session, house(), actor, key, path, text=text)
    table = shown.table(fields.get(_DECISION, ""))
    trial = _trial(shown, table, fields)
    said = _said(key, path, shown, fields, trial)
    return jsonify(
        told=render_template("analyst/drafts/_decision_told.html", table=table, **said),
        trial=render_template("analyst/drafts/_decision_trial.html", table=table, trial=trial, **said),
        offered=list(_offered(table)),
        given=_given(shown),
        gaps=[case.cells for case in table.gaps] if table else [],
        marks=list(_marks(shown, table)),
        hits=_hits(table, trial),
    )


def _trial(shown: TablesShown, table: TableShown | None, fields: Mapping[str, str]) -> TableTrial | None:
    if table is None:
        return None
    asked = _TRIED in fields
    return trial_of(shown, table, fields, fields.get(_SCENARIO, ""), asked=asked, today=today(), now=now())


def _said(
    key: str, path: str, shown: TablesShown, fields: Mapping[str, str], trial: TableTrial | None
) -> dict[str, Any]:
    """What the problems and the trial are drawn from."""
    here = [one for one, _ in shown.problems if one.file == path and one.rule not in TOLD_BETTER]
    elsewhere = sum(one.file != path for one, _ in shown.problems)
    errors = {name: sentence(error) for name, error in trial.errors.items()} if trial else {}
    return {
        "key": key,
        "path": path,
        "scenarios": [(one.name, one.name) for one in shown.scenarios],
        "scenario": fields.get(_SCENARIO, ""),
        "problems": here,
        "elsewhere": elsewhere,
        "errors": errors,
        "words_of": words_of,
        "place_of": place_of,
        "output_words": _output_words,
    }


def _fields(sent: Mapping[str, Any]) -> Mapping[str, str]:
    """The fields of the trial; raises ``ContentUnreadable`` for more, or longer ones, than such a form has."""
    fields = sent.get("fields", {})
    if not isinstance(fields, dict) or len(fields) > MOST_FIELDS:
        raise ContentUnreadable
    if not all(isinstance(value, str) and len(value) <= LONGEST_FIELD for value in fields.values()):
        raise ContentUnreadable
    return fields


def _offered(table: TableShown | None) -> Iterator[dict[str, Any]]:
    """What a condition may look at, in the reader's language, each with its kind and the values that it may have."""
    for name, component in table.told.asked.items() if table else ():
        values = [{"key": option.value, "label": in_language(option.label)} for option in component.options]
        if component.kind.scalar:
            yield {"name": name, "label": in_language(component.label), "kind": _kind(component), "values": values}


def _given(shown: TablesShown) -> dict[str, list[dict[str, str]]]:
    """The keys of ``texts.yaml`` that a fee table gives, by the name of the result, each with its words."""
    texts = shown.package.texts
    return {
        name: [{"key": key, "label": in_language(words)} for key, words in keys.items()]
        for name, keys in (("line", texts.fees), ("citation", texts.citations))
    }


def _kind(component: Component) -> str:
    return "date" if component.kind.is_day else component.kind.scalar


def _marks(shown: TablesShown, table: TableShown | None) -> Iterator[dict[str, Any]]:
    """What is wrong at each rule of the table: its number, how much it matters, the sentence."""
    if table is None:
        return
    for problem, place in shown.problems:
        if place is not None and place[0] == table.told.drawn.id and problem.rule not in TOLD_BETTER:
            yield {"rule": place[1], "level": problem.severity, "message": words_of(problem)}
    for case in table.overlaps:
        for number in case.rules:
            yield {"rule": number, "level": "error", "message": in_language(case.words)}


def _hits(table: TableShown | None, trial: TableTrial | None) -> list[int]:
    own = table.told.drawn.id if table else ""
    return [number for decision, number in trial.rules if decision == own] if trial else []


def _output_words(value: Any) -> str:
    """A value that a decision gives, as it would be written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "–" if value is None else str(value)
