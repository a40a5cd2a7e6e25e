"""Asking the Bakong Open API, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from engine.connectors import BakongBank, BankAnswer, BankFailed
from tests import patience
from tests.bank import TOKEN, SmallBank, small_bank

MD5 = "d60f3db96913029a2af979a1662c1e72"


@pytest.fixture
def at_nbc() -> Iterator[SmallBank]:
    with small_bank() as bank:
        yield bank


def ask(bank: SmallBank) -> BankAnswer | None:
    return BakongBank(bank.url, TOKEN, timeout=patience.SECONDS).paid(MD5)


def test_a_code_that_was_paid_gives_reference_amount_and_currency(at_nbc: SmallBank) -> None:
    at_nbc.receive(MD5, 40_000.5, "khr", "8465d722d7d5065f")
    assert ask(at_nbc) == BankAnswer("8465d722d7d5065f", Decimal("40000.5"), "KHR")
    assert (at_nbc.asked, at_nbc.tokens) == ([MD5], [f"Bearer {TOKEN}"])


def test_a_code_that_nobody_paid_gives_nothing(at_nbc: SmallBank) -> None:
    assert ask(at_nbc) is None


@pytest.mark.parametrize("code", [2, 6, None, "1"])
def test_any_other_error_is_a_failure_and_not_an_unpaid_code(at_nbc: SmallBank, code: object) -> None:
    at_nbc.says = json.dumps({"responseCode": 1, "errorCode": code, "data": None}).encode()
    with pytest.raises(BankFailed):
        ask(at_nbc)


@pytest.mark.parametrize(
    "says",
    [
        b"<html>maintenance</html>",
        b"[1]",
        b"\xff\xfe",
        b"[" * 60_000,
        b" " * 70_000 + b"{}",
        b'{"responseCode": 0, "data": {"hash": "a", "amount": "many", "currency": "KHR"}}',
        b'{"responseCode": 0, "data": {"hash": "a", "amount": NaN, "currency": "KHR"}}',
        b'{"responseCode": 0, "data": {"hash": "", "amount": 1, "currency": "KHR"}}',
        b'{"responseCode": 0, "data": {"amount": 1, "currency": "KHR"}}',
        b'{"responseCode": 0, "data": {"hash": "a", "amount": 1}}',
    ],
)
def test_an_answer_that_cannot_be_read_is_a_failure(at_nbc: SmallBank, says: bytes) -> None:
    at_nbc.says = says
    with pytest.raises(BankFailed):
        ask(at_nbc)


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_bank_that_refuses_is_a_failure(at_nbc: SmallBank, status: int) -> None:
    at_nbc.receive(MD5)
    at_nbc.status = status
    with pytest.raises(BankFailed, match=str(status)):
        ask(at_nbc)


def test_the_token_never_follows_a_redirect(at_nbc: SmallBank) -> None:
    with small_bank() as elsewhere:
        at_nbc.status, at_nbc.location = 302, elsewhere.url
        with pytest.raises(BankFailed, match="302"):
            ask(at_nbc)
        assert elsewhere.asked == []


def test_a_bank_that_is_not_there_is_a_failure() -> None:
    with small_bank() as gone:
        pass
    with pytest.raises(BankFailed):
        ask(gone)


@pytest.mark.parametrize("url", ["http://api-bakong.nbc.gov.kh", "ftp://127.0.0.1", "file:///etc/passwd", "127.0.0.1"])
def test_the_bank_is_asked_over_https_only(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        BakongBank(url, TOKEN)


def test_the_token_is_in_no_text_about_the_connector() -> None:
    assert TOKEN not in repr(BakongBank("https://api-bakong.nbc.gov.kh", TOKEN))
