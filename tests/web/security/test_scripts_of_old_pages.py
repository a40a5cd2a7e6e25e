"""A script of a page that was left open: its session has ended, was renewed, or belongs to somebody else by now."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.studio import drafts
from tests.cast import NOW, Member
from tests.fixtures.houses import SetClock
from tests.small.cases import SERVICE, Kilns
from web.app import create_app
from web.config import Settings

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_PERSON = re.compile(r'data-person="(\d+)"')


@pytest.fixture
def app(kilns: Kilns, settings: Settings, clock: SetClock) -> Flask:
    return create_app(settings, kilns.house, clock)


class Page:
    """The editor of a file, left open in a browser in which people sign in and out."""

    def __init__(self, app: Flask, kilns: Kilns) -> None:
        with kilns.house.database.transaction() as session:
            key = drafts.begin_from_version(
                session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW
            )
        self.browser = app.test_client()
        self.file = f"/analyst/drafts/{key}/files/service.yaml"

    def sign_in(self, member: Member) -> None:
        token = self.found(_TOKEN, "/sign-in")
        sent = {"login": member.phone, "password": member.password, "csrf_token": token}
        assert self.browser.post("/sign-in", data=sent).status_code == 303

    def found(self, what: re.Pattern[str], address: str) -> str:
        found = what.search(self.browser.get(address).get_data(as_text=True))
        assert found is not None
        return found[1]

    def open(self) -> None:
        self.token, self.person = self.found(_TOKEN, self.file), self.found(_PERSON, self.file)

    def save(self, token: str = "") -> TestResponse:
        headers = {"Accept": "application/json", "X-CSRFToken": token or self.token, "X-Person": self.person}
        return self.browser.put(self.file, json={"save": 1, "text": "# typed\n"}, headers=headers)


@pytest.fixture
def left(app: Flask, kilns: Kilns) -> Page:
    page = Page(app, kilns)
    page.sign_in(kilns.cast.chenda)
    page.open()
    page.browser.delete_cookie("owso")
    return page


def test_a_script_is_told_that_its_session_has_ended(left: Page) -> None:
    answer = left.save()
    assert (answer.status_code, answer.is_json) == (401, True)
    assert "csrf" not in answer.get_json()
    assert answer.get_json()["message"]


def test_whoever_signs_in_again_goes_on_where_they_were(left: Page, kilns: Kilns) -> None:
    left.sign_in(kilns.cast.chenda)
    refused = left.save()
    assert refused.status_code == 400
    assert left.save(refused.get_json()["csrf"]).get_json()["save"] == 2


def test_nothing_is_saved_under_the_name_of_somebody_else(left: Page, kilns: Kilns) -> None:
    left.sign_in(kilns.cast.visal)
    answer = left.save()
    assert answer.status_code == 400
    assert "csrf" not in answer.get_json()
    assert answer.get_json()["message"]
