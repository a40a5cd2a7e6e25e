"""Dividing each receipt among those who get a share of the income, exactly and always in the same way.

A table says the shares in hundredths of a percent, together exactly all. Each gets what their share comes to in whole
riel, rounded down; the riel that are left go one by one to those who lost most by rounding, of two who lost as much to
who comes first. What is void is taken back as it was given. Where a part is paid back, what stays is divided as if only
that had been paid, and the difference goes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine.case.turn import Turn
from engine.localise import PHNOM_PENH
from storage.payments import Payment
from storage.remissions import Remission, RemissionStatus
from storage.shares import WHOLE, Receiver, ShareTable, add_to_tally

Who = TypeVar("Who")


def divided(amount: int, parts: Mapping[Who, int]) -> dict[Who, int]:
    """An amount (whole riel, not negative) by shares that are together ``WHOLE``; the parts are exactly the amount."""
    if sum(parts.values()) != WHOLE or min(parts.values()) < 0 or amount < 0:
        raise ValueError(f"{amount} riel cannot be divided by {list(parts.values())}")
    given = {who: amount * part // WHOLE for who, part in parts.items()}
    lost_most = sorted(parts, key=lambda who: -(amount * parts[who] % WHOLE))
    for who in lost_most[: amount - sum(given.values())]:
        given[who] += 1
    return given


def table_of(session: Session, service_key: str, day: date) -> ShareTable | None:
    """The table that holds for a service on that day: its own before that of its ministry before that of the nation, of
    each the last that has begun; ``None`` where nothing says who gets what. One statement."""
    ministry, _, _ = service_key.partition(".")
    for_all = and_(ShareTable.service_key == "", ShareTable.ministry_key.in_((ministry, "")))
    wanted = (
        select(ShareTable)
        .where(ShareTable.withdrawn_at.is_(None), ShareTable.from_day <= day)
        .where(or_(ShareTable.service_key == service_key, for_all))
        .order_by((ShareTable.service_key != "").desc(), (ShareTable.ministry_key != "").desc())
    )
    return session.scalar(wanted.order_by(ShareTable.from_day.desc()).limit(1))


def give(turn: Turn, payment: Payment) -> None:
    """Divides a payment that was just confirmed, by the table of its day."""
    table = table_of(turn.session, turn.case.application.service_key, turn.case.calendar.local_date(turn.now))
    if table is not None:
        payment.share_table_id = table.id
        _add(turn, payment, turn.now, divided(payment.amount, table.parts), 1)


def take_back(turn: Turn, payment: Payment) -> None:
    """A receipt is void: takes back what it gave, in the month in which it was given."""
    if payment.share_table_id is not None and payment.confirmed_at is not None:
        table = turn.session.get_one(ShareTable, payment.share_table_id)
        _add(turn, payment, payment.confirmed_at, divided(payment.amount, table.parts), -1)


def take_back_part(turn: Turn, payment: Payment, amount: int, *, left: int) -> None:
    """So much is paid back of a payment, of which so much is ``left`` then; counts in the month of the refund."""
    if payment.share_table_id is not None:
        table = turn.session.get_one(ShareTable, payment.share_table_id)
        _add(turn, payment, turn.now, returned(amount, left, table.parts), -1)


def returned(amount: int, left: int, parts: Mapping[Who, int]) -> dict[Who, int]:
    """Who gives back how much when so much is paid back and so much is left: together exactly the amount."""
    before, after = divided(left + amount, parts), divided(left, parts)
    return {who: before[who] - after[who] for who in parts}


def shares_of_book(session: Session, book_id: int) -> dict[Receiver, int]:
    """What the receipts of a book gave to each, less what was taken back there; empty when nothing was divided."""
    sums = dict.fromkeys(Receiver, 0)
    took, void = Payment.book_id == book_id, Payment.void_book_id == book_id
    wanted = (
        select(Payment, ShareTable).join(ShareTable, ShareTable.id == Payment.share_table_id).where(or_(took, void))
    )
    rows = session.execute(wanted).all()
    for payment, table in rows:
        sign = (payment.book_id == book_id) - (payment.void_book_id == book_id)
        for who, amount in divided(payment.amount, table.parts).items():
            sums[who] += sign * amount
    refunds = _refunds_of_book(session, book_id)
    for amount, left, parts in refunds:
        for who, back in returned(amount, left, parts).items():
            sums[who] -= back
    return sums if rows or refunds else {}


def _refunds_of_book(session: Session, book_id: int) -> Sequence[tuple[int, int, Mapping[Receiver, int]]]:
    """Each refund of a book with what was left of its payment behind it, and the shares of that."""
    wanted = (
        select(Remission, Payment, ShareTable)
        .join(Payment, Payment.id == Remission.payment_id)
        .join(ShareTable, ShareTable.id == Payment.share_table_id)
        .where(Remission.book_id == book_id)
        .order_by(Remission.answered_at, Remission.id)
    )
    found = session.execute(wanted).all()
    agreed = select(Remission.payment_id, Remission.id, Remission.answered_at, Remission.amount).where(
        Remission.payment_id.in_({payment.id for _, payment, _ in found}), Remission.status == RemissionStatus.AGREED
    )
    all_of_them = session.execute(agreed).all()
    refunds = []
    for refund, payment, table in found:
        until = (refund.answered_at, refund.id)
        back = sum(one.amount for one in all_of_them if one.payment_id == payment.id and (one[2], one[1]) <= until)
        refunds.append((refund.amount, payment.amount - back, table.parts))
    return refunds


def _add(turn: Turn, payment: Payment, at: datetime, amounts: Mapping[Receiver, int], sign: int) -> None:
    month = f"{at.astimezone(PHNOM_PENH):%Y-%m}"
    signed = {who: sign * amount for who, amount in amounts.items()}
    add_to_tally(turn.session, month, payment.office_id, turn.case.application.service_key, signed)
