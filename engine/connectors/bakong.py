"""The Bakong Open API of the National Bank of Cambodia: was a KHQR code paid?

It answers Cambodian addresses only and is asked directly: no proxy, no redirect, so that the token reaches nobody else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from engine.connectors.bank import BankAnswer, BankFailed

PATH: Final = "/v1/check_transaction_by_md5"
TIMEOUT_SECONDS: Final = 5
LARGEST_ANSWER: Final = 65_536
NOT_PAID: Final = (1, 3)
"""Error codes of the API that say "nothing arrived": transaction not found, transaction failed."""

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class _StayHere(HTTPRedirectHandler):
    """A redirect would carry the token elsewhere, so it counts as a failure."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


@dataclass(frozen=True)
class BakongBank:
    """Asks one Bakong Open API. ``url`` is its base address and must be https, except on this very machine."""

    url: str
    token: str = field(repr=False)
    timeout: float = TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
            raise ValueError("the bank is asked over https only")

    def paid(self, md5: str) -> BankAnswer | None:
        answer = self._ask(md5)
        if answer.get("responseCode") == 0 and isinstance(answer.get("data"), dict):
            return _read(answer["data"])
        if answer.get("errorCode") in NOT_PAID:
            return None
        raise BankFailed(f"error code {answer.get('errorCode')!r:.20}")

    def _ask(self, md5: str) -> dict[str, Any]:
        asking = Request(  # noqa: S310 - the scheme was checked when the bank was set up
            self.url.rstrip("/") + PATH,
            data=json.dumps({"md5": md5}).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            method="POST",
        )
        try:
            with _opener().open(asking, timeout=self.timeout) as answer:
                content = answer.read(LARGEST_ANSWER + 1)
        except HTTPError as refused:
            with refused:
                raise BankFailed(f"HTTP status {refused.code}") from None
        except (HTTPException, URLError, OSError) as failure:
            raise BankFailed(type(failure).__name__) from failure
        return _parsed(content)


def _opener() -> OpenerDirector:
    return build_opener(ProxyHandler({}), _StayHere())


def _parsed(content: bytes) -> dict[str, Any]:
    """The answer, its numbers as exact decimals."""
    if len(content) > LARGEST_ANSWER:
        raise BankFailed("the answer is too long")
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
