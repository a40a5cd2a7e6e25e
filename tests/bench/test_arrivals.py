"""The row of arrivals: a day of the simulator, played as fast as it goes, and another one after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.installation import NOW, PASSWORD, opened
from bench.nation.arrivals import arrivals
from engine.case.events import verify_chains
from engine.demonstration.loading import set_up
from engine.house import House
from storage.applications import Application
from tests.databases import copy_of, forgetful
from tests.small.files import few_services_in


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    processes = few_services_in(tmp_path / "few", "interior/account_verification")
    house = opened(tmp_path / "var", copy_of(sqlite_template, tmp_path), processes)
    with closing(forgetful(house.database)):
        set_up(house, password=PASSWORD, begins=date(2026, 11, 17), now=NOW)
        yield house


def test_each_time_a_day_is_played_on_which_nothing_has_happened(house: House) -> None:
    first, second = arrivals(house, 4), arrivals(house, 3)
    assert (first.played.cases, first.played.stopped) == (4, {})
    assert (second.played.cases, second.played.stopped) == (3, {})
    assert first.seconds > 0
    with house.database.reading() as session:
        days = session.scalars(select(func.date(Application.submitted_at)).distinct()).all()
        assert list(verify_chains(session)) == []
    assert sorted(map(str, days)) == ["2026-11-18", "2026-11-19"]
