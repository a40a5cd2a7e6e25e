"""The pages on which officers are invited, put into groups, and let set a new password; and what the link leads to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from storage.invitations import Invitation
from storage.people import Membership, Person
from tests.cast import HIRED, PASSWORD, Cast, Member
from tests.fixtures.houses import SetClock, both_databases
from tests.letters import code_to, letters_to, other_than
from web.app import move_in
from web.config import Settings
from web.context import Shell

Browser = Callable[[Member], FlaskClient]
PHONE = "+85512555001"
OWN = "three quiet buffaloes"
NEW = {
    "name_km": "មាស សុខា",
    "name_latin": "Meas Sokha",
    "contact": "012 555 001",
    "language": "en",
    "group": "cashier",
    "office": "02",
}


@pytest.fixture
def visal(signed_in: Browser, cast: Cast) -> FlaskClient:
    return signed_in(cast.visal)


@pytest.fixture
def of_battambang(signed_in: Browser, cast: Cast, house: House) -> FlaskClient:
    """Somebody who administers Battambang alone."""
    with house.database.transaction() as session:
        session.add(
            Membership(person_id=cast.kunthea.person_id, office_id=cast.battambang, group=ADMINISTRATOR, from_day=HIRED)
        )
    return signed_in(cast.kunthea)


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def link_to(house: House, address: str) -> str:
    """The path of the newest link that came there."""
    found = re.findall(r"https?://[^/\s]+(/i/[\w-]+)", "\n".join(letters_to(house, address)))
    return found[-1]


def opened(client: FlaskClient, house: House, address: str) -> None:
    """The link is opened and the contact shown, as somebody who was invited does."""
    assert client.get(link_to(house, address)).location == "/invitation"
    assert client.post("/invitation/code").location == "/invitation/code"
    answer = client.post("/invitation/check", data={"code": code_to(house, address)})
    assert answer.location == "/invitation/accept"


def groups_of(house: House, person_id: int) -> list[tuple[str, int | None]]:
    with house.database.reading() as session:
        rows = session.execute(select(Membership.group, Membership.office_id).where(Membership.person_id == person_id))
        return [(group, office) for group, office in rows]


@both_databases
def test_an_officer_is_invited_accepts_and_works(
    visal: FlaskClient, client: FlaskClient, house: House, cast: Cast
) -> None:
    person_id = int(visal.post("/admin/accounts/invite?lang=en", data=NEW).location.rpartition("/")[2])
    page = text(visal.get(f"/admin/accounts/{person_id}?lang=en"))
    assert "The invitation is on its way" in page
    assert "Invited as an officer, … 001" in page
    assert "Meas Sokha" in text(visal.get("/admin/accounts?lang=en"))
    assert client.get(link_to(house, PHONE)).location == "/invitation"
    assert "Meas Sokha, you are asked to work as an officer" in text(client.get("/invitation?lang=en"))
    opened(client, house, PHONE)
    assert client.post("/sign-in", data={"login": PHONE, "password": OWN}).status_code == 422
    assert client.post("/invitation/accept?lang=en", data={"password": OWN}).location == "/sign-in"
    assert "Your account counts now" in text(client.get("/sign-in?lang=en"))
    assert client.post("/sign-in", data={"login": PHONE, "password": OWN}).location == "/office"
    assert groups_of(house, person_id) == [("cashier", cast.battambang)]


def test_the_link_leaves_the_address_and_reading_it_sends_and_changes_nothing(
    visal: FlaskClient, client: FlaskClient, house: House
) -> None:
    visal.post("/admin/accounts/invite", data=NEW)
    for _ in range(3):
        client.get(link_to(house, PHONE))
        client.get("/invitation")
    assert len(letters_to(house, PHONE)) == 1
    assert client.post("/invitation/accept", data={"password": OWN}).location == "/invitation"
    assert client.get("/invitation/code").location == "/invitation"


@pytest.mark.parametrize("path", ["/i/x", "/i/" + "x" * 5_000, "/i/%00", "/invitation", "/invitation/accept"])
def test_what_leads_nowhere_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (400, 404)


def test_without_a_link_nothing_is_sent_or_accepted(client: FlaskClient) -> None:
    for path in ("code", "check", "accept"):
        assert client.post(f"/invitation/{path}", data={"code": "123456", "password": OWN}).status_code == 404


def test_a_wrong_code_and_a_weak_password_are_said_beside_the_field(
    visal: FlaskClient, client: FlaskClient, house: House
) -> None:
    visal.post("/admin/accounts/invite", data=NEW)
    client.get(link_to(house, PHONE))
    client.post("/invitation/code")
    wrong = client.post("/invitation/check?lang=en", data={"code": other_than(code_to(house, PHONE))})
    assert (wrong.status_code, "This is not the code" in text(wrong)) == (422, True)
    opened(client, house, PHONE)
    weak = client.post("/invitation/accept?lang=en", data={"password": "short"})
    assert (weak.status_code, 'id="password-error"' in text(weak)) == (422, True)
    assert client.post("/invitation/accept", data={"password": OWN}).location == "/sign-in"
    assert client.post("/invitation/accept", data={"password": OWN}).status_code == 404


def test_an_invitation_ends_after_three_days_and_is_sent_again_or_taken_back(
    visal: FlaskClient, client: FlaskClient, house: House, clock: SetClock, signed_in: Browser, cast: Cast
) -> None:
    visal.post("/admin/accounts/invite", data=NEW)
    first = link_to(house, PHONE)
    clock.pass_time(days=3)
    assert client.get(first).status_code == 404
    visal = signed_in(cast.visal)
    assert "Too old" in text(visal.get("/admin/accounts?lang=en"))
    with house.database.reading() as session:
        number = session.scalars(select(Invitation.id)).one()
    assert visal.post(f"/admin/invitations/{number}/again").location == "/admin/accounts"
    second = re.findall(r"(/i/[\w-]+)", "\n".join(letters_to(house, PHONE, now=clock.now())))[-1]
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 303)
    assert visal.post(f"/admin/invitations/{number}/revoke").location == "/admin/accounts"
    assert client.get(second).status_code == 404
    assert visal.post(f"/admin/invitations/{number}/again").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contact": "nobody"}, "contact"),
        ({"name_km": "", "name_latin": ""}, "name_km"),
        ({"office": ""}, "office"),
        ({"office": "99"}, "office"),
        ({"group": ""}, "group"),
        ({"group": "gardener"}, "group"),
        ({"to-day": "31", "to-month": "2", "to-year": "2026"}, "to"),
        ({"to-day": "1", "to-month": "1", "to-year": "2020"}, "to"),
        ({"from-day": "x"}, "from"),
    ],
)
def test_what_cannot_be_invited_is_said_beside_the_field_and_what_was_typed_stays(
    visal: FlaskClient, house: House, change: dict[str, str], field: str
) -> None:
    answer = visal.post("/admin/accounts/invite?lang=en", data=NEW | change)
    assert answer.status_code == 422
    assert f'href="#{field}"' in text(answer)
    assert 'value="Meas Sokha"' in text(answer) or "name_latin" in change
    with house.database.reading() as session:
        assert session.query(Invitation).count() == 0


def test_where_accounts_have_the_contact_the_administrator_says_that_it_is_somebody_else(
    visal: FlaskClient, cast: Cast, house: House
) -> None:
    form = NEW | {"contact": cast.dara.phone}
    asked = visal.post("/admin/accounts/invite?lang=en", data=form)
    assert asked.status_code == 409
    assert f'href="/admin/accounts/{cast.dara.person_id}"' in text(asked)
    made = visal.post("/admin/accounts/invite", data=form | {"somebody_new": "yes"})
    assert made.status_code == 303
    several = visal.get("/admin/accounts", query_string={"login": cast.dara.phone, "lang": "en"})
    assert "Several people share it" in text(several)
    assert "Sok Dara" in text(several)


def test_an_applicant_is_asked_to_serve_and_accepts_with_a_code_alone(
    visal: FlaskClient, client: FlaskClient, house: House, cast: Cast
) -> None:
    address = f"/admin/accounts/{cast.dara.person_id}"
    assert "Put Sok Dara into a group" in text(visal.post(f"{address}/groups?lang=en"))
    assert visal.post(f"{address}/groups", data=NEW | {"sent": "yes"}).location == address
    assert groups_of(house, cast.dara.person_id) == []
    opened(client, house, cast.dara.phone)
    assert 'name="password"' not in text(client.get("/invitation/accept"))
    assert client.post("/invitation/accept").location == "/sign-in"
    assert groups_of(house, cast.dara.person_id) == [("cashier", cast.battambang)]


def test_a_group_is_ended_once_the_administrator_said_yes(visal: FlaskClient, house: House, cast: Cast) -> None:
    address = f"/admin/accounts/{cast.bopha.person_id}/groups/end"
    which = {"group": "front_office", "office": "02"}
    page = text(visal.post(f"{address}?lang=en", data=which))
    assert "Chan Bopha in the group Front office: until when?" in page
    assert visal.post(address, data=which | {"confirmed": "yes"}).status_code == 422
    said = which | {"confirmed": "yes", "reason": "Left"}
    assert visal.post(address, data=said).status_code == 303
    assert visal.post(address, data=said).status_code == 404


def test_a_second_person_lets_an_officer_set_a_new_password(
    visal: FlaskClient, signed_in: Browser, client: FlaskClient, house: House, cast: Cast
) -> None:
    bopha, address = signed_in(cast.bopha), f"/admin/accounts/{cast.bopha.person_id}/new-password"
    assert "Let Chan Bopha set a new password?" in text(visal.post(f"{address}?lang=en"))
    assert visal.post(address, data={"confirmed": "yes"}).status_code == 303
    opened(client, house, cast.bopha.phone)
    assert client.post("/invitation/accept", data={"password": OWN}).location == "/sign-in"
    assert bopha.get("/office").location.startswith("/sign-in")
    for password, status in ((PASSWORD, 422), (OWN, 303)):
        assert client.post("/sign-in", data={"login": cast.bopha.phone, "password": password}).status_code == status


def test_nobody_does_it_for_themselves_or_for_applicants(visal: FlaskClient, cast: Cast) -> None:
    for who, status in ((cast.visal, 403), (cast.dara, 409)):
        address = f"/admin/accounts/{who.person_id}"
        assert f"{address}/new-password" not in text(visal.get(address))
        assert visal.post(f"{address}/new-password", data={"confirmed": "yes"}).status_code == status


def test_an_administrator_of_one_office_has_its_people_and_no_others(
    of_battambang: FlaskClient, house: House, cast: Cast
) -> None:
    page = text(of_battambang.get("/admin/accounts?lang=en"))
    assert "Chan Bopha" in page
    for stranger in ("Oum Phally", "Sok Dara", "Ouch Visal"):
        assert stranger not in page
    assert of_battambang.get(f"/admin/accounts/{cast.bopha.person_id}").status_code == 200
    for who in (cast.phally, cast.dara, cast.visal):
        assert of_battambang.get(f"/admin/accounts/{who.person_id}").status_code == 403
        for action in ("groups", "groups/end", "new-password"):
            form = NEW | {"sent": "yes", "confirmed": "yes"}
            answer = of_battambang.post(f"/admin/accounts/{who.person_id}/{action}", data=form)
            assert answer.status_code in (403, 404), (who.name_latin, action)
        assert of_battambang.get("/admin/accounts", query_string={"login": who.phone}).status_code == 404
    assert of_battambang.post("/admin/accounts/invite", data=NEW).status_code == 303
    for office in ("12", "everywhere"):
        assert of_battambang.post("/admin/accounts/invite", data=NEW | {"office": office}).status_code == 403
    assert "every office" not in text(of_battambang.get("/admin/accounts/invite?lang=en"))
    assert groups_of(house, cast.dara.person_id) == []


def test_the_days_of_a_group_are_kept(visal: FlaskClient, house: House, cast: Cast) -> None:
    days = {"from-day": "១", "from-month": "4", "from-year": "2026", "to-day": "30", "to-month": "4", "to-year": "2026"}
    visal.post(f"/admin/accounts/{cast.bopha.person_id}/groups", data=NEW | days | {"sent": "yes"})
    with house.database.reading() as session:
        mine = select(Membership).where(Membership.person_id == cast.bopha.person_id, Membership.group == "cashier")
        held = session.scalars(mine).one()
    assert (f"{held.from_day}", f"{held.to_day}") == ("2026-04-01", "2026-04-30")


def test_an_invited_person_without_a_proved_contact_cannot_be_reset(visal: FlaskClient, house: House) -> None:
    person_id = visal.post("/admin/accounts/invite", data=NEW).location.rpartition("/")[2]
    answer = visal.post(f"/admin/accounts/{person_id}/new-password", data={"confirmed": "yes"})
    assert answer.status_code == 409
    with house.database.reading() as session:
        assert session.get_one(Person, int(person_id)).password_hash is None


def test_a_demonstration_that_sends_nothing_shows_link_and_code(
    app: Flask, house: House, clock: SetClock, settings: Settings, cast: Cast, signed_in: Browser
) -> None:
    move_in(app, Shell(house, clock, replace(settings, demo=True)))
    visal = signed_in(cast.visal)
    account = visal.post("/admin/accounts/invite?lang=en", data=NEW).location
    found = re.search(r"The link is https?://[^/]+(/i/[\w-]+)", text(visal.get(account)))
    assert found is not None
    client = app.test_client()
    client.get(found[1])
    client.post("/invitation/code")
    assert re.search(r"Only in this demonstration.*?\d{6}", text(client.get("/invitation/code?lang=en")), re.S)
    move_in(app, Shell(house, clock, settings))
    assert "Only in this demonstration" not in text(client.get("/invitation/code?lang=en"))
    visal.post("/admin/accounts/invite?lang=en", data=NEW)
    page = text(visal.get(account))
    assert "The invitation is on its way" in page
    assert "The link is" not in page


def test_all_that_is_missing_from_an_invitation_is_said_at_once(visal: FlaskClient) -> None:
    answer = visal.post("/admin/accounts/invite?lang=en", data={})
    assert answer.status_code == 422
    for name in ("name_km", "contact", "group", "office"):
        assert f'href="#{name}"' in text(answer), name


def test_letting_somebody_back_in_is_not_called_an_invitation(visal: FlaskClient, cast: Cast) -> None:
    address = f"/admin/accounts/{cast.bopha.person_id}/new-password?lang=en"
    account = visal.post(address, data={"confirmed": "yes"}).location
    page = text(visal.get(f"{account}?lang=en"))
    assert "The link is on its way" in page
    assert "The invitation is on its way" not in page
