"""What a browser asks for by itself keeps nobody signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storage.calendar_changes import CalendarChange
from tests.cast import NOW, Member
from tests.small.cases import Kilns
from tests.web.foundation.test_sign_in import aged
from web.reloading import load_again

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SignIn = Callable[[Member], FlaskClient]
MOST_OF_IT = timedelta(minutes=20)
"""Of the half hour after which an officer signs in again."""
GOES_ON = ("/admin/offices/02/reckoned", "/admin/holidays/reckoned")


@pytest.fixture
def changed(kilns: Kilns) -> Kilns:
    """The calendar of an office was changed, and nobody reckons."""
    with kilns.house.database.transaction() as session:
        here = kilns.cast.battambang
        session.add(CalendarChange(office_id=here, made_at=NOW, promises=10, revision=1, clocks=0, cases=0, people=0))
    return kilns


@pytest.mark.parametrize("address", GOES_ON)
def test_a_page_that_is_loaded_again_by_itself_keeps_nobody_signed_in(
    changed: Kilns, signed_in: SignIn, address: str
) -> None:
    visal = changed.cast.visal
    browser = signed_in(visal)
    aged(changed.house, visal, seen=MOST_OF_IT)
    assert browser.get(address).headers["Refresh"] == "3"
    aged(changed.house, visal, seen=MOST_OF_IT)
    ended = browser.get(address)
    assert (ended.status_code, ended.headers.get("Refresh")) == (303, None)
    assert ended.location.startswith("/sign-in")


def test_a_click_still_counts(changed: Kilns, signed_in: SignIn) -> None:
    visal = changed.cast.visal
    browser = signed_in(visal)
    for _ in range(3):
        aged(changed.house, visal, seen=MOST_OF_IT)
        assert browser.get(GOES_ON[0]).status_code == 200
        assert browser.get("/admin/offices").status_code == 200


def test_neither_does_the_page_of_a_trial_nor_a_draft_that_says_who_is_here(kilns: Kilns, signed_in: SignIn) -> None:
    chenda = kilns.cast.chenda
    for ask in (
        lambda browser: browser.get("/analyst/trials/none"),
        lambda browser: browser.post("/analyst/drafts/none/here", json={"file": ""}),
        lambda browser: browser.get("/analyst/trials/none/drawn/process.bpmn"),  # what the page of a trial fetches anew
        lambda browser: browser.get("/analyst/none/1/process.bpmn"),
    ):
        browser = signed_in(chenda)
        assert ask(browser).status_code == 404
        aged(kilns.house, chenda, seen=MOST_OF_IT)
        assert ask(browser).status_code == 404
        aged(kilns.house, chenda, seen=MOST_OF_IT)
        assert ask(browser).status_code in (303, 401)


def test_only_a_page_whose_rule_says_so_is_loaded_again(app: Flask) -> None:
    for endpoint, is_allowed in (("/admin/holidays/reckoned", True), ("/admin/holidays", False)):
        with app.test_request_context(endpoint):
            answer = app.response_class()
            if is_allowed:
                load_again(answer, 3)
            else:
                with pytest.raises(TypeError):
                    load_again(answer, 3)
        assert ("Refresh" in answer.headers) == is_allowed
