"""How a process really runs: volumes, working time and what was late at each task, by period, version and office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import event

from engine.clockwork import schedule
from engine.errors import NotAllowed
from engine.people.actors import Actor
from engine.queries.analyst.heat import TaskHeat, heat
from tests.cast import NOW
from tests.small.cases import SERVICE, Kilns

DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)


def measured(kilns: Kilns, version: int = 1, who: Actor | None = None, **limits: object) -> dict[str, TaskHeat]:
    given = {"office_id": None, "since": NOW - DAY, "until": NOW + 400 * DAY, **limits}
    with kilns.house.database.reading() as session:
        published = kilns.house.catalog.numbered(session, SERVICE, version)
        actor = who or kilns.cast.chenda.actor
        found: Sequence[TaskHeat] = heat(session, kilns.house, actor, published, **given)  # type: ignore[arg-type]
    return {one.element.id: one for one in found}


def checked(kilns: Kilns, *, paid_after: timedelta = HALF_HOUR, checked_after: timedelta = DAY) -> None:
    sent = kilns.send()
    kilns.pay(sent, now=NOW + paid_after)
    kilns.check(sent, "ok", now=NOW + checked_after)


def test_each_task_tells_how_many_and_the_middle_of_their_working_time(kilns: Kilns) -> None:
    for paid_after in (timedelta(minutes=10), HALF_HOUR, timedelta(hours=1)):
        checked(kilns, paid_after=paid_after)
    found = measured(kilns)
    assert (found["pay"].done, found["pay"].minutes, found["pay"].degree) == (3, 30, 1)
    assert (found["check"].done, found["check"].minutes, found["check"].degree) == (3, 390, 3)
    assert (found["hand_over"].done, found["hand_over"].waiting, found["hand_over"].minutes) == (0, 3, None)
    assert next(iter(found)) == "check"


def test_nights_and_days_off_are_no_working_time(kilns: Kilns) -> None:
    checked(kilns, checked_after=7 * DAY)
    assert measured(kilns)["check"].minutes == 5 * 7 * 60 - 30


def test_what_was_done_after_its_day_is_late(kilns: Kilns) -> None:
    checked(kilns)
    late = kilns.send()
    kilns.pay(late, now=NOW + HALF_HOUR)
    schedule.sweep(kilns.house, now=NOW + 30 * DAY)
    kilns.check(late, "ok", now=NOW + 31 * DAY)
    found = measured(kilns)["check"]
    assert (found.promised, found.late, found.late_percent) == (2, 1, 50)
    assert measured(kilns)["pay"].late_percent is None


def test_period_version_and_office_narrow_it(kilns: Kilns) -> None:
    checked(kilns)
    assert measured(kilns, since=NOW + DAY)["check"].done == 1
    assert "check" not in measured(kilns, until=NOW + DAY)
    assert measured(kilns, office_id=kilns.cast.phnom_penh) == {}
    assert measured(kilns, office_id=kilns.cast.battambang)["check"].done == 1
    kilns.draw(2, ('name="Refuse"', 'name="Say no"'))
    assert measured(kilns, version=2) == {}


def test_an_office_that_is_not_theirs_is_closed(kilns: Kilns) -> None:
    checked(kilns)
    here = Actor(1, memberships=frozenset({("analyst", kilns.cast.battambang)}))
    there = Actor(1, memberships=frozenset({("analyst", kilns.cast.phnom_penh)}))
    assert measured(kilns, who=here)["check"].done == 1
    assert measured(kilns, who=there) == {}
    with pytest.raises(NotAllowed):
        measured(kilns, who=there, office_id=kilns.cast.battambang)


def test_it_costs_as_many_statements_however_many_cases_there_are(kilns: Kilns) -> None:
    asked: list[int] = []
    for _ in range(2):
        checked(kilns)
        measured(kilns)
        statements: list[str] = []

        def count(*given: object, kept: list[str] = statements) -> None:
            kept.append(str(given[2]))

        event.listen(kilns.house.database.engine, "before_cursor_execute", count)
        measured(kilns)
        event.remove(kilns.house.database.engine, "before_cursor_execute", count)
        asked.append(len([one for one in statements if one.startswith("SELECT")]))
    assert asked[0] == asked[1] <= 4
