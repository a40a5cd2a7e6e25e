"""What is under an officer's bell, a page at a time, and how they want to hear of it outside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, defer

from engine.case.readers import may_read
from engine.people.actors import Actor
from engine.people.contacts import proved_contacts
from engine.people.notice_choices import Choice, choice_of
from engine.people.notice_words import sentence
from engine.queries.shared.stretches import Order, Stretch, Wanted, count_of, stretch_of
from storage.applications import Application
from storage.base import Id
from storage.messages import MessageChannel, TelegramLink
from storage.notices import Notice, NoticeKind, NoticePlace
from storage.people import Person
from storage.processes import OPEN_TASK, UserTask

PAGE_SIZE: Final = 25
_ROWS: Final = select(Notice)
_MINE: Final = ((Notice.person_id == bindparam("person_id", type_=Id),),)
_ORDER: Final = Order(Notice.id, Notice.id, newest_first=True)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as it is shown; ``is_over``: it is about a task that has been done, or that the process took back."""

    id: int
    kind: NoticeKind
    text: str
    at: datetime
    is_new: bool
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What the officer has chosen, and on which ways they can be reached: the e-mail that they proved, whether a
    Telegram is linked."""

    choice: Choice
    email: str | None
    has_telegram: bool


def notices_of(session: Session, actor: Actor, wanted: Wanted, *, language: str) -> Stretch[NoticeLine]:
    """A page of what the officer was told, the newest first; three statements, four for a page but the first."""
    mine = {"person_id": actor.person_id}

    total = count_of(session, _MINE, _ORDER, mine)
    page = stretch_of(
        session, _ROWS, _notice, wanted, ways=_MINE, values=mine, order=_ORDER, size=PAGE_SIZE, total=total
    )
    over = _over(session, {one.opens for one in page.items if one.place_kind == NoticePlace.TASK})
    lines = tuple(_line(one, language, over) for one in page.items)
    return Stretch(lines, page.number, page.pages, page.before, page.after)


def may_open(session: Session, actor: Actor, place: NoticePlace, opens: str) -> bool:
    """Whether the case or the task that a notice leads to is still the officer's to read; of what the other pages show
    they say so themselves. Two statements at most for most officers."""
    if place not in (NoticePlace.TASK, NoticePlace.CASE):
        return True
    wanted = select(Application)
    if place == NoticePlace.TASK:
        wanted = wanted.join(UserTask, UserTask.application_id == Application.id).where(UserTask.key == opens)
    else:
        wanted = wanted.where(Application.key == opens)
    application = session.scalar(wanted.options(defer(Application.answers)))
    return application is not None and may_read(session, application, actor)


def _notice(row: Any) -> Notice:
    found: Notice = row[0]
    return found


def _line(one: Notice, language: str, over: Collection[str]) -> NoticeLine:
    is_over = one.place_kind == NoticePlace.TASK and one.opens in over
    return NoticeLine(one.id, one.kind, sentence(one.kind, one.facts, language), one.at, one.read_at is None, is_over)


def _over(session: Session, keys: Collection[str]) -> Collection[str]:
    """Which of these tasks are closed; none is asked where there is none."""
    if not keys:
        return ()
    closed = select(UserTask.key).where(UserTask.key.in_(sorted(keys)), UserTask.status.not_in(OPEN_TASK))
    return frozenset(session.scalars(closed))


def settings_of(session: Session, actor: Actor) -> Settings:
    """Three statements."""
    person = session.get_one(Person, actor.person_id)
    chat = session.scalar(select(TelegramLink.chat).where(TelegramLink.person_id == person.id))
    mail: Sequence[str] = [point.address for point in proved_contacts(person) if point.channel == MessageChannel.EMAIL]
    return Settings(choice_of(session, actor), next(iter(mail), None), chat is not None)
