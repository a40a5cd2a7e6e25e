"""The list of offices: which of them work today, said in as many statements for two offices as for forty."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, select

from engine.house import House
from engine.queries.admin.offices import office_lines
from engine.working_time.calendars import read_calendar
from storage.offices import Holiday, Office
from tests.cast import Cast

FRIDAY, SATURDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)
BEFORE = [[weekday, "08:00", "12:00"] for weekday in range(6)]


@pytest.fixture
def town(house: House, cast: Cast) -> House:
    """Offices whose days differ from those of the country and from one another."""
    with house.database.transaction() as session:
        named = {"name_km": "បុណ្យ", "name_en": "Festival"}
        session.add(Holiday(office_id=None, day=FRIDAY, **named))
        session.add(Holiday(office_id=cast.battambang, day=FRIDAY, works=True, **named))
        session.add(Holiday(office_id=cast.phnom_penh, day=MONDAY, **named))
        session.add(Holiday(office_id=cast.phnom_penh, day=SATURDAY, works=True, hours=[["08:00", "10:00"]], **named))
        session.get_one(Office, cast.battambang).earlier_hours = [["2026-03-09", BEFORE]]
    return house


@pytest.mark.parametrize("day", [FRIDAY, SATURDAY, MONDAY, date(2026, 3, 10), date(2026, 3, 8)])
def test_whether_an_office_works_is_as_its_calendar_says(town: House, cast: Cast, day: date) -> None:
    with town.database.reading() as session:
        lines = office_lines(session, cast.visal.actor, today=day)
        offices = session.scalars(select(Office).order_by(Office.code)).all()
        told = [read_calendar(session, office).is_working_day(day) for office in offices]
    assert [line.works_today for line in lines] == told


def test_the_days_of_the_offices_really_differ(town: House, cast: Cast) -> None:
    with town.database.reading() as session:
        told = {
            day: [line.works_today for line in office_lines(session, cast.visal.actor, today=day)]
            for day in (FRIDAY, SATURDAY, MONDAY)
        }
    assert told == {FRIDAY: [True, False], SATURDAY: [True, True], MONDAY: [True, False]}


def test_forty_offices_take_as_many_statements_as_two(house: House, cast: Cast) -> None:
    asked: list[str] = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def listed() -> tuple[int, int]:
        asked.clear()
        with house.database.reading() as session:
            return len(office_lines(session, cast.visal.actor, today=FRIDAY)), len(asked)

    listed()
    few, statements = listed()
    with house.database.transaction() as session:
        like = session.get_one(Office, cast.battambang)
        for number in range(40 - few):
            name = f"ការិយាល័យ {number}"
            session.add(Office(code=f"98{number:02}", level=like.level, name_km=name, name_en=name, hours=like.hours))
    assert listed() == (40, statements)
