"""Codes of authenticator apps, against the examples of the standard."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from engine.people import totp
from tests.properties import given, settings, st

EXAMPLE = base64.b32encode(b"12345678901234567890").decode()
"""The secret of RFC 6238, appendix B."""
MOMENT = datetime(2026, 11, 30, 1, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(second: int, code: str) -> None:
    now = datetime.fromtimestamp(second, UTC)
    assert totp.code_of(EXAMPLE, totp.half_minute(now)) == code
    assert totp.matching(EXAMPLE, code, now=now) == totp.half_minute(now)


@settings(max_examples=50)
@given(st.integers(min_value=-10, max_value=10))
def test_a_code_is_good_in_its_half_minute_and_the_two_beside_it(away: int) -> None:
    code = totp.code_of(EXAMPLE, totp.half_minute(MOMENT))
    now = MOMENT + timedelta(seconds=totp.PERIOD * away)
    found = totp.matching(EXAMPLE, code, now=now)
    assert (found is not None) == (abs(away) <= 1)


def test_a_code_of_a_half_minute_that_was_taken_or_of_one_before_is_not_taken_again() -> None:
    this = totp.half_minute(MOMENT)
    for number, after, good in (
        (this, this, False),
        (this - 1, this, False),
        (this + 1, this, True),
        (this, this - 1, True),
    ):
        found = totp.matching(EXAMPLE, totp.code_of(EXAMPLE, number), now=MOMENT, after=after)
        assert found == (number if good else None)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "២៨៧០៨២"])
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    assert totp.matching(EXAMPLE, typed, now=MOMENT) is None


def test_every_secret_is_another_one_and_as_long_as_the_standard_wants() -> None:
    first, second = totp.new_secret(), totp.new_secret()
    assert first != second
    assert len(base64.b32decode(first)) == 20


def test_apps_read_name_and_secret_from_the_address() -> None:
    address = totp.address_of(EXAMPLE, account="sok dara@example.org", issuer="One Window")
    assert address.startswith("otpauth://totp/One%20Window:sok%20dara%40example.org?")
    assert f"secret={EXAMPLE}&issuer=One%20Window&algorithm=SHA1&digits=6&period=30" in address
