"""The real packages, published, for the pages of citizens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.house import House
from tests.cast import Cast
from tests.doors import Doors, stranger
from tests.fixtures.houses import SetClock
from tests.gateways import small_gateway
from tests.journeys.guesthouse import Guesthouse, guesthouse
from web.app import move_in
from web.config import Settings
from web.context import Shell


@pytest.fixture
def licence(house: House, cast: Cast) -> Guesthouse:
    """The guesthouse licence and account verification, published as they lie in the product."""
    return guesthouse(house, cast)


@pytest.fixture
def doors(app: Flask, house: House, clock: SetClock, settings: Settings, cast: Cast) -> Iterator[Doors]:
    """The pages of an office that sends SMS by Nomsa."""
    with small_gateway() as gateway:
        wired = replace(house, messengers={"nomsa": gateway.nomsa})
        move_in(app, Shell(wired, clock, settings))
        yield Doors(wired, clock, gateway)


@pytest.fixture
def browser(app: Flask, doors: Doors) -> FlaskClient:
    """One of a person with a telephone, in English."""
    return stranger(app)
