"""Signing in and out, and how long it lasts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Response
from flask.testing import FlaskClient

from engine.house import House
from engine.offices.disabling import disable, enable
from engine.offices.ending import end_grant
from engine.offices.officers import grant
from engine.packages.groups import CASHIER
from storage.people import Person
from storage.sign_ins import SignIn
from tests.cast import NOW, Cast, Member
from tests.journeys.test_costs import counting

Browser = Callable[[Member], FlaskClient]


def _try(client: FlaskClient, login: str, password: str, onward: str = "/somewhere"):  # type: ignore[no-untyped-def]
    return client.post("/sign-in", data={"login": login, "password": password, "next": onward})


def test_a_person_signs_in_with_phone_or_e_mail_and_goes_where_they_wanted(client: FlaskClient, cast: Cast) -> None:
    for login in (cast.dara.phone, "012 345 601", cast.dara.email):
        answer = _try(client, str(login), cast.dara.password)
        assert (answer.status_code, answer.location) == (303, "/somewhere")


def said(answer: Response) -> str:
    """The page without the token of its form, which is another one each second."""
    return re.sub(r'(?<=name="csrf_token" value=")[^"]+', "…", answer.get_data(as_text=True))


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(client: FlaskClient, cast: Cast) -> None:
    wrong = _try(client, cast.dara.phone, "not-the-password")
    unknown = _try(client, "+85517999999", "not-the-password")
    assert wrong.status_code == unknown.status_code == 422
    body = said(wrong)
    assert body.replace(cast.dara.phone, "") == said(unknown).replace("+85517999999", "")
    assert "មិនត្រឹមត្រូវ" in body


def test_a_password_never_comes_back_in_the_page(client: FlaskClient, cast: Cast) -> None:
    assert "secret-typed-word" not in _try(client, cast.dara.phone, "secret-typed-word").get_data(as_text=True)


@pytest.mark.parametrize(("address", "known", "new"), [("/sign-in", 1, 0), ("/account/password", 1, 1)])
def test_passwords_are_masked_and_come_from_whatever_keeps_them(
    signed_in: Browser, client: FlaskClient, cast: Cast, address: str, known: int, new: int
) -> None:
    browser = client if address == "/sign-in" else signed_in(cast.dara)
    fields = re.findall(r'<input[^>]*type="password"[^>]*>', browser.get(address).get_data(as_text=True))
    asked = [re.findall(r'autocomplete="([^"]*)"', field) for field in fields]
    assert asked == [["current-password"]] * known + [["new-password"]] * new
    assert not any(re.search("onpaste|maxlength|readonly|pattern", field) for field in fields)


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "/\x09/example.com", ""],
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, cast: Cast, elsewhere: str) -> None:
    assert _try(client, cast.dara.phone, cast.dara.password, elsewhere).location == "/account"


def test_what_a_session_held_before_signing_in_is_dropped(client: FlaskClient, cast: Cast) -> None:
    with client.session_transaction() as planted:
        planted["planted"] = "by somebody else"
        planted["lang"] = "en"
    _try(client, cast.dara.phone, cast.dara.password)
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept["lang"] == "en"


@pytest.mark.parametrize(
    ("who", "address"),
    [("dara", "/account"), ("dara", "/services"), ("dara", "/account/password"), ("bopha", "/office"),
     ("bopha", "/account/sign-ins"), ("visal", "/admin/clocks"), ("chenda", "/analyst")],
)  # fmt: skip
def test_the_head_of_every_page_signs_out(
    signed_in: Browser, client: FlaskClient, cast: Cast, who: str, address: str
) -> None:
    head = signed_in(getattr(cast, who)).get(address).get_data(as_text=True).partition("</header>")[0]
    assert head.count('action="/sign-out"') == 1
    assert 'action="/sign-out"' not in client.get("/services").get_data(as_text=True)


def test_signing_out_needs_a_post_and_ends_the_session(signed_in: Browser, cast: Cast) -> None:
    browser = signed_in(cast.bopha)
    assert browser.get("/sign-out").status_code == 404
    assert browser.post("/sign-out").location == "/"
    with browser.session_transaction() as session:
        assert "token" not in session


def test_raising_the_epoch_signs_a_person_out_everywhere(
    signed_in: Browser, cast: Cast, house: House, probe: str
) -> None:
    browser = signed_in(cast.bopha)
    assert browser.get(f"{probe}/signed-in").status_code == 200
    with house.database.transaction() as session:
        person = session.get(Person, cast.bopha.person_id)
        assert person is not None
        person.session_epoch += 1
        session.flush()
    answer = browser.get(f"{probe}/signed-in")
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={probe}/signed-in")


def aged(house: House, who: Member, begun: timedelta = timedelta(), seen: timedelta = timedelta()) -> None:
    """So much time passes for the sign-ins of somebody since they began, or since their browser was seen."""
    with house.database.transaction() as session:
        for one in session.query(SignIn).filter_by(person_id=who.person_id):
            one.begun_at, one.seen_at = one.begun_at - begun, one.seen_at - seen
        session.flush()


def test_a_session_ends_after_its_longest_time_even_when_it_is_used(
    signed_in: Browser, cast: Cast, house: House, probe: str
) -> None:
    for who, longest in ((cast.bopha, timedelta(hours=10)), (cast.dara, timedelta(hours=12))):
        browser = signed_in(who)
        aged(house, who, begun=longest - timedelta(minutes=5))
        assert browser.get(f"{probe}/signed-in").status_code == 200
        aged(house, who, begun=timedelta(minutes=6))
        assert browser.get(f"{probe}/signed-in").status_code == 303


def test_an_officer_who_leaves_the_desk_is_signed_out_sooner_than_an_applicant(
    signed_in: Browser, cast: Cast, house: House, probe: str
) -> None:
    for who, idle in ((cast.bopha, timedelta(minutes=30)), (cast.dara, timedelta(minutes=60))):
        browser = signed_in(who)
        aged(house, who, seen=idle - timedelta(minutes=4))
        assert browser.get(f"{probe}/signed-in").status_code == 200  # and it is written that the browser was seen
        aged(house, who, seen=idle - timedelta(minutes=4))
        assert browser.get(f"{probe}/signed-in").status_code == 200
        aged(house, who, seen=idle)
        assert browser.get(f"{probe}/signed-in").status_code == 303


def test_it_is_written_some_minutes_apart_that_a_browser_was_seen(
    signed_in: Browser, cast: Cast, house: House, probe: str
) -> None:
    browser = signed_in(cast.dara)
    for minutes, writes in ((0, 0), (2, 0), (4, 1), (0, 0)):
        aged(house, cast.dara, seen=timedelta(minutes=minutes))
        with counting(house.database.engine) as counted:
            assert browser.get(f"{probe}/signed-in").status_code == 200
        assert (len(counted.statements), counted.commits) == (1 + writes, writes)


def test_a_page_for_everybody_asks_the_database_for_nobody(
    client: FlaskClient, signed_in: Browser, cast: Cast, house: House, probe: str
) -> None:
    for browser in (client, signed_in(cast.dara)):
        with counting(house.database.engine) as counted:
            assert browser.get(f"{probe}/public").status_code == 200
        assert counted.statements == []


def test_every_sign_in_is_another_one_and_ends_the_one_before_in_this_browser(client: FlaskClient, cast: Cast) -> None:
    _try(client, cast.dara.phone, cast.dara.password)
    before = client.get_cookie("owso")
    assert before is not None
    _try(client, cast.dara.phone, cast.dara.password)
    assert client.get("/account").status_code == 200
    planted = client.application.test_client()
    planted.set_cookie("owso", before.value)
    assert planted.get("/account").status_code == 303


def test_a_cookie_of_the_time_before_sign_ins_were_kept_asks_to_sign_in_once(client: FlaskClient, cast: Cast) -> None:
    with client.session_transaction() as session:
        session.update(person=cast.dara.person_id, epoch=1, since=int(time.time()))
    assert client.get("/account").location == "/sign-in?next=/account"


def test_nobody_signs_in_to_a_disabled_account_and_is_told_nothing_else(
    client: FlaskClient, cast: Cast, house: House
) -> None:
    wrong = _try(client, cast.dara.phone, "not-the-password")
    with house.database.transaction() as session:
        disable(session, cast.visal.actor, cast.dara.person_id, today=NOW.date(), now=NOW)
    refused = _try(client, cast.dara.phone, cast.dara.password)
    assert (refused.status_code, said(refused)) == (wrong.status_code, said(wrong))
    with house.database.transaction() as session:
        enable(session, cast.visal.actor, cast.dara.person_id, now=NOW)
    assert _try(client, cast.dara.phone, cast.dara.password).status_code == 303


def test_what_somebody_may_do_is_what_they_may_do_now(signed_in: Browser, cast: Cast, house: House, probe: str) -> None:
    browser = signed_in(cast.mony)
    assert browser.get(f"{probe}/cashier").status_code == 403
    here = {"office_code": "02", "today": NOW.date(), "now": NOW}
    with house.database.transaction() as session:
        grant(session, house, cast.visal.actor, cast.mony.person_id, CASHIER, **here)
    assert browser.get(f"{probe}/cashier").status_code == 200
    with house.database.transaction() as session:
        end_grant(session, cast.visal.actor, cast.mony.person_id, CASHIER, **here)
    assert browser.get(f"{probe}/cashier?lang=en").location.startswith("/sign-in")
    told = browser.get("/sign-in?lang=en").get_data(as_text=True)
    assert "An administrator changed what you may do." in told
    _try(browser, cast.mony.phone, cast.mony.password)
    assert browser.get(f"{probe}/cashier").status_code == 403


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(client: FlaskClient, cast: Cast) -> None:
    cookie = next(
        value for value in _try(client, cast.dara.phone, cast.dara.password).headers.getlist("Set-Cookie")
        if value.startswith("owso=")
    )  # fmt: skip
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie


def test_what_was_copied_from_a_browser_opens_nothing_after_signing_out(client: FlaskClient, cast: Cast) -> None:
    client.post("/sign-in", data={"login": cast.dara.phone, "password": cast.dara.password})
    copied = client.get_cookie("owso")
    assert copied is not None
    thief = client.application.test_client()
    thief.set_cookie("owso", copied.value)
    assert thief.get("/account").status_code == 200
    client.post("/sign-out")
    assert thief.get("/account").status_code == 303
    thief.set_cookie("owso", copied.value)
    assert thief.post("/account/language", data={"language": "en"}).location.startswith("/sign-in")
    thief.set_cookie("owso", copied.value)
    thief.post("/sign-out")  # and the copy does not sign out whoever comes next
    again = client.post("/sign-in", data={"login": cast.dara.phone, "password": cast.dara.password})
    assert again.status_code == 303
    thief.set_cookie("owso", copied.value)
    thief.post("/sign-out")
    assert client.get("/account").status_code == 200
