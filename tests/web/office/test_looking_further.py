"""Whoever looks beyond the offices they work in says why first; the person and the report of looks read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from storage.look_reasons import LookReason
from storage.people import AccessLog
from tests.cast import NOW, Member
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns
from tests.small.releases import released
from tests.statements import counted

SignIn = Callable[[Member], FlaskClient]
GOOD = {"why": "they_asked", "words": "She called about her permit"}
HERE = {"why": "here"}
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def searched(browser: FlaskClient, typed: str) -> str:
    return text(browser.get("/office/search", query_string={"q": typed, "lang": "en"}))


def looked_up(browser: FlaskClient, number: str) -> str:
    return text(browser.get("/office/walk-in", query_string={"q": number, "lang": "en"}))


def person_address(page: str) -> str:
    """Where the first person on the page of the counter leads."""
    return next(
        "/office/walk-in/" + part.partition('"')[0]
        for part in page.split('href="/office/walk-in/')[1:]
        if not part.startswith("new")
    )


def reasons_read(kilns: Kilns) -> list[tuple[str, bool | None, str | None]]:
    """Each look: its page, whether it was beyond, and the reason that it names."""
    with kilns.house.database.reading() as session:
        rows = session.execute(
            select(AccessLog.page, AccessLog.is_outside, LookReason.text)
            .outerjoin(LookReason, LookReason.id == AccessLog.reason_id)
            .order_by(AccessLog.id)
        )
        return [(page, outside, words) for page, outside, words in rows]


def test_a_search_in_every_office_shows_nothing_before_a_reason_and_the_applicant_reads_it(
    kilns: Kilns, signed_in: SignIn
) -> None:
    sent, visal = kilns.send(), signed_in(kilns.cast.visal)
    asks = searched(visal, "Sok")
    assert "Why do you look?" in asks
    assert sent.reference not in asks
    given = visal.post("/office/search", data={"q": "Sok", **GOOD}, follow_redirects=True)
    assert sent.reference in text(given)
    assert visal.get(f"/office/cases/{sent.key}").status_code == 200
    words = GOOD["words"]
    assert reasons_read(kilns) == [("search", True, words), ("case", True, words)]
    told = text(signed_in(kilns.cast.dara).get("/account/looks?lang=en"))
    assert f"“{words}”" in told
    for seen in ("The person asked us, by telephone or in writing", "Ouch Visal", "Administrator", "for every office"):
        assert seen in told


def test_a_reason_does_not_stick_to_the_next_search_nor_to_the_next_hour(
    kilns: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    sent, visal = kilns.send(), signed_in(kilns.cast.visal)
    visal.post("/office/search", data={"q": "Sok", **GOOD})
    assert sent.reference in searched(visal, " SOK "), "the same search, in other writing"
    assert sent.reference not in searched(visal, "Dara")
    assert f"/office/cases/{sent.key}" not in searched(signed_in(kilns.cast.visal), sent.reference)
    clock.moment = NOW + timedelta(minutes=59)
    assert sent.reference in searched(visal, "Sok")
    clock.moment = NOW + timedelta(minutes=60)
    assert sent.reference not in searched(visal, "Sok")
    visal.get(f"/office/cases/{sent.key}")
    assert reasons_read(kilns)[-1] == ("case", True, None)


def test_a_reason_at_the_counter_is_none_for_a_search_and_nobody_uses_that_of_a_colleague(
    kilns: Kilns, signed_in: SignIn
) -> None:
    dara, bopha = kilns.cast.dara, signed_in(kilns.cast.bopha)
    bopha.post("/office/walk-in", data={"q": dara.phone, **HERE})
    assert "Nobody with this number has been here before" not in looked_up(bopha, dara.phone)
    assert "Nobody with this number has been here before" in looked_up(signed_in(kilns.cast.phally), dara.phone)
    sent, visal = kilns.send(), signed_in(kilns.cast.visal)
    visal.post("/office/search", data={"q": dara.phone, **HERE, "words": "They stand here"})
    assert sent.reference not in searched(visal, dara.phone), "who searches the country has nobody before them"


def test_a_reason_for_one_number_is_none_for_another_one_behind_the_same_signs_that_nobody_sees(
    kilns: Kilns, signed_in: SignIn
) -> None:
    unseen, bopha = "\u200b" * 200, signed_in(kilns.cast.bopha)
    bopha.post("/office/walk-in", data={"q": f"{unseen}012 000 000", **HERE})
    asks = looked_up(bopha, f"{unseen}{kilns.cast.dara.phone}")
    assert "Why do you look?" in asks
    assert 'href="/office/walk-in/' not in asks.replace('href="/office/walk-in/new', "")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Choose why you look."),
        ({"why": "curious", "words": "I would like to know"}, "Choose why you look."),
        ({"why": "they_asked", "words": ""}, "at least 5 characters"),
        ({"why": "they_asked", "words": "  abc  \n"}, "at least 5 characters"),
        ({"why": "they_asked", "words": "a" * 201}, "at most 200 characters"),
        ({"why": "other", "words": "Brother of ០១២ ៣៤៥ ៦០១"}, "Leave out telephone numbers"),
        ({"why": "other", "words": "see case 02-26-000777-1"}, "Leave out telephone numbers"),
    ],
)
def test_a_reason_that_says_nothing_is_refused_and_nothing_is_shown(
    kilns: Kilns, signed_in: SignIn, typed: dict[str, str], says: str
) -> None:
    sent, visal = kilns.send(), signed_in(kilns.cast.visal)
    refused = visal.post("/office/search?lang=en", data={"q": "Sok", **typed})
    page = text(refused)
    assert (refused.status_code, says in page, sent.reference in page) == (422, True, False)
    assert typed.get("words", "").strip() in page, "what was typed is kept"
    assert sent.reference not in searched(visal, "Sok")
    with kilns.house.database.reading() as session:
        assert session.scalar(select(func.count(LookReason.id))) == 0


def test_a_reason_of_the_longest_and_of_the_shortest_length_is_taken(kilns: Kilns, signed_in: SignIn) -> None:
    sent, visal = kilns.send(), signed_in(kilns.cast.visal)
    for typed, words in (("Sok", "a" * 200), ("Dara", "abcde")):
        assert visal.post("/office/search", data={"q": typed, "why": "they_asked", "words": words}).status_code == 303
        assert sent.reference in searched(visal, typed)


def test_a_reason_with_marks_of_a_page_is_shown_as_it_was_typed(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.send()
    visal, words = signed_in(kilns.cast.visal), '"><script>alert(1)</script>'
    visal.post("/office/search", data={"q": "Sok", "why": "other", "words": words}, follow_redirects=True)
    for who, address in (
        (kilns.cast.dara, "/account/looks"),
        (kilns.cast.visal, f"/admin/looks?person={kilns.cast.visal.person_id}"),
    ):
        page = signed_in(who).get(address).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_who_had_to_do_with_the_office_is_looked_up_without_a_question(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.send()
    page = looked_up(signed_in(kilns.cast.bopha), kilns.cast.dara.phone)
    assert person_address(page)
    assert reasons_read(kilns) == [("looked_up", False, None)]


def test_the_counter_shows_nobody_else_before_one_click_and_not_even_whether_there_is_one(
    kilns: Kilns, signed_in: SignIn
) -> None:
    released(kilns.house, kilns.house.processes / "interior" / "account_verification")
    dara, bopha = kilns.cast.dara, signed_in(kilns.cast.bopha)
    registered, nobody = looked_up(bopha, dara.phone), looked_up(bopha, "099 999 999")
    assert dara.name_latin not in registered
    shown, empty = (TOKEN.sub("", page.partition("<main")[2]) for page in (registered, nobody))
    assert shown.replace(dara.phone, "099 999 999") == empty
    assert reasons_read(kilns) == []
    bopha.post("/office/walk-in", data={"q": "099 999 999", **HERE})
    assert "Nobody is registered with this number." in looked_up(bopha, "099 999 999")
    assert bopha.post("/office/walk-in", data={"q": dara.phone, **HERE}).status_code == 303
    page = looked_up(bopha, dara.phone)
    assert bopha.get(person_address(page)).status_code == 200
    assert reasons_read(kilns) == [("looked_up", True, "")] * 2 + [("counter", True, "")]
    told = text(signed_in(dara).get("/account/looks?lang=en"))
    assert "The person is here" in told


def test_the_page_of_a_person_from_elsewhere_is_closed_again_after_an_hour(
    kilns: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    released(kilns.house, kilns.house.processes / "interior" / "account_verification")
    dara, bopha = kilns.cast.dara, signed_in(kilns.cast.bopha)
    bopha.post("/office/walk-in", data={"q": dara.phone, **HERE})
    person = person_address(looked_up(bopha, dara.phone))
    clock.moment = NOW + timedelta(minutes=61)
    for address in (person, f"{person}/papers"):
        answer = bopha.get(address)
        assert answer.status_code in (303, 404), "looked up anew, or the address is too old"
    kilns.send()
    assert bopha.get(person_address(looked_up(bopha, dara.phone))).status_code == 200, "there is a case here by now"


def test_a_wrong_reason_at_the_counter_is_said_beside_it(kilns: Kilns, signed_in: SignIn) -> None:
    bopha = signed_in(kilns.cast.bopha)
    refused = bopha.post(
        "/office/walk-in?lang=en", data={"q": kilns.cast.dara.phone, "why": "they_asked", "words": "hm"}
    )
    page = text(refused)
    assert (refused.status_code, "at least 5 characters" in page) == (422, True)
    assert kilns.cast.dara.name_latin not in page


def test_more_cases_found_cost_no_more_statements(kilns: Kilns, signed_in: SignIn) -> None:
    visal = signed_in(kilns.cast.visal)
    visal.post("/office/search", data={"q": "Sok", **GOOD})

    def cost() -> int:
        with counted(kilns.house.database) as asked:
            assert visal.get("/office/search?q=Sok").status_code == 200
        return asked.statements

    kilns.send()
    cost()
    one = cost()
    for _ in range(4):
        kilns.send()
    assert cost() == one
