"""The menu is worked out once for all who see the same, and is that of the groups that somebody has at this moment."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import delete

from engine.house import House
from engine.packages.groups import ADMINISTRATOR, CASHIER
from storage.people import Membership
from tests.cast import HIRED, Cast, Member

Browser = Callable[[Member], FlaskClient]


def menu(client: FlaskClient, lang: str = "en") -> str:
    """The bar of the menu on the first page of an officer."""
    page = client.get(f"/office?lang={lang}").get_data(as_text=True)
    return page.partition('<nav class="ow-nav"')[2].partition("</nav>")[0]


def test_a_group_that_is_given_or_taken_changes_the_menu_at_once(house: House, signed_in: Browser, cast: Cast) -> None:
    bopha, vannak = signed_in(cast.bopha), signed_in(cast.vannak)
    before = menu(bopha)
    assert before == menu(vannak)
    assert "/office/walk-in" in before
    assert "/office/cashier" not in before
    given = Membership(person_id=cast.bopha.person_id, office_id=cast.battambang, group=CASHIER, from_day=HIRED)
    with house.database.transaction() as session:
        session.add(given)
    assert "/office/cashier" in menu(bopha)
    assert menu(vannak) == before
    with house.database.transaction() as session:
        session.execute(delete(Membership).where(Membership.group == CASHIER))
    assert menu(bopha) == before


def test_what_only_those_of_every_office_see_is_not_shown_to_those_of_one(
    house: House, signed_in: Browser, cast: Cast
) -> None:
    with house.database.transaction() as session:
        session.add(
            Membership(person_id=cast.bopha.person_id, office_id=cast.battambang, group=ADMINISTRATOR, from_day=HIRED)
        )
    here = menu(signed_in(cast.bopha))
    assert "/admin/offices" in here
    assert "/admin/security-log" not in here
    assert "/admin/security-log" in menu(signed_in(cast.visal))


def test_each_reads_the_menu_in_their_language_and_where_they_are(signed_in: Browser, cast: Cast) -> None:
    bopha = signed_in(cast.bopha)
    english, khmer = menu(bopha, "en"), menu(bopha, "km")
    assert "Inbox" in english
    assert "Inbox" not in khmer
    assert menu(bopha, "en") == english
    assert english.count('aria-current="page"') == 1
