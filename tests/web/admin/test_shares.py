"""Shares of the income on the pages of the administrator: set, refused, withdrawn, read as a file."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from storage.security_log import SecurityEvent
from storage.shares import ShareTable
from tests.cast import Member
from tests.small.cases import SERVICE, Kilns

SignedIn = Callable[[Member], FlaskClient]
TYPED = {
    "ministry": "industry",
    "service": SERVICE,
    "from-day": "១",
    "from-month": "4",
    "from-year": "2026",
    "share-treasury": "៥០",
    "share-ministry": "",
    "share-administration": "20,25",
    "share-staff": "29.75",
    "source": "Joint prakas <b>1</b>",
}


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def posted(browser: FlaskClient, **other: str) -> TestResponse:
    return browser.post("/admin/shares?lang=en", data=TYPED | other)


def test_shares_are_set_from_a_day_on_and_say_who_set_them(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.visal)
    assert posted(browser).status_code == 303
    page = text(browser.get("/admin/shares?lang=en"))
    assert "Joint prakas &lt;b&gt;1" in page
    assert kilns.cast.visal.name_latin in page
    with kilns.house.database.reading() as session:
        table = session.scalars(select(ShareTable)).one()
        assert (table.treasury, table.ministry, table.administration, table.staff) == (5_000, 0, 2_025, 2_975)
        assert session.scalars(select(SecurityEvent.kind)).all()[-1] == "shares_set"


def test_what_is_wrong_is_said_beside_its_field_and_stays_typed(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.visal)
    for wrong, words in (
        ({"share-staff": "30"}, "They are 100.25 percent."),
        ({"share-staff": "101"}, "Enter a share from 0 to 100 percent"),
        ({"share-staff": "1.005"}, "Enter a share from 0 to 100 percent"),
        ({"share-staff": "-1"}, "Enter a share from 0 to 100 percent"),
        ({"from-day": "31"}, "Enter a day that exists"),
        ({"from-day": "2", "from-month": "3"}, "from tomorrow on at the earliest"),
        ({"source": " "}, "Write which decision sets these shares"),
    ):
        refused = posted(browser, **wrong)
        assert refused.status_code == 422, wrong
        assert words in text(refused), wrong
        assert 'value="20,25"' in text(refused)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(ShareTable)).all() == []


def test_shares_that_do_not_hold_yet_are_withdrawn_and_stay_to_be_read(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.visal)
    posted(browser)
    assert posted(browser).status_code == 422, "two for one day"
    with kilns.house.database.reading() as session:
        key = session.scalars(select(ShareTable.key)).one()
    for _ in range(2):
        assert browser.post(f"/admin/shares/{key}/withdraw").status_code == 303
    assert "Withdrawn" in text(browser.get("/admin/shares?lang=en"))


def test_the_income_says_what_was_not_divided_on_the_page_and_in_the_file(kilns: Kilns, signed_in: SignedIn) -> None:
    kilns.pay(kilns.send())
    browser = signed_in(kilns.cast.visal)
    page = text(browser.get("/admin/income?lang=en"))
    assert "Not divided" in page
    assert "KHR\u00a040,000" in page
    assert "Ministry of Industry" in page
    lines = text(browser.get("/admin/income.csv?lang=en")).splitlines()
    assert lines[0].endswith("Fee income (riel),National treasury,Ministry,Administration,Staff incentive,Not divided")
    assert lines[1].endswith("40000,0,0,0,0,40000")
    assert len(lines) == 2
