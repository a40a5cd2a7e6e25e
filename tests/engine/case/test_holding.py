"""A case goes to the office that its lanes name, and comes back: which office it is, and what happens where none is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.case import events, holding
from engine.clockwork import schedule
from engine.errors import (
    LevelNotServed,
    NoSuchMinistry,
    NotAllowed,
    NotFound,
    OfficeMissing,
    OtherMinistry,
    PackageRefused,
    ServiceNotOffered,
)
from engine.flow import by_hand, retrying
from engine.house import House
from engine.khmer import Bilingual
from engine.offices import offices, opening, recomputing
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.clocks import ClockFilter, clock_board
from engine.queries.office.case_file import case_file
from engine.queries.office.inbox import inbox
from engine.queries.office.search import search
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import Wanted
from engine.tasks import user_tasks
from storage.clocks import Clock
from storage.messages import Notification
from storage.offices import Office, OfficeLevel, OfficeService
from storage.processes import Incident, IncidentStatus
from tests.cast import NOW, Cast
from tests.small.films import SERVICE, Films, films

DAY = timedelta(days=1)


@pytest.fixture
def film(house: House, cast: Cast) -> Films:
    return films(house, cast)


def seen(film: Films, who: str) -> list[str]:
    """The references in somebody's inbox."""
    with film.house.database.reading() as session:
        found = inbox(session, film.house, film.officers[who].actor, "all", Wanted(), now=NOW)
    return [task.reference for task in found.tasks.items]


def reads(film: Films, who: str, key: str) -> bool:
    with film.house.database.reading() as session:
        try:
            case_file(session, film.house, film.officers[who].actor, key, now=NOW)
        except NotFound:
            return False
    return True


def test_each_task_lies_at_the_office_of_its_lane(film: Films) -> None:
    sent = film.send()
    assert film.holders(sent) == ["0203"]
    film.work(sent, "check", "front", {})
    assert film.holders(sent) == ["02"]
    film.work(sent, "test", "laboratory", {})
    assert film.holders(sent) == ["9001"]
    film.work(sent, "examine", "specialist", {"result": "ok"})
    assert film.holders(sent) == ["0203"]


def test_every_crossing_is_in_the_history_and_the_chain_holds(film: Films) -> None:
    sent = film.at_the_ministry()
    film.work(sent, "examine", "specialist", {"result": "ok"})
    assert film.crossings(sent) == [("0203", "02"), ("02", "9001"), ("9001", "0203")]
    with film.house.database.reading() as session:
        assert list(events.verify_chains(session)) == []


def test_a_service_that_stays_has_no_crossing(film: Films) -> None:
    sent = film.send()
    assert film.crossings(sent) == []


def test_the_inbox_of_that_office_has_it_and_no_other(film: Films) -> None:
    sent = film.at_the_ministry()
    assert seen(film, "specialist") == [sent.reference]
    for who in ("front", "laboratory", "other_specialist", "other_laboratory", "other_district"):
        assert seen(film, who) == [], who


def test_an_officer_of_another_province_sees_and_does_nothing(film: Films) -> None:
    sent = film.send()
    film.work(sent, "check", "front", {})
    task = film.task(sent, "test")
    for who in ("other_laboratory", "other_specialist", "other_district"):
        assert not reads(film, who, sent.key), who
        actor = film.officers[who].actor
        with pytest.raises(NotAllowed), film.house.database.transaction() as session:
            user_tasks.claim(session, film.house, actor, task.key, now=NOW)
        with film.house.database.reading() as session:
            assert search(session, film.house, actor, sent.reference, 1).hits.items == ()


def test_an_office_reads_the_case_while_it_has_a_task_and_then_only_who_did_it(film: Films) -> None:
    sent = film.send()
    assert not reads(film, "laboratory", sent.key)
    assert not reads(film, "province_head", sent.key)
    film.work(sent, "check", "front", {})
    assert reads(film, "laboratory", sent.key)
    assert reads(film, "second_laboratory", sent.key)
    film.work(sent, "test", "laboratory", {})
    assert reads(film, "laboratory", sent.key)  # who did it
    assert reads(film, "province_head", sent.key)  # whose office had it
    assert reads(film, "district_head", sent.key)  # whose case it is, always
    assert not reads(film, "second_laboratory", sent.key)


def test_a_declared_group_sees_its_own_cases_only(film: Films) -> None:
    sent = film.send()
    assert not reads(film, "governor", sent.key)
    assert seen(film, "governor") == []


def test_a_message_reaches_a_declared_group_at_the_office_of_the_case(film: Films) -> None:
    film.send()
    with film.house.database.reading() as session:
        told = session.scalars(select(Notification.person_id).where(Notification.subject.contains("ភាពយន្ត"))).all()
    assert told == [film.officers["governor"].person_id]


def test_a_task_runs_by_the_calendar_of_its_office_and_the_promise_by_that_of_the_case(film: Films) -> None:
    with film.house.database.transaction() as session:  # Tuesday 3 March is a day off at the ministry alone
        offices.add_holiday(session, film.cast.visal.actor, "9001", (NOW + DAY).date(), name=_named("ឈប់"), now=NOW)
    sent = film.at_the_ministry()
    with film.house.database.reading() as session:
        of_task, of_case = (session.scalars(select(Clock).where(Clock.kind == kind)).one() for kind in ("task", "term"))
        codes = [session.get_one(Office, clock.office_id).code for clock in (of_task, of_case)]
    assert codes == ["9001", "0203"]
    assert of_task.due_at == datetime(2026, 3, 6, 10, tzinfo=UTC)  # three working days, one of them moved
    assert of_case.due_at == datetime(2026, 3, 23, 10, tzinfo=UTC)
    assert film.task(sent, "examine").due_at == of_task.due_at


def test_a_new_day_off_at_the_ministry_moves_its_tasks_and_no_promise(film: Films) -> None:
    sent = film.at_the_ministry()
    with film.house.database.reading() as session:
        promised = session.scalars(select(Clock).where(Clock.kind == "term")).one().due_at
    with film.house.database.transaction() as session:
        offices.add_holiday(session, film.cast.visal.actor, "9001", (NOW + DAY).date(), name=_named("ឈប់"), now=NOW)
    moved = recomputing.work_off(film.house, now=NOW)
    assert (moved.cases, moved.clocks, moved.people) == (1, 1, 0)
    assert film.task(sent, "examine").due_at == datetime(2026, 3, 6, 10, tzinfo=UTC)
    with film.house.database.reading() as session:
        kept = session.scalars(select(Clock).where(Clock.kind == "term")).one()
    assert kept.due_at == promised


def test_a_late_task_goes_to_the_head_of_the_office_that_has_it(film: Films) -> None:
    sent = film.at_the_ministry()
    schedule.sweep(film.house, now=NOW + 4 * DAY)
    assert seen(film, "ministry_head") == [sent.reference]
    assert seen(film, "district_head") == []
    with film.house.database.reading() as session:
        late = select(Notification.person_id).where(Notification.created_at == NOW + 4 * DAY).distinct()
        told = set(session.scalars(late))
    assert film.officers["ministry_head"].person_id in told
    assert film.officers["district_head"].person_id not in told


def test_a_late_task_that_escalates_to_a_declared_group_is_seen_and_done_by_it(film: Films) -> None:
    late = "".join(
        f'<spiffworkflow:property name="{name}" value="{value}" />'
        for name, value in (("due", "1 working day"), ("escalate_to", "governor"))
    )
    checked = '<spiffworkflow:property name="form" value="check" />'
    film.publish(("process.bpmn", checked, checked + late))
    sent = film.send()
    assert seen(film, "governor") == []
    schedule.sweep(film.house, now=NOW + 2 * DAY)
    assert seen(film, "governor") == [sent.reference]
    assert reads(film, "governor", sent.key)
    film.work(sent, "check", "governor", {}, now=NOW + 2 * DAY)
    assert film.holders(sent) == ["02"]


def test_the_late_list_counts_a_task_at_the_office_that_has_it(film: Films) -> None:
    film.at_the_ministry()
    with film.house.database.reading() as session:
        names = read_names(session, film.house, now=NOW)
        for code, late in (("9001", [("task", 1)]), ("0203", []), ("02", [])):
            there = Actor(1, memberships=frozenset({(ADMINISTRATOR, opening.find_office(session, code))}))
            board = clock_board(session, names, there, ClockFilter(), now=NOW + 4 * DAY)
            assert [(group.kind, group.breached) for group in board.groups if group.breached] == late, code


def test_a_suspended_case_moves_the_task_by_the_calendar_of_its_office(film: Films) -> None:
    sent = film.at_the_ministry()
    due = film.task(sent, "examine").due_at
    for act in (by_hand.suspend, by_hand.resume):
        with film.house.database.transaction() as session:
            act(session, film.house, film.cast.visal.actor, sent.key, "ពិនិត្យ", now=NOW + timedelta(hours=1))
    assert film.task(sent, "examine").due_at == due


def test_an_office_offers_nothing_whose_cases_would_find_no_office(house: House, cast: Cast) -> None:
    film = Films(house, cast)
    film.publish()
    film.open("0203")
    with pytest.raises(OfficeMissing, match="No ministry office of the Ministry of Culture is open"):
        film.offer()
    film.open("culture")
    film.offer()


def test_a_district_needs_the_office_of_its_own_province(house: House, cast: Cast) -> None:
    film = Films(house, cast)
    film.publish()
    film.open("0801", "culture")  # the cast has offices in 02 and 12
    with pytest.raises(OfficeMissing, match="No province office with the code 08 is open"):
        film.offer("0801")


def test_an_office_of_another_level_or_of_another_ministry_is_refused(film: Films) -> None:
    with pytest.raises(LevelNotServed):
        film.offer("culture")
    film.open("tourism")
    with pytest.raises(OtherMinistry, match="no service of the ministry tourism"):
        film.offer("tourism")
    with pytest.raises(NoSuchMinistry, match="No ministry fisheries has published"):
        film.open("fisheries")


def test_a_ministry_has_one_office_and_each_its_own_number(film: Films) -> None:
    film.open("culture", "tourism")
    with film.house.database.reading() as session:
        rows = session.execute(select(Office.code, Office.ministry_key).where(Office.ministry_key.is_not(None)))
        assert sorted(map(tuple, rows)) == [("9001", "culture"), ("9002", "tourism")]


def test_a_version_whose_cases_would_find_no_office_is_not_published(house: House, cast: Cast) -> None:
    film = Films(house, cast)
    film.publish(("ministry.yaml", "{group: specialist, level: ministry}", "specialist"))
    film.open("0203")
    film.offer()
    with pytest.raises(PackageRefused) as refused:
        film.publish()
    (problem,) = [one for one in refused.value.problems if one.severity == "error"]
    assert "No ministry office of the Ministry of Culture is open" in problem.message
    assert "គ្មានការិយាល័យថ្នាក់ក្រសួង" in problem.message_km


def test_a_case_that_finds_no_office_waits_as_an_incident_and_goes_on_when_it_is_open(film: Films) -> None:
    sent = film.send()
    film.work(sent, "check", "front", {})
    with film.house.database.transaction() as session:
        office = session.scalars(select(Office).where(Office.ministry_key == "culture")).one()
        office.ministry_key = None
    film.work(sent, "test", "laboratory", {})
    assert film.holders(sent) == []
    with film.house.database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    assert incident.element_id == "examine"
    assert incident.reason.startswith("No ministry office of the Ministry of Culture is open. Open it with")
    assert "owso offices open" in incident.reason_km
    with film.house.database.transaction() as session:
        session.get_one(Office, office.id).ministry_key = "culture"
    with film.house.database.transaction() as session:
        retrying.retry(session, film.house, film.cast.visal.actor, incident.id, reason="បើកហើយ", now=NOW)
    assert film.holders(sent) == ["9001"]
    with film.house.database.reading() as session:
        assert session.get_one(Incident, incident.id).status == IncidentStatus.RESOLVED


def test_narrowed_levels_are_told_and_close_the_window(film: Films) -> None:
    remarks = film.publish(("service.yaml", "[district, province]", "[province]")).remarks
    assert [one.severity for one in remarks if one.rule == "offices"] == ["warning"]
    with film.house.database.reading() as session:
        offered = session.scalars(select(OfficeService).where(OfficeService.service_key == SERVICE)).all()
    assert len(offered) == 1
    with pytest.raises(ServiceNotOffered):
        film.send()


def test_a_removed_group_that_somebody_holds_is_told(film: Films) -> None:
    gone = ("ministry.yaml", "  governor: {km: អភិបាល, en: Governor}\n", "")
    told = ("process.bpmn", "&quot;governor&quot;", "&quot;head&quot;")
    (remark,) = [one for one in film.publish(gone, told).remarks if one.rule == "offices"]
    assert "The group governor is declared no more; officers who belong to it: 1." in remark.message
    assert "ក្រុម governor" in remark.message_km


def _named(name: str) -> Bilingual:
    return Bilingual(name, name)


def test_what_may_go_to_an_office_leaves_out_none_that_does(film: Films) -> None:
    with film.house.database.reading() as session:
        offices = session.scalars(select(Office)).all()
        levels = ("", *OfficeLevel)
        for target in offices:
            may = set(session.scalars(select(Office.id).where(holding.may_go_to(target))))
            ministry = target.ministry_key or "tourism"
            go = {one.id for one in offices for level in levels if holding.goes_to(one, target, level, ministry)}
            assert go <= may, target.code
            assert len(may) < len(offices) or target.level == OfficeLevel.MINISTRY
