"""Telephone numbers and e-mail addresses: one rule for accounts, forms, counter and search."""

from __future__ import annotations

import pytest

from engine.typed.emails import known_email, typed_email
from engine.typed.fault import Fault
from engine.typed.telephones import known_phone, typed_phone

HERS = "+85512999001"


@pytest.mark.parametrize(
    "typed",
    [
        *("012 999 001", "012999001", "12 999 001", "012-999-001", "012.999.001", "(012) 999 001", "០១២ ៩៩៩ ០០១"),
        *(
            "+855 12 999 001",
            "+85512999001",
            "+855 (0)12 999 001",
            "855 12 999 001",
            "00855 12 999 001",
            "០០៨៥៥១២៩៩៩០០១",
        ),
        *(
            "012‑999–001",
            "012\u00a0999\u00a0001",
            "\u200b012 999 001\u200b",
            "０１２９９９００１",
            "＋85512999001",
            "\u202a012 999 001\u202c",
        ),
    ],
)
def test_a_cambodian_number_is_one_however_it_is_typed(typed: str) -> None:
    assert typed_phone(typed) == HERS
    assert typed_phone(HERS) == HERS


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+84 90 123 4567", "+84901234567"),
        ("0084 90 123 4567", "+84901234567"),
        ("001 84 90 123 4567", "+84901234567"),
        ("+1 650 253 0000", "+16502530000"),
        ("023 999 999", "+85523999999"),
        ("097 123 4567", "+855971234567"),
    ],
)
def test_other_numbers_are_read_by_their_country(typed: str, number: str) -> None:
    assert typed_phone(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        *("12", "012 345", "012 345 678 901", "012 345 678 ext 5", "012 345 678x5", "012345678;ext=5", "012345678#5"),
        *(
            "1-800-FLOWERS",
            "call me",
            "O12 999 001",
            "012 999 001 / 012 999 002",
            "012,999,001",
            "++85512999001",
            "+",
            "()",
        ),
        *("٠١٢٩٩٩٠٠١", "012\x00999001x", "000000000", "012" * 5000),
    ],
)
def test_what_nobody_can_call_is_refused(typed: str) -> None:
    with pytest.raises(Fault):
        typed_phone(typed)
    assert typed_email("") is None


def test_an_account_with_a_number_from_before_is_still_found() -> None:
    assert known_phone("0123456") == "+8550123456"
    assert known_phone("call me") is None
    assert known_phone("9" * 20_000) is None


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("dara@example.com", "dara@example.com"),
        ("Dara.Sok@Example.COM", "dara.sok@example.com"),
        ("da\u200bra@example.com\u200b", "dara@example.com"),
        ("\ufeffdara@exa\u00admple.com", "dara@example.com"),
        ("dara២៤@example.com", "dara24@example.com"),
        ("dara＠example.com", "dara@example.com"),
        ("o'neil+gov@mail.example.co.uk", "o'neil+gov@mail.example.co.uk"),
        ("d@xn--e1afmkfd.xn--p1ai", "d@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_an_address_is_kept_as_it_is_written_to(typed: str, address: str) -> None:
    assert typed_email(typed) == address
    assert known_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "sok..dara@example.com",
            ".sok@example.com",
            "sok.@example.com",
            "@example.com",
            "sok@",
            "sok",
            "sokApplicationStatus.EXAMPLE.com",
        ),
        *(
            "sok@-example.com",
            "sok@example-.com",
            "sok@example..com",
            "sok@.com",
            "sok@example",
            "sok@example.c",
            "sok@1.2.3.4",
        ),
        *(
            "sok @example.com",
            "sok@exa mple.com",
            "sok@example.com, dara@example.com",
            "<sok@example.com>",
            "sok@exam_ple.com",
        ),
        *(
            "សុខ@example.com",
            "sok@ខ្មែរ.com",
            "so\u0301k@example.com",
            "sok@example.com.",
            "sok\n@example.com",
            '"a b"@example.com',
        ),
        f"{'a' * 65}@example.com",
        f"sok@{'a' * 64}.com",
        f"sok@{'a.' * 130}com",
        "a@" * 5000,
    ],
)
def test_an_address_that_no_mail_reaches_is_refused(typed: str) -> None:
    with pytest.raises(Fault):
        typed_email(typed)
    assert known_email(typed) is None
