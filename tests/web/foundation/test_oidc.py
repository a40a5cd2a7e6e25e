"""Signing in through a provider elsewhere, over HTTP: with one that works, and with everything that can be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.connectors import Identity
from engine.house import House
from engine.offices import disabling
from engine.people import oidc_links
from storage.oidc_links import OidcLink
from storage.people import Person
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import NOW, PASSWORD, Cast, Member
from tests.provider import SmallProvider, new_key, small_provider
from tests.web.factors import SECOND, with_app
from web import oidc
from web.clock import machine_now
from web.context import Shell

SignIn = Callable[[Member], FlaskClient]
WORKED_NOT = "Signing in there did not work."


@pytest.fixture
def provider(app: Flask, house: House) -> Iterator[SmallProvider]:
    """The provider of this installation, which is called CamDigiKey on the pages."""
    with small_provider() as small:
        shell: Shell = app.extensions["owso"]
        named = replace(shell.settings, oidc_name_km="លេខសម្គាល់ឌីជីថល", oidc_name_en="CamDigiKey")
        app.extensions["owso"] = replace(
            shell, house=replace(house, safety=replace(house.safety, elsewhere=small.ours())), settings=named
        )
        yield small


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def left(browser: FlaskClient, address: str = "/sign-in/other") -> str:
    """Where the provider sends a browser back to that goes there and signs in."""
    answer = browser.get(address)
    assert answer.status_code == 303, text(answer)
    return str(answer.location)


def back(browser: FlaskClient, provider: SmallProvider, address: str = "/sign-in/other") -> TestResponse:
    return arrived(browser, provider.visited(left(browser, address)))


def arrived(browser: FlaskClient, location: str, **changed: str) -> TestResponse:
    """The answer of our page to what the provider has sent the browser back with."""
    parts = urlsplit(location)
    brought = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    return browser.get(f"{parts.path}?lang=en&{urlencode({name: value for name, value in brought.items() if value})}")


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def linked(house: House, provider: SmallProvider, who: Member) -> None:
    with house.database.transaction() as session:
        identity = Identity(provider.issuer, provider.subject, "")
        oidc_links.link(session, house, who.actor, identity, who.password, now=NOW)


def lines(house: House, kind: SecurityKind) -> list[int | None]:
    with house.database.reading() as session:
        return list(session.scalars(select(SecurityEvent.person_id).where(SecurityEvent.kind == kind)))


def test_without_a_provider_there_is_no_such_way(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    assert "/sign-in/other" not in text(client.get("/sign-in?lang=en"))
    for address in ("/sign-in/other", "/sign-in/other/back", "/sign-in/other/new"):
        assert client.get(address).status_code == 404
    dara = signed_in(cast.dara)
    assert "/account/other-sign-in" not in text(dara.get("/account?lang=en"))
    for address in ("/account/other-sign-in", "/account/other-sign-in/begin", "/account/other-sign-in/link"):
        assert dara.get(address).status_code == 404


def test_a_linked_account_is_signed_in_and_gets_the_page_it_wanted(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast
) -> None:
    linked(house, provider, cast.dara)
    page = text(client.get("/sign-in?next=/account/looks&lang=en"))
    assert "Sign in with CamDigiKey" in page
    assert 'href="/sign-in/other?next=/account/looks"' in page
    answer = back(client, provider, "/sign-in/other?next=/account/looks")
    assert (answer.status_code, answer.location) == (303, "/account/looks")
    assert cast.dara.name_latin in text(client.get("/account?lang=en"))
    assert lines(house, SecurityKind.SIGNED_IN) == [cast.dara.person_id]


def test_whoever_has_a_second_factor_is_asked_for_it_after_the_provider_too(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast, signed_in: SignIn
) -> None:
    linked(house, provider, cast.dara)
    with_app(signed_in(cast.dara))
    assert back(client, provider, "/sign-in/other?next=/account/looks").location == SECOND
    assert not is_signed_in(client)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_somebody_else_signs_nobody_in(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast, site: str
) -> None:
    linked(house, provider, cast.dara)
    led = client.get("/sign-in/other?next=/account", headers={"Sec-Fetch-Site": site})
    assert (led.status_code, led.location) == (303, "/sign-in?next=/account")
    assert client.get("/sign-in/other", headers={"Sec-Fetch-Site": "same-origin"}).location.startswith(provider.issuer)


@pytest.mark.parametrize("wish", ["https://evil.example", "//evil.example", "/a" * 1000])
def test_nobody_is_led_elsewhere_afterwards(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast, wish: str
) -> None:
    linked(house, provider, cast.bopha)
    assert back(client, provider, f"/sign-in/other?{urlencode({'next': wish})}").location == "/office"


def test_somebody_whom_nobody_knows_makes_a_new_account_and_adopts_nobodys(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast
) -> None:
    answer = back(client, provider)
    assert (answer.status_code, answer.location) == (303, "/sign-in/other/new")
    assert not is_signed_in(client), "the same name and e-mail as somebody here"
    page = text(client.get("/sign-in/other/new?lang=en"))
    assert "CamDigiKey knows you" in page
    assert 'value="SOK DARA"' in page
    refused = client.post("/sign-in/other/new?lang=en", data={"name_km": "Sok", "name_latin": "SOK DARA"})
    assert (refused.status_code, 'value="SOK DARA"' in text(refused)) == (422, True)
    assert client.post("/sign-in/other/new", data={"name_latin": "SOK DARA"}).location == "/account"
    assert is_signed_in(client)
    with house.database.reading() as session:
        person = session.scalars(select(Person).order_by(Person.id.desc())).first()
        assert person is not None
        assert (person.id != cast.dara.person_id, person.phone, person.email) == (True, None, None)
    assert client.get("/sign-in/other/new").status_code == 404, "once"
    client.post("/sign-out")
    assert back(client, provider).location == "/account"


def test_a_name_in_khmer_letters_stands_in_its_field(client: FlaskClient, provider: SmallProvider) -> None:
    provider.name = "សុខ ដារ៉ា"
    back(client, provider)
    page = text(client.get("/sign-in/other/new"))
    assert 'name="name_km" type="text" value="សុខ ដារ៉ា"' in page.replace("\n", " ")


def test_a_new_account_is_asked_for_within_ten_minutes(
    client: FlaskClient, provider: SmallProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    back(client, provider)
    begun = machine_now()
    monkeypatch.setattr(oidc, "machine_now", lambda: begun + timedelta(minutes=11))
    assert client.get("/sign-in/other/new").status_code == 404
    assert client.post("/sign-in/other/new", data={"name_latin": "SOK DARA"}).status_code == 404


def test_whoever_stays_too_long_there_begins_again(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked(house, provider, cast.dara)
    location, begun = provider.visited(left(client)), machine_now()
    monkeypatch.setattr(oidc, "machine_now", lambda: begun + timedelta(minutes=11))
    assert arrived(client, location).status_code == 422
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("changed", "is_noted"),
    [({"state": "of another browser"}, False), ({"state": ""}, False), ({"code": ""}, True),
     ({"code": "a" * 3000}, True), ({"code": "made up"}, True), ({"iss": "https://evil.example"}, True),
     ({"iss": ""}, True)],
)  # fmt: skip
def test_what_does_not_answer_this_attempt_is_refused(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast, changed: dict[str, str], is_noted: bool
) -> None:
    linked(house, provider, cast.dara)
    answer = arrived(client, provider.visited(left(client)), **changed)
    assert (answer.status_code, WORKED_NOT in text(answer)) == (422, True)
    assert not is_signed_in(client)
    assert lines(house, SecurityKind.SIGN_IN_FAILED) == [None] * is_noted


def test_an_answer_is_taken_once_and_in_the_browser_that_began(
    app: Flask, client: FlaskClient, provider: SmallProvider, house: House, cast: Cast
) -> None:
    linked(house, provider, cast.dara)
    location = provider.visited(left(client))
    assert arrived(app.test_client(), location).status_code == 422
    assert arrived(client, location).status_code == 303
    client.post("/sign-out")
    assert arrived(client, location).status_code == 422
    assert not is_signed_in(client)


def test_only_the_newest_attempt_of_a_browser_counts(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast
) -> None:
    linked(house, provider, cast.dara)
    older, newer = (provider.visited(left(client)) for _ in range(2))
    assert arrived(client, older).status_code == 422
    assert arrived(client, newer).status_code == 422, "a wrong one ends the attempt"
    assert back(client, provider).status_code == 303


@pytest.mark.parametrize("what", ["nonce", "audience", "expired", "signature"])
def test_a_token_that_cannot_be_believed_signs_nobody_in(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast, what: str
) -> None:
    linked(house, provider, cast.dara)
    if what == "signature":
        provider.signs_with = new_key("first")
    else:
        changed = {"nonce": {"nonce": "x"}, "audience": {"aud": "x"}, "expired": {"exp": 1}}[what]
        provider.claims = lambda claims: claims.update(changed)
    answer = back(client, provider)
    assert (answer.status_code, WORKED_NOT in text(answer)) == (422, True)
    assert not is_signed_in(client)
    assert lines(house, SecurityKind.SIGN_IN_FAILED) == [None]


def test_a_provider_that_is_away_is_said_and_the_password_still_works(
    client: FlaskClient, provider: SmallProvider, cast: Cast
) -> None:
    provider.status["/.well-known/openid-configuration"] = 503
    answer = client.get("/sign-in/other?lang=en")
    assert (answer.status_code, WORKED_NOT in text(answer)) == (422, True)
    signs_in = {"login": cast.dara.phone, "password": PASSWORD}
    assert client.post("/sign-in", data=signs_in).status_code == 303


def test_a_disabled_account_is_refused_in_the_words_of_anything_wrong(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast
) -> None:
    linked(house, provider, cast.dara)
    with house.database.transaction() as session:
        disabling.disable(session, cast.visal.actor, cast.dara.person_id, today=NOW.date(), now=NOW)
    answer = back(client, provider)
    assert (answer.status_code, WORKED_NOT in text(answer)) == (422, True)
    assert not is_signed_in(client)
    assert lines(house, SecurityKind.SIGN_IN_FAILED) == [cast.dara.person_id]


def test_somebody_links_their_account_with_their_password_and_unlinks_it(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast, signed_in: SignIn
) -> None:
    dara = signed_in(cast.dara)
    assert 'href="/account/other-sign-in"' in text(dara.get("/account"))
    assert "This account is not linked." in text(dara.get("/account/other-sign-in?lang=en"))
    assert back(dara, provider, "/account/other-sign-in/begin").location == "/account/other-sign-in/link"
    assert back(client, provider).location == "/sign-in/other/new", "nothing is linked yet"
    assert "SOK DARA" in text(dara.get("/account/other-sign-in/link?lang=en"))
    refused = dara.post("/account/other-sign-in/link?lang=en", data={"password": "not the password"})
    assert (refused.status_code, "is not right" in text(refused)) == (422, True)
    assert dara.post("/account/other-sign-in/link", data={"password": PASSWORD}).location == "/account/other-sign-in"
    shown = text(dara.get("/account/other-sign-in?lang=en"))
    assert provider.issuer in shown
    assert back(client, provider).location == "/account"
    remove = shown.partition('action="/account/other-sign-in/')[2].partition('"')[0]
    assert dara.post(f"/account/other-sign-in/{remove}").status_code == 303
    client.post("/sign-out")
    assert back(client, provider).location == "/sign-in/other/new"


def test_what_somebody_brought_to_sign_in_links_nothing_and_what_they_brought_to_link_registers_nobody(
    app: Flask, provider: SmallProvider, house: House, cast: Cast, signed_in: SignIn
) -> None:
    dara = signed_in(cast.dara)
    back(dara, provider, "/sign-in/other")
    assert dara.get("/account/other-sign-in/link").status_code == 404
    assert dara.post("/account/other-sign-in/link", data={"password": PASSWORD}).status_code == 404
    back(dara, provider, "/account/other-sign-in/begin")
    assert dara.post("/sign-in/other/new", data={"name_latin": "SOK DARA"}).status_code == 404
    with house.database.reading() as session:
        assert session.scalar(select(func.count(OidcLink.id))) == 0


def test_an_identity_of_another_account_is_not_linked_again(
    provider: SmallProvider, house: House, cast: Cast, signed_in: SignIn
) -> None:
    linked(house, provider, cast.sreyneang)
    dara = signed_in(cast.dara)
    back(dara, provider, "/account/other-sign-in/begin")
    answer = dara.post("/account/other-sign-in/link?lang=en", data={"password": PASSWORD})
    assert (answer.status_code, "belongs to an account already" in text(answer)) == (409, True)
    assert cast.sreyneang.name_latin not in text(answer)
    assert cast.dara.name_latin in text(dara.get("/account?lang=en"))


def test_whoever_has_no_password_keeps_the_way_in(client: FlaskClient, provider: SmallProvider) -> None:
    back(client, provider)
    client.post("/sign-in/other/new", data={"name_latin": "SOK DARA"})
    shown = text(client.get("/account/other-sign-in?lang=en"))
    remove = shown.partition('action="/account/other-sign-in/')[2].partition('"')[0]
    answer = client.post(f"/account/other-sign-in/{remove}?lang=en")
    assert (answer.status_code, "has no password" in text(answer)) == (409, True)


def test_the_secrets_of_an_attempt_are_in_no_log(
    client: FlaskClient, provider: SmallProvider, house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    linked(house, provider, cast.dara)
    location = provider.visited(left(client))
    arrived(client, location)
    arrived(client, location)
    logged = capsys.readouterr().out
    code, state = (parse_qs(urlsplit(location).query)[name][0] for name in ("code", "state"))
    for secret in (code, code.replace(" ", "+"), state, provider.subject, "SOK DARA"):
        assert secret not in logged
