"""Photos come from a telephone into a draft at the counter, and whoever has an old or a guessed code learns nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.applications.photo_links import MOST_FILES
from engine.house import House
from storage.applications import Document
from storage.people import AccessLog, Membership
from storage.photo_links import PhotoLink
from tests.cast import Cast, Member
from tests.counter import PAPERS
from tests.fixtures.houses import SetClock
from tests.journeys.guesthouse import PNG, SERVICE, guesthouse
from web.access import PHOTOS, rule_of

SignedIn = Callable[[Member], FlaskClient]
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def photo(number: int = 0, name: str = "photo.png") -> tuple[BytesIO, str]:
    """Another picture for each number."""
    return BytesIO(PNG + bytes([number])), name


@pytest.fixture
def officer(house: House, cast: Cast, signed_in: SignedIn) -> FlaskClient:
    guesthouse(house, cast)
    browser = signed_in(cast.bopha)
    browser.get("/office?lang=en")
    return browser


@pytest.fixture
def form(officer: FlaskClient, cast: Cast) -> str:
    person = str(officer.post("/office/walk-in/new", data=PAPERS).location)
    return str(officer.post(person, data={"service": SERVICE, "office": cast.battambang}).location)


@pytest.fixture
def telephone(app: Flask) -> FlaskClient:
    """Nobody is signed in on it."""
    browser = app.test_client()
    browser.get("/verify?lang=en")
    return browser


def linked(officer: FlaskClient, form: str, **typed: str) -> str:
    """The path that the officer's page shows."""
    page = text(officer.post(form, data={"_link": "1", **typed}))
    assert "QR code that opens the page for photos" in page
    return "/photos/" + re.findall(r"/photos/([0-9A-Z]+)", page)[0]


def test_photos_lie_in_the_tray_of_the_officer_who_keeps_what_was_typed(
    officer: FlaskClient, form: str, telephone: FlaskClient
) -> None:
    address = linked(officer, form, business_name_latin="SANGKE")
    assert "Nothing has come yet." in text(telephone.get(address))
    sent = telephone.post(address, data={"photo": photo(1), "photos": [photo(2), photo(3)]}, follow_redirects=True)
    assert "3 files have come." in text(sent)
    page = text(officer.post(form, data={"_look": "1", "business_name_latin": "SANGKE"}))
    assert "3 files have come from the telephone." in page
    assert 'value="SANGKE"' in page
    assert len(re.findall(r'name="kind-', page)) == 3
    piece = text(officer.get(f"{form}/tray"))
    assert len(re.findall(r'name="kind-', piece)) == 3
    assert "<html" not in piece


def test_what_is_dangerous_is_refused_as_everywhere_and_the_rest_comes(
    house: House, officer: FlaskClient, form: str, telephone: FlaskClient
) -> None:
    address = linked(officer, form)
    data = {"photos": [(BytesIO(b"MZ program"), "virus.exe"), photo(1), photo(1, "again.png")]}
    refused = telephone.post(address, data=data)
    assert refused.status_code == 422
    assert "virus.exe" in text(refused)
    assert "1 file has come." in text(refused), "the same photo twice is one"
    assert telephone.post(address, data={}).status_code == 422
    with house.database.reading() as session:
        assert len(session.scalars(select(Document)).all()) == 1


def test_so_many_files_and_no_more(officer: FlaskClient, form: str, telephone: FlaskClient) -> None:
    address = linked(officer, form)
    full = telephone.post(address, data={"photos": [photo(number) for number in range(MOST_FILES + 1)]})
    assert full.status_code == 422
    assert f"At most {MOST_FILES} files" in text(full)
    assert "No more files fit." in text(telephone.get(address))


def test_the_address_ends_when_the_officer_signs_out_and_another_browser_of_theirs_shows_none(
    officer: FlaskClient, form: str, telephone: FlaskClient, cast: Cast, signed_in: SignedIn
) -> None:
    elsewhere, address = signed_in(cast.bopha), linked(officer, form)
    elsewhere.get("/office?lang=en")
    assert telephone.get(address).status_code == 200
    assert officer.post("/sign-out").status_code == 303
    assert (telephone.get(address).status_code, telephone.post(address, data={"photos": photo(1)}).status_code) == (
        404,
        404,
    )
    assert "/photos/" not in text(elsewhere.get(form))
    assert "1 file has come." in text(
        telephone.post(linked(elsewhere, form), data={"photos": photo(1)}, follow_redirects=True)
    )


def test_every_code_that_does_not_hold_is_answered_alike(
    house: House, cast: Cast, officer: FlaskClient, form: str, telephone: FlaskClient, clock: SetClock
) -> None:
    ended = linked(officer, form)
    replaced = linked(officer, form)
    officer.post(form, data={"_unlink": "1"})
    late = linked(officer, form)
    clock.pass_time(minutes=15)
    answers = []
    for address in (ended, replaced, late, "/photos/0123456789AB", "/photos/x", "/photos/" + "ក" * 500):
        got, sent = telephone.get(address), telephone.post(address, data={"photos": photo(1)})
        assert (got.status_code, sent.status_code) == (404, 404), address
        answers.append(TOKEN.sub("", text(got)).replace(address, ""))
    assert len({answer.partition("<main")[2] for answer in answers}) == 1
    with house.database.reading() as session:
        assert session.scalars(select(Document)).all() == []


def test_a_code_ends_when_its_officer_leaves_the_counter(
    house: House, cast: Cast, officer: FlaskClient, form: str, telephone: FlaskClient
) -> None:
    address = linked(officer, form)
    with house.database.transaction() as session:
        for row in session.scalars(select(Membership).where(Membership.person_id == cast.bopha.person_id)):
            session.delete(row)
    assert telephone.post(address, data={"photos": photo(1)}).status_code == 404


def test_the_telephone_is_told_nothing_of_whose_draft_it_is(
    house: House, cast: Cast, officer: FlaskClient, form: str, telephone: FlaskClient
) -> None:
    address = linked(officer, form)
    page = text(telephone.get(address))
    for kept in ("MAO SARUN", PAPERS["id_number"], PAPERS["name_km"], form.rpartition("/")[2], "Guesthouse"):
        assert kept not in page
    with house.database.reading() as session:
        assert address.rpartition("/")[2] not in session.scalars(select(PhotoLink.code_hash)).all(), "only its hash"
        looks = session.scalars(select(AccessLog.page).where(AccessLog.page == "photo_link")).all()
    assert looks == ["photo_link"], "the applicant reads that an officer opened it"


def test_only_the_counter_of_the_draft_makes_and_reads_it(
    cast: Cast, officer: FlaskClient, form: str, signed_in: SignedIn, telephone: FlaskClient
) -> None:
    address = linked(officer, form)
    for who, status in ((cast.dara, 403), (cast.sopheap, 403), (cast.phally, 404)):
        browser = signed_in(who)
        assert browser.post(form, data={"_link": "1"}).status_code == status
        assert browser.get(f"{form}/tray").status_code == status
    assert telephone.get(address).status_code == 200, "and theirs ends nothing"


def test_whoever_guesses_codes_is_slowed(app: Flask) -> None:
    rules = [rule_of(app, endpoint) for endpoint in ("public.photos", "public.photos_post")]
    assert [rule and rule.limit for rule in rules] == [PHOTOS, PHOTOS]
    assert PHOTOS.place is not None
