"""Each address is opened, and each form sent, on both databases by somebody whose business it is: pages are tried on
SQLite alone, and what only PostgreSQL refuses (a word that is too long, a number that is too large, a query that it
reads otherwise) would not be found there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.house import House
from engine.packages.groups import GROUPS
from tests.cast import Cast, Member
from tests.fixtures.houses import both_databases
from tests.web.security.addresses import POSTED, READ, rules
from tests.web.security.stock import Stock, belong, stock, tried
from web.access import rule_of

pytestmark = both_databases
Browser = Callable[[Member], FlaskClient]
LEAVING = {"auth.sign_out", "citizen.password_post", "citizen.withdraw"}
"""Forms after which nothing more can be done by the same person, or for the same case."""


@pytest.fixture
def made(house: House, cast: Cast) -> Stock:
    return stock(house, cast)


@pytest.fixture
def theirs(app: Flask, signed_in: Browser, house: House, cast: Cast, made: Stock) -> Callable[[str], FlaskClient]:
    """The browser of somebody who may open what is behind an endpoint: an officer of every group, an administrator or
    an analyst everywhere, or an applicant."""
    belong(house, cast.bopha, set(GROUPS), cast.battambang)
    officer, applicant = signed_in(cast.bopha), signed_in(cast.dara)
    everywhere = {"admin": signed_in(cast.visal), "analyst": signed_in(cast.chenda)}

    def browser(endpoint: str) -> FlaskClient:
        rule = rule_of(app, endpoint)
        assert rule is not None, endpoint
        return everywhere.get(endpoint.partition(".")[0], officer if rule.groups else applicant)

    return browser


@pytest.mark.parametrize("way", [READ, POSTED])
def test_no_page_breaks_on_either_database(
    app: Flask, theirs: Callable[[str], FlaskClient], made: Stock, way: str
) -> None:
    endpoints = sorted({rule.endpoint for rule in rules(app, way)}, key=lambda name: (name in LEAVING, name))
    answers = {
        endpoint: [answer.status_code for answer in tried(app, theirs(endpoint), way, endpoint, made)]
        for endpoint in endpoints
    }
    assert {name: given for name, given in answers.items() if not given or max(given) >= 500} == {}
    there = {name for name in answers if not name.startswith("oidc.")}  # no provider of sign-ins is set
    well = {name for name in there if {200, 303} & set(answers[name])}
    assert len(well) > (0.85 if way == READ else 0.3) * len(there), there - well
