"""How old undecided cases are: the kept numbers are a plain count, for whoever watches and nobody else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine.errors import NotAllowed
from engine.packages.groups import ADMINISTRATOR, FRONT_OFFICE, HEAD
from engine.people.actors import Actor
from engine.queries.admin import ageing_list
from engine.queries.admin.ageing import CLASSES, AgeBoard, age_board
from engine.queries.admin.ageing_list import AgedCase, AgeFilter, aged_cases
from engine.queries.admin.watching import WatchFilter, watched
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import BEGINNING, Wanted
from engine.tasks import user_tasks
from storage.applications import Application, ApplicationStatus
from storage.tallies import OfficeAge, OfficeAgeChange, ServiceAge
from storage.tallying import TALLIES, fold
from tests.cast import NOW
from tests.plans import measured, planned, reads_by_index
from tests.small.cases import SERVICE, Kilns
from tests.small.many import write_many
from tests.ways import ground

SENT = {"dara": 0, "vannak": 5, "rithy": 6, "mony": 41, "bopha": 81}
"""Days ago."""
LATER = NOW + timedelta(days=81)
EVERYTHING, ALL_CASES = WatchFilter(), AgeFilter()


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing_list, "PAGE_SIZE", 2)


@pytest.fixture
@ground
def aged(kilns: Kilns) -> Kilns:
    """One case of each age, and one that was decided."""
    for name, days in SENT.items():
        kilns.send(getattr(kilns.cast, name), now=LATER - timedelta(days=days))
    kilns.approved()
    return kilns


def board_of(kilns: Kilns, actor: Actor, wanted: WatchFilter = EVERYTHING, *, now: datetime = LATER) -> AgeBoard:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        return age_board(session, names, watched(session, names, actor, wanted, now=now))


def listed(
    kilns: Kilns, actor: Actor, cases: AgeFilter = ALL_CASES, wanted: WatchFilter = EVERYTHING
) -> list[AgedCase]:
    """All pages, each turned forwards and then back to the one before."""
    found: list[AgedCase] = []
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        watch = watched(session, names, actor, wanted, now=LATER)
        page = aged_cases(session, names, actor, watch, cases, page=BEGINNING)
        while True:
            found += page.items
            if not page.after:
                return found
            behind = Wanted(page.after, number=page.number + 1)
            turned = aged_cases(session, names, actor, watch, cases, page=behind)
            back = aged_cases(session, names, actor, watch, cases, page=Wanted(before=turned.before, number=1))
            assert back.items == page.items
            page = turned


def folded(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        for tally in TALLIES:
            fold(session, tally)


def test_the_numbers_are_a_plain_count_and_lead_to_their_cases(aged: Kilns) -> None:
    visal = aged.cast.visal.actor
    for fresh in (True, False):
        board = board_of(aged, visal)
        assert dict(zip(CLASSES, board.total.counts, strict=True)) == {
            "5": 2, "10": 1, "20": 0, "40": 0, "80": 1, "more": 1,
        }  # fmt: skip
        assert board.total.oldest == NOW.date()
        for parts in (board.offices, board.services, board.provinces):
            assert sum((part.ages for part in parts[1:]), parts[0].ages) == board.total
        for age, number in zip(CLASSES, board.total.counts, strict=True):
            assert len(listed(aged, visal, AgeFilter(age))) == number
        if fresh:
            folded(aged)
    assert [case.days for case in listed(aged, visal)] == sorted(SENT.values(), reverse=True)
    with aged.house.database.reading() as session:
        left = session.scalar(select(func.sum(OfficeAge.undecided)))
        assert (left, session.scalar(select(func.count()).select_from(OfficeAgeChange))) == (len(SENT), 0)
        assert all(row.undecided for row in session.scalars(select(ServiceAge))), "a day without a case has no row"


def test_a_case_is_one_day_older_at_midnight_in_cambodia(kilns: Kilns) -> None:
    sent = datetime.fromisoformat("2026-11-02T23:30:00+07:00")
    kilns.send(now=sent)
    visal = kilns.cast.visal.actor
    assert board_of(kilns, visal, now=sent + timedelta(days=5, minutes=29)).total.counts[:2] == (1, 0)
    assert board_of(kilns, visal, now=sent + timedelta(days=5, minutes=31)).total.counts[:2] == (0, 1)


def test_steps_are_counted_of_a_service_or_few_offices_and_lead_to_their_cases(kilns: Kilns) -> None:
    paid, waiting = kilns.send(now=LATER - timedelta(days=7)), kilns.send(kilns.cast.vannak, now=LATER)
    kilns.pay(paid, now=LATER)
    visal, kunthea = kilns.cast.visal.actor, kilns.cast.kunthea.actor
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, kilns.task(paid, "check"), now=LATER)
    nation = Actor(1, memberships=frozenset({(ADMINISTRATOR, None)}))
    assert board_of(kilns, nation).steps is None, "a nation's tasks are not counted one by one"
    of_service, of_office = WatchFilter(service=SERVICE), WatchFilter(office="02")
    for actor, wanted in ((nation, of_service), (nation, of_office), (kunthea, EVERYTHING)):
        steps = board_of(kilns, actor, wanted).steps
        assert steps is not None
        assert {(step.service, step.key): step.ages.counts[:2] for step in steps} == {
            (SERVICE, "check"): (0, 1),
            (SERVICE, "pay"): (1, 0),
        }
    (line,) = listed(kilns, visal, AgeFilter("10", "check"), WatchFilter(service=SERVICE))
    assert (line.reference, line.days, line.is_read, line.is_run) == (paid.reference, 7, True, True)
    assert [one.officer.en for one in line.doing if one.officer] == [kilns.cast.bopha.name_latin]
    assert [case.reference for case in listed(kilns, visal, AgeFilter("", "pay"))] == [waiting.reference]


def test_what_is_over_is_not_counted_and_what_goes_elsewhere_counts_there(kilns: Kilns) -> None:
    kilns.send(now=NOW)
    kilns.send(kilns.cast.vannak, now=NOW)
    nation = Actor(1, memberships=frozenset({(ADMINISTRATOR, None)}))
    with kilns.house.database.transaction() as session:
        first, second = session.scalars(select(Application).order_by(Application.id)).all()
        first.office_id = kilns.cast.phnom_penh
        second.status, second.ended_at = ApplicationStatus.ENDED, NOW
    assert Counter({part.key: part.ages.cases for part in board_of(kilns, nation).offices}) == {"12": 1}
    folded(kilns)
    assert Counter({part.key: part.ages.cases for part in board_of(kilns, nation).offices}) == {"12": 1}


def test_everybody_sees_the_own_part_and_no_filter_reaches_further(aged: Kilns) -> None:
    here, elsewhere = aged.cast.battambang, aged.cast.phnom_penh
    watching = ((HEAD, here, 5), (ADMINISTRATOR, here, 5), ("governor", here, 5), (HEAD, elsewhere, 0))
    for group, office, cases in watching:
        actor = Actor(1, memberships=frozenset({(group, office)}))
        assert board_of(aged, actor).total.cases == len(listed(aged, actor)) == cases
        for wanted in (WatchFilter(office="02"), WatchFilter(province="02"), WatchFilter(service=SERVICE)):
            assert board_of(aged, actor, wanted).total.cases == len(listed(aged, actor, wanted=wanted)) == cases
        assert board_of(aged, actor, WatchFilter(service="x")).total.cases == 0
    for memberships in ({(FRONT_OFFICE, here)}, set()):
        with pytest.raises(NotAllowed):
            board_of(aged, Actor(1, memberships=frozenset(memberships)))


def test_a_ministry_counts_its_services_wherever_they_are_and_no_case_twice(aged: Kilns) -> None:
    with aged.house.database.reading() as session:
        names = read_names(session, aged.house, now=NOW)
        actor = Actor(1, memberships=frozenset({(HEAD, aged.cast.battambang)}))
        both = watched(session, names, actor, EVERYTHING, now=LATER)
    assert both.offices
    for services in ({SERVICE}, {"other.service"}, {SERVICE, "other.service"}):
        for only in (None, frozenset({aged.cast.battambang}), frozenset({aged.cast.phnom_penh})):
            for service in ("", SERVICE, "other.service"):
                watch = replace(both, services=frozenset(services), only=only, service=service)
                with aged.house.database.reading() as session:
                    cases = age_board(session, names, watch)
                is_there = aged.cast.battambang in (only or {aged.cast.battambang}) and service != "other.service"
                expected = 5 if is_there else 0
                assert sum(part.ages.cases for part in cases.services) == cases.total.cases == expected


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_no_number_of_it_is_read_through_all_cases(kilns: Kilns) -> None:
    database = kilns.house.database
    nation = Actor(1, memberships=frozenset({(ADMINISTRATOR, None)}))
    with database.transaction() as session:
        write_many(session, cases=8000, offices=40, services=8, now=NOW)
    measured(database, "application", "user_task")
    with database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
    for wanted in (WatchFilter(), WatchFilter(office="x7"), WatchFilter(service="many.3")):
        with planned(database) as plans, database.reading() as session:
            watch = watched(session, names, nation, wanted, now=NOW)
            assert age_board(session, names, watch).total.cases
        found = reads_by_index(plans, "application")
        if wanted == WatchFilter():
            assert not found & {"ix_application_undecided", "ix_application_undecided_office"}, "kept numbers alone"
        with planned(database) as plans, database.reading() as session:
            for age in ("", *CLASSES):
                page = aged_cases(session, names, nation, watch, AgeFilter(age))
                if page.after:
                    aged_cases(session, names, nation, watch, AgeFilter(age), page=Wanted(page.after))
        assert reads_by_index(plans, "application", "user_task") & {
            "ix_application_undecided", "ix_application_undecided_office", "ix_application_undecided_service",
        }  # fmt: skip
