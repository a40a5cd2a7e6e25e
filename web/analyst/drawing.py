"""The page on which a process of a draft is drawn: the editor, and what its panel offers at each element."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import NotFound
from engine.packages import editor_settings
from engine.packages.editor_settings import KIND_WORDS, Setting
from engine.queries.analyst.draft_files import file_page
from web.access import access
from web.analyst import blueprint
from web.analyst.draft_words import DRAFTERS
from web.analyst.drawing_words import editor_words
from web.context import house, reading
from web.event_words import OUTCOMES
from web.labels import LEVELS
from web.security import allow_style_attributes
from web.wording import in_language

DRAWING: Final = ".bpmn"
NOT_OFFERED: Final = ("replace-with-task", "replace-with-conditional-start")
"""Entries of the editor's menus that lead nowhere good: a start that no application brings about, which no service may
have, and a task without a type, which is read as a user task and says less."""

_WORDS: Final = {**OUTCOMES, **LEVELS}


@blueprint.get("/analyst/drafts/<key>/process/<path:path>", endpoint="draft_process")
@access(groups=DRAFTERS)
def draw_process(key: str, path: str) -> ResponseReturnValue:
    """The editor of a drawing of a draft. It reads, saves and examines the file through the addresses of the draft."""
    with reading() as (session, actor):
        shown = file_page(session, house(), actor, key, path)
    if not path.endswith(DRAWING):
        raise NotFound
    page = render_template(
        "analyst/drafts/process.html",
        line=shown.line,
        path=path,
        save=shown.file.save,
        settings=offered_settings(),
        not_offered=NOT_OFFERED,
        words=editor_words(),
    )
    return allow_style_attributes(make_response(page))


def offered_settings() -> dict[str, list[dict[str, Any]]]:
    """The settings of each sort of element, in the reader's language."""
    return {
        "task": _rows(editor_settings.OF_TASK),
        "element": _rows(editor_settings.OF_ELEMENT),
        "call": _rows(editor_settings.OF_CALL),
    }


def _rows(settings: Iterable[Setting]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "label": in_language(one.label),
            "hint": in_language(one.hint),
            "source": one.source,
            "kinds": one.kinds,
            "choices": [{"key": choice, "label": _choice(one.name, choice)} for choice in one.choices],
        }
        for one in settings
    ]


def _choice(setting: str, choice: str) -> str:
    if choice in editor_settings.YES_NO:
        return str(gettext("Yes") if choice == "yes" else gettext("No"))
    if setting == "kind":
        return in_language(KIND_WORDS[choice])
    return str(_WORDS.get(choice, choice))
