"""A sweep costs what there is to do, not what there is."""

from __future__ import annotations

import re

import pytest

from engine import schedule
from engine.house import House
from tests.cast import NOW
from tests.statements import counted


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_sweep_finds_what_is_due_by_the_moment_and_does_not_go_through_every_case(house: House) -> None:
    with counted(house.database) as swept:
        schedule.sweep(house, now=NOW)
    plans = ""
    with house.database.engine.connect() as connection:
        for asked in swept.texts:
            unknown = (None,) * asked.count("?")
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", unknown).all()
            plans += "\n".join(row[3] for row in rows) + "\n"
    for table, index in (("timer", "due_at"), ("clock", "unbroken"), ("clock", "unwarned")):
        assert re.search(rf"SEARCH {table} USING (COVERING )?INDEX ix_{table}_{index} ", plans), plans
    assert not re.search(r"SCAN (process_instance|timer|clock|application)\b", plans), plans
