"""What shows that a bank payment arrived, for the cashier's pages and for the receipt."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.uploads import OpenedDocument
from engine.errors import NotFound
from engine.house import House
from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS
from engine.people.actors import Actor
from storage.applications import Application
from storage.bank_slips import BankSlip
from storage.payments import Payment


@dataclass(frozen=True, slots=True)
class WaitingSlip:
    """A slip that the cashier sent and that belongs to no payment yet. ``size`` in octets."""

    key: str
    filename: str
    size: int


def waiting_slip(session: Session, actor: Actor, application_id: int) -> WaitingSlip | None:
    """The slip that the cashier sent for this application and has not confirmed; one statement."""
    slip = session.scalar(
        select(BankSlip)
        .where(
            BankSlip.application_id == application_id,
            BankSlip.payment_id.is_(None),
            BankSlip.kept_by_id == actor.person_id,
        )
        .order_by(BankSlip.id.desc())
        .limit(1)
    )
    return WaitingSlip(slip.key, slip.filename, slip.size) if slip else None


def slip_of_receipt(session: Session, house: House, actor: Actor, number: str) -> OpenedDocument:
    """The slip of the payment with this receipt, for its applicant and for officers of its office; ``NotFound`` for
    others, and where there is none."""
    row = session.execute(
        select(BankSlip, Application)
        .join(Payment, Payment.id == BankSlip.payment_id)
        .join(Application, Application.id == Payment.application_id)
        .where(Payment.receipt_number == number)
    ).one_or_none()
    if row is None or not may_see_receipt(actor, row[1]):
        raise NotFound
    return OpenedDocument(row[0].filename, row[0].media_type, house.files.get(row[0].sha256))


def may_see_receipt(actor: Actor, application: Application) -> bool:
    """Whether the actor may look at the receipts of an application: its applicant, and officers of its office."""
    if actor.person_id is not None and actor.person_id == application.applicant_id:
        return True
    return any(actor.acts_for(group, application.office_id) for group in (*CASE_WORKERS, ADMINISTRATOR))
