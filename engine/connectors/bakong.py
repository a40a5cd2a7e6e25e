"""The Bakong Open API of the National Bank of Cambodia: was a KHQR code paid?

It answers Cambodian addresses only and is asked directly: no proxy, no redirect, so that the token reaches nobody else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any, Final

from engine.connectors.bank import BankAnswer, BankFailed
from engine.connectors.http import NoAnswer, post_json, require_https

PATH: Final = "/v1/check_transaction_by_md5"
TIMEOUT_SECONDS: Final = 5
NOT_PAID: Final = (1, 3)
"""Error codes of the API that say "nothing arrived": transaction not found, transaction failed."""


@dataclass(frozen=True)
class BakongBank:
    """Asks one Bakong Open API. ``url`` is its base address and must be https, except on this very machine."""

    url: str
    token: str = field(repr=False)
    timeout: float = TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        require_https(self.url)

    def paid(self, md5: str) -> BankAnswer | None:
        answer = self._ask(md5)
        if answer.get("responseCode") == 0 and isinstance(answer.get("data"), dict):
            return _read(answer["data"])
        if answer.get("errorCode") in NOT_PAID:
            return None
        raise BankFailed(f"error code {answer.get('errorCode')!r:.20}")

    def _ask(self, md5: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            answer = post_json(self.url.rstrip("/") + PATH, {"md5": md5}, headers, self.timeout)
        except NoAnswer as failure:
            raise BankFailed(str(failure)) from failure
        if answer.status != HTTPStatus.OK:
            raise BankFailed(f"HTTP status {answer.status}")
        return _parsed(answer.content)


def _parsed(content: bytes) -> dict[str, Any]:
    """The answer, its numbers as exact decimals."""
    try:
        answer = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise BankFailed("the answer is no JSON") from None
    if not isinstance(answer, dict):
        raise BankFailed("the answer is no JSON object")
    return answer


def _read(data: dict[str, Any]) -> BankAnswer:
    reference, currency = data.get("hash"), data.get("currency")
    try:
        amount = Decimal(str(data.get("amount")))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not (isinstance(reference, str) and reference and isinstance(currency, str) and amount.is_finite()):
        raise BankFailed("the answer lacks its reference, amount or currency")
    return BankAnswer(reference, amount, currency.upper())
