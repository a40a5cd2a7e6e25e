"""A sweep, and a look at the health of the house, cost what there is to do, not what there is."""

from __future__ import annotations

import re

import pytest

from engine.clockwork import climbing, deadlines, reminders, schedule, timers
from engine.clockwork.claiming_messages import Claimed, claim
from engine.house import House
from engine.queries.admin.health import examine
from tests.cast import NOW
from tests.statements import counted

KINDS = (
    (timers.DUE, timers.fire),
    (deadlines.TO_BREACH, deadlines.breach),
    (deadlines.TO_WARN, deadlines.warn),
    (climbing.TO_RAISE, climbing.raise_cases),
    (reminders.DUE, reminders.remind),
)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_due_is_found_by_its_moment_and_not_by_going_through_every_case(house: House) -> None:
    with counted(house.database) as swept:
        schedule.sweep(house, now=NOW)
        assert [due.work_off(house, act, now=NOW) for due, act in KINDS] == [0] * len(KINDS)
        with house.database.transaction() as session:
            assert claim(session, house, now=NOW) == Claimed([], 0)
    with counted(house.database) as examined:
        examine(house.database, house.files, house.fonts, now=NOW)
    plans, health = plans_of(house, swept.texts), plans_of(house, examined.texts)
    assert re.search(r"SEARCH timer USING (COVERING )?INDEX ix_timer_due ", health), health
    found = ("timer", "due"), ("clock", "runs_until"), ("clock", "to_warn"), ("climb", "goes_on")
    for table, index in (*found, ("notification", "waits")):
        assert re.search(rf"SEARCH {table} USING (COVERING )?INDEX ix_{table}_{index} ", plans), plans
    # The first of all timers, in their order, is the next one that is due.
    looked = re.sub(r"SCAN timer USING COVERING INDEX ix_timer_due\b", "", plans + health)
    assert not re.search(r"SCAN (process_instance|timer|clock|application)\b", looked), looked


def plans_of(house: House, statements: list[str]) -> str:
    """How SQLite goes about each of the statements."""
    plans: list[str] = []
    with house.database.engine.connect() as connection:
        for asked in statements:
            unknown = (None,) * asked.count("?")
            plans += [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", unknown)]
    return "\n".join(plans)
