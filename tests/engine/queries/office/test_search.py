"""Searching finds cases of one's own offices by what people at the counter can say."""

from __future__ import annotations

import pytest

from engine.applications.submitting import Submitted
from engine.queries.office.search import Found, search
from tests.cast import Member
from tests.small.cases import Kilns

OTHER = ("R–02–26–000001.", "r 02 26 000001", "R០២២៦០០០០០១", "KP–02–26–000001", "លេខ KP-02-26-000001")


@pytest.fixture
def sent(kilns: Kilns) -> Submitted:
    """An application by Sok Dara (012 345 601)."""
    return kilns.send()


def found(kilns: Kilns, typed: str, who: Member | None = None) -> Found:
    with kilns.house.database.reading() as session:
        return search(session, kilns.house, (who or kilns.cast.bopha).actor, typed, 1)


def references(kilns: Kilns, typed: str, who: Member | None = None) -> list[str]:
    return [hit.reference for hit in found(kilns, typed, who).hits.items]


@pytest.mark.parametrize(
    "typed",
    [
        "02-26-000001-4",
        "០២-២៦-០០០០០១-៤",
        "02260000014",
        "02–26–000001–4.",
        "02 26 000001 4",
        "០២ ២៦ ០០០០០១ ៤",
        "00855 12 345 601",
        "012-345-601",
        "012345601",
        "០១២ ៣៤៥ ៦០១",
        "+855 12 345 601",
        "sok",
        "DARA",
        "ដារ៉ា",
        "  Sok Dara ",
    ],
)
def test_a_case_is_found_however_it_is_said(kilns: Kilns, sent: Submitted, typed: str) -> None:
    assert references(kilns, typed) == [sent.reference]


def test_a_case_is_found_by_the_numbers_on_its_papers(kilns: Kilns) -> None:
    sent = kilns.approved()
    for number in (sent.tracking_code, sent.tracking_code.lower(), "R-02-26-000001", "kp-02-26-000001", *OTHER):
        assert references(kilns, number) == [sent.reference]


def test_a_reference_is_found_without_its_check_digit(kilns: Kilns, sent: Submitted) -> None:
    assert references(kilns, "02-26-000001") == [sent.reference]
    assert references(kilns, "02-26-00000") == []


def test_a_mistyped_reference_is_recognised_before_any_search(kilns: Kilns, sent: Submitted) -> None:
    wrong = found(kilns, "02-26-000001-5")
    assert (wrong.is_mistyped, wrong.hits.total) == (True, 0)


def test_one_sign_is_too_little(kilns: Kilns, sent: Submitted) -> None:
    assert found(kilns, "s").is_too_short
    assert not found(kilns, "  ").is_too_short


@pytest.mark.parametrize("typed", ["%", "__", "So% Dara", "' OR 1=1 --", "\\"])
def test_signs_of_the_database_language_are_only_signs(kilns: Kilns, sent: Submitted, typed: str) -> None:
    assert references(kilns, typed) == []


def test_other_offices_and_citizens_find_nothing(kilns: Kilns, sent: Submitted) -> None:
    assert references(kilns, sent.reference, kilns.cast.phally) == []
    assert references(kilns, sent.reference, kilns.cast.sreyneang) == []


def test_cases_of_every_office_are_found_with_a_reason_only(kilns: Kilns, sent: Submitted) -> None:
    visal = kilns.cast.visal
    without = found(kilns, sent.reference, visal)
    assert (without.hits.items, without.hits.total, without.asks_reason) == ((), 0, True)
    assert found(kilns, "02-26-000009-9", visal).asks_reason is False, "mistyped: nothing to look for"
    with kilns.house.database.reading() as session:
        given = search(session, kilns.house, visal.actor, sent.reference, 1, reason_id=1)
    assert ([hit.reference for hit in given.hits.items], given.asks_reason) == ([sent.reference], False)
    for who in (kilns.cast.bopha, kilns.cast.phally):
        assert found(kilns, sent.reference, who).asks_reason is False, "who reads cases of their office only"


def test_officers_do_not_find_their_own_applications(kilns: Kilns) -> None:
    sent = kilns.send(kilns.cast.bopha)
    assert references(kilns, sent.reference) == []
    assert references(kilns, sent.reference, kilns.cast.vannak) == [sent.reference]
