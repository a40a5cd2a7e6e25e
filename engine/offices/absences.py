"""Absences: an officer is away for some days, and for each of their groups a colleague stands in.

The officer says so themselves, or the head of an office where they work. It begins and ends by its days in Cambodia;
nothing has to happen for that. A deputy who is away passes nothing on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, NotFound, Refused
from engine.errors.absences import (
    AbsenceBackwards,
    AbsenceOver,
    AbsenceOverlaps,
    AbsencePast,
    AbsenceTooFar,
    DaysMissing,
    DeputyHasTooMany,
    DeputyIsAbsent,
    DeputyNotSuitable,
    OwnDeputy,
    TooManyAbsences,
)
from engine.offices import substitutes
from engine.offices.substitutes import Post
from engine.people import security_log
from engine.people.actors import MOST_STANDS, Actor
from engine.people.names import holder
from engine.people.notices import News, tell
from storage.absences import Absence, Deputy
from storage.notices import NoticeKind, NoticePlace
from storage.people import Person
from storage.security_log import SecurityKind

LONGEST_DAYS: Final = 366
MOST_ABSENCES: Final = 12


@dataclass(frozen=True, slots=True)
class Away:
    """What is to be recorded: the days, none where what was typed is no day, and who stands in by the place of the
    post among those of the person (``substitutes.posts_of``)."""

    first_day: date | None
    last_day: date | None
    deputies: Mapping[str, int | None]


def record(session: Session, actor: Actor, person_id: int, away: Away, *, today: date, now: datetime) -> int:
    """Somebody is away in these days; the id of the absence. ``BadAnswers`` names each field that needs attention:
    ``first``, ``last``, or the key of a post. ``NotFound`` for who is neither the person nor a head of theirs."""
    posts = substitutes.posts_of(session, actor, person_id, today=today)
    wanted = {post.key: away.deputies.get(post.key) for post in posts}
    people = _locked(session, {person_id, *(each for each in wanted.values() if each is not None)})
    person = people.get(person_id)
    if person is None or person.disabled_at is not None or not posts or actor.helper is not None:
        raise NotFound
    first, last = _days(away, today)
    _require_free(session, person_id, first, last, today)
    chosen = _chosen(session, _Asked(person_id, (first, last), people, today), posts, wanted)
    absence = Absence(
        person_id=person_id, first_day=first, last_day=last, recorded_at=now, recorded_by_id=actor.person_id
    )
    session.add(absence)
    session.flush()
    for post, deputy_id, by_office_id in chosen:
        named = {"group": post.group, "office_id": post.office_id, "by_office_id": by_office_id}
        session.add(Deputy(absence_id=absence.id, person_id=deputy_id, **named))
    _tell(session, absence, person, NoticeKind.DEPUTY, {deputy_id for _, deputy_id, _ in chosen}, now=now)
    days = {"first": first.isoformat(), "last": last.isoformat()}
    deputies = [{"group": post.group, "office": post.code, "deputy": deputy_id} for post, deputy_id, _ in chosen]
    data = {**days, "deputies": deputies}
    security_log.note(session, SecurityKind.ABSENCE_RECORDED, actor, person_id=person_id, data=data, at=now)
    return absence.id


def end(session: Session, actor: Actor, absence_id: int, *, today: date, now: datetime) -> int:
    """The person is back, or stays after all: nobody stands in from this moment on; whose absence it was. Ending it
    twice is harmless. ``AbsenceOver`` for one whose days have passed."""
    absence = session.get(Absence, absence_id, with_for_update=True, populate_existing=True)
    if absence is None or not substitutes.may_record(session, actor, absence.person_id, today=today):
        raise NotFound
    if absence.ended_at is None:
        if absence.last_day < today:
            raise AbsenceOver
        absence.ended_at, absence.ended_by_id = now, actor.person_id
        data = {"first": absence.first_day.isoformat(), "last": absence.last_day.isoformat()}
        security_log.note(session, SecurityKind.ABSENCE_ENDED, actor, person_id=absence.person_id, data=data, at=now)
        deputies = session.scalars(select(Deputy.person_id).where(Deputy.absence_id == absence.id)).all()
        person = session.get_one(Person, absence.person_id)
        _tell(session, absence, person, NoticeKind.DEPUTY_OVER, set(deputies), now=now)
    return absence.person_id


def _tell(
    session: Session, absence: Absence, person: Person, kind: NoticeKind, deputies: Collection[int], *, now: datetime
) -> None:
    """Tells the deputies that they stand in, or do so no more."""
    about = News(kind, str(absence.id), NoticePlace.ABSENCES, who=holder(person), day=absence.first_day)
    tell(session, about, deputies, now=now)


def _days(away: Away, today: date) -> tuple[date, date]:
    wrong: dict[str, object] = {}
    first, last = away.first_day, away.last_day
    if first is None:
        wrong["first"] = DaysMissing()
    elif first < today:
        wrong["first"] = AbsencePast()
    if last is None:
        wrong["last"] = DaysMissing()
    elif first is not None and last < first:
        wrong["last"] = AbsenceBackwards()
    elif last > today + timedelta(days=LONGEST_DAYS):
        wrong["last"] = AbsenceTooFar()
    if wrong or first is None or last is None:
        raise BadAnswers(wrong)
    return first, last


def _require_free(session: Session, person_id: int, first: date, last: date, today: date) -> None:
    """No day of theirs is taken by another absence. The person is locked, so two browsers wait for each other."""
    standing = Absence.person_id == person_id, Absence.ended_at.is_(None), Absence.last_day >= today
    other = session.scalars(
        select(Absence).where(*standing, Absence.first_day <= last, Absence.last_day >= first).limit(1)
    ).first()
    if other is not None:
        raise BadAnswers({"first": AbsenceOverlaps(first=other.first_day, last=other.last_day)})
    if (session.scalar(select(func.count()).select_from(Absence).where(*standing)) or 0) >= MOST_ABSENCES:
        raise BadAnswers({"first": TooManyAbsences(most=MOST_ABSENCES)})


def _locked(session: Session, person_ids: Collection[int]) -> Mapping[int, Person]:
    """These people, always locked in the same order: two who name each other wait for one another."""
    wanted = select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)
    found = session.scalars(wanted.with_for_update(key_share=True).execution_options(populate_existing=True))
    return {person.id: person for person in found}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is checked of the deputies: whose absence, in which days, and the people who were named, locked."""

    person_id: int
    days: tuple[date, date]
    people: Mapping[int, Person]
    today: date


def _chosen(
    session: Session, asked: _Asked, posts: Sequence[Post], wanted: Mapping[str, int | None]
) -> list[tuple[Post, int, int | None]]:
    """Who stands in for which post, and by working at which office. Those who may and are there."""
    wrong: dict[str, object] = {}
    chosen: list[tuple[Post, int, int | None]] = []
    for post in posts:
        deputy_id = wanted[post.key]
        if deputy_id is None:
            continue
        deputy = asked.people.get(deputy_id)
        found = substitutes.suitable(session, post, today=asked.today, only=deputy_id)
        refusal: Refused | None = None
        if deputy_id == asked.person_id:
            refusal = OwnDeputy()
        elif deputy is None or not found:
            refusal = DeputyNotSuitable()
        else:
            refusal = _hindered(session, deputy, asked.days, sum(who == deputy_id for _, who, _ in chosen))
            chosen.append((post, deputy_id, found[0].by_office_id))
        if refusal is not None:
            wrong[post.key] = refusal
    if wrong:
        raise BadAnswers(wrong)
    return chosen


def _hindered(session: Session, deputy: Person, days: tuple[date, date], more: int) -> Refused | None:
    """What keeps somebody from standing in on these days: they are away, or stand in for many others."""
    first, last = days
    in_days = Absence.ended_at.is_(None), Absence.first_day <= last, Absence.last_day >= first
    name = holder(deputy)
    if session.scalar(select(Absence.id).where(Absence.person_id == deputy.id, *in_days).limit(1)) is not None:
        return DeputyIsAbsent(name=name)
    others = select(func.count()).select_from(Deputy).join(Absence, Absence.id == Deputy.absence_id)
    if (session.scalar(others.where(Deputy.person_id == deputy.id, *in_days)) or 0) + more >= MOST_STANDS:
        return DeputyHasTooMany(name=name, most=MOST_STANDS)
    return None
