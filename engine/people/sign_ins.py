"""Sign-ins: the browsers in which somebody is signed in, from the first page to the last.

A browser carries a token made by chance; the database keeps its hash only, so that nobody who reads the table can act
as anybody. Times are handed in as those of the machine: a sign-in ages in real time, also where the office's clock was
moved.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.errors import NotFound
from engine.people import security_log
from engine.people.actors import PEOPLE_ACTING, Actor, Place, actor_in
from storage import asking
from storage.asking import Question
from storage.people import Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason, SignIn

SEEN_AGAIN: Final = timedelta(minutes=3)
"""So far apart it is written at most that a browser was seen."""
KEPT_FOR: Final = timedelta(days=7)
"""What ended is kept so long, so that the browser can be told why; then nothing of it is kept."""
TOGETHER: Final = 1000
_BY_TOKEN: Final = Question(
    PEOPLE_ACTING.add_columns(SignIn.id.label("sign_in_id"), SignIn.begun_at, SignIn.seen_at)
    .add_columns(SignIn.confirmed_at, SignIn.factor_at)
    .join(SignIn, (SignIn.person_id == Person.id) & (SignIn.epoch == Person.session_epoch))
    .where(SignIn.token_hash == bindparam("token_hash"), SignIn.end_kind.is_(None))
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a sign-in holds without a page, and in any case."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Known:
    """Whose browser asks, by which sign-in; ``is_due``: it is time to write that it was seen. ``confirmed_at``: when
    the person showed last that it is them; ``factor_at``: when they first showed a second factor in it."""

    actor: Actor
    sign_in_id: int
    is_due: bool
    confirmed_at: datetime
    factor_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """A sign-in that holds, as its person is shown it."""

    id: int
    begun_at: datetime
    seen_at: datetime
    address: str
    browser: str
    is_this: bool


def begin(session: Session, person_id: int, epoch: int, place: Place, *, factor: str = "", now: datetime) -> str:
    """The token of a new sign-in. It is worth nothing when the person's sign-ins were all ended since ``epoch`` was
    read. ``factor``: the second factor that was shown."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            person_id=person_id,
            token_hash=_hash(token),
            epoch=epoch,
            begun_at=now,
            seen_at=now,
            address=place.address,
            browser=place.browser,
            factor_at=now if factor else None,
        )
    )
    session.flush()
    whoever, shown = Actor(person_id, place=place), {"factor": factor} if factor else {}
    security_log.note(session, SecurityKind.SIGNED_IN, whoever, person_id=person_id, data=shown, at=now)
    return token


def recognise(
    session: Session, token: str, *, citizens: Limits, officers: Limits, today: date, now: datetime
) -> Known | None:
    """Whoever carries this token, with the memberships of today, in one statement, two for a deputy; ``None``
    when it holds no more."""
    rows = asking.rows(session, _BY_TOKEN, token_hash=_hash(token), today=today)
    actor = actor_in(session, rows, today=today)
    if actor is None:
        return None
    found, limits = rows[0], officers if actor.is_officer else citizens
    silent = now - found.seen_at
    if silent >= limits.idle or now - found.begun_at >= limits.longest:
        return None
    is_due, confirmed_at = silent >= min(SEEN_AGAIN, limits.idle / 4), found.confirmed_at or found.begun_at
    return Known(actor, found.sign_in_id, is_due, confirmed_at, found.factor_at)


def confirm(session: Session, sign_in_id: int, *, by_factor: bool, now: datetime) -> None:
    """The person showed once more that it is them, with a second factor or with the password."""
    found = session.get_one(SignIn, sign_in_id)
    found.confirmed_at = now
    if by_factor and found.factor_at is None:
        found.factor_at = now
    session.flush()


def renew(session: Session, sign_in_id: int) -> str:
    """The new token of a sign-in that goes on. The one before is worth nothing, whoever copied it."""
    token = secrets.token_urlsafe(32)
    session.get_one(SignIn, sign_in_id).token_hash = _hash(token)
    session.flush()
    return token


def why_ended(session: Session, token: str) -> EndReason | None:
    """Why a sign-in was ended before its time; ``None`` when it ran out or is not known any more."""
    return session.scalar(select(SignIn.end_kind).where(SignIn.token_hash == _hash(token)))


def stands(sign_in_id: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """Whether the sign-in with this number has not been ended: neither by itself nor with all of its person."""
    return exists().where(
        SignIn.id == sign_in_id,
        SignIn.end_kind.is_(None),
        Person.id == SignIn.person_id,
        Person.session_epoch == SignIn.epoch,
    )


def note_seen(session: Session, sign_in_id: int, address: str, *, now: datetime) -> None:
    """The browser asked for a page, from this network."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now, address=address))


def lines(session: Session, actor: Actor, this_id: int, limits: Limits, *, now: datetime) -> tuple[Line, ...]:
    """Where the person is signed in, the browser that asks first, then the latest seen; one statement."""
    found = session.scalars(
        select(SignIn)
        .join(Person, (Person.id == SignIn.person_id) & (Person.session_epoch == SignIn.epoch))
        .where(SignIn.person_id == actor.person_id, SignIn.end_kind.is_(None))
        .where(SignIn.seen_at > now - limits.idle, SignIn.begun_at > now - limits.longest)
        .order_by(SignIn.id != this_id, SignIn.seen_at.desc(), SignIn.id.desc())
        .limit(TOGETHER)
    )
    return tuple(_line(one, this_id) for one in found)


def _line(one: SignIn, this_id: int) -> Line:
    return Line(one.id, one.begun_at, one.seen_at, one.address, one.browser, one.id == this_id)


def sign_out(session: Session, token: str, place: Place, *, now: datetime) -> None:
    """Ends the sign-in of this browser; what somebody copied from it opens nothing more. Harmless when it ended."""
    mine = SignIn.token_hash == _hash(token), SignIn.end_kind.is_(None)
    found = session.scalar(select(SignIn).where(*mine).with_for_update())
    if found is not None:
        found.end_kind = EndReason.SIGNED_OUT
        whoever = Actor(found.person_id, place=place)
        security_log.note(session, SecurityKind.SIGNED_OUT, whoever, person_id=found.person_id, at=now)


def end_one(session: Session, actor: Actor, sign_in_id: int, *, now: datetime) -> None:
    """Ends a sign-in of one's own, wherever it is. Doing it twice is harmless; ``NotFound`` for anybody else's."""
    own(session, actor, sign_in_id)
    _end(session, actor, SignIn.id == sign_in_id, now)


def own(session: Session, actor: Actor, sign_in_id: int, this_id: int = 0) -> Line:
    """A sign-in of one's own, also one that ended; ``NotFound`` for anybody else's."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.person_id != actor.person_id:
        raise NotFound
    return _line(found, this_id)


def end_others(session: Session, actor: Actor, this_id: int, *, now: datetime) -> None:
    """Ends every sign-in of one's own but this one."""
    _end(session, actor, SignIn.id != this_id, now)


def end_all(session: Session, person: Person, why: EndReason) -> None:
    """Ends every sign-in of a person, those too that are just beginning: they began in an epoch that is over."""
    person.session_epoch += 1
    mine = SignIn.person_id == person.id, SignIn.end_kind.is_(None)
    session.execute(update(SignIn).where(*mine).values(end_kind=why))
    session.flush()


def clear(session: Session) -> None:
    """Nothing is kept of sign-ins that are long over. Reckoned from the newest sign of life of all, because the clock
    of the office may have been moved, and browsers age in real time."""
    newest = session.scalar(select(func.max(SignIn.seen_at)))
    if newest is not None:
        old = select(SignIn.id).where(SignIn.seen_at < newest - KEPT_FOR).limit(TOGETHER)
        session.execute(delete(SignIn).where(SignIn.id.in_(session.scalars(old).all())))


def _end(session: Session, actor: Actor, which: ColumnElement[bool], now: datetime) -> None:
    mine = select(SignIn).where(SignIn.person_id == actor.person_id, SignIn.end_kind.is_(None), which)
    found = session.scalars(mine.order_by(SignIn.id).with_for_update()).all()
    for one in found:
        one.end_kind = EndReason.ELSEWHERE
    if found:
        ended = {"count": len(found)}
        security_log.note(session, SecurityKind.SIGN_INS_ENDED, actor, person_id=actor.person_id, data=ended, at=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
