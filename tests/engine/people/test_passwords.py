"""Which passwords may be chosen: long ones that nobody tries first and that are not made of what others know."""

from __future__ import annotations

import pytest

from bench.guessed_passwords import main
from engine.errors import PasswordGuessed, PasswordOwn, PasswordTooLong, PasswordTooShort, Refused
from engine.people import passwords
from tests.cast import CHEAP_PASSWORDS
from tests.properties import given, st

KNOWN = ("+85512345601", "dara.sok@example.org", "សុខ ដារ៉ា", "Sok Dara")


@pytest.mark.parametrize(
    "password",
    [
        "rice-field-window",
        "three good words",
        "ffkm3q8zpxyt",
        "ទឹកស្ងាត់ត្រជាក់ចិត្ត",
        "dragon 8174629350",
        "dara plants mango trees",
        "x" * 3 + "yzw" * 2 + "!",
    ],
)
def test_a_long_password_that_nobody_tries_first_is_good(password: str) -> None:
    assert passwords.judge(password, known=KNOWN) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("nine sign", PasswordTooShort),
        ("ក" * 9, PasswordTooShort),
        ("", PasswordTooShort),
        ("x9 " * 67, PasswordTooLong),
        ("qwertyuiop", PasswordGuessed),
        ("QwertyUIOP", PasswordGuessed),
        ("１２３４５６７８９０", PasswordGuessed),
        ("១២៣៤៥៦៧៨៩០", PasswordGuessed),
        ("manchester", PasswordGuessed),
        ("Password2026!", PasswordGuessed),
        ("passwordpassword", PasswordGuessed),
        ("aaaaaaaaaaaa", PasswordGuessed),
        ("កកកកកកកកកកកក", PasswordGuessed),
        ("xyz?xyz?xyz?", PasswordGuessed),
        ("klmnopqrstu", PasswordGuessed),
        ("កខគឃងចឆជឈញ", PasswordGuessed),
        ("sokdara1990", PasswordOwn),
        ("Dara.Sok@example", PasswordOwn),
        ("012345601!!!", PasswordOwn),
        ("0123 456 01 ab", PasswordOwn),
        ("+85512345601", PasswordOwn),
        ("០១២៣៤៥៦០១កខ", PasswordOwn),
        ("សុខ ដារ៉ា ១៩៩០", PasswordOwn),
        ("OneWindow 2026", PasswordOwn),
        ("096 888 7766", PasswordOwn),
    ],
)
def test_a_password_is_refused_for_a_reason(password: str, why: type[Refused]) -> None:
    assert type(passwords.judge(password, known=KNOWN)) is why


@given(st.text(max_size=250))
def test_whatever_is_typed_is_judged(typed: str) -> None:
    fault = passwords.judge(typed, known=KNOWN)
    assert (fault is None) <= (passwords.SHORTEST <= len(typed) <= passwords.LONGEST)


def test_the_list_is_small_and_sorted() -> None:
    kept = passwords.THE_LIST.read_bytes()
    assert 500_000 < len(kept) < 1_000_000
    marks = [kept[at : at + passwords.MARK] for at in range(0, len(kept), passwords.MARK)]
    assert marks == sorted(set(marks))


def test_a_list_is_made_of_a_file_of_passwords(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("list")
    source, target = folder / "passwords.txt", folder / "made.bin"
    source.write_text("Dragon\ncorrect horse battery\n", encoding="utf-8")
    main(source, target)
    assert target.read_bytes() == passwords.packed(["dragon", "CORRECT horse battery"])
    assert len(target.read_bytes()) == 2 * passwords.MARK


def test_the_pages_say_the_length_that_is_asked_for() -> None:
    assert passwords.SHORTEST == 10  # “At least 10 characters” stands beside the fields


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [
        ("caf\u00e9 beside the pagoda", "cafe\u0301 beside the pagoda"),
        ("ទន្លេ\u200bសាប\u200bស្អាត", "ទន្លេសាបស្អាត"),
        ("ទន្លេសាបស្អាត៤២", "ទន្លេសាបស្អាត42"),
        ("ｔｅｍｐｌｅ lotus sky", "temple lotus sky"),
        ("temple lotus sky\ufeff", "temple lotus sky"),
    ],
)
def test_a_password_fits_from_every_keyboard_that_writes_its_signs(chosen: str, typed: str) -> None:
    assert passwords.fits(CHEAP_PASSWORDS, typed, passwords.hashed(CHEAP_PASSWORDS, chosen))
    assert passwords.fits(CHEAP_PASSWORDS, chosen, passwords.hashed(CHEAP_PASSWORDS, typed))


@pytest.mark.parametrize("other", ["Temple lotus sky", "temple  lotus sky", " temple lotus sky", "temple lotus skỵ"])
def test_what_somebody_sees_is_different_is_another_password(other: str) -> None:
    assert not passwords.fits(CHEAP_PASSWORDS, other, passwords.hashed(CHEAP_PASSWORDS, "temple lotus sky"))


def test_a_password_that_was_hashed_as_it_came_still_fits() -> None:
    """Those chosen before there was one writing of each."""
    before = "ទន្លេ\u200bសាប\u200bស្អាត"
    assert passwords.fits(CHEAP_PASSWORDS, before, CHEAP_PASSWORDS.hash(before))


def test_signs_that_nobody_sees_make_no_password_long() -> None:
    assert isinstance(passwords.judge("sombok" + "\u200b" * 10), PasswordTooShort)
