"""Forms are answered by anybody with anything: what is wrong is said on the page, and no page breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from engine.house import House
from storage.files import FileStore
from tests.cast import NOW, Cast, Member
from tests.counter import PAPERS
from tests.journeys.guesthouse import DOCUMENTS, PNG, SERVICE, guesthouse
from web.context import Shell

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # the stricter one
Browser = Callable[[Member], FlaskClient]
LONG = "ក" * 200 + "x" * 19_800  # a sign of Khmer is nine in a form that is sent
TYPED = ("", "-1", "9" * 400, "²", "a\r\nb\u2028{{7*7}}", '"><script>', LONG)
PARTS = ("", "-day", "-month", "-year", "-province", "-district", "-commune", "-street", "-0-name", "-999-x")
REFUSED = (303, 400, 404, 409, 413, 422, 200)


@pytest.fixture
def draft(house: House, cast: Cast) -> str:
    service = guesthouse(house, cast)
    return service.draft()


def nasty(names: list[str]) -> Iterator[MultiDict[str, str]]:
    """Forms in which every field holds the same strange thing, stands there twice, or is another kind of field."""
    for text in TYPED:
        short = text if len(text) < 1_000 else text[: 100_000 // (len(names) * len(PARTS))]
        yield MultiDict([(f"{name}{part}", short) for name in names for part in PARTS])
        yield MultiDict([(name, short) for name in names for _ in range(2)])
        yield MultiDict([(f"{name}{part}", short) for name in names for part in PARTS[1:] for _ in range(2)])


def test_no_page_of_a_form_breaks_over_what_is_typed(
    app: Flask, signed_in: Browser, house: House, cast: Cast, draft: str
) -> None:
    dara = signed_in(cast.dara)
    with house.database.reading() as session:
        form = house.catalog.current(session, SERVICE, now=NOW).package.forms["apply"]
    for page in form.pages:
        names = [part.key for part in page.components]
        buttons = ({"_add": names[0]}, {"_remove": f"{names[0]}-²"}, {"_remove": f"{names[0]}-0"}, {"_choose": "x"})
        for typed in [*nasty(names), *map(MultiDict, buttons), *({**one, names[0]: "x"} for one in buttons)]:
            answer = dara.post(f"/applications/{draft}/pages/{page.key}", data=typed)
            assert answer.status_code in REFUSED, (page.key, list(typed.items())[:2])
    assert dara.get(f"/applications/{draft}/check").status_code == 200


def test_no_other_form_breaks_over_what_is_typed(
    app: Flask, client: FlaskClient, signed_in: Browser, house: House, cast: Cast
) -> None:
    service = guesthouse(house, cast)
    returned, open_ = service.paid(), service.paid()
    service.check(returned, "return")
    task = service.claim(open_, "check", cast.bopha)
    forms = (
        (cast.dara, f"/applications/{returned}/correct", ["task", "room_list", "rooms", "address", "file-room_list"]),
        (cast.dara, "/account/password", ["old", "new"]),
        (cast.dara, "/account/language", ["language"]),
        (cast.dara, "/account/factors/app", ["offer", "one_time_code"]),
        (cast.dara, "/account/factors/passkey", ["name", "assertion"]),
        (cast.dara, "/account/confirm", ["password", "one_time_code", "next"]),
        (cast.dara, "/account/confirm/passkey", ["assertion", "next"]),
        (cast.visal, f"/admin/accounts/{cast.dara.person_id}/factors", ["reason"]),
        (cast.dara, "/account/contacts/new", ["contact", "via", "password"]),
        (cast.dara, "/account/contacts/prove", ["channel"]),
        (cast.dara, "/account/contacts/remove", ["channel", "confirmed", "password"]),
        (cast.visal, "/admin/accounts/invite", ["name_km", "name_latin", "contact", "language", "group", "from"]),
        (cast.visal, f"/admin/accounts/{cast.bopha.person_id}/groups", ["sent", "group", "office", "from", "to"]),
        (cast.visal, f"/admin/accounts/{cast.bopha.person_id}/groups/end", ["confirmed", "group", "office"]),
        (None, "/invitation/check", ["code"]),
        (cast.dara, f"/services/{SERVICE}/apply", ["office"]),
        (cast.bopha, f"/office/tasks/{task}", ["check_result", "remark", "revision", "fix-field-rooms", "fix-x-y"]),
        (cast.bopha, "/office/walk-in/new", list(PAPERS)),
        (cast.sopheap, f"/office/cashier/{open_}/cash", ["handed", "exactly", "amount", "confirmed", "void_seen"]),
        (
            cast.sopheap,
            f"/office/cashier/{open_}/bank-payment",
            [
                "bank",
                "bank_name",
                "paid_on",
                "bank_reference",
                "bank_amount",
                "slip",
                "payment",
                "confirmed",
                "void_seen",
            ],
        ),
        (cast.sopheap, "/office/receipts/R-02-26-000001/refund", ["amount", "reason", "in_error"]),
        (cast.sopheap, f"/office/cashier/{open_}/write-off", ["fee", "reason"]),
        (cast.kunthea, f"/office/cases/{open_}/clocks/1", ["count", "reason", "shown"]),
        (cast.bopha, "/office/walk-in", ["q", "why", "words"]),
        (cast.visal, "/office/search", ["q", "why", "words"]),
        (cast.visal, f"/admin/accounts/{cast.dara.person_id}", ["why", "words"]),
        (cast.visal, "/admin/offices/02/hours", ["morning-0-opens", "morning-0-closes", "revision"]),
        (cast.visal, "/admin/offices/02/holidays", ["day", "name_km", "name_en", "works"]),
        (None, "/register", ["contact", "next"]),
        (None, "/sign-in/forgotten", ["contact", "next"]),
        (None, "/sign-in/code", ["code", "way"]),
        (None, "/register/account", ["name_km", "name_latin", "password", "way"]),
        (None, "/sign-in/accounts", ["account", "way"]),
        (None, "/sign-in/password", ["account", "new", "way"]),
        (None, "/sign-in", ["login", "password", "next"]),
        (None, "/sign-in/passkey", ["assertion", "next"]),
        (None, "/track", ["code", "digits"]),
        (None, "/claim", ["code", "signs"]),
    )
    for member, address, names in forms:
        browser = signed_in(member) if member else client
        for typed in nasty(names):
            assert browser.post(address, data=typed).status_code in REFUSED, (address, list(typed.items())[:1])


def test_an_application_is_kept_whole_when_the_disk_is_full(
    app: Flask, signed_in: Browser, house: House, cast: Cast, draft: str, tmp_path: Path
) -> None:
    dara, blocked = signed_in(cast.dara), tmp_path / "blocked"
    blocked.write_bytes(b"")
    shell: Shell = app.extensions["owso"]
    app.extensions["owso"] = replace(shell, house=replace(house, files=FileStore(blocked)))
    address = f"/applications/{draft}/documents/{DOCUMENTS[0]}"
    refused = dara.post(address, data={"file": (BytesIO(PNG + b"other"), "a.png")})
    assert refused.status_code == 503
    app.extensions["owso"] = shell
    assert dara.post(address, data={"file": (BytesIO(PNG + b"other"), "a.png")}).status_code == 303


def test_an_address_with_two_strokes_leads_to_no_other_site(client: FlaskClient) -> None:
    for path in ("//evil.example/x", "/\\evil.example/x", "/%5Cevil.example/x", "///evil.example", "/.//evil.example"):
        page = client.get(path, base_url="http://localhost").get_data(as_text=True)
        assert 'href="//evil' not in page
        assert 'href="/\\evil' not in page
