"""What somebody does in a group ends by a day or at once, and there is always somebody who administers every office."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from engine.clockwork import schedule
from engine.errors import DaysContradict, LastAdministrator, NotAllowed, NotInGroup
from engine.house import House
from engine.offices.disabling import disable
from engine.offices.ending import end_grant, keep_until
from engine.offices.officers import grant
from engine.packages.groups import ADMINISTRATOR, FRONT_OFFICE, SPECIALIST
from engine.people.actors import OPERATOR, Actor, load_actor
from engine.tasks import user_tasks
from storage.people import Membership
from storage.processes import TaskStatus, UserTask
from storage.security_log import SecurityEvent
from tests.cast import NOW, Cast, Member
from tests.small.cases import Kilns

TODAY = date(2026, 3, 2)
FRIDAY, NEXT_MONDAY = date(2026, 3, 6), date(2026, 3, 9)


def give(house: House, cast: Cast, who: Member, group: str, office: str | None, **days: date) -> None:
    with house.database.transaction() as session:
        by = cast.visal.actor
        grant(session, house, by, who.person_id, group, office_code=office, today=TODAY, now=NOW, **days)


def keep(house: House, by: Actor, who: Member, group: str, office: str | None, last_day: date | None) -> None:
    with house.database.transaction() as session:
        days = {"last_day": last_day, "reason": "The decree of March", "today": TODAY, "now": NOW}
        keep_until(session, by, who.person_id, group, office_code=office, **days)


def end(house: House, by: Actor, who: Member, group: str, office: str | None) -> None:
    with house.database.transaction() as session:
        end_grant(session, by, who.person_id, group, office_code=office, reason="Left", today=TODAY, now=NOW)


def groups(house: House, who: Member, day: date) -> frozenset[str]:
    with house.database.reading() as session:
        found = load_actor(session, who.person_id, today=day)
    assert found is not None
    return found.groups


def last_line(house: House) -> SecurityEvent:
    with house.database.reading() as session:
        return session.scalars(select(SecurityEvent).order_by(SecurityEvent.id.desc()).limit(1)).one()


def test_a_group_begins_and_ends_by_its_days_without_anybody_doing_anything(house: House, cast: Cast) -> None:
    give(house, cast, cast.bopha, SPECIALIST, "02", from_day=NEXT_MONDAY)
    keep(house, cast.visal.actor, cast.bopha, FRONT_OFFICE, "02", FRIDAY)
    assert groups(house, cast.bopha, TODAY) == groups(house, cast.bopha, FRIDAY) == {FRONT_OFFICE}
    assert groups(house, cast.bopha, FRIDAY + timedelta(days=1)) == frozenset()
    assert groups(house, cast.bopha, NEXT_MONDAY) == {SPECIALIST}
    line = last_line(house)
    assert (line.kind, line.person_id, line.actor_id) == (
        "group_days_changed",
        cast.bopha.person_id,
        cast.visal.person_id,
    )
    assert line.data == {
        "group": FRONT_OFFICE,
        "office": "02",
        "first": "2025-01-06",
        "last": "2026-03-06",
        "was": None,
        "reason": "The decree of March",
    }


def test_who_has_a_last_day_can_be_given_the_group_again_from_the_day_after(house: House, cast: Cast) -> None:
    keep(house, cast.visal.actor, cast.bopha, FRONT_OFFICE, "02", FRIDAY)
    give(house, cast, cast.bopha, FRONT_OFFICE, "02", from_day=NEXT_MONDAY)
    assert groups(house, cast.bopha, NEXT_MONDAY) == {FRONT_OFFICE}
    assert groups(house, cast.bopha, FRIDAY + timedelta(days=1)) == frozenset()
    end(house, cast.visal.actor, cast.bopha, FRONT_OFFICE, "02")
    with house.database.reading() as session:
        mine = select(Membership.from_day, Membership.to_day).where(Membership.person_id == cast.bopha.person_id)
        assert [tuple(row) for row in session.execute(mine)] == [(date(2025, 1, 6), date(2026, 3, 1))]


def test_who_has_a_group_on_some_days_and_is_given_it_on_more_has_it_on_all_of_them(house: House, cast: Cast) -> None:
    keep(house, cast.visal.actor, cast.bopha, FRONT_OFFICE, "02", FRIDAY)
    give(house, cast, cast.bopha, FRONT_OFFICE, "02")
    assert groups(house, cast.bopha, NEXT_MONDAY) == {FRONT_OFFICE}
    line = last_line(house)
    assert (line.kind, line.data["last"], line.data["was"]) == ("group_days_changed", None, FRIDAY.isoformat())
    give(house, cast, cast.bopha, SPECIALIST, "02", from_day=NEXT_MONDAY)
    give(house, cast, cast.bopha, SPECIALIST, "02", to_day=NEXT_MONDAY)
    assert SPECIALIST in groups(house, cast.bopha, TODAY) & groups(house, cast.bopha, NEXT_MONDAY + timedelta(days=1))
    before = last_line(house).id
    give(house, cast, cast.bopha, SPECIALIST, "02", to_day=FRIDAY)
    assert last_line(house).id == before, "what somebody has already changes nothing"


def test_what_is_claimed_goes_back_at_the_midnight_after_the_last_day(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, kilns.task(sent, "check"), now=NOW)
    keep(kilns.house, kilns.cast.visal.actor, kilns.cast.bopha, FRONT_OFFICE, "02", TODAY)
    schedule.sweep(kilns.house, now=NOW + timedelta(hours=14))  # 23:00
    assert task(kilns) == TaskStatus.CLAIMED
    schedule.sweep(kilns.house, now=NOW + timedelta(hours=15))
    assert task(kilns) == TaskStatus.READY


def task(kilns: Kilns) -> str:
    with kilns.house.database.reading() as session:
        return session.scalars(select(UserTask.status).where(UserTask.element_id == "check")).one()


def test_a_day_that_has_passed_or_a_group_that_nobody_has_is_refused(house: House, cast: Cast) -> None:
    with pytest.raises(DaysContradict):
        keep(house, cast.visal.actor, cast.bopha, FRONT_OFFICE, "02", TODAY - timedelta(days=1))
    with pytest.raises(NotInGroup):
        keep(house, cast.visal.actor, cast.bopha, SPECIALIST, "02", FRIDAY)
    with pytest.raises(NotAllowed):
        keep(house, cast.kunthea.actor, cast.bopha, FRONT_OFFICE, "02", FRIDAY)


def test_the_last_who_administers_every_office_neither_leaves_nor_gets_a_last_day(house: House, cast: Cast) -> None:
    visal = cast.visal.actor
    with pytest.raises(LastAdministrator):
        end(house, visal, cast.visal, ADMINISTRATOR, None)
    with pytest.raises(LastAdministrator):
        keep(house, visal, cast.visal, ADMINISTRATOR, None, FRIDAY)
    give(house, cast, cast.kunthea, ADMINISTRATOR, None, to_day=FRIDAY)
    with pytest.raises(LastAdministrator):  # on Saturday there would be nobody
        end(house, visal, cast.visal, ADMINISTRATOR, None)
    with pytest.raises(LastAdministrator), house.database.transaction() as session:
        disable(session, OPERATOR, cast.visal.person_id, today=TODAY, now=NOW)
    keep(house, visal, cast.kunthea, ADMINISTRATOR, None, None)
    end(house, visal, cast.visal, ADMINISTRATOR, None)
    assert groups(house, cast.visal, TODAY) == frozenset()


def test_an_administrator_of_one_office_is_not_the_last_one(house: House, cast: Cast) -> None:
    give(house, cast, cast.kunthea, ADMINISTRATOR, "02")
    end(house, cast.visal.actor, cast.kunthea, ADMINISTRATOR, "02")
    assert groups(house, cast.kunthea, TODAY) == {"head"}


def test_of_two_administrators_who_end_each_other_at_once_one_stays(house: House, cast: Cast) -> None:
    give(house, cast, cast.kunthea, ADMINISTRATOR, None)
    both, refused = Barrier(2), []

    def go(whom: Member) -> None:
        both.wait()
        try:
            end(house, cast.visal.actor, whom, ADMINISTRATOR, None)
        except LastAdministrator as refusal:
            refused.append(refusal)

    threads = [Thread(target=go, args=(whom,)) for whom in (cast.visal, cast.kunthea)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    left = [ADMINISTRATOR in groups(house, who, TODAY) for who in (cast.visal, cast.kunthea)]
    assert sorted(left) == [False, True]


def test_who_would_begin_later_does_not_begin_when_it_is_ended(house: House, cast: Cast) -> None:
    give(house, cast, cast.bopha, SPECIALIST, "02", from_day=NEXT_MONDAY)
    end(house, cast.visal.actor, cast.bopha, SPECIALIST, "02")
    assert groups(house, cast.bopha, NEXT_MONDAY) == {FRONT_OFFICE}
