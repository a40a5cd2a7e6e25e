"""The product behind a real port, and one browser for all journeys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browsers import serving
from tests.cast import Cast, Member
from tests.doors import Doors
from tests.fixtures.houses import SetClock, settings_for
from tests.gateways import small_gateway
from tests.journeys.browser.walking import Device, Walk
from tests.journeys.guesthouse import Guesthouse
from web.app import create_app
from web.config import Settings


@dataclass(frozen=True)
class Stage:
    """The running product: where it is, who works in it, what time it shows, the case driver beside it, and the
    telephones that its SMS go to."""

    address: str
    cast: Cast
    clock: SetClock
    licence: Guesthouse
    browser: Browser
    doors: Doors

    def walk(self, device: Device, name: str, who: Member | None = None) -> Walk:
        """A person who sits down at a device; with ``who`` they sign in first."""
        walk = Walk.begin(self.browser, self.address, device, name)
        if who is not None:
            walk.sign_in(who.phone, who.password)
        return walk


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """As in every test, with a bank account that KHQR codes pay into."""
    plain = settings_for(database_url, tmp_path)
    return replace(plain, khqr_account="owso_battambang@demo", khqr_name="OWSO BATTAMBANG", khqr_city="BATTAMBANG")


@pytest.fixture
def stage(licence: Guesthouse, settings: Settings, clock: SetClock, browser: Browser) -> Iterator[Stage]:
    """The product with everything that protects it in place, on a free port."""
    with small_gateway() as gateway:
        house = replace(licence.house, messengers={"nomsa": gateway.nomsa})
        with serving(create_app(settings, house, clock)) as address:
            yield Stage(address, licence.cast, clock, licence, browser, Doors(house, clock, gateway))
