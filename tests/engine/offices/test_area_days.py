"""Days off of provinces and ministries: whose list holds, who keeps it, and what a change moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, DayListed, NotAllowed, NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.offices import area_days, offices, recomputing
from engine.offices.area_days import Area
from engine.offices.foreseeing import rehearsed
from engine.packages.groups import ADMINISTRATOR, HEAD
from engine.people.actors import OPERATOR, Actor
from engine.queries.admin.area_days import areas_kept
from engine.queries.admin.offices import office_page
from engine.working_time.calendars import at_work, read_calendar
from storage.calendar_changes import CalendarChange
from storage.offices import AreaDay, AreaLevel, Holiday, Office, OfficeLevel
from storage.security_log import SecurityEvent
from tests.cast import HOURS, NOW
from tests.engine.offices.test_calendar import FESTIVAL, MONDAY_AFTER, WEDNESDAY, paid
from tests.small.cases import Kilns

BATTAMBANG, TOURISM = Area(AreaLevel.PROVINCE, "02"), Area(AreaLevel.MINISTRY, "tourism")
FIRST = date(2026, 3, 2)
HALF = ((time(8), time(10)),)


def add(house: House, area: Area, day: date = WEDNESDAY, *, actor: Actor = OPERATOR, **more: object) -> None:
    with house.database.transaction() as session:
        area_days.add_day(session, actor, area, day, name=FESTIVAL, now=NOW, **more)  # type: ignore[arg-type]


def opened(kilns: Kilns, code: str, level: OfficeLevel, ministry: str | None = None) -> int:
    with kilns.house.database.transaction() as session:
        named = {"name_km": "ការិយាល័យ", "name_en": "Office", "hours": HOURS, "ministry_key": ministry}
        office = Office(code=code, level=level, **named)
        session.add(office)
        session.flush()
        return office.id


def works(house: House, code: str, day: date = WEDNESDAY) -> bool:
    """What the calendar says, which says the same as the list of offices does."""
    with house.database.reading() as session:
        office = session.scalars(select(Office).where(Office.code == code)).one()
        found = read_calendar(session, office).is_working_day(day)
        assert found == (office.id in at_work(session, [office], day))
    return found


def test_every_office_of_a_province_inherits_its_days_and_no_other_does(kilns: Kilns) -> None:
    opened(kilns, "0201", OfficeLevel.DISTRICT)
    opened(kilns, "9001", OfficeLevel.MINISTRY, "tourism")
    add(kilns.house, BATTAMBANG)
    assert {code: works(kilns.house, code) for code in ("02", "0201", "12", "9001")} == {
        "02": False, "0201": False, "12": True, "9001": True,
    }  # fmt: skip
    opened(kilns, "0202", OfficeLevel.DISTRICT)
    assert not works(kilns.house, "0202"), "an office that opens later inherits them too"
    add(kilns.house, TOURISM, WEDNESDAY + timedelta(days=1))
    assert not works(kilns.house, "9001", WEDNESDAY + timedelta(days=1))
    assert works(kilns.house, "02", WEDNESDAY + timedelta(days=1))


def test_a_change_is_foreseen_moves_the_promises_of_the_area_alone_and_is_noted(kilns: Kilns) -> None:
    sent = paid(kilns)
    with kilns.house.database.transaction() as session:
        add_day = partial(area_days.add_day, session, OPERATOR, name=FESTIVAL, now=NOW)
        change = partial(add_day, BATTAMBANG, WEDNESDAY)
        foreseen = rehearsed(session, kilns.house, change, now=NOW)
        elsewhere = rehearsed(
            session, kilns.house, partial(add_day, Area(AreaLevel.PROVINCE, "12"), WEDNESDAY), now=NOW
        )
    assert (foreseen.clocks, foreseen.cases, foreseen.people) == (3, 1, 1)
    assert elsewhere.clocks == 0
    assert kilns.row(sent).promised_at == MONDAY_AFTER
    add(kilns.house, BATTAMBANG)
    done = recomputing.work_off(kilns.house, now=NOW)
    assert (done.clocks, done.people) == (3, 1)
    assert kilns.row(sent).promised_at == MONDAY_AFTER + timedelta(days=1)
    with kilns.house.database.transaction() as session:
        (day,) = session.scalars(select(AreaDay.id)).all()
        for _ in range(2):
            area_days.remove_day(session, OPERATOR, day, now=NOW)
    recomputing.work_off(kilns.house, now=NOW)
    assert kilns.row(sent).promised_at == MONDAY_AFTER
    with kilns.house.database.reading() as session:
        noted = session.scalars(select(SecurityEvent.data).where(SecurityEvent.kind == "settings_changed")).all()
        assert [line["office"] for line in noted] == ["province/02"] * 2
        assert len(session.scalars(select(CalendarChange)).all()) == 2


def test_the_same_day_twice_changes_nothing_and_with_other_words_is_refused(kilns: Kilns) -> None:
    add(kilns.house, BATTAMBANG)
    add(kilns.house, BATTAMBANG)
    with kilns.house.database.reading() as session:
        assert len(session.scalars(select(CalendarChange)).all()) == 1
    for changed in ({"works": True}, {"hours": HALF}):
        with pytest.raises(BadAnswers) as refused:
            add(kilns.house, BATTAMBANG, **changed)
        assert isinstance(refused.value.errors["day"], DayListed)


def test_a_list_is_kept_by_whoever_administers_the_office_of_its_level(kilns: Kilns) -> None:
    district = opened(kilns, "0201", OfficeLevel.DISTRICT)
    ministry = opened(kilns, "9001", OfficeLevel.MINISTRY, "tourism")
    mony = kilns.cast.mony.person_id

    def of(office: int, group: str = ADMINISTRATOR) -> Actor:
        return Actor(mony, memberships=frozenset({(group, office)}))

    add(kilns.house, BATTAMBANG, actor=of(kilns.cast.battambang))
    add(kilns.house, TOURISM, actor=of(ministry))
    for area, actor in (
        (BATTAMBANG, of(district)),
        (BATTAMBANG, of(kilns.cast.phnom_penh)),
        (BATTAMBANG, of(ministry)),
        (BATTAMBANG, of(kilns.cast.battambang, HEAD)),
        (TOURISM, of(kilns.cast.battambang)),
    ):
        with pytest.raises(NotAllowed):
            add(kilns.house, area, WEDNESDAY + timedelta(days=2), actor=actor)
    with kilns.house.database.reading() as session:
        assert [one.key for one in areas_kept(session, of(kilns.cast.battambang))] == ["02"]
        assert areas_kept(session, of(district)) == ()
        day = session.scalars(select(AreaDay.id).where(AreaDay.area == "02")).one()
    with pytest.raises(NotAllowed), kilns.house.database.transaction() as session:
        area_days.remove_day(session, of(district), day, now=NOW)
    for unknown in (Area(AreaLevel.PROVINCE, "77"), Area(AreaLevel.PROVINCE, "0201"), Area(AreaLevel.MINISTRY, "x")):
        with pytest.raises(NotFound):
            add(kilns.house, unknown)


def test_the_page_of_an_office_shows_what_it_inherits_before_what_is_overruled(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        for code in (None, "02"):
            offices.add_holiday(session, OPERATOR, code, WEDNESDAY, name=FESTIVAL, works=code is not None, now=NOW)
    add(kilns.house, BATTAMBANG)
    with kilns.house.database.reading() as session:
        shown = office_page(session, OPERATOR, "02", year=2026).days_off
    assert [day.whose for day in shown] == ["office", "province", "nation"]


@dataclass(frozen=True)
class Lists:
    """Days by their number from Monday 2 March on, of the nation, the province and the office: off, half or worked."""

    nation: Mapping[int, str]
    province: Mapping[int, str]
    own: Mapping[int, str]

    def says(self, number: int) -> str:
        return self.own.get(number) or self.province.get(number) or self.nation.get(number, "usual")

    def write(self, session: Session, office_id: int) -> None:
        for table in (Holiday, AreaDay):
            session.execute(delete(table))
        session.add_all(Holiday(**_kept(*each)) for each in self.nation.items())
        session.add_all(AreaDay(level=AreaLevel.PROVINCE, area="02", **_kept(*each)) for each in self.province.items())
        session.add_all(Holiday(office_id=office_id, **_kept(*each)) for each in self.own.items())
        session.flush()


def _kept(number: int, kind: str) -> dict[str, Any]:
    day, hours = FIRST + timedelta(days=number), [["08:00", "10:00"]] if kind == "half" else None
    return {"day": day, "name_km": "ថ្ងៃ", "name_en": "Day", "works": kind == "works", "hours": hours}


def test_terms_count_the_days_that_the_nearest_lists_leave_open_however_they_differ(kilns: Kilns) -> None:
    chance = Random(14)
    usual = ((time(7, 30), time(11, 30)), (time(14), time(17)))
    hours = {"off": (), "half": HALF, "works": usual}
    for _ in range(40):
        drawn = [
            {number: chance.choice(sorted(hours)) for number in chance.sample(range(14), chance.randint(0, 5))}
            for _ in range(3)
        ]
        lists = Lists(*drawn)
        with kilns.house.database.transaction() as session:
            lists.write(session, kilns.cast.battambang)
            calendar = read_calendar(session, session.get_one(Office, kilns.cast.battambang))
        week = [hours | {"usual": usual if number % 7 < 5 else ()} for number in range(14)]
        expected = [week[number][lists.says(number)] for number in range(14)]
        assert [calendar.hours(FIRST + timedelta(days=number)) for number in range(14)] == expected, lists
        closings = [(number, expected[number][-1][1]) for number in range(1, 14) if expected[number]]
        for count, (number, closes) in enumerate(closings, 1):
            due = calendar.add_working_days(NOW, count).astimezone(calendar.zone)
            assert (due.date(), due.time()) == (FIRST + timedelta(days=number), closes), (lists, count)


def test_the_name_of_a_day_says_it_in_both_languages(kilns: Kilns) -> None:
    with pytest.raises(BadAnswers), kilns.house.database.transaction() as session:
        area_days.add_day(session, OPERATOR, BATTAMBANG, WEDNESDAY, name=Bilingual("ថ្ងៃ", " "), now=NOW)
