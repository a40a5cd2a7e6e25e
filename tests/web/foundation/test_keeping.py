"""Nothing typed is lost: after an idle session, somebody faster or a wrong field, the page is as it was left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, func, select
from werkzeug.test import TestResponse

from engine.flow import by_hand
from engine.people import kept_pages
from storage.applications import Application
from storage.database import Database
from storage.files import FileStore
from storage.kept_pages import KeptPage
from tests.cast import NOW, PASSWORD, Member
from tests.drawings import data_url, plain_pdf, png
from tests.fixtures.houses import SetClock, both_databases
from tests.leaving import sheet_to, sheet_with
from tests.small.cases import ANSWERS, PAGE, SERVICE, Kilns
from web.app import create_app, move_in
from web.attempts import attempts_of
from web.config import Settings
from web.context import Shell

SignedIn = Callable[[Member], FlaskClient]
TYPED = {"kiln_name": "Sangke & <Sons>", "kilns": "lots"}

pytestmark = both_databases


def page(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def sign_in(client: FlaskClient, who: Member, onward: str) -> TestResponse:
    return client.post("/sign-in", data={"login": who.phone, "password": who.password, "next": onward})


def end_session(client: FlaskClient) -> None:
    """What an idle hour does: the browser lets go of the session, and nothing else."""
    client.delete_cookie("owso")


def kept(kilns: Kilns) -> int:
    with kilns.house.database.reading() as session:
        return session.scalar(select(func.count(KeptPage.id))) or 0


@pytest.fixture
def dara(kilns: Kilns, signed_in: SignedIn) -> FlaskClient:
    return signed_in(kilns.cast.dara)


def draft(client: FlaskClient) -> str:
    answer = client.post(f"/services/{SERVICE}/apply", data={"office": "02"})
    return f"/applications/{answer.location.rsplit('/', 1)[-1]}/pages/{PAGE}"


def test_a_form_is_found_as_it_was_left_after_an_idle_session(kilns: Kilns, dara: FlaskClient) -> None:
    address = draft(dara)
    end_session(dara)
    away = dara.post(address, data=TYPED)
    assert (away.status_code, away.location) == (303, f"/sign-in?next={address}")
    assert "Sons" not in away.location
    back = sign_in(dara, kilns.cast.dara, address)
    assert back.location == address
    shown = page(dara.get(address))
    assert 'value="Sangke & <Sons>"' in shown
    assert 'value="lots"' in shown
    assert dara.post(address, data=TYPED | {"kilns": "2"}).status_code == 303
    assert kept(kilns) == 0
    assert "Sons" in page(dara.get(address))


def test_nobody_else_finds_what_was_typed(kilns: Kilns, dara: FlaskClient) -> None:
    address = draft(dara)
    end_session(dara)
    dara.post(address, data=TYPED)
    sign_in(dara, kilns.cast.sreyneang, address)
    assert "Sons" not in page(dara.get(address))
    assert kept(kilns) == 1


def test_a_browser_that_was_never_signed_in_leaves_nothing(
    kilns: Kilns, dara: FlaskClient, client: FlaskClient
) -> None:
    address = draft(dara)
    assert client.post(address, data=TYPED).status_code == 303
    client.set_cookie("owso-before", "forged")
    assert client.post(address, data=TYPED).status_code == 303
    assert kept(kilns) == 0


def test_signing_out_forgets_for_whom_to_keep(kilns: Kilns, dara: FlaskClient) -> None:
    address = draft(dara)
    dara.post("/sign-out")
    dara.post(address, data=TYPED)
    assert kept(kilns) == 0


def test_a_browser_that_was_copied_finds_nothing_typed_once_its_person_has_signed_out(
    kilns: Kilns, dara: FlaskClient
) -> None:
    address = draft(dara)
    assert dara.post(address, data=TYPED).status_code == 422
    copied = dara.get_cookie("owso")
    assert copied is not None
    thief = dara.application.test_client()
    thief.set_cookie("owso", copied.value)
    assert "Sons" in page(thief.get(address))
    dara.post("/sign-out")
    thief.set_cookie("owso", copied.value)
    gone = thief.get(address)
    assert (gone.status_code, "Sons" in page(gone)) == (303, False)
    assert kept(kilns) == 1


def test_what_is_kept_is_gone_after_a_day(kilns: Kilns, dara: FlaskClient, clock: SetClock) -> None:
    address = draft(dara)
    end_session(dara)
    dara.post(address, data=TYPED)
    clock.pass_time(hours=25)
    sign_in(dara, kilns.cast.dara, address)
    assert "Sons" not in page(dara.get(address))


def test_an_officers_remark_and_choice_survive_somebody_faster(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    task = kilns.task(sent, "check")
    bopha = signed_in(kilns.cast.bopha)
    assert bopha.post(f"/office/tasks/{task}/claim").status_code == 303
    shown = page(bopha.get(f"/office/tasks/{task}"))
    assert 'value="refuse"' in shown
    typed = {"result": "refuse", "fix-field-kiln_name": "Write it as on the sign", "revision": "0"}
    answer = bopha.post(f"/office/tasks/{task}?lang=en", data=typed)
    assert answer.status_code in (409, 422)
    again = page(bopha.get(f"/office/tasks/{task}"))
    assert "Write it as on the sign" in again
    assert 'value="refuse" checked' in again


def test_a_signature_and_a_passport_survive_an_idle_session(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "ok")
    bopha = signed_in(kilns.cast.bopha)
    address = f"/office/handover/{kilns.task(sent, 'hand_over')}"
    line = data_url(png(line=True))
    end_session(bopha)
    typed = {"received_by": "Sok Dara", "identity_note": "Passport N0012345", "signature": line}
    assert bopha.post(address, data=typed).status_code == 303
    sign_in(bopha, kilns.cast.bopha, address)
    shown = page(bopha.get(address))
    for text in ("Sok Dara", "Passport N0012345", line):
        assert text in shown


def test_a_wrong_field_stays_typed_in_the_other_language_and_behind_the_back_button(dara: FlaskClient) -> None:
    address = draft(dara)
    refused = dara.post(f"{address}?lang=en", data=TYPED)
    assert refused.status_code == 422
    assert f'href="{address}?lang=km"' in page(refused)
    for back in (f"{address}?lang=km", address):
        assert 'value="lots"' in page(dara.get(back))


def test_the_other_language_of_a_refused_desk_is_a_page(kilns: Kilns, signed_in: SignedIn) -> None:
    """The form is sent to an address that cannot be opened; its page can."""
    sent = kilns.send()
    cashier = signed_in(kilns.cast.sopheap)
    address = f"/office/cashier/{sent.key}"
    refused = cashier.post(f"{address}/cash?lang=en", data={"handed": "39000"})
    assert refused.status_code == 422
    assert f'href="{address}?lang=km"' in page(refused)
    assert "39000" in page(cashier.get(f"{address}?lang=km"))


def test_a_stranger_carries_along_what_was_typed_and_nothing_is_kept(
    app: Flask, client: FlaskClient, kilns: Kilns, settings: Settings, clock: SetClock
) -> None:
    move_in(app, Shell(kilns.house, clock, replace(settings, demo=True)))
    typed = {"contact": "Sok Nary", "password": "rice-field-window"}
    refused = page(client.post("/register?lang=en", data=typed))
    assert 'name="_again"' in refused
    assert "rice-field-window" not in refused
    shown = client.post("/register?lang=km", data={"contact": "Sok Nary", "_again": "1"})
    assert shown.status_code == 200
    assert 'value="Sok Nary"' in page(shown)
    assert 'lang="km"' in page(shown)
    assert kept(kilns) == 0


def test_pages_that_are_not_public_are_not_shown_to_strangers_again(client: FlaskClient, dara: FlaskClient) -> None:
    address = draft(dara)
    assert client.post(address, data={"_again": "1"}).location.startswith("/sign-in")


def test_what_is_too_much_is_not_kept(kilns: Kilns) -> None:
    person = kilns.cast.dara.actor.person_id
    with kilns.house.database.transaction() as session:
        assert not kept_pages.keep(session, person, "/a", [("a", "x" * kept_pages.LONGEST)], now=NOW)
        assert not kept_pages.keep(session, person, "/a", [("a", "")] * (kept_pages.MOST_FIELDS + 1), now=NOW)
        assert not kept_pages.keep(session, 10**6, "/a", [("a", "x")], now=NOW)
        for number in range(kept_pages.MOST_PAGES + 3):
            assert kept_pages.keep(session, person, f"/{number}", [("a", "x")], now=NOW)
        assert kept_pages.kept(session, person, "/0", now=NOW) == []
        assert kept_pages.kept(session, person, "/7", now=NOW) == [("a", "x")]
        assert kept_pages.kept(session, person, "/7", now=NOW + timedelta(days=2)) == []
    assert kept(kilns) == kept_pages.MOST_PAGES


def test_the_way_back_after_sending_leads_to_the_application(kilns: Kilns, dara: FlaskClient) -> None:
    address = draft(dara)
    key = address.split("/")[2]
    assert dara.post(address, data=TYPED | {"kilns": "2"}).status_code == 303
    assert dara.post(f"/applications/{key}/check", data={}).location == f"/applications/{key}/sent"
    for left in (address, f"/applications/{key}/check", f"/applications/{key}/documents"):
        answer = dara.get(f"{left}?lang=km")
        assert (answer.status_code, answer.location) == (303, f"/applications/{key}"), left
    assert dara.get(f"/applications/{key}/sent?lang=en").status_code == 200
    assert dara.post(address, data=TYPED).status_code == 409


@pytest.fixture
def protected(kilns: Kilns, settings: Settings, clock: SetClock) -> Flask:
    """An application with its tokens and its limits, as the product runs."""
    app = create_app(replace(settings, rate_limits=True, demo=True), kilns.house, clock)
    attempts_of(app).clock = SetClock()
    return app


def token_on(shown: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert found is not None
    return found[1]


def test_an_old_token_brings_the_page_back_and_not_an_empty_one(kilns: Kilns, protected: Flask) -> None:
    client, dara = protected.test_client(), kilns.cast.dara
    enter = {"login": dara.phone, "password": dara.password}
    client.post("/sign-in", data=enter | {"csrf_token": token_on(page(client.get("/sign-in")))})
    start = page(client.get(f"/services/{SERVICE}/apply"))
    begun = client.post(f"/services/{SERVICE}/apply", data={"office": "02", "csrf_token": token_on(start)})
    address = f"/applications/{begun.location.rsplit('/', 1)[-1]}/pages/{PAGE}"
    end_session(client)
    away = client.post(address, data=TYPED | {"csrf_token": "of yesterday"})
    assert (away.status_code, away.location) == (303, f"/sign-in?next={address}")
    entered = enter | {"csrf_token": token_on(page(client.get("/sign-in"))), "next": address}
    assert client.post("/sign-in", data=entered).location == address
    shown = page(client.get(address))
    assert 'value="Sangke & <Sons>"' in shown
    assert "of yesterday" not in shown


def test_who_tries_too_often_waits_and_finds_the_page_as_it_was(kilns: Kilns, protected: Flask) -> None:
    client = protected.test_client()
    typed = {"contact": "Sok Nary", "password": "x"}
    for _ in range(32):
        token = token_on(page(client.get("/register?lang=en")))
        stopped = client.post("/register?lang=en", data=typed | {"csrf_token": token})
    assert stopped.status_code == 429
    left = page(stopped)
    assert "Send it again once the time is over" in left
    again = sheet_with(left, "/register", "contact")
    assert dict(again.fields)["contact"] == "Sok Nary"
    assert "password" not in dict(again.fields)
    other = sheet_to(left, "/register", "lang=km")  # the button of the other language shows it and sends nothing
    shown = client.post(other.action, data=other.data())
    assert shown.status_code == 200
    assert 'value="Sok Nary"' in page(shown)


def test_what_somebody_faster_changed_is_shown_with_what_was_typed(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    task = f"/office/tasks/{kilns.task(sent, 'check')}"
    bopha, dara = signed_in(kilns.cast.bopha), signed_in(kilns.cast.dara)
    bopha.post(f"{task}/claim")
    decide = sheet_with(page(bopha.get(f"{task}?lang=en")), task, "revision")
    stale = decide.data(**{"result": "refuse", "fix-field-kiln_name": "Write it as on the sign", "revision": "0"})
    answer = bopha.post(decide.action, data=stale)
    assert answer.status_code == 409
    again = sheet_with(page(answer), task, "revision")
    assert "Look at it again before you send it" in page(answer)
    assert again.data()["fix-field-kiln_name"] == ["Write it as on the sign"]
    assert again.data()["result"] == ["refuse"]
    assert again.data()["revision"] == decide.data()["revision"]
    assert bopha.post(again.action, data=again.data()).status_code == 303
    assert "Write it" not in page(dara.get(task))


def test_who_may_not_open_a_page_is_not_shown_it_by_sending_something_there(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    task = f"/office/tasks/{kilns.task(sent, 'check')}"
    for who in (kilns.cast.dara, kilns.cast.phally):
        for typed in ({"result": "ok"}, {"result": "ok", "_again": "1"}):
            answer = signed_in(who).post(f"{task}?lang=en", data=typed)
            assert answer.status_code in (403, 404), who.name_latin
            assert ANSWERS["kiln_name"] not in page(answer)


def test_a_full_disk_gives_the_page_back_and_names_the_files_to_choose_again(
    app: Flask, kilns: Kilns, signed_in: SignedIn, tmp_path: Path
) -> None:
    kilns.send()
    sent, blocked = kilns.approved(), tmp_path / "blocked"
    blocked.touch()
    shell: Shell = app.extensions["owso"]
    bopha = signed_in(kilns.cast.bopha)
    desk = f"/office/handover/{kilns.task(sent, 'hand_over')}"
    typed = {"received_by": "Sok Dara", "identity_note": "Passport N0012345"}
    app.extensions["owso"] = replace(shell, house=replace(shell.house, files=FileStore(blocked)))
    answer = bopha.post(f"{desk}?lang=en", data=typed | {"signature_slip": (BytesIO(plain_pdf()), "slip.pdf")})
    assert answer.status_code == 503
    again = sheet_with(page(answer), desk, "received_by")
    assert "Choose these files again where the page does not list them: slip.pdf" in page(answer)
    assert again.data()["identity_note"] == ["Passport N0012345"]
    app.extensions["owso"] = shell
    whole = again.data() | {"signature_slip": (BytesIO(plain_pdf()), "slip.pdf")}
    assert bopha.post(again.action, data=whole).status_code == 303


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """A disk that was mounted again for reading only, or a server that became a standby."""

    def refuse(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only=ON" if database.is_sqlite else "SET TRANSACTION READ ONLY")

    event.listen(database.engine, "begin", refuse)
    yield
    event.remove(database.engine, "begin", refuse)
    if database.is_sqlite:
        database.engine.dispose()  # a connection that was told so goes on with it


def test_a_database_that_takes_nothing_gives_the_page_back_and_the_other_language_sends_nothing(
    kilns: Kilns, dara: FlaskClient, database: Database
) -> None:
    address = draft(dara)
    with read_only(database):
        answer = dara.post(f"{address}?lang=en", data=TYPED | {"kilns": "2"})
    assert answer.status_code == 503
    assert "Nothing was taken, and nothing is lost" in page(answer)
    again = sheet_with(page(answer), address, "kiln_name")
    shown = dara.post(address, data=again.data() | {"_again": "1"})
    assert shown.status_code == 200
    assert 'value="Sangke & <Sons>"' in page(shown)
    with database.reading() as session:
        assert session.scalars(select(Application.answers)).one() == {}
    assert dara.post(address, data=again.data()).status_code == 303


def test_a_look_that_cannot_be_noted_shows_no_page_but_loses_nothing(
    kilns: Kilns, signed_in: SignedIn, database: Database
) -> None:
    sent = kilns.approved()
    bopha, desk = signed_in(kilns.cast.bopha), f"/office/handover/{kilns.task(sent, 'hand_over')}"
    typed = {"received_by": "Sok Dara", "identity_note": "Passport", "signature": data_url(png(line=True))}
    with read_only(database):
        answer = bopha.post(f"{desk}?lang=en", data=typed)
    assert answer.status_code == 503
    assert ANSWERS["kiln_name"] not in page(answer)
    again = sheet_to(page(answer), desk, "lang=en")
    assert "Send it again" in again.words
    assert bopha.post(again.action, data=again.data()).status_code == 303


def test_a_password_is_never_carried_along(kilns: Kilns, signed_in: SignedIn, database: Database) -> None:
    dara = signed_in(kilns.cast.dara)
    with read_only(database):
        answer = dara.post("/account/password?lang=en", data={"old": PASSWORD, "new": "temple-river-lotus"})
    assert answer.status_code == 503
    assert PASSWORD not in page(answer)
    assert "lotus" not in page(answer)
    assert "Send it again" not in page(answer)


def test_too_long_a_text_comes_back_to_be_shortened(kilns: Kilns, dara: FlaskClient) -> None:
    address = draft(dara)
    answer = dara.post(f"{address}?lang=en", data=TYPED | {"kiln_name": "<a>" * 7000})
    assert answer.status_code == 413
    left = sheet_with(page(answer), address, "kiln_name")
    assert "This text has 21,000 signs" in left.words
    assert left.data()["kilns"] == ["lots"]
    assert left.data()["kiln_name"] == ["<a>" * 7000]
    shown = dara.post(left.action, data=left.data(kiln_name="Sangke & <Sons>"))
    assert shown.status_code == 200
    again = sheet_with(page(shown), address, "kiln_name")
    assert dara.post(again.action or address, data=again.data(kilns="2")).status_code == 303


def test_fields_that_nobody_types_do_not_come_back(client: FlaskClient) -> None:
    many = {f"field{number}": "x" for number in range(1001)}
    answer = client.post("/register?lang=en", data=many)
    assert answer.status_code == 413
    assert "field7" not in page(answer)


def test_an_officer_who_tries_too_often_finds_the_page_with_its_form(kilns: Kilns, protected: Flask) -> None:
    client, bopha = protected.test_client(), kilns.cast.bopha
    enter = {"login": bopha.phone, "password": bopha.password}
    client.post("/sign-in", data=enter | {"csrf_token": token_on(page(client.get("/sign-in")))})
    for _ in range(12):
        token = token_on(page(client.get("/account/password?lang=en")))
        wrong = {"csrf_token": token, "old": "not this one", "new": "temple-river-lotus", "note": "kept"}
        stopped = client.post("/account/password?lang=en", data=wrong)
    assert stopped.status_code == 429
    again = sheet_with(page(stopped), "/account/password", "old")
    assert "Send it again once the time is over" in page(stopped)
    assert dict(again.fields)["old"] == ""
    assert "lotus" not in page(stopped)


def test_what_was_written_for_a_task_that_is_gone_can_be_read_and_copied(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    bopha, task = signed_in(kilns.cast.bopha), f"/office/tasks/{kilns.task(sent, 'check')}"
    bopha.post(f"{task}/claim")
    decide = sheet_with(page(bopha.get(f"{task}?lang=en")), task, "revision")
    with kilns.house.database.transaction() as session:
        by_hand.cancel(session, kilns.house, kilns.cast.visal.actor, sent.key, "Filed twice", now=NOW)
    typed = decide.data(**{"result": "return", "fix-field-kiln_name": "Write it as on the <sign>"})
    answer = bopha.post(f"{decide.action}?lang=en", data=typed)
    assert answer.status_code == 409
    assert "Write it as on the &lt;sign&gt;" in answer.get_data(as_text=True)
