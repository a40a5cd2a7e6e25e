"""The paper of a bank, as a cashier brings it to an application."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.uploads import examined
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.money.bank_papers import BankPaper
from engine.money.bank_references import reference_given
from engine.money.bank_slips import keep_slip
from engine.people.actors import Actor
from storage.applications import Application
from storage.bank_slips import Bank
from storage.payments import DueFee, FeeStatus, Payment
from tests.cast import NOW
from tests.drawings import png

SLIP = png(line=True)
PAPER = BankPaper(Bank.ACLEDA, "", NOW.astimezone(PHNOM_PENH).date(), "FT-1", 40_000, "")
"""One whose slip nobody has sent."""
TYPED = {
    "bank": "acleda",
    "paid_on-day": "2",
    "paid_on-month": "3",
    "paid_on-year": "2026",
    "bank_reference": "FT1",
    "bank_amount": "40000",
}
"""What stands on it, as the page posts it, without the slip."""


def brought(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    reference: str = "FT-1",
    *,
    now: datetime = NOW,
    **other: Any,
) -> BankPaper:
    """The paper of a bank payment of the whole fee of today, its slip sent; ``key`` of the application or of the code
    that was paid."""
    application = session.scalars(
        select(Application)
        .outerjoin(Payment, Payment.application_id == Application.id)
        .where((Application.key == key) | (Payment.key == key))
    ).first()
    assert application is not None, key
    slip = keep_slip(session, house, actor, application.key, examined("slip.png", SLIP), now=now)
    day, fee = now.astimezone(PHNOM_PENH).date(), _owed(session, application)
    paper = BankPaper(Bank.ACLEDA, "", day, reference_given(reference, actor), fee, slip)
    return replace(paper, **other)


def _owed(session: Session, application: Application) -> int:
    """What the application is to pay now, else what it cost."""
    due = select(DueFee.amount).where(DueFee.application_id == application.id, DueFee.status == FeeStatus.DUE)
    amount = session.scalars(due.order_by(DueFee.id)).first()
    return application.fee_total if amount is None else amount
