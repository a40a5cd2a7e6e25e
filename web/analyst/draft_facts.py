"""The facts of a draft as fields: groups of them, and rows that are added, moved and taken away, by the server too."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import FactUnreadable, PlacesOvertaken
from engine.packages import PackageRejected
from engine.queries.analyst import package_drafts
from engine.studio.fact_offers import offers
from engine.studio.fact_rows import LONGEST, MOST_ROWS, one_line
from engine.studio.fact_shapes import SHAPES, Shape
from engine.studio.facts import FIXED, FactLine, Rows, facts_of, save_facts
from engine.studio.keeping import find
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_forms import as_seen, sent, unreadable, what_was_seen
from web.analyst.draft_words import DRAFTERS, FACTS, typed
from web.analyst.fact_words import choice_label, part_label
from web.context import house, now, reading, transaction
from web.errors import sentence, status_of
from web.wording import in_language

FACT, SHOWN = "fact:", "fields:"
WHEN: Final = "when"
_FIELD: Final = re.compile(r"field:([a-z_]{1,40}):([0-9]{1,3}):([a-z_/]{1,60})")
_ACT: Final = re.compile(r"([a-z_]{1,40}):(add|[0-9]{1,3}:(?:remove|up|down))")
Typed = Mapping[str, list[dict[str, str]]]
"""The rows that were sent, by the key to which they belong."""


@dataclass(frozen=True, slots=True)
class FactShown:
    """A key on the page: with its fields and rows as they are, or as they were typed; no ``shape`` where it is shown as
    it is written."""

    line: FactLine
    shape: Shape | None
    rows: Sequence[Mapping[str, str]]


@blueprint.get("/analyst/drafts/<key>/facts", endpoint="draft_facts")
@access(groups=DRAFTERS)
def show_facts(key: str) -> ResponseReturnValue:
    """``service.yaml`` as a form, with help for every key."""
    return _page(key)


@blueprint.post("/analyst/drafts/<key>/facts", endpoint="draft_facts_post")
@access(groups=DRAFTERS)
def save_facts_typed(key: str) -> ResponseReturnValue:
    """Saves the keys that were changed; with ``do`` nothing is saved, and a row is added, moved or taken away."""
    if "do" in request.form:
        return _page(key)
    typed_facts: dict[str, str | Rows] = {**sent(FACT), **_sent_rows()}
    try:
        with transaction() as (session, actor):
            save_facts(session, house(), actor, key, typed_facts, seen=what_was_seen(), now=now())
    except PlacesOvertaken as refusal:
        return _page(key, refusal), status_of(refusal)
    except FactUnreadable as refusal:
        return _page(key, unread=refusal), status_of(refusal)
    except PackageRejected as rejected:
        raise unreadable(rejected) from None
    flash(gettext("Saved."))
    return redirect(url_for("analyst.draft_facts", key=key), code=303)


def _page(key: str, overtaken: PlacesOvertaken | None = None, unread: FactUnreadable | None = None) -> str:
    try:
        with reading() as (session, actor):
            line = package_drafts.line(session, find(session, actor, key))
            facts = facts_of(session, actor, key).lines
            offered = offers(session, house(), actor, key)
    except PackageRejected as rejected:
        raise unreadable(rejected) from None
    refusal = overtaken or unread
    rows = _sent_rows()
    shown = [_shown(one, rows.get(one.key)) for one in facts]
    return render_template(
        "analyst/drafts/facts.html",
        line=line,
        facts=shown,
        wrong={} if request.form else _wrong(facts),
        help=FACTS,
        offered=offered,
        fixed=FIXED,
        typed=typed,
        part_label=part_label,
        choice_label=choice_label,
        was=as_seen({one.key: one.seen for one in facts}, overtaken),
        theirs=overtaken.theirs if overtaken else {},
        refused=sentence(refusal) if refusal else "",
    )


def _wrong(facts: Sequence[FactLine]) -> dict[str, str]:
    """What is wrong with the facts as they are saved, by the field where it is said."""
    said = {f"{one.key}:{place}" if place else one.key: words for one in facts for place, words in one.wrong.items()}
    return {name: in_language(words) for name, words in said.items()}


def _shown(line: FactLine, sent_rows: Rows | None) -> FactShown:
    shape = SHAPES.get(line.key)
    rows = sent_rows if sent_rows is not None else line.rows
    if shape is None or rows is None or (sent_rows is None and f"{FACT}{line.key}" in request.form):
        return FactShown(line, None, ())
    return FactShown(line, shape, _acted(line.key, rows) or ([{}] if shape.is_single else []))


def _sent_rows() -> Typed:
    """The rows of each key that was shown in fields, as they were sent."""
    found: dict[str, dict[int, dict[str, list[str]]]] = {name: {} for name in sent(SHOWN) if name in SHAPES}
    for name, texts in request.form.lists():
        field = _FIELD.fullmatch(name)
        if field is not None and field[1] in found:
            said = [one_line(text[:LONGEST]) for text in texts]
            found[field[1]].setdefault(int(field[2]), {})[field[3]] = said
    return {
        key: [_row(SHAPES[key], fields) for _, fields in sorted(rows.items())[:MOST_ROWS]]
        for key, rows in found.items()
    }


def _row(shape: Shape, fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    row = {leaf: fields[leaf][0] for leaf in shape.leaves if fields.get(leaf)}
    for part in shape.parts:
        leaf = part.leaves[0]
        if part.holds == "ticks":
            row[leaf] = " ".join(choice for choice in part.choices if choice in fields.get(leaf, ()))
        elif part.holds == "when" and row.get(leaf) in (WHEN, "", None):
            row[leaf] = next(iter(fields.get(f"{leaf}/if", ())), "")
    return row


def _acted(key: str, rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The rows after the button that was pressed."""
    act = _ACT.fullmatch(typed("do"))
    done = list(rows)
    if act is None or act[1] != key:
        return done
    if act[2] == "add":
        return [*done, {}] if len(done) < MOST_ROWS else done
    at, what = int(act[2].partition(":")[0]), act[2].partition(":")[2]
    if at >= len(done):
        return done
    moved = done.pop(at)
    if what != "remove":
        done.insert(max(at + (1 if what == "down" else -1), 0), moved)
    return done
