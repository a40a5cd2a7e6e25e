"""One walk for each shape of flow and of fee: a scenario of a real package, from the first look to the result in hand.

The applicant reads Khmer on a phone of 360 pixels without JavaScript; officers work at a desk in English, and with a
phone in Khmer where they work outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.catalog.published import Catalog
from engine.demonstration import installing
from engine.packages.groups import CASHIER, HEAD
from tests.browsers import serving
from tests.cast import CHEAP_PASSWORDS
from tests.databases import copy_of, forgetful
from tests.fixtures.houses import SetClock, settings_for
from tests.journeys.browser.playing import PASSWORD, Play, Town
from tests.journeys.browser.walking import SECOND_DESK, SECOND_PHONE, Walk
from tests.journeys.published import OPENED, publish, scenarios_of
from tests.parsed import PARSED, package_in
from web.app import create_app
from web.config import PRODUCT_FOLDER
from web.opening import open_from

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PROCESSES = PRODUCT_FOLDER / "processes"
GRANTED = "Granted and collected"
WALKS = {
    "desk, with a concession": (
        "tourism/homestay_registration",
        "A member of a tourism community pays half while the concession holds; returned once",
    ),
    "inspection, paid as the officer found": (
        "tourism/lodge_licence",
        "Fourteen rooms are counted where twelve were stated, and fourteen are paid",
    ),
    "inspection, free": ("agriculture/aquaculture_permit", "Visited, granted and collected"),
    "governor, one fee": ("culture/performance_permit", "The stage is ready, visited, and the governor signs"),
    "verification, a fee for each row": (
        "industry/fuel_dispenser_verification",
        "One of two dispensers measures right and is certified",
    ),
    "examination, two fees": ("tourism/tour_guide_licence", "Examined, granted, paid twice and collected"),
    "intake for a ministry": (
        "tourism/travel_agency_licence",
        "Examined twice at the ministry, granted and collected in the province",
    ),
    "same day": ("agriculture/animal_transport", "Granted and handed over on the same day"),
}
ROOMS = "tourism/room_rental"
SERVICES = sorted({ROOMS, *(service for service, _ in WALKS.values())})


@pytest.fixture(scope="module")
def town(sqlite_template: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The product with these services published, its offices open and staffed, on a free port."""
    folder, clock = tmp_path_factory.mktemp("shapes"), SetClock(OPENED)
    settings = replace(settings_for(copy_of(sqlite_template, folder), folder), session_max_hours=24 * 366)
    house = open_from(settings, passwords=CHEAP_PASSWORDS)
    house = replace(house, database=forgetful(house.database), catalog=Catalog(PARSED))
    publish(house, [PROCESSES / service for service in SERVICES])
    with house.database.transaction() as session:
        codes = installing.open_offices(session, house, opened=OPENED, now=OPENED)
        staff = installing.hire(session, house, codes, password=PASSWORD, opened=OPENED)
    with serving(create_app(settings, house, clock)) as address:
        desk, phone = (Walk.begin(browser, address, device, "shapes") for device in (SECOND_DESK, SECOND_PHONE))
        yield Town(address, house, clock, codes, staff, desk, phone)
        desk.page.context.close()
        phone.page.context.close()
    house.database.close()


def play(town: Town, service: str, name: str) -> Play:
    folder = PROCESSES / service
    scenario = next(one for one in scenarios_of(folder) if one.name == name)
    return Play(town, package_in(folder), scenario)


@pytest.mark.parametrize(("service", "name"), WALKS.values(), ids=list(WALKS))
def test_somebody_applies_and_holds_the_result(town: Town, service: str, name: str) -> None:
    play(town, service, name).whole()
    finds_nothing_wrong(town)


def test_somebody_pays_for_rooms_and_gets_back_what_was_too_much(town: Town) -> None:
    told = play(town, ROOMS, GRANTED)
    told.whole()
    gets_money_back(town, told)
    finds_nothing_wrong(town)


def finds_nothing_wrong(town: Town) -> None:
    for walk in (town.desk, town.phone):
        problems, walk.problems = walk.problems, []
        assert problems == []


def gets_money_back(town: Town, told: Play) -> None:
    """The cashier asks, the head agrees, and the applicant reads it."""
    office = town.codes["0203"]
    cashier = next(town.officers(CASHIER, office))
    cashier.open(f"/office/cashier/{told.key}")
    cashier.follow("/office/receipts/")
    cashier.follow("/refund")
    cashier.examine("refund", closely=True)
    cashier.fill({"amount": "5000", "reason": "One room less was let", "in_error": "yes"})
    cashier.press()
    cashier.examine("refund-asked", closely=True)
    head = next(town.officers(HEAD, office))
    head.open("/office/remissions")
    head.examine("remissions", closely=True)
    head.follow("/office/remissions/")
    head.examine("refund-to-agree", closely=True)
    head.press("form[action$='/agree'] button")
    head.examine("refund-agreed")
    walk = told.applicant
    walk.open(f"/applications/{told.key}")
    walk.examine("paid-back")
    assert "៥\u00a0០០០\u00a0រៀល" in walk.text
