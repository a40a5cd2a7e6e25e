"""The reference under which a bank knows a payment, as it is given."""

from __future__ import annotations

from engine.errors import BankReferenceMissing, NotABankReference
from engine.people.actors import THE_BANK, Actor
from engine.typed.bank_references import bank_reference_of, typed_bank_reference
from engine.typed.fault import Fault


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
