"""What pages and sending cost in statements, however many applications there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast, Member
from tests.journeys.guesthouse import Guesthouse
from tests.statements import counted
from tests.web.citizen.test_applying import filled_in

Browser = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
MOST_TO_READ, MOST_TO_SEND = 15, 35


def statements_of(licence: Guesthouse, client: FlaskClient, address: str) -> int:
    with counted(licence.house.database) as cost:
        assert client.get(address).status_code == 200
    return cost.statements


@pytest.mark.parametrize("page", ["/account", "/account/messages", "/account/looks"])
def test_a_page_of_the_account_costs_the_same_for_one_application_and_for_many(
    licence: Guesthouse, signed_in: Browser, cast: Cast, page: str
) -> None:
    client = signed_in(cast.dara)
    licence.paid()
    statements_of(licence, client, page)
    before = statements_of(licence, client, page)
    for _ in range(4):
        licence.paid()
    assert statements_of(licence, client, page) == before <= MOST_TO_READ


def test_the_page_of_an_application_does_not_grow_with_its_rounds(
    licence: Guesthouse, signed_in: Browser, cast: Cast
) -> None:
    client = signed_in(cast.dara)
    key = licence.paid()
    statements_of(licence, client, f"/applications/{key}")
    before = statements_of(licence, client, f"/applications/{key}")
    for _ in range(3):
        licence.check(key, "return")
        licence.correct(key)
    assert statements_of(licence, client, f"/applications/{key}") == before <= MOST_TO_READ


def test_sending_is_one_transaction(licence: Guesthouse, signed_in: Browser, cast: Cast) -> None:
    client = signed_in(cast.dara)
    key = filled_in(client)
    with counted(licence.house.database) as cost:
        assert client.post(f"/applications/{key}/check", data={}).status_code == 303
    assert cost.statements <= MOST_TO_SEND, cost.texts
