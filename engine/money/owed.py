"""Which fee somebody pays: the one that is named, or the one that waits for its money."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.fee_rows import in_hand
from engine.case.opening import Case
from engine.errors import AlreadyPaid, NotFound, PaymentNotDue
from engine.money import voids
from storage.payments import DueFee, FeeStatus, Payment, PaymentStatus
from storage.processes import OPEN_TASK, UserTask


def meant(session: Session, case: Case, key: str) -> DueFee | None:
    """The fee with this key, ``NotFound`` when the case has none; without a key the first that is due, else the last
    that was paid."""
    rows = in_hand(session, case.application, case.published.package)
    if key:
        named = next((row for row in rows if row.key == key), None)
        if named is None:
            raise NotFound
        return named
    due = next((row for row in rows if row.status == FeeStatus.DUE), None)
    return due or next((row for row in reversed(rows) if row.status == FeeStatus.PAID), None)


def confirmed(session: Session, fee: DueFee | None) -> Payment | None:
    """The payment that paid a fee; ``None`` when it was not paid."""
    paid = Payment.status == PaymentStatus.CONFIRMED
    return None if fee is None else session.scalar(select(Payment).where(Payment.fee_id == fee.id, paid))


def due_of(session: Session, fee: DueFee | None, paid: Payment | None) -> DueFee:
    """The fee when it is due: a task waits for it, or a receipt of it was made void. Refuses when it was paid already,
    or when none is due."""
    if paid is not None:
        raise AlreadyPaid(receipt=paid.receipt_number)
    if fee is None or fee.status != FeeStatus.DUE:
        raise PaymentNotDue
    if task_of(session, fee) is None and not voids.last_void(session, fee):
        raise PaymentNotDue
    return fee


def task_of(session: Session, fee: DueFee) -> UserTask | None:
    """The task that waits for the money, none when only a void receipt left the fee open."""
    waits = UserTask.application_id == fee.application_id, UserTask.task_ref == fee.task_ref
    return session.scalar(select(UserTask).where(*waits, UserTask.status.in_(OPEN_TASK)))
