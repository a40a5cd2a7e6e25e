"""Numbers for people."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import references
from engine.references import new_reference, new_tracking_code, next_number
from engine.typed.codes import normal_code, reference_is_well_formed
from storage.database import Database
from tests.properties import given, st

REFERENCES = st.sampled_from(["02-26-000123", "12-25-999999", "0102-26-000001"])


def test_a_series_counts_from_one_and_each_office_and_year_has_its_own(database: Database) -> None:
    with database.transaction() as session:
        first = [new_reference(session, "02", 2026)[:12] for _ in range(2)]
        other = [new_reference(session, "12", 2026)[:12], new_reference(session, "02", 2027)[:12]]
    assert first == ["02-26-000001", "02-26-000002"]
    assert other == ["12-26-000001", "02-27-000001"]


def test_a_number_whose_transaction_failed_is_given_again(database: Database) -> None:
    class PowerCut(Exception):
        pass

    try:
        with database.transaction() as session:
            assert next_number(session, "receipt") == 1
            raise PowerCut
    except PowerCut:
        pass
    with database.transaction() as session:
        assert next_number(session, "receipt") == 1


def test_two_workers_never_get_the_same_number(database: Database) -> None:
    with database.transaction() as session:
        next_number(session, "receipt")

    def take(_: int) -> int:
        with database.transaction() as session:
            return next_number(session, "receipt")

    with ThreadPoolExecutor(4) as workers:
        numbers = sorted(workers.map(take, range(40)))
    assert numbers == list(range(2, 42))


@given(REFERENCES, st.data())
def test_a_reference_with_one_wrong_digit_is_caught(body: str, data: st.DataObject) -> None:
    from stdnum import damm

    digits = body.replace("-", "")
    good = digits + damm.calc_check_digit(digits)
    assert reference_is_well_formed(good)
    place = data.draw(st.integers(0, len(good) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != good[place]))
    assert not reference_is_well_formed(good[:place] + wrong + good[place + 1 :])


def test_what_is_not_a_number_is_no_reference() -> None:
    assert not reference_is_well_formed("")
    assert not reference_is_well_formed("guesthouse")
    assert not reference_is_well_formed("០២-២៦")


def test_a_tracking_code_survives_being_read_aloud() -> None:
    assert normal_code(" 7o3k-9qli ab ") == "703K9Q11AB"
    codes = {new_tracking_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(normal_code(code.lower()) == code for code in codes)


def test_a_key_never_looks_like_an_option_of_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(("-x", "-", "x-"))
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _bytes: next(drawn))
    assert references.new_key() == "x-"
