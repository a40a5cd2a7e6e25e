"""Where a fee was paid when it was paid at a bank, for officers and applicants alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.khmer import Bilingual
from engine.money.banks import bank_words
from storage.bank_slips import BankSlip


@dataclass(frozen=True, slots=True)
class PaidAtBank:
    """At which bank and on which day a fee was paid."""

    bank: Bilingual
    paid_on: date


def paid_at_bank(slip: BankSlip | None) -> PaidAtBank | None:
    """What the slip of a payment says; nothing for a payment that has none."""
    if slip is None or slip.paid_on is None:
        return None
    return PaidAtBank(bank_words(slip.bank, slip.bank_name), slip.paid_on)
