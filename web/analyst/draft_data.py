"""What the editors of a draft exchange with the server, as JSON: files, problems, and the names that may be written.

The browser is not believed: every file is read and checked here as if nobody had looked at it before. Refusals are JSON
too, with the sentence under ``message``. A script that saves sends its token in the header ``X-CSRFToken``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, ParamSpec

import orjson
from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.errors import ContentUnreadable, Overtaken, Refused
from engine.khmer import Bilingual
from engine.packages import Problem
from engine.studio.keeping import find
from engine.studio.names import Named, names_of
from engine.studio.problems import problems_of, problems_with
from engine.studio.typed import save_typed, typed
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_words import DRAFTERS, counted, words_of
from web.context import house, now, reading, transaction
from web.errors import sentence, status_of
from web.labels import GROUPS, LEVELS
from web.wording import in_language

_Given = ParamSpec("_Given")


def answers_scripts(view: Callable[_Given, ResponseReturnValue]) -> Callable[_Given, ResponseReturnValue]:
    """The view, whose refusals are JSON: a script can read no page."""

    @wraps(view)
    def answered(*args: _Given.args, **named: _Given.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **named)
        except Overtaken as refusal:
            return jsonify(overtaken(refusal)), status_of(refusal)
        except Refused as refusal:
            return jsonify(message=sentence(refusal)), status_of(refusal)

    return answered


@blueprint.put("/analyst/drafts/<key>/files/<path:path>", endpoint="save_draft_file")
@access(groups=DRAFTERS)
@answers_scripts
def save_file(key: str, path: str) -> ResponseReturnValue:
    """Saves a file that was changed since a save: the number of the new save, and what is wrong with the draft now. 409
    with the other's text when somebody saved the same file meanwhile."""
    with transaction() as (session, actor):
        find(session, actor, key)
        sent = body()
        based_on, text = sent.get("save"), text_in(sent)
        if type(based_on) is not int:
            raise ContentUnreadable
        number = save_typed(session, house(), actor, key, path, text=text, based_on=based_on, now=now())
    with reading() as (session, actor):
        found = problems_of(session, house(), actor, key)
    return jsonify(save=number, problems=as_data(found), counted=counted(found))


@blueprint.get("/analyst/drafts/<key>/problems.json", endpoint="draft_problems")
@access(groups=DRAFTERS)
@answers_scripts
def send_problems(key: str) -> ResponseReturnValue:
    """Everything that is wrong with the newest save of a draft."""
    with reading() as (session, actor):
        found = problems_of(session, house(), actor, key)
    return jsonify(problems=as_data(found), counted=counted(found))


@blueprint.post("/analyst/drafts/<key>/problems.json", endpoint="draft_problems_typed")
@access(groups=DRAFTERS)
@answers_scripts
def send_problems_typed(key: str) -> ResponseReturnValue:
    """What would be wrong with the draft if the file at ``path`` held this ``text``; nothing is saved."""
    with reading() as (session, actor):
        find(session, actor, key)
        sent = body()
        path, text = sent.get("path"), text_in(sent)
        if not isinstance(path, str):
            raise ContentUnreadable
        changes = typed(session, house(), actor, key, path, text=text)
        found = problems_with(session, house(), actor, key, changes)
    return jsonify(problems=as_data(found), counted=counted(found))


@blueprint.get("/analyst/drafts/<key>/names.json", endpoint="draft_names")
@access(groups=DRAFTERS)
@answers_scripts
def send_names(key: str) -> ResponseReturnValue:
    """What may be written where something is named: groups, forms, stages, operations, variables, functions."""
    with reading() as (session, actor):
        found = names_of(session, house(), actor, key)
    data = plain(found)
    data["groups"] = [{"key": one.key, "label": _group_words(one)} for one in found.groups]
    data["levels"] = [{"key": level, "label": str(LEVELS.get(level, level))} for level in found.levels]
    return jsonify(data)


def as_data(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as editors read them, in the reader's language; the sentence names the remedy. Errors come first."""
    order = {"error": 0, "warning": 1}
    return [
        {
            "file": one.file,
            "line": one.line,
            "element": one.element_id,
            "name": one.element_name,
            "message": words_of(one),
            "remedy": "",
            "level": one.severity,
            "rule": one.rule,
        }
        for one in sorted(problems, key=lambda one: order.get(one.severity, len(order)))
    ]


def overtaken(refusal: Overtaken) -> dict[str, Any]:
    """What an editor shows beside its own text when somebody else was faster; ``text`` null: they took it away."""
    theirs = None if refusal.theirs is None else refusal.theirs.decode("utf-8")
    return {
        "save": refusal.save,
        "by": in_language(refusal.by),
        "file": refusal.file,
        "text": theirs,
        "message": sentence(refusal),
    }


def plain(value: Any) -> Any:
    """A value of dataclasses as plain values for JSON; words are in the reader's language."""
    if isinstance(value, Bilingual):
        return in_language(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value


def _group_words(group: Named) -> str:
    return in_language(group.label) if group.label else str(GROUPS.get(group.key, group.key))


def body() -> dict[str, Any]:
    """The record that a script sent; raises ``ContentUnreadable``."""
    try:
        sent = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise ContentUnreadable from None
    if not isinstance(sent, dict):
        raise ContentUnreadable
    return sent


def text_in(sent: dict[str, Any]) -> str:
    """The text of a file in it; raises ``ContentUnreadable``."""
    text = sent.get("text")
    if not isinstance(text, str):
        raise ContentUnreadable
    return text
