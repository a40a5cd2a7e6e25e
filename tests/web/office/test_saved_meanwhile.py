"""Two officers, or two tabs, on one draft at the counter: the later save writes over nothing that it did not show."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.house import House
from storage.applications import Application, Document
from tests.cast import Cast, Member
from tests.counter import PAPERS
from tests.journeys.guesthouse import PNG, guesthouse
from tests.journeys.guesthouse import SERVICE as GUESTHOUSE
from tests.small.cases import SERVICE, Kilns
from tests.small.releases import released

SignedIn = Callable[[Member], FlaskClient]


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def revision(page: str) -> str:
    return re.findall(r'name="revision" value="(\d+)"', page)[0]


@pytest.fixture
def form(kilns: Kilns, signed_in: SignedIn) -> str:
    """The address of a draft at the counter."""
    released(kilns.house, kilns.house.processes / "interior" / "account_verification")
    officer = signed_in(kilns.cast.bopha)
    person = str(officer.post("/office/walk-in/new", data=PAPERS).location)
    return str(officer.post(person, data={"service": SERVICE, "office": kilns.cast.battambang}).location)


def answers(kilns: Kilns) -> dict[str, object]:
    with kilns.house.database.reading() as session:
        return dict(session.scalars(select(Application.answers)).one())


def test_the_second_who_saves_is_shown_both_and_saves_knowingly(kilns: Kilns, form: str, signed_in: SignedIn) -> None:
    first, second = signed_in(kilns.cast.bopha), signed_in(kilns.cast.vannak)
    seen = {"revision": revision(text(first.get(f"{form}?lang=en")))}
    assert revision(text(second.get(f"{form}?lang=en"))) == seen["revision"]
    assert first.post(form, data=seen | {"kiln_name": "RIVER KILN", "kilns": "2"}).status_code == 303
    typed = {"kiln_name": "HILL KILN <2>", "kilns": "2"}
    refused = second.post(f"{form}?lang=en", data=seen | typed)
    page = text(refused)
    assert refused.status_code == 409
    assert "Somebody saved this draft after you opened it" in page
    assert "RIVER KILN" in page, "what was saved"
    assert 'value="HILL KILN <2>"' in page, "what was typed"
    assert "How many kilns" not in page.partition("What differs")[2].partition("</table>")[0], "the same in both"
    assert answers(kilns)["kiln_name"] == "RIVER KILN"
    assert second.post(form, data={"revision": revision(page)} | typed).status_code == 303
    assert answers(kilns)["kiln_name"] == "HILL KILN <2>"


def test_a_double_click_and_the_same_answers_are_no_conflict(kilns: Kilns, form: str, signed_in: SignedIn) -> None:
    officer = signed_in(kilns.cast.bopha)
    typed = {"revision": revision(text(officer.get(form))), "kiln_name": "RIVER KILN", "kilns": "2"}
    for _ in range(2):
        assert officer.post(form, data=typed).status_code == 303


def test_files_of_the_older_page_are_kept_and_it_stays_older(kilns: Kilns, form: str, signed_in: SignedIn) -> None:
    first, second = signed_in(kilns.cast.bopha), signed_in(kilns.cast.vannak)
    seen = {"revision": revision(text(second.get(form)))}
    assert first.post(form, data=seen | {"kiln_name": "RIVER KILN", "kilns": "2"}).status_code == 303
    typed = seen | {"kiln_name": "HILL KILN", "kilns": "2"}
    kept = second.post(form, data=typed | {"_files": "1", "papers": (BytesIO(PNG), "permit.png")})
    assert kept.status_code == 200
    assert revision(text(kept)) == seen["revision"], "adding files shows nothing that was saved meanwhile"
    again = second.post(form, data=typed | {"papers": (BytesIO(PNG + b"2"), "second.png")})
    assert again.status_code == 409
    with kilns.house.database.reading() as session:
        assert len(session.scalars(select(Document.id)).all()) == 2
    assert answers(kilns)["kiln_name"] == "RIVER KILN"


def test_every_kind_of_answer_is_laid_beside_what_was_saved_also_one_that_is_none(
    house: House, cast: Cast, signed_in: SignedIn
) -> None:
    guesthouse(house, cast)
    officer = signed_in(cast.bopha)
    person = str(officer.post("/office/walk-in/new", data=PAPERS).location)
    form = str(officer.post(person, data={"service": GUESTHOUSE, "office": cast.battambang}).location)
    seen = {"revision": revision(text(officer.get(form)))}
    typed = {
        "business_name_latin": "RIVER HOUSE",
        "rooms": "12",
        "opening_date-day": "1",
        "opening_date-month": "4",
        "opening_date-year": "2026",
        "address-province": "02",
        "address-district": "0203",
        "address-commune": "020301",
    }
    assert officer.post(form, data=seen | typed | {"_later": "1"}).status_code == 303
    other = typed | {"rooms": "many", "opening_date-day": "2", "address-commune": "020302", "owner_id_number": "x"}
    refused = officer.post(f"{form}?lang=en", data=seen | other | {"business_name_latin": "HILL HOUSE"})
    told = text(refused).partition("What differs")[2].partition("</table>")[0]
    assert refused.status_code == 409
    for words in ("RIVER HOUSE", "HILL HOUSE", ">12<", ">many<", "01/04/2026", "02/04/2026"):
        assert words in told, words
