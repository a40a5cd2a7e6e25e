"""One-time codes: sent to a telephone or a mailbox, they show that whoever asks holds it.

Whoever asks gets a token, which the browser keeps, and the contact gets six digits. Only both together prove anything,
so a stolen database opens nothing, and a code that was read over a shoulder opens nothing in another browser. Whether
anybody has an account with the contact makes no difference here.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from engine.errors import ProofOver, ProofUsed, TooManyCodes
from engine.house import House
from engine.khmer import latin_digits
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.contacts import ContactPoint
from engine.people.telling import tell_contact
from storage.codes import CodePurpose, OneTimeCode
from storage.security_log import SecurityKind

DIGITS: Final = 6
HOLDS: Final = timedelta(minutes=10)
PROOF_HOLDS: Final = timedelta(minutes=30)
"""So long after the code was given back what it was asked for must be done."""
MOST_TRIES: Final = 5
FREE_CODES: Final = 3
"""So many codes in a day come to one asker without a pause before them; then each pause is twice as long as the one
before."""
FREE_OF_STRANGERS: Final = 12
"""So many come to strangers together, of whom each counts for the free ones of one at most: a single one slows nobody
else, however often they ask."""
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(minutes=30)
NOBODY_KNOWN: Final = Actor(None)
A_DAY: Final = timedelta(days=1)
KEPT_FOR: Final = timedelta(days=2)


class Verdict(StrEnum):
    """What became of a code that was typed: right; wrong, try again; or over (too old, too many wrong ones, used), so
    that a new one must be asked for."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a code, by whatever tells them apart from others: nobody waits because somebody else asked often.
    A stranger has not shown anything yet; where too many of them ask about one contact, they wait together. ``by``:
    whom the security log names, and from where."""

    key: str = ""
    is_stranger: bool = True
    by: Actor = NOBODY_KNOWN


SOMEBODY: Final = Asker()


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A code to be sent. ``person_id``: the account that it is about, where there is one; ``message`` is the key of the
    shared message that carries it, ``facts`` its other placeholders."""

    purpose: CodePurpose
    to: ContactPoint
    language: str
    person_id: int | None = None
    message: str = "code_for_yourself"
    facts: Mapping[str, str] | None = None
    asker: Asker = SOMEBODY


@dataclass(frozen=True, slots=True)
class Asked:
    """A code that was asked for: where it went, and the key of the message that carried it."""

    point: ContactPoint
    message_key: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody has shown that this contact is theirs; ``person_id`` as it was asked for."""

    point: ContactPoint
    person_id: int | None


def ask(session: Session, house: House, wanted: CodeRequest, *, now: datetime) -> str:
    """Sends a code and returns the token that belongs to it. Codes for the same purpose and contact that were asked for
    before go on, each with its own token. ``TooManyCodes`` with the minutes to wait, known account or not."""
    _require_pause(session, wanted.to, wanted.asker, now)
    token, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row = OneTimeCode(
        code_kind=wanted.purpose,
        token_hash=_hash(token),
        code_hash=_hash(token, code),
        channel=wanted.to.channel,
        address=wanted.to.address,
        person_id=wanted.person_id,
        asker=wanted.asker.key,
        asked_at=now,
        ends_at=now + HOLDS,
    )
    session.add(row)
    session.flush()
    _note(session, SecurityKind.CODE_SENT, row, wanted.asker.by, now)
    tell_contact(
        session,
        wanted.to,
        house.texts[wanted.message],
        {**(wanted.facts or {}), "code": code},
        key=_message_key(row),
        language=wanted.language,
        until=row.ends_at,
        now=now,
    )
    return token


def check(
    session: Session, token: str, typed: str, purpose: CodePurpose, *, by: Actor = NOBODY_KNOWN, now: datetime
) -> Verdict:
    """Whether this is the code that belongs to the token. A wrong one is counted, so commit in any case. The right one
    a second time is right again while the proof holds: a double click harms nobody. ``by``: who typed it, and where."""
    row = _locked(session, token, purpose)
    if row is None or row.used_at is not None or row.tries >= MOST_TRIES:
        return Verdict.OVER
    if now >= _ends(row):
        return Verdict.OVER
    digits = "".join(sign for sign in latin_digits(typed[:40]) if sign.isdigit())
    if not secrets.compare_digest(_hash(token, digits), row.code_hash):
        row.tries += 1
        if row.tries < MOST_TRIES:
            return Verdict.WRONG
        _note(session, SecurityKind.CODE_GUESSED, row, by, now)
        return Verdict.OVER
    if row.proved_at is None:
        row.proved_at = now
        _note(session, SecurityKind.CODE_GIVEN_BACK, row, by, now)
    return Verdict.RIGHT


def sent_to(session: Session, token: str, purpose: CodePurpose, *, now: datetime) -> ContactPoint | None:
    """Where the code that belongs to the token went; ``None`` when it is over."""
    row = session.scalar(_by_token(token, purpose))
    if row is None or row.used_at is not None or row.tries >= MOST_TRIES or now >= _ends(row):
        return None
    return ContactPoint(row.channel, row.address)


def proof(session: Session, token: str, purpose: CodePurpose, *, now: datetime) -> Proof:
    """What the code that belongs to the token has shown; it stays unused. ``ProofOver`` when it has shown nothing, or
    too long ago, ``ProofUsed`` when it was used or ended."""
    return _proof(session.scalar(_by_token(token, purpose)), now)


def use(session: Session, token: str, purpose: CodePurpose, *, now: datetime) -> Proof:
    """The same, once: what it was asked for is done in this transaction. ``ProofUsed`` for the second of two."""
    row = _locked(session, token, purpose)
    shown = _proof(row, now)
    if row is not None:
        row.used_at = now
    return shown


def use_up(session: Session, token: str, purpose: CodePurpose, *, now: datetime) -> Proof:
    """The same, and every other code that was sent to this contact proves nothing any more. Whoever comes with another
    one of them at the same moment waits, and is the second."""
    point = proof(session, token, purpose, now=now).point
    open_ones = OneTimeCode.address == point.address, OneTimeCode.used_at.is_(None)
    session.execute(select(OneTimeCode.id).where(*open_ones).order_by(OneTimeCode.id).with_for_update())
    shown = use(session, token, purpose, now=now)
    session.flush()
    end_others(session, point, now=now)
    return shown


def asked_for(session: Session, token: str, purpose: CodePurpose) -> Asked | None:
    """What was sent for the token; ``None`` for a token that nobody gave, or of which nothing is kept any more."""
    row = session.scalar(_by_token(token, purpose))
    return None if row is None else Asked(ContactPoint(row.channel, row.address), _message_key(row))


def end_others(session: Session, point: ContactPoint, *, now: datetime) -> None:
    """Codes that are still on their way to this contact prove nothing any more."""
    open_ones = OneTimeCode.address == point.address, OneTimeCode.used_at.is_(None)
    session.execute(update(OneTimeCode).where(*open_ones).values(used_at=now))


def clear(session: Session, *, now: datetime) -> None:
    """Nothing is kept of codes that are long over."""
    session.execute(delete(OneTimeCode).where(OneTimeCode.asked_at < now - KEPT_FOR))


def pause_after(codes: int, free: int = FREE_CODES) -> timedelta:
    """How long after the last of so many codes in a day the next may be asked for."""
    if codes < free:
        return timedelta()
    return min(FIRST_PAUSE * (1 << min(codes - free, 10)), LONGEST_PAUSE)


def _require_pause(session: Session, point: ContactPoint, asker: Asker, now: datetime) -> None:
    _wait_for_others(session, point)
    lately = OneTimeCode.address == point.address, OneTimeCode.asked_at > now - A_DAY
    asked = select(OneTimeCode.asker, func.count(), func.max(OneTimeCode.asked_at)).where(*lately)
    by_asker = {key: (codes, last) for key, codes, last in session.execute(asked.group_by(OneTimeCode.asker))}
    waits = []
    if asker.key in by_asker:
        codes, last = by_asker[asker.key]
        waits.append(last + pause_after(codes) - now)
    if asker.is_stranger and by_asker:
        # Each further code of somebody who used up their own free ones is slowed by their own pause already.
        together = sum(min(codes, FREE_CODES) for codes, _ in by_asker.values())
        latest = max(last for _, last in by_asker.values())
        waits.append(latest + pause_after(together, FREE_OF_STRANGERS) - now)
    if (left := max(waits, default=timedelta())) > timedelta():
        raise TooManyCodes(minutes=-(-int(left.total_seconds()) // 60) or 1)


def _wait_for_others(session: Session, point: ContactPoint) -> None:
    """Whoever else asks about this contact at the same moment comes before or after, and is counted. There may be no
    row yet to lock; SQLite lets one write at a time anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"codes/{point.address}", 0))))


def _note(session: Session, kind: SecurityKind, row: OneTimeCode, by: Actor, now: datetime) -> None:
    about = {"made_for": row.code_kind.value, "channel": row.channel.value}
    security_log.note(session, kind, by, person_id=row.person_id, data=about, at=now)


def _proof(row: OneTimeCode | None, now: datetime) -> Proof:
    if row is None or row.proved_at is None or now >= row.proved_at + PROOF_HOLDS:
        raise ProofOver
    if row.used_at is not None:
        raise ProofUsed
    return Proof(ContactPoint(row.channel, row.address), row.person_id)


def _ends(row: OneTimeCode) -> datetime:
    return row.ends_at if row.proved_at is None else row.proved_at + PROOF_HOLDS


def _by_token(token: str, purpose: CodePurpose) -> Select[OneTimeCode]:
    return select(OneTimeCode).where(OneTimeCode.token_hash == _hash(token), OneTimeCode.code_kind == purpose)


def _locked(session: Session, token: str, purpose: CodePurpose) -> OneTimeCode | None:
    wanted = _by_token(token, purpose).with_for_update().execution_options(populate_existing=True)
    return session.scalars(wanted).one_or_none()


def _message_key(row: OneTimeCode) -> str:
    return f"code/{row.id}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()
