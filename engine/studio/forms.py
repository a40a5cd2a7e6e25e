"""A form of a draft with its words: two files that are typed as one, looked at as one and saved as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.packages import PackageRejected, Problem
from engine.packages.form_json import json_of
from engine.packages.forms import Form
from engine.packages.package import TEXTS
from engine.packages.yaml_files import Place
from engine.people.actors import Actor
from engine.studio.bounds import check_files
from engine.studio.keeping import file_in, files_in, find, save_of
from engine.studio.overtaking import seen
from engine.studio.problems import services_there
from engine.studio.saving import save
from engine.studio.typed import save_typed, typed
from engine.studio.words import emptied, texts_in, with_all, with_changed
from engine.studio.yaml_edits import without
from storage.package_drafts import PackageDraft

_PATH: Final = re.compile(r"forms/([a-z0-9][a-z0-9_-]*)\.json")


@dataclass(frozen=True, slots=True)
class FormTyped:
    """What an editor of a form holds: the text of the file (None: not changed), and of its words in ``texts.yaml``
    those that were typed, by names as ``engine.studio.words`` has them. ``was`` is what its author saw in the place of
    each."""

    path: str
    text: str | None
    words: Mapping[str, str]
    was: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FormShown:
    """A form as far as it can be read (None: not at all), and everything that is wrong with its draft."""

    form: Form | None
    problems: tuple[Problem, ...]


def form_at(path: str) -> str | None:
    """The key of the form in the file at this path; None for a file that is no form of the service itself."""
    found = _PATH.fullmatch(path)
    return found[1] if found else None


def key_of(path: str) -> str:
    """As ``form_at``; ``NotFound`` for any other file."""
    form = form_at(path)
    if form is None:
        raise NotFound
    return form


def form_shown(session: Session, house: House, actor: Actor, key: str, form: str) -> FormShown:
    """A form of the newest save of a draft by its key, those of shared processes too."""
    draft = find(session, actor, key)
    return _look(session, house, files_in(session, save_of(session, draft)), form)


def form_as_typed(session: Session, house: House, actor: Actor, key: str, sent: FormTyped) -> FormShown:
    """The form as it would be with what was typed; nothing is saved. Raises what a save of it would for its size."""
    draft = find(session, actor, key)
    form = key_of(sent.path)
    changes = {} if sent.text is None else typed(session, house, actor, key, sent.path, text=sent.text)
    changes[TEXTS] = _texts_typed(session, draft, sent)
    files = files_in(session, save_of(session, draft)) | changes
    check_files(files)
    return _look(session, house, files, form)


def save_form(
    session: Session, house: House, actor: Actor, key: str, sent: FormTyped, *, based_on: int, now: datetime
) -> int:
    """Saves a form that was changed since save ``based_on``, and those of its words that were changed; words of what
    the form does not hold any more go. The number of the save.

    Raises ``Overtaken`` when somebody else changed the form meanwhile, ``PlacesOvertaken`` when one of these words, and
    PackageRejected when ``texts.yaml`` cannot be read; nothing is saved then.
    """
    draft = find(session, actor, key, to_change=True)
    form = key_of(sent.path)
    before = _places_of(session, draft, sent.path)
    done = with_changed(texts_in(session, draft), sent.words, seen(sent.was))
    if sent.text is not None:
        save_typed(session, house, actor, key, sent.path, text=sent.text, based_on=based_on, now=now)
    after = _places_of(session, draft, sent.path)
    gone = sorted(before - after) if before and after is not None else []
    places = [("forms", form, *place) for place in gone]
    done = without(TEXTS, done, [*places, *emptied(done, sent.words)])
    return save(session, actor, key, {TEXTS: done}, based_on=draft.revision, now=now)


def _texts_typed(session: Session, draft: PackageDraft, sent: FormTyped) -> bytes:
    data = texts_in(session, draft)
    try:
        done = with_all(data, sent.words)
        return without(TEXTS, done, emptied(done, sent.words))
    except PackageRejected:  # what is wrong with the file is among the problems
        return data


def _look(session: Session, house: House, files: Mapping[str, bytes], form: str) -> FormShown:
    draft, problems = house.examined.look(files, known=services_there(session))
    return FormShown(draft.package.forms.get(form), problems)


def _places_of(session: Session, draft: PackageDraft, path: str) -> set[Place] | None:
    """Where the words of what a form holds stand, below those of the form; None when it cannot be read."""
    try:
        read = json_of(path, file_in(session, save_of(session, draft), path).decode("utf-8"))
    except (NotFound, PackageRejected):
        return None
    pages = _components(read)
    keys = {("pages", str(page["id"])) for page in pages if "id" in page}
    return keys | {place for page in pages for place in _questions(page)}


def _questions(held: dict[str, Any]) -> Iterator[Place]:
    for one in _components(held):
        for name in ("key", "path", "id"):
            if isinstance(one.get(name), str):
                yield ("fields", one[name])
        values = one.get("values")
        for choice in values if isinstance(values, list) else []:
            if isinstance(choice, dict) and isinstance(one.get("key"), str):
                yield ("fields", one["key"], "options", str(choice.get("value")))
        yield from _questions(one)


def _components(held: Any) -> list[dict[str, Any]]:
    inside = held.get("components") if isinstance(held, dict) else None
    return [one for one in inside if isinstance(one, dict)] if isinstance(inside, list) else []
