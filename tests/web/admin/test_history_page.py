"""The history of a case in a browser: page by page, on one page to print, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.case.events import record
from engine.people.actors import THE_CLOCK
from engine.queries.shared.history import PAGE_SIZE
from engine.words import SecurityKind
from storage.applications import Application
from storage.people import AccessLog
from storage.security_log import SecurityEvent
from tests.cast import NOW, Member
from tests.small.cases import Kilns

SignIn = Callable[[Member], FlaskClient]


@pytest.fixture
def sent(kilns: Kilns) -> Submitted:
    """A case whose history needs two pages."""
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        row = session.scalars(select(Application).where(Application.key == sent.key)).one()
        for _ in range(PAGE_SIZE):
            record(session, row, "reminded", THE_CLOCK, at=NOW, element_id="check")
    return sent


def page(browser: FlaskClient, sent: Submitted, query: str = "") -> str:
    answer = browser.get(f"/admin/cases/{sent.key}/history?lang=en{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_newest_events_come_first_and_links_lead_to_the_rest(
    kilns: Kilns, sent: Submitted, signed_in: SignIn
) -> None:
    browser = signed_in(kilns.cast.visal)
    first, second = page(browser, sent), page(browser, sent, "&page=2")
    assert ("Page 1 of 2" in first, "Page 2 of 2" in second) == (True, True)
    assert ("The application was sent." in first, "The application was sent." in second) == (False, True)
    assert first.count('class="ow-events__item"') == PAGE_SIZE
    assert "The history is whole" in first
    assert f'href="/admin/cases/{sent.key}/history?page=2"' in first


def test_all_of_it_is_on_one_page_to_print(kilns: Kilns, sent: Submitted, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    assert f'href="/admin/cases/{sent.key}/history?print=yes"' in page(browser, sent)
    printed = page(browser, sent, "&print=yes")
    assert printed.count('class="ow-events__item"') > PAGE_SIZE
    assert "to print" not in printed


def test_all_of_it_is_a_file_and_that_it_was_taken_is_written_down(
    kilns: Kilns, sent: Submitted, signed_in: SignIn
) -> None:
    answer = signed_in(kilns.cast.visal).get(f"/admin/cases/{sent.key}/history.csv?lang=en")
    heads, *lines = csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    assert (heads[0], heads[2], heads[-1]) == ("Event", "What happened", "sha256")
    assert lines[0][:5] == ["1", NOW.isoformat(), "The application was sent.", "", "Applicant"]
    assert len(lines) > PAGE_SIZE
    assert not [line for line in lines if "Sok Dara" in "".join(line)]
    with kilns.house.database.reading() as session:
        taken = session.scalars(select(SecurityEvent.data).where(SecurityEvent.kind == SecurityKind.EXPORTED)).one()
        assert taken["what"] == f"one-window-history-{sent.reference}.csv"
        assert session.scalars(select(AccessLog.page)).all() == ["history"]


def test_nobody_else_takes_the_file(kilns: Kilns, sent: Submitted, signed_in: SignIn) -> None:
    for member, status in ((kilns.cast.bopha, 403), (kilns.cast.dara, 403)):
        assert signed_in(member).get(f"/admin/cases/{sent.key}/history.csv").status_code == status
    assert signed_in(kilns.cast.visal).get("/admin/cases/nothing/history.csv").status_code == 404
