"""The paper of a receipt: the first is the original, every further one says that it is a copy."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage.payments import Payment

STILL_THE_FIRST: Final = timedelta(minutes=5)
"""So long the same person gets the original once more: a double click, a jam in the printer, a browser that asks
twice."""


def is_copy(session: Session, actor: Actor, number: str, *, now: datetime) -> bool:
    """Whether the paper that this person gets now is a copy; whoever comes first gets the original. May be asked by
    whoever may look at the receipt."""
    first = update(Payment).where(Payment.receipt_number == number, Payment.printed_at.is_(None))
    first = first.values(printed_at=now, printed_by_id=actor.doer_id).returning(Payment.id)
    if session.scalar(first) is not None:
        return False
    found = select(Payment.printed_at, Payment.printed_by_id).where(Payment.receipt_number == number)
    printed_at, printed_by_id = session.execute(found).one()
    is_again = printed_at is not None and now - printed_at < STILL_THE_FIRST
    return not (is_again and printed_by_id == actor.doer_id)
