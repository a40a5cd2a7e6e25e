"""What somebody types in a play: the application page by page, and the answers of tasks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.errors import BadAnswers, NotFound, StalePage
from engine.house import House
from engine.packages import APPLY, Form, came_up, gather, validate_all, validate_page
from engine.packages.form_errors import FieldError
from engine.packages.playing.examples import example_answers, fixed_in
from engine.packages.playing.play import Action, Move, play_of
from engine.packages.playing.walking import Walk
from engine.packages.task_settings import TaskSettings
from engine.people.actors import Actor
from engine.studio.plays import make_move, package_to_play, require_begun, to_change, walked, write
from storage.processes import TaskKind


@dataclass(frozen=True, slots=True)
class PageTyped:
    """What is wrong with a page of the application, by field, and the page after it; None after the last."""

    errors: Mapping[str, FieldError]
    next_page: str | None


def save_page(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    play_key: str,
    *,
    page_key: str,
    raw: Mapping[str, Any],
    shown: Collection[str] | None,
    seen: int,
    now: datetime,
) -> PageTyped:
    """Keeps what was typed right on a page of the application; ``NotFound`` for an unknown page."""
    row = to_change(session, actor, key, play_key, seen)
    play, form = play_of(row.kept), package_to_play(session, house, actor, key).forms[APPLY]
    page = form.page(page_key)
    if page is None or play.is_sent:
        raise NotFound
    typed = gather(form, page_key, raw) | fixed_in(page)
    clean, errors = validate_page(form, page_key, typed, answers=play.answers, today=play.starts.date())
    if shown is not None:
        errors = came_up(page.visible({**play.answers, **clean}), shown, errors)
    kept = {name: value for name, value in play.answers.items() if name not in typed or name in clean} | clean
    write(row, actor, replace(play, answers=kept), now=now)
    pages = [one.key for one in form.visible_pages(kept)]
    place = pages.index(page_key) + 1 if page_key in pages else len(pages)
    return PageTyped(errors, pages[place] if place < len(pages) else None)


def fill_with_example(
    session: Session, house: House, actor: Actor, key: str, play_key: str, *, seen: int, now: datetime
) -> None:
    """The application is filled with the answers of a scenario, or with some that are made up."""
    row = to_change(session, actor, key, play_key, seen)
    play, package = play_of(row.kept), package_to_play(session, house, actor, key)
    if play.is_sent:
        raise StalePage
    answers = example_answers(package, kind=play.kind, today=play.starts.date())
    write(row, actor, replace(play, answers=answers), now=now)


def send(session: Session, house: House, actor: Actor, key: str, play_key: str, *, seen: int, now: datetime) -> None:
    """The application is sent; ``BadAnswers`` names what is missing, ``PlayMoveRefused`` why the case cannot begin."""
    row = to_change(session, actor, key, play_key, seen)
    package = package_to_play(session, house, actor, key)
    play = play_of(row.kept)
    fixed = {name: value for page in package.forms[APPLY].pages for name, value in fixed_in(page).items()}
    play = replace(play, answers={**fixed, **play.answers}, is_sent=True)
    _, errors = validate_all(package.forms[APPLY], play.answers, today=play.starts.date())
    if errors:
        raise BadAnswers(dict(errors))
    play = replace(play, answers=_typed_only(package.forms[APPLY], play.answers))
    require_begun(package, play)
    write(row, actor, play, now=now)


def complete(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    play_key: str,
    *,
    element_id: str,
    raw: Mapping[str, Any],
    shown: Collection[str] | None = None,
    chosen: datetime | None = None,
    seen: int,
    now: datetime,
) -> None:
    """Completes a task with what was typed in its form, or with the session that was ``chosen``; ``BadAnswers`` by
    field, ``NotFound`` for a task that nobody has."""
    _, found = walked(session, house, actor, key, play_key)
    settings = open_task(found, element_id)
    answers = typed_answers(found, settings, raw, shown)
    move = Move(Action.COMPLETE, found.play.now, element_id, answers, chosen)
    make_move(session, house, actor, key, play_key, move=move, seen=seen, now=now)


def open_task(found: Walk, element_id: str) -> TaskSettings:
    """The settings of a task that waits for somebody; ``NotFound``."""
    if element_id not in {task.element_id for task in found.case.ready()}:
        raise NotFound
    return found.case.package.tasks[element_id]


def form_of(found: Walk, settings: TaskSettings) -> Form | None:
    """The form that is answered at a task: its own, or the application where that is corrected."""
    name = APPLY if settings.kind == TaskKind.CORRECTION else settings.form
    return found.case.package.forms[name] if name else None


def typed_answers(
    found: Walk, settings: TaskSettings, raw: Mapping[str, Any], shown: Collection[str] | None
) -> dict[str, Any]:
    """The answers of a task to keep; raises ``BadAnswers``. Of a correction those that are others than before."""
    form = form_of(found, settings)
    if form is None:
        return {}
    typed = typed_in(form, raw)
    before = found.case.answers.get(APPLY, {}) if settings.kind == TaskKind.CORRECTION else {}
    clean, errors = validate_all(form, {**before, **typed}, today=found.case.today())
    mended = {name for name, value in clean.items() if before.get(name) != value}
    if settings.kind == TaskKind.CORRECTION:
        errors = {name: one for name, one in errors.items() if name.partition("-")[0] in {*mended, *typed}}
    if shown is not None:
        errors = came_up(form.visible_parts({**before, **typed, **clean}), shown, errors)
    if errors:
        raise BadAnswers(dict(errors))
    kept = _typed_only(form, clean)
    if settings.kind == TaskKind.CORRECTION:
        return {name: value for name, value in kept.items() if name in mended}
    return {name: value for name, value in kept.items() if value is not None}


def typed_in(form: Form, raw: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed on all pages of a form, files as if there were one."""
    typed: dict[str, Any] = {}
    for page in form.pages:
        typed |= gather(form, page.key, raw) | fixed_in(page)
    return typed


def _typed_only(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is worked out from other answers, and without files that may be left out."""
    parts = {part.key: part for part in form.components()}
    idle = {key for key, part in parts.items() if part.computed or (part.kind.uploads and not part.required)}
    return {name: value for name, value in answers.items() if name not in idle}
