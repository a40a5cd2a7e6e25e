"""Views of the inbox over HTTP: kept, opened, changed and removed on pages without a script."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.applications.submitting import Submitted
from tests.cast import Member
from tests.small.cases import SERVICE, Kilns

SignedIn = Callable[[Member], FlaskClient]


@pytest.fixture
def two(kilns: Kilns) -> list[Submitted]:
    sent = [kilns.send(), kilns.send(kilns.cast.rithy)]
    for one in sent:
        kilns.pay(one)
    return sent


def page(browser: FlaskClient, address: str) -> str:
    return browser.get(address).get_data(as_text=True)


def above(text: str) -> list[tuple[str, str, str]]:
    """The views above an inbox: address, name and count."""
    part = text.partition('aria-label="Kept views"')[2].partition("</nav>")[0]
    found = re.findall(r'href="([^"]+)"[^>]*>([^<]+) <span class="ow-count">([^<]+)<', part)
    return [(html.unescape(address), name, count) for address, name, count in found]


def heads(text: str) -> list[str]:
    return re.findall(r'<th scope="col" role="columnheader" class="govuk-table__header">([^<]+)</th>', text)


def test_a_view_is_kept_from_the_inbox_and_stands_above_it_with_its_count(
    kilns: Kilns, two: list[Submitted], signed_in: SignedIn
) -> None:
    browser = signed_in(kilns.cast.bopha)
    asked = f"/office?lang=en&show=free&service={SERVICE}&q=Sok+Dara&cols=stage&cols=due&cols=since"
    inbox = page(browser, asked)
    assert heads(inbox) == ["Due", "Task", "Stage", "Waits since"]
    assert above(inbox) == []
    link = re.search(r'href="(/office/views[^"]+)">Keep this view', inbox)
    assert link
    form = page(browser, html.unescape(link[1]))
    assert "What was searched for is not kept" in form
    assert "Only me" not in form, "she shares with nobody"
    view = re.search(r'name="view" value="([^"]+)"', form)
    assert view
    done = browser.post("/office/views", data={"view": html.unescape(view[1]), "name": "Kilns"})
    assert done.status_code == 303
    assert done.location == f"/office?show=free&service={SERVICE}&cols=due.stage.since"
    opened = page(browser, done.location)
    assert above(opened) == [(done.location, "Kilns", "2")]
    assert 'aria-current="true">Kilns' in opened
    assert heads(opened) == ["Due", "Task", "Stage", "Waits since"]
    assert above(page(signed_in(kilns.cast.vannak), "/office?lang=en")) == []


def test_the_inbox_opens_with_the_first_view_and_everything_stays_one_click_away(
    kilns: Kilns, two: list[Submitted], signed_in: SignedIn
) -> None:
    browser = signed_in(kilns.cast.bopha)
    browser.post("/office/views", data={"view": "show=late&sort=oldest", "name": "Late"})
    key = re.search(r'name="view_key" value="([^"]+)"', page(browser, "/office/views?lang=en"))
    assert key
    assert browser.post("/office/first-view", data={"view_key": key[1]}).status_code == 303
    assert "Opens first" in page(browser, "/office/views?lang=en")
    assert browser.get("/office").location == "/office?show=late&sort=oldest"
    whole = page(browser, "/office?show=all&lang=en")
    task = kilns.task(two[0], "check")
    assert f'href="/office/tasks/{task}?view=show%3Dall"' in whole
    claimed = browser.post(f"/office/tasks/{task}/claim", data={"view": "show=all"})
    assert claimed.location == f"/office/tasks/{task}?view=show%3Dall"
    released = browser.post(f"/office/tasks/{task}/release", data={"view": "show=all"})
    assert released.location == "/office?show=all", "not into the view that opens first"
    browser.post("/office/first-view", data={"view_key": ""})
    assert browser.get("/office").status_code == 200


def test_what_is_refused_is_said_on_the_page_with_what_was_typed(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.bopha)
    assert browser.post("/office/views", data={"view": "", "name": "Mine"}).location == "/office?show=all"
    for name, status, words in (("Mine", 409, "There is a view “Mine” already"), (" ", 422, "Give the view a name.")):
        answer = browser.post("/office/views?lang=en", data={"view": "show=late", "name": name})
        told = html.unescape(answer.get_data(as_text=True))
        assert (answer.status_code, words in told) == (status, True)
        assert 'name="view" value="show=late"' in told
    refused = browser.post("/office/views", data={"view": "", "name": "Ours", "office": "02"})
    assert refused.status_code == 403
    assert browser.post("/office/views/unknown", data={"name": "x", "seen": "1"}).status_code == 404
    assert browser.post("/office/views/unknown/remove").status_code == 404
    assert browser.post("/office/first-view", data={"view_key": "unknown"}).status_code == 404


def test_a_head_shares_changes_and_removes_a_view_of_the_office(
    kilns: Kilns, two: list[Submitted], signed_in: SignedIn
) -> None:
    head, officer = signed_in(kilns.cast.kunthea), signed_in(kilns.cast.bopha)
    head.post("/office/views", data={"view": "who=nobody", "name": "Nobody’s", "office": "02"})
    assert above(page(officer, "/office?lang=en")) == [("/office?who=nobody", "Nobody’s", "2")]
    read_only = page(officer, "/office/views?lang=en")
    assert "Open the inbox with it" in read_only
    assert "Remove this view" not in read_only
    listed = page(head, "/office/views?lang=en&view=show%3Dlate")
    choice = re.search(r'<option value="([^"/]+/1)">Nobody’s', listed)
    assert choice
    head.post("/office/views", data={"view": "show=late", "instead": choice[1]})
    assert above(page(officer, "/office?lang=en")) == [("/office?show=late", "Nobody’s", "0")]
    stale = head.post("/office/views", data={"view": "show=mine", "instead": choice[1]})
    assert stale.status_code == 409
    key = choice[1].partition("/")[0]
    assert head.post(f"/office/views/{key}", data={"name": "Late ones", "seen": "2"}).status_code == 303
    assert [name for _, name, _ in above(page(officer, "/office?lang=en"))] == ["Late ones"]
    for act in ("", "/remove"):
        assert officer.post(f"/office/views/{key}{act}", data={"name": "Mine", "seen": "3"}).status_code == 403
    assert head.post(f"/office/views/{key}/remove").status_code == 303
    assert above(page(officer, "/office?lang=en")) == []


def test_columns_that_nobody_offers_are_the_usual_ones(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.bopha)
    usual = ["Due", "Task", "Applicant", "Reference number", "Who has it"]
    for asked in ("", "cols=%22%3E", "cols=due.applicant.number.holder", "cols=x&cols=y"):
        assert heads(page(browser, f"/office?lang=en&{asked}")) == usual
    assert heads(page(browser, "/office?lang=en&cols=holder")) == ["Task", "Who has it"]
