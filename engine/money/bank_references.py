"""The reference under which a bank knows a payment, as it is given."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BankReferenceMissing, BankReferenceUsed, NotABankReference
from engine.people.actors import THE_BANK, Actor
from engine.typed.bank_references import bank_reference_of, typed_bank_reference
from engine.typed.fault import Fault
from storage.payments import Payment, PaymentStatus


def reference_given(given: str, by: Actor) -> str:
    """The reference as references are compared. What the bank itself says is not refused for its signs.

    ``BankReferenceMissing``, and ``NotABankReference`` for what a cashier cannot have read from a bank's paper.
    """
    try:
        reference = bank_reference_of(given) if by is THE_BANK else typed_bank_reference(given)
    except Fault as fault:
        raise NotABankReference from fault
    if not reference:
        raise BankReferenceMissing
    return reference


def refuse_used(session: Session, bank_reference: str) -> None:
    """One bank payment pays one application: a reference that confirmed a payment before confirms no other."""
    used = select(Payment.id).where(Payment.bank_reference == bank_reference, Payment.status == PaymentStatus.CONFIRMED)
    if bank_reference and session.scalar(used.limit(1)):
        raise BankReferenceUsed
