"""Names of people, and numbers that stand on papers."""

from __future__ import annotations

import pytest

from engine.typed.bank_references import bank_reference_of, typed_bank_reference
from engine.typed.codes import (
    digits_of,
    normal_code,
    reference_is_well_formed,
    short_reference,
    typed_paper_number,
    typed_reference,
)
from engine.typed.fault import Fault
from engine.typed.identity import known_identity, typed_identity
from engine.typed.names import khmer_name, latin_name

DASHES = "-‐‑‒–—―−﹣－"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *(
            ("D'Angelo", "D'Angelo"),
            ("D’Angelo", "D'Angelo"),
            ("D‘Angelo", "D'Angelo"),
            ("DʼAngelo", "D'Angelo"),
            ("D`Angelo", "D'Angelo"),
        ),
        *(
            ("José", "José"),
            ("Jose\u0301", "José"),
            ("Müller", "Müller"),
            ("Łukasz", "Łukasz"),
            ("Đặng Thị", "Đặng Thị"),
            ("Ngô", "Ngô"),
        ),
        *((f"Anne{dash}Marie", "Anne-Marie") for dash in DASHES),
        *(
            (" Sok   Dara ", "Sok Dara"),
            ("Sok\u00a0Dara", "Sok Dara"),
            ("Sok\nDara", "Sok Dara"),
            ("Sok\u200b Dara", "Sok Dara"),
        ),
        *(("J. R. Sok", "J. R. Sok"), ("SOK DARA", "SOK DARA"), ("U", "U")),
    ],
)
def test_a_name_in_latin_letters_is_kept_with_its_accents(typed: str, name: str) -> None:
    assert latin_name(typed) == name
    assert latin_name(name) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("សុខ ដារ៉ា", "សុខ ដារ៉ា"),
        ("  សុខ  ដារ៉ា ", "សុខ ដារ៉ា"),
        ("សុខ\u200bដារ៉ា", "សុខដារ៉ា"),
        ("ហេង ឫទ្ធី", "ហេង ឫទ្ធី"),
        ("អ៊ុំ ផល្លី", "អ៊ុំ ផល្លី"),
    ],
)
def test_a_name_in_khmer_letters_is_kept(typed: str, name: str) -> None:
    assert khmer_name(typed) == name
    assert khmer_name(name) == name


@pytest.mark.parametrize(
    ("rule", "typed", "fault"),
    [
        (khmer_name, "Sok Dara", "not_khmer_letters"),
        (khmer_name, "សុខ Dara", "not_khmer_letters"),
        (khmer_name, "សុខ ១", "not_khmer_letters"),
        (latin_name, "សុខ ដារ៉ា", "not_latin_letters"),
        (latin_name, "Sok 2", "not_latin_letters"),
        (latin_name, "Sok <b>", "not_latin_letters"),
        (latin_name, "Sok 😀", "not_latin_letters"),
        *(
            (rule, wrong, "not_a_name")
            for rule in (khmer_name, latin_name)
            for wrong in ("😀😀", "--", "...", "123", "金边", "Иван")
        ),
        *((rule, "a" * 201, "too_long") for rule in (khmer_name, latin_name)),
        *((rule, "e" + "\u0301" * 20_000, "too_long") for rule in (khmer_name, latin_name)),
    ],
)
def test_what_is_no_name_in_these_letters_is_refused(rule: object, typed: str, fault: str) -> None:
    assert callable(rule)
    with pytest.raises(Fault, match=fault):
        rule(typed)


@pytest.mark.parametrize(
    "typed",
    ["K7654321", "k7654321", "K 7654321", "k-765-4321", "K៧៦៥៤៣២១", "Ｋ７６５４３２１", "K7654321.", "K\u200b7654321"],
)
def test_an_identity_paper_is_one_however_it_is_typed(typed: str) -> None:
    assert typed_identity(typed) == "K7654321"
    assert known_identity(typed) == "K7654321"


@pytest.mark.parametrize("typed", ["123 456 789", "123-456-789", "១២៣ ៤៥៦ ៧៨៩", "123456789"])
def test_an_identity_card_may_be_typed_in_groups(typed: str) -> None:
    assert typed_identity(typed) == "123456789"


@pytest.mark.parametrize("typed", ["abc", "12", "К7654321", "K765<321", "1" * 21, "1" * 20_000, "😀😀😀😀1"])
def test_what_is_no_number_of_a_paper_is_refused(typed: str) -> None:
    with pytest.raises(Fault):
        typed_identity(typed)
    assert known_identity(typed) is None


@pytest.mark.parametrize(
    "typed", ["FT26061ABC", "ft26061abc", "FT 26061 ABC", "ft-26061-abc", "ft–26061–abc", "FT២៦០៦១ABC", "FT26061ABC."]
)
def test_a_bank_reference_is_one_however_it_is_typed(typed: str) -> None:
    assert typed_bank_reference(typed) == "FT26061ABC"
    assert bank_reference_of(typed) == "FT26061ABC"


@pytest.mark.parametrize("typed", ["x", "ft;drop", "<b>123</b>", "លេខ ១២៣៤", "A" * 81])
def test_what_no_bank_writes_is_refused(typed: str) -> None:
    with pytest.raises(Fault):
        typed_bank_reference(typed)


def test_dashes_alone_are_no_reference() -> None:
    assert typed_bank_reference(" -- ") is None


@pytest.mark.parametrize("dash", [*DASHES, "", " ", "\u00a0", " - "])
@pytest.mark.parametrize("end", ["", ".", "។", " "])
def test_numbers_of_ours_may_be_typed_with_any_dashes(dash: str, end: str) -> None:
    assert typed_reference(f"02{dash}26{dash}000123{dash}7{end}") == "02-26-000123-7"
    assert typed_reference(f"០២{dash}២៦{dash}០០០១២៣{dash}៧{end}") == "02-26-000123-7"
    assert short_reference(f"0203{dash}26{dash}000123{end}") == "0203-26-000123"
    assert typed_paper_number(f"gh{dash}02{dash}26{dash}000012{end}") == "GH-02-26-000012"
    assert typed_paper_number(f"R{dash}០២{dash}២៦{dash}០០០០៤៥{end}") == "R-02-26-000045"


@pytest.mark.parametrize(
    "said",
    ["No. GH-02-26-000012", "no GH-02-26-000012", "N° GH-02-26-000012", "លេខ៖ GH-02-26-000012", "#GH-02-26-000012"],
)
def test_the_word_for_number_may_stand_before_one(said: str) -> None:
    assert typed_paper_number(said) == "GH-02-26-000012"


@pytest.mark.parametrize("typed", ["", "GH", "GHIJK-02-26-000012", "GH-02-26-00012", "x" * 20_000, None, {}, "\x00"])
def test_what_is_none_of_our_numbers_is_none(typed: object) -> None:
    assert [typed_reference(typed), short_reference(typed), typed_paper_number(typed)] == [None, None, None]
    assert isinstance(normal_code(typed), str)


def test_a_code_and_the_signs_beside_it_are_read_in_both_scripts() -> None:
    assert normal_code("៧o3k-9qli ab") == "703K9Q11AB"
    assert normal_code("７O3K–9QLI–AB.") == "703K9Q11AB"
    assert digits_of(" ៥៦ ៧៨ ") == "5678"
    assert digits_of("a-12b") == "A12B"


def test_a_reference_in_other_digits_than_ours_is_not_well_formed() -> None:
    assert not reference_is_well_formed("٠٢-٢٦")
