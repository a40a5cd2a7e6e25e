"""What reaches the outside, and how it stands: senders of messages, web services of service tasks, the bank.

All is read from the rows of what was sent and asked; of each state the newest thousand, so that the page costs the same
however many there are. Nothing of the settings is shown but whether they are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Subquery, func, literal, select, text, union_all
from sqlalchemy.orm import Session

from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.calls import CallStatus, ConnectorCall
from storage.messages import HAS_LEFT, Notification, NotificationStatus
from storage.payments import Payment, PaymentMethod, PaymentStatus

MOST: Final = 1000
"""Rows of each state that are looked at; ``waiting`` is this many when more wait."""


class Standing(StrEnum):
    """How something outside stands: it is not set up; nothing is known of it; it took what it got last; it did not."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    WORKS = "works"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Outside:
    """A sender, a web service or a bank: the last time it did what it was asked and the last time it did not, what it
    said then, how much waits for it, since when, and when it is tried next. ``keeps_failures``: whether rows tell of
    them at all."""

    name: str
    is_set_up: bool
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    last_error: str = ""
    waiting: int = 0
    waiting_since: datetime | None = None
    next_at: datetime | None = None
    keeps_failures: bool = True

    @property
    def standing(self) -> Standing:
        """In a word."""
        if not self.is_set_up:
            return Standing.MISSING
        if self.failed_at is not None and (self.succeeded_at is None or self.failed_at > self.succeeded_at):
            return Standing.FAILS
        return Standing.UNKNOWN if self.succeeded_at is None else Standing.WORKS


@dataclass(frozen=True, slots=True)
class AllOutside:
    """Everything that reaches the outside. ``untried``: messages that wait and had no sender yet, ``untried_since`` the
    oldest of them was written. ``signs_in``: a provider of sign-ins is set up."""

    senders: tuple[Outside, ...]
    services: tuple[Outside, ...]
    bank: Outside
    untried: int
    untried_since: datetime | None
    signs_in: bool


def all_outside(session: Session, house: House, actor: Actor, known: Sequence[str], *, now: datetime) -> AllOutside:
    """``known``: the senders that there could be. Eight statements; for an administrator of every office."""
    actor.require(None, ADMINISTRATOR)
    sent, waiting = _sent(session), _waiting_messages(session)
    lost = _newest_failure(session, _failed_messages(), Notification.sender.key, "created_at")
    senders = tuple(
        _put_together(name, name in house.messengers, sent.get(name), lost.get(name), waiting.get(name))
        for name in dict.fromkeys((*house.messengers, *known))
    )
    untried = waiting.get("")
    return AllOutside(
        senders=senders,
        services=_services(session, house),
        bank=_bank(session, house, now),
        untried=untried.number if untried else 0,
        untried_since=untried.since if untried else None,
        signs_in=house.safety.elsewhere is not None,
    )


def _put_together(
    name: str, is_set_up: bool, succeeded_at: datetime | None, lost: Any, waits: Any, *, keeps_failures: bool = True
) -> Outside:
    failed = [(lost.at, lost.error)] if lost is not None else []
    if waits is not None and waits.error:
        failed.append((waits.tried_at, waits.error))
    at, error = max(failed, key=lambda each: each[0], default=(None, ""))
    return Outside(
        name=name,
        is_set_up=is_set_up,
        succeeded_at=succeeded_at,
        failed_at=at,
        last_error=error,
        waiting=waits.number if waits else 0,
        waiting_since=waits.since if waits else None,
        next_at=waits.next_at if waits else None,
        keeps_failures=keeps_failures,
    )


@dataclass(frozen=True, slots=True)
class _Failure:
    at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    """``tried_at``: when the newest of those that were tried in vain was written or asked; ``error``: of that one."""

    number: int
    since: datetime
    next_at: datetime
    tried_at: datetime
    error: str


def _sent(session: Session) -> Mapping[str, datetime]:
    """When each sender took its last message."""
    parts = [
        select(Notification.sender, Notification.left_at)
        .where(text(HAS_LEFT), Notification.status == status)
        .order_by(Notification.created_at.desc(), Notification.id.desc())
        .limit(MOST)
        .subquery()
        for status in (NotificationStatus.SENT, NotificationStatus.DELIVERED)
    ]
    both = union_all(*(select(part.c.sender, part.c.left_at) for part in parts)).subquery()
    rows = session.execute(select(both.c.sender, func.max(both.c.left_at)).group_by(both.c.sender))
    return {name: at for name, at in rows if at is not None}


def _failed_messages() -> Subquery:
    failed = text(HAS_LEFT), Notification.status == NotificationStatus.FAILED
    order = Notification.created_at.desc(), Notification.id.desc()
    columns = Notification.sender, Notification.created_at, Notification.last_error, Notification.id
    return select(*columns).where(*failed).order_by(*order).limit(MOST).subquery()


def _newest_failure(session: Session, failed: Subquery, by: str, at: str) -> Mapping[str, _Failure]:
    """By the name the newest of what failed for good."""
    rows = session.execute(select(failed.c[by], failed.c[at], failed.c.last_error).order_by(failed.c[at], failed.c.id))
    return {name: _Failure(moment, error) for name, moment, error in rows}


def _waiting_messages(session: Session) -> Mapping[str, _Waiting]:
    rows = session.execute(
        select(
            Notification.sender,
            Notification.created_at,
            Notification.next_attempt_at,
            Notification.last_error,
        )
        .where(Notification.waits())
        .order_by(Notification.next_attempt_at, Notification.id)
        .limit(MOST)
    )
    return _by_name(rows.all())


def _by_name(rows: Iterable[Any]) -> Mapping[str, _Waiting]:
    """Rows of a name, since when it waits, when it is tried next, and what was said last time."""
    found: dict[str, _Waiting] = {}
    for name, since, next_at, error in rows:
        before = found.get(name)
        if before is None:
            found[name] = _Waiting(1, since, next_at, since, error)
            continue
        newer = bool(error) and (not before.error or since >= before.tried_at)
        found[name] = _Waiting(
            before.number + 1,
            min(before.since, since),
            min(before.next_at, next_at),
            since if newer else before.tried_at,
            error if newer else before.error,
        )
    return found


def _services(session: Session, house: House) -> tuple[Outside, ...]:
    """The web services that service tasks ask; also those that are no longer set up and for which something waits."""
    newest = ConnectorCall.next_attempt_at.desc(), ConnectorCall.id.desc()
    answered = (
        select(ConnectorCall.connector, ConnectorCall.answered_at)
        .where(ConnectorCall.status == CallStatus.ANSWERED)
        .order_by(*newest)
        .limit(MOST)
        .subquery()
    )
    when = select(answered.c.connector, func.max(answered.c.answered_at)).group_by(answered.c.connector)
    succeeded = {name: at for name, at in session.execute(when) if at is not None}
    failed = (
        select(ConnectorCall.connector, ConnectorCall.next_attempt_at, ConnectorCall.last_error, ConnectorCall.id)
        .where(ConnectorCall.status == CallStatus.FAILED)
        .order_by(*newest)
        .limit(MOST)
        .subquery()
    )
    lost = _newest_failure(session, failed, "connector", "next_attempt_at")
    rows = session.execute(
        select(ConnectorCall.connector, ConnectorCall.asked_at, ConnectorCall.next_attempt_at, ConnectorCall.last_error)
        .where(ConnectorCall.status.in_((CallStatus.PENDING, CallStatus.CALLING)))
        .order_by(ConnectorCall.next_attempt_at, ConnectorCall.id)
        .limit(MOST)
    )
    waiting = _by_name(rows.all())
    names = dict.fromkeys((*sorted(house.connectors), *sorted({*waiting, *lost})))
    return tuple(
        _put_together(name, name in house.connectors, succeeded.get(name), lost.get(name), waiting.get(name))
        for name in names
    )


def _bank(session: Session, house: House, now: datetime) -> Outside:
    """What the bank confirmed by itself last, and the codes about which it should have been asked by now."""
    newest = (
        select(Payment.confirmed_at, Payment.method, Payment.confirmed_by_id)
        .where(Payment.confirmed_at.is_not(None))
        .order_by(Payment.confirmed_at.desc())
        .limit(MOST)
        .subquery()
    )
    by_itself = newest.c.method == PaymentMethod.KHQR, newest.c.confirmed_by_id.is_(None)
    succeeded = session.scalar(select(func.max(newest.c.confirmed_at)).where(*by_itself))
    rows = session.execute(
        select(literal("bank"), Payment.created_at, Payment.ask_bank_at, literal(""))
        .where(Payment.ask_bank_at <= now, Payment.status == PaymentStatus.PENDING)
        .order_by(Payment.ask_bank_at)
        .limit(MOST)
    )
    waits = _by_name(rows.all()).get("bank") if house.bank is not None else None
    return _put_together("bank", house.bank is not None, succeeded, None, waits, keeps_failures=False)
