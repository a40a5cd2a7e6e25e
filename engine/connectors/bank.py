"""What every connector to a bank promises: whether a code that we showed was paid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """Money that arrived for a code: the bank's own reference, the amount, and its currency as ISO 4217 letters."""

    reference: str
    amount: Decimal
    currency: str


class BankFailed(Exception):
    """The bank could not be asked, or its answer could not be read. The text goes to logs: no code, no token."""


class Bank(Protocol):
    """Knows payments by the MD5 of the exact code that was shown."""

    def paid(self, md5: str) -> BankAnswer | None:
        """What arrived for this code; ``None`` while nothing did. Raises ``BankFailed``."""
        ...
