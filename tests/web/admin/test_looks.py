"""The page of the report of looks, and its file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storage.people import AccessLog
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import NOW, Member
from tests.small.cases import Kilns

Browser = Callable[[Member], FlaskClient]


@pytest.fixture
def visal(kilns: Kilns, signed_in: Browser) -> FlaskClient:
    """An administrator of every office who has searched everywhere; before, an officer has looked at a case."""
    sent = kilns.send()
    signed_in(kilns.cast.bopha).get(f"/office/cases/{sent.key}")
    browser = signed_in(kilns.cast.visal)
    reason = {"q": "Sok", "why": "authority", "words": "=Court of Battambang"}
    assert browser.post("/office/search", data=reason, follow_redirects=True).status_code == 200
    return browser


def page(browser: FlaskClient, **query: object) -> str:
    answer = browser.get("/admin/looks", query_string={"lang": "en", **query})
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def rows(browser: FlaskClient, **query: object) -> list[list[str]]:
    answer = browser.get("/admin/looks.csv", query_string={"lang": "en", **query})
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def test_it_says_who_looked_how_often_and_what_for_and_at_nobody(kilns: Kilns, visal: FlaskClient) -> None:
    shown = page(visal)
    for text in ("Chan Bopha", "Work on the application", "Ouch Visal", "Another office or authority asked"):
        assert text in shown, text
    for personal in (kilns.cast.dara.name_latin, kilns.cast.dara.phone, "Court of Battambang"):
        assert personal not in shown, personal
    table = page(visal, outside="yes").partition("<table")[2]
    assert ("Ouch Visal" in table, "Chan Bopha" in table) == (True, False)
    assert "Nobody looked at anybody." in page(visal, purpose="money")
    assert "Nobody looked at anybody." in page(visal, **{"from": "2026-02-01", "to": "2026-03-01"})
    typed = {"to-day": "១", "to-month": "3", "to-year": "2026", "from-day": "1", "from-month": "២", "from-year": "2026"}
    assert "Nobody looked at anybody." in page(visal, **typed)
    assert 'value="1"' in page(visal, **typed)
    assert "Chan Bopha" in page(visal, **typed | {"to-day": "2"})


def test_the_reasons_of_one_person_are_read_in_their_words(kilns: Kilns, visal: FlaskClient) -> None:
    shown = page(visal, person=kilns.cast.visal.person_id)
    assert "“=Court of Battambang”" in shown
    assert "Chan Bopha" not in shown
    assert "None on these days." in page(visal, person=kilns.cast.bopha.person_id)


def test_what_stands_out_is_said_above_all(kilns: Kilns, visal: FlaskClient) -> None:
    assert "What stands out" not in page(visal)
    seen = {"person_id": kilns.cast.phally.person_id, "groups": "front_office", "page": "looked_up", "at": NOW}
    with kilns.house.database.transaction() as session:
        session.add_all(AccessLog(**seen, is_outside=True) for _ in range(31))
    shown = page(visal)
    assert "31 looks" in shown[shown.index("What stands out") :]


def test_the_same_lines_are_a_file_and_that_it_was_taken_is_written_down(kilns: Kilns, visal: FlaskClient) -> None:
    heads, *lines = rows(visal)
    assert heads == ["Day", "Person", "Office", "What for", "At their offices", "Beyond their offices", "Reasons given"]
    assert [(line[1], *line[4:]) for line in lines] == [("Ouch Visal", "0", "1", "1"), ("Chan Bopha", "1", "0", "0")]
    assert [line[1] for line in rows(visal, outside="yes")[1:]] == ["Ouch Visal"]
    with kilns.house.database.reading() as session:
        kinds = session.scalars(select(SecurityEvent.data).where(SecurityEvent.kind == SecurityKind.EXPORTED)).all()
    assert [data["what"] for data in kinds] == ["one-window-looks-2026-02-24-2026-03-02.csv"] * 2


def test_a_longer_report_goes_on_on_the_next_page_with_the_same_question(kilns: Kilns, visal: FlaskClient) -> None:
    seen = {"person_id": kilns.cast.phally.person_id, "groups": "front_office", "is_outside": False}
    with kilns.house.database.transaction() as session:
        for number in range(26):
            at = NOW - timedelta(days=number)
            session.add_all(AccessLog(**seen, page=kind, at=at) for kind in ("looked_up", "payment", "search"))
    month = {"from": "2026-02-01", "to": "2026-03-02"}
    shown = page(visal, **month)
    assert "from=2026-02-01" in shown
    assert "&page=2" in shown
    assert "Oum Phally" in page(visal, **month, page=2)


def test_only_administrators_of_every_office_read_it(kilns: Kilns, signed_in: Browser) -> None:
    for who in (kilns.cast.bopha, kilns.cast.chenda, kilns.cast.dara):
        for address in ("/admin/looks", "/admin/looks.csv"):
            assert signed_in(who).get(address).status_code == 403
