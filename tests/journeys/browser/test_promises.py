"""Why a promise ends on its day, as the head of an office reads it on a phone in Khmer and at a desk in English."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.flow import by_hand
from engine.khmer import Bilingual
from engine.offices import offices, recomputing
from storage.applications import Application
from storage.clocks import Clock
from tests.cast import NOW
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import DESK, PHONE, Device

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]


def clocks(stage: Stage, key: str) -> list[int]:
    with stage.licence.house.database.reading() as session:
        rows = select(Clock.id).join(Application).where(Application.key == key).order_by(Clock.id)
        return list(session.scalars(rows))


@pytest.mark.parametrize("device", [PHONE, DESK], ids=lambda device: device.called)
def test_the_days_of_a_promise_read_well_while_it_runs_and_stands_still(stage: Stage, device: Device) -> None:
    house, cast = stage.licence.house, stage.cast
    key = stage.licence.paid()
    with house.database.transaction() as session:
        name = Bilingual("ពិធីបុណ្យអុំទូក បណ្តែតប្រទីប", "Water Festival, of all the province")
        offices.add_holiday(session, cast.visal.actor, "02", NOW.date().replace(day=4), name=name, now=NOW)
    recomputing.work_off(house, now=NOW)
    walk = stage.walk(device, "promises", cast.kunthea)
    for number, clock_id in enumerate(clocks(stage, key)):
        walk.open(f"/office/cases/{key}/clocks/{clock_id}")
        walk.examine(f"clock-{number}")
    with house.database.transaction() as session:
        by_hand.suspend(session, house, cast.visal.actor, key, "An inquiry", now=NOW)
    walk.open(f"/office/cases/{key}/clocks/{clocks(stage, key)[0]}")
    walk.examine("clock-still")
    walk.end()
