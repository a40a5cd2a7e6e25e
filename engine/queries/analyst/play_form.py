"""The application of a play while it is typed, page by page and as a whole; and the form of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import APPLY, Form, Page, gather, reckoned, understood, validate_all
from engine.packages.form_errors import FieldError
from engine.packages.playing.examples import example_of_task, fixed_in
from engine.packages.playing.play import play_of
from engine.people.actors import Actor
from engine.queries.analyst.elements import ElementShown, shown_in
from engine.queries.analyst.package_drafts import DraftLine, line
from engine.queries.analyst.play_page import SessionShown, TaskShown, sessions_shown, tasks_shown
from engine.queries.citizen.drafts import Section, sections_of
from engine.studio.keeping import find
from engine.studio.playing import form_of, open_task, typed_in
from engine.studio.plays import find_play, package_to_play, walked


@dataclass(frozen=True, slots=True)
class PlayFormPage:
    """A page of the application with what was typed, and what all that means."""

    line: DraftLine
    key: str
    name: str
    revision: int
    page: Page
    values: Mapping[str, Any]
    answers: Mapping[str, Any]
    number: int
    count: int
    before: str | None


@dataclass(frozen=True, slots=True)
class PlayToSend:
    """The application as a whole before it is sent, with what is wrong with it by field."""

    line: DraftLine
    key: str
    name: str
    revision: int
    sections: tuple[Section, ...]
    errors: Mapping[str, FieldError]
    first_wrong_page: str | None
    first_page: str


@dataclass(frozen=True, slots=True)
class PlayTaskPage:
    """An open task: its form with what was typed (None for one that asks nothing), or the sessions to choose from.
    ``stated`` is what the applicant answered, for officers to look at."""

    line: DraftLine
    key: str
    name: str
    revision: int
    task: TaskShown
    element: ElementShown
    title: Bilingual
    form: Form | None
    values: Mapping[str, Any]
    answers: Mapping[str, Any]
    session: SessionShown | None
    clock: datetime
    stated: tuple[Section, ...]


def is_sent(session: Session, actor: Actor, key: str, play_key: str) -> bool:
    """Whether the case of a play is on its way."""
    return play_of(find_play(session, actor, key, play_key).kept).is_sent


def form_page(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    play_key: str,
    *,
    page_key: str | None = None,
    typed: Mapping[str, Any] | None = None,
) -> PlayFormPage:
    """A page of the application, the first without a key, with what a browser has just posted; ``NotFound`` for one
    that the answers leave out, and once it was sent."""
    row = find_play(session, actor, key, play_key)
    play, form = play_of(row.kept), package_to_play(session, house, actor, key).forms[APPLY]
    pages = form.visible_pages(play.answers)
    order = [page.key for page in pages]
    wanted = order[0] if page_key is None and order else page_key
    if play.is_sent or wanted not in order:
        raise NotFound
    place = order.index(wanted)
    page, today = pages[place], play.starts.date()
    values = {**fixed_in(page), **play.answers} | (gather(form, page.key, typed) if typed is not None else {})
    values |= reckoned(form, values, today=today)
    return PlayFormPage(
        line=line(session, find(session, actor, key)),
        key=row.key,
        name=row.name,
        revision=row.revision,
        page=page,
        values=values,
        answers=understood(form, values, today=today),
        number=place + 1,
        count=len(order),
        before=order[place - 1] if place else None,
    )


def play_to_send(session: Session, house: House, actor: Actor, key: str, play_key: str) -> PlayToSend:
    """The whole application once more; ``NotFound`` once it was sent."""
    row = find_play(session, actor, key, play_key)
    play, package = play_of(row.kept), package_to_play(session, house, actor, key)
    if play.is_sent:
        raise NotFound
    form = package.forms[APPLY]
    fixed = {name: value for page in form.pages for name, value in fixed_in(page).items()}
    answers = {**fixed, **play.answers}
    _, errors = validate_all(form, answers, today=play.starts.date())
    pages = form.visible_pages(answers)
    return PlayToSend(
        line=line(session, find(session, actor, key)),
        key=row.key,
        name=row.name,
        revision=row.revision,
        sections=sections_of(package, answers),
        errors=errors,
        first_wrong_page=form.first_page_with(errors),
        first_page=pages[0].key if pages else "",
    )


def task_page(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    play_key: str,
    *,
    element_id: str,
    typed: Mapping[str, Any] | None = None,
    with_example: bool = False,
) -> PlayTaskPage:
    """A task that waits, with what a browser has just posted, or filled ``with_example``; ``NotFound`` for one that
    nobody has."""
    row, found = walked(session, house, actor, key, play_key)
    settings, package = open_task(found, element_id), found.case.package
    form = form_of(found, settings)
    today = found.case.today()
    values: dict[str, Any] = dict(found.case.answers.get(form.key, {})) if form else {}
    if form is not None and typed is not None:
        values |= typed_in(form, typed)
    elif form is not None and with_example:
        values |= example_of_task(package, element_id, form, today=today)
    values |= reckoned(form, values, today=today) if form else {}
    task = next(one for one in tasks_shown(found) if one.element.id == element_id)
    kinds = {one.key: one for one in sessions_shown(found)}
    return PlayTaskPage(
        line=line(session, find(session, actor, key)),
        key=row.key,
        name=row.name,
        revision=row.revision,
        task=task,
        element=shown_in(element_id, package),
        title=form.title if form else settings.name,
        form=form,
        values=values,
        answers=understood(form, values, today=today) if form else {},
        session=kinds.get(settings.session or ""),
        clock=found.case.now,
        stated=sections_of(package, found.case.answers[APPLY]) if APPLY in found.case.answers else (),
    )
