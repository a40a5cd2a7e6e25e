"""One rule per page, checked in the page's own transaction."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from engine.house import House
from storage.people import Membership
from tests.cast import NOW, Cast, Member
from web.access import Limit, access

Browser = Callable[[Member], FlaskClient]


def test_a_public_page_asks_nobody(client: FlaskClient, probe: str) -> None:
    assert client.get(f"{probe}/public").get_data(as_text=True) == "open to all"


def test_somebody_unknown_is_led_to_sign_in_and_back(client: FlaskClient, probe: str) -> None:
    answer = client.get(f"{probe}/cashier?day=2026-03-02")
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={probe}/cashier?day%3D2026-03-02")


def test_what_was_sent_before_signing_in_is_not_repeated_afterwards(client: FlaskClient, probe: str) -> None:
    assert client.post(f"{probe}/cashier").location == "/sign-in"


def test_a_member_of_one_of_the_groups_is_let_in(signed_in: Browser, cast: Cast, probe: str) -> None:
    assert signed_in(cast.sopheap).get(f"{probe}/cashier").get_data(as_text=True) == "Ly Sopheap"
    assert signed_in(cast.bopha).get(f"{probe}/cashier").get_data(as_text=True) == "Chan Bopha"


def test_nobody_else_is(signed_in: Browser, cast: Cast, probe: str) -> None:
    for member in (cast.dara, cast.kunthea, cast.visal):
        answer = signed_in(member).get(f"{probe}/cashier")
        assert answer.status_code == 403
        assert member.name_latin not in answer.get_data(as_text=True).split("<main")[1]


def test_a_membership_that_has_ended_lets_nobody_in(signed_in: Browser, cast: Cast, house: House, probe: str) -> None:
    browser = signed_in(cast.sopheap)
    with house.database.transaction() as session:
        session.query(Membership).filter_by(person_id=cast.sopheap.person_id).update({"to_day": NOW.date()})
    assert browser.get(f"{probe}/cashier").status_code == 200
    with house.database.transaction() as session:
        yesterday = NOW.date().replace(day=1)
        session.query(Membership).filter_by(person_id=cast.sopheap.person_id).update({"to_day": yesterday})
    assert browser.get(f"{probe}/cashier").status_code == 403


def test_a_page_that_loads_nobody_is_still_closed_to_the_wrong_group(
    signed_in: Browser, cast: Cast, probe: str
) -> None:
    refused = signed_in(cast.kunthea).get(f"{probe}/careless")
    assert refused.status_code == 403
    assert "secret" not in refused.get_data(as_text=True)
    assert signed_in(cast.sopheap).get(f"{probe}/careless").status_code == 200


def test_a_page_without_a_rule_is_closed_to_everybody(signed_in: Browser, cast: Cast, probe: str) -> None:
    assert signed_in(cast.visal).get(f"{probe}/forgotten").status_code == 403


def test_loading_the_person_costs_one_statement_and_no_second_transaction(
    app: Flask, signed_in: Browser, cast: Cast, probe: str
) -> None:
    browser = signed_in(cast.sopheap)
    with app.app_context(), browser:
        browser.post(f"{probe}/cashier")
        assert (g.work.statements, g.work.commits) == (1, 1)


def test_a_rule_says_exactly_one_thing_and_names_groups_that_exist() -> None:
    with pytest.raises(TypeError, match="exactly one"):
        access()
    with pytest.raises(TypeError, match="exactly one"):
        access(public=True, signed_in=True)
    with pytest.raises(TypeError, match="no group cashiers"):
        access(groups=("cashiers",))


def test_a_limit_without_a_pace_is_refused() -> None:
    with pytest.raises(TypeError, match="would slow nobody"):
        Limit("60 per minute", ("POST",))
