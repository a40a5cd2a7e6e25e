"""Money of a demonstration that is paid back: one refund was agreed to, another waits for the head of the office."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from engine.demonstration.told import Staff
from engine.house import House
from engine.money import remissions
from engine.packages.groups import CASHIER, HEAD
from storage.applications import Application
from storage.payments import Payment, PaymentStatus

BACK: Final = 5_000
"""Riel, of a fee that was at least twice as much."""
WHY: Final = ("គិតកម្រៃលើសពីចំនួនដែលត្រូវបង់។", "អ្នកដាក់ពាក្យបានបង់ប្រាក់លើស។")


def ask_for_refunds(house: House, staff: Staff, *, now: datetime) -> None:
    """Cashiers ask for a part of the first fees that were paid; the head agrees to the first alone."""
    with house.database.reading() as session:
        paid = session.execute(
            select(Payment.receipt_number, Application.office_id)
            .join(Application, Application.id == Payment.application_id)
            .where(Payment.status == PaymentStatus.CONFIRMED, Payment.amount >= 2 * BACK)
            .order_by(Payment.id)
            .limit(len(WHY))
        ).all()
    for place, (receipt, office_id) in enumerate(paid):
        with house.database.transaction() as session:
            cashier, why = staff[CASHIER, office_id][0], WHY[place]
            key = remissions.ask_refund(
                session, house, cashier, receipt or "", amount=BACK, reason=why, in_error=True, now=now
            )
        if place == 0:
            with house.database.transaction() as session:
                remissions.agree(session, house, staff[HEAD, office_id][0], key, now=now)
