"""Numbers and amounts as people write them: never another number than was meant."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import localise
from engine.khmer import LANGUAGES, khmer_digits
from engine.localise import plain_riel
from engine.typed.fault import Fault
from engine.typed.numbers import typed_number, typed_riel
from tests.properties import given, st


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("10000", 10000),
        ("10 000", 10000),
        ("10\u00a0000", 10000),
        ("10\u202f000", 10000),
        ("10\u200b000", 10000),
        ("10,000", 10000),
        ("10.000", 10000),
        ("១០.០០០", 10000),
        ("១០,០០០", 10000),
        ("១០ ០០០", 10000),
        ("10'000", 10000),
        ("10’000", 10000),
        ("123 456 789", 123456789),
        ("1.234.567", 1234567),
        ("-1 250", -1250),
        ("−1250", -1250),
        ("+7", 7),
        ("007", 7),
        ("0", 0),
        ("០", 0),
        ("12.0", 12),
        ("12.50", Decimal("12.5")),
    ],
)
def test_a_whole_number_is_read_however_its_thousands_are_parted(typed: str, number: int | Decimal) -> None:
    assert typed_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12,5", "12.5"),
        ("១២,៥", "12.5"),
        ("1 250,5", "1250.5"),
        ("1.250,50", "1250.5"),
        ("1,250.50", "1250.5"),
        ("1'250.50", "1250.5"),
        ("0,25", "0.25"),
        ("0.125", "0.125"),
        ("2.500", "2500"),
        ("2,500", "2500"),
    ],
)
def test_where_decimals_are_asked_they_follow_a_full_stop_or_a_comma(typed: str, number: str) -> None:
    assert typed_number(typed, decimals=2) == Decimal(number)


@pytest.mark.parametrize("typed", ["10.000", "10,000", "1,125", "2.120"])
def test_where_three_decimals_are_asked_what_may_be_thousands_is_refused(typed: str) -> None:
    with pytest.raises(Fault, match="ambiguous_number"):
        typed_number(typed, decimals=3)
    assert typed_number("2.125", decimals=3) == Decimal("2.125")
    assert typed_number("10 000", decimals=3) == 10000


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "10.00.000",
            "1,00,000",
            "10.0000,5",
            "1.250,000",
            "1 25",
            "10, 000",
            "1,250 000",
            "1.250 000",
            "1 250.000.5",
        ),
        *("12,5", "1e3", "NaN", "Infinity", "0x10", "١٢", "²", "½", "12-", "--1", "1.2.3", ".5", "5.", "twelve", "៛"),
        "9" * 16,
        "1" * 20_000,
    ],
)
def test_what_is_no_number_or_two_is_refused(typed: str) -> None:
    with pytest.raises(Fault):
        typed_number(typed)


@pytest.mark.parametrize("raw", [True, False, {}, ["1", "2"], b"1", float("nan"), float("inf")])
def test_what_was_not_typed_as_one_text_is_no_number(raw: object) -> None:
    with pytest.raises(Fault):
        typed_number(raw)


@pytest.mark.parametrize("raw", [None, "", "  ", "\u200b", [""]])
def test_nothing_is_no_answer(raw: object) -> None:
    assert typed_number(raw) is None
    assert typed_riel(raw) is None


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_are_read_back_from_our_own_pages(number: int) -> None:
    assert [typed_number(localise.number(number, language)) for language in LANGUAGES] == [number, number]
    assert typed_number(number) == number


@given(st.decimals(0, 10**9, places=2))
def test_decimals_are_read_back_from_our_own_pages(number: Decimal) -> None:
    value = float(number)
    shown = [localise.number(value, language) for language in LANGUAGES]
    assert [float(typed_number(words, decimals=2) or 0) for words in shown] == [value, value]
    assert float(typed_number(khmer_digits(str(value)), decimals=2) or 0) == value


@given(st.integers(0, 10**14))
def test_amounts_are_read_back_from_our_own_pages_and_messages(amount: int) -> None:
    for language in LANGUAGES:
        assert typed_riel(localise.money(amount, language)) == amount
        assert typed_riel(plain_riel(amount, language)) == amount


@pytest.mark.parametrize("typed", ["40 000 riel", "៤០ ០០០ រៀល", "40 000 ៛", "៛40,000", "KHR 40.000", "40000 RIELS"])
def test_the_riel_may_be_named_at_either_end(typed: str) -> None:
    assert typed_riel(typed) == 40_000


@pytest.mark.parametrize("typed", ["40 000 dollars", "$40", "40 000 riel riel", "4 riel 0"])
def test_another_currency_is_no_amount(typed: str) -> None:
    with pytest.raises(Fault):
        typed_riel(typed)


@given(st.text(alphabet="0123456789០១២., '\u00a0-+", max_size=12))
def test_no_writing_loses_or_adds_a_digit(typed: str) -> None:
    """Whatever is accepted has the digits that were typed, in their order."""
    try:
        number = typed_number(typed, decimals=2)
    except Fault:
        return
    if number is not None:
        typed_digits = "".join(str(int(sign)) for sign in typed if sign.isdigit())
        assert f"{abs(number):f}".replace(".", "").lstrip("0") == typed_digits.lstrip("0")
