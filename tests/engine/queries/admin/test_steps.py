"""Which step takes the time, offices compared, and what was taken out of turn: for whoever watches it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clockwork import step_times
from engine.packages.groups import ADMINISTRATOR, HEAD
from engine.people.actors import Actor
from engine.queries.admin.comparison import Comparison, comparison
from engine.queries.admin.jumps import Jump, jumps
from engine.queries.admin.reports import last_months
from engine.queries.admin.steps import StepsBoard, Stretches, slow_cases, steps_board, stretches
from engine.queries.admin.watching import WatchFilter, watched
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import BEGINNING, Wanted
from storage.step_times import BEYOND
from tests.cast import NOW
from tests.engine.clockwork.test_queue_jumps import DAY, THURSDAY, take
from tests.engine.clockwork.test_step_times import HOUR, LATER, count, paid, work
from tests.small.cases import SERVICE, Kilns
from tests.statements import counted
from tests.ways import ground

OF_SERVICE = WatchFilter(service=SERVICE)


@pytest.fixture
@ground
def worked(kilns: Kilns) -> Kilns:
    """Ten checks that waited an hour and took a half, one of two hours; and one that the applicant has to mend."""
    for _ in range(10):
        work(kilns, paid(kilns), taken=NOW + HOUR, done=NOW + 1.5 * HOUR)
    work(kilns, paid(kilns), taken=NOW, done=NOW + 2 * HOUR)
    returned = paid(kilns)
    kilns.check(returned, "return", now=NOW)
    kilns.correct(returned, now=NOW + 2 * HOUR)
    count(kilns)
    return kilns


def board_of(kilns: Kilns, actor: Actor, wanted: WatchFilter = OF_SERVICE, element: str = "") -> StepsBoard:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        watch = watched(session, names, actor, wanted, now=LATER)
        return steps_board(session, names, watch, last_months(3, today=LATER.date()), element=element)


def compared(kilns: Kilns, actor: Actor, order: str = "late") -> Comparison:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        watch = watched(session, names, actor, OF_SERVICE, now=LATER)
        return comparison(session, names, watch, last_months(3, today=LATER.date()), order=order)


def jumped(kilns: Kilns, actor: Actor) -> list[Jump]:
    """All pages of one line, each turned back to the one before."""
    found: list[Jump] = []
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        watch = watched(session, names, actor, WatchFilter(), now=LATER)
        page = jumps(session, names, actor, watch, size=1)
        while True:
            found += page.items
            if not page.after:
                return found
            turned = jumps(session, names, actor, watch, page=Wanted(page.after, number=page.number + 1), size=1)
            back = jumps(session, names, actor, watch, page=Wanted(before=turned.before), size=1)
            assert back.items == page.items
            page = turned


def test_half_and_nine_of_ten_are_told_of_waiting_and_of_work(worked: Kilns) -> None:
    board = board_of(worked, worked.cast.kunthea.actor)
    check = next(step for step in board.steps if step.element_id == "check")
    assert check.waited == Stretches(12, 600, half=60, most=60)
    assert check.worked == Stretches(12, 10 * 30 + 120, half=30, most=30)
    assert (check.done, check.waiting_share, check.is_few) == (12, 59, False)
    assert (check.share, check.degree) == (100, 3)


def test_what_the_applicant_does_stands_apart_and_heats_nothing(worked: Kilns) -> None:
    (mended,) = [step for step in board_of(worked, worked.cast.kunthea.actor).steps if step.element_id == "correct"]
    assert mended.is_theirs
    assert mended.is_few
    assert (mended.share, mended.degree, mended.waited.minutes) == (0, 0, 120)


def test_steps_are_shown_by_office_once_a_service_is_chosen(worked: Kilns) -> None:
    head = worked.cast.kunthea.actor
    assert board_of(worked, head, WatchFilter()).offices == ()
    by_office = board_of(worked, head, element="check").offices
    assert [(step.office_code, step.element_id, step.done) for step in by_office] == [("02", "check", 12)]


def test_each_sees_what_they_watch(worked: Kilns) -> None:
    elsewhere = Actor(worked.cast.phally.person_id, memberships=frozenset({(HEAD, worked.cast.phnom_penh)}))
    assert board_of(worked, elsewhere).steps == ()
    assert board_of(worked, worked.cast.visal.actor).steps
    assert board_of(worked, worked.cast.visal.actor, WatchFilter(office="12")).steps == ()


def test_the_slowest_cases_of_a_step_come_first(worked: Kilns) -> None:
    with worked.house.database.reading() as session:
        names = read_names(session, worked.house, now=NOW)
        watch = watched(session, names, worked.cast.kunthea.actor, OF_SERVICE, now=LATER)
        period = last_months(3, today=LATER.date())
        cases = slow_cases(session, names, watch, period, service=SERVICE, element="check")
    assert [(case.waited, case.worked) for case in cases] == [(0, 120)] + [(60, 30)] * (step_times.SLOWEST - 1)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_board_costs_two_statements_however_much_was_done(worked: Kilns) -> None:
    with worked.house.database.reading() as session:
        names = read_names(session, worked.house, now=NOW)
        watch = watched(session, names, worked.cast.visal.actor, OF_SERVICE, now=LATER)
        with counted(worked.house.database) as cost:
            steps_board(session, names, watch, last_months(3, today=LATER.date()))
    assert cost.statements == 2


def test_a_head_sees_the_own_office_beside_all_of_the_country(worked: Kilns) -> None:
    found = compared(worked, worked.cast.kunthea.actor)
    (office,) = found.offices
    assert (office.code, office.received, office.finished) == ("02", 12, 11)
    assert (office.on_time, office.late, office.on_time_percent, office.is_few) == (11, 0, 100, False)
    assert office.waiting_percent == found.together.waiting_percent == 59
    elsewhere = Actor(worked.cast.phally.person_id, memberships=frozenset({(ADMINISTRATOR, worked.cast.phnom_penh)}))
    other = compared(worked, elsewhere)
    assert other.offices == ()
    assert other.together == found.together


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_order_is_one_of_the_same_offices(worked: Kilns) -> None:
    for order in ("late", "received", "finished", "days", "waiting"):
        assert [one.code for one in compared(worked, worked.cast.visal.actor, order).offices] == ["02"]


def test_what_was_taken_out_of_turn_is_listed_newest_first_to_whoever_watches_it(kilns: Kilns) -> None:
    for _ in range(3):
        paid(kilns, now=NOW)
    newer = [paid(kilns, now=THURSDAY + minutes * timedelta(minutes=1)) for minutes in range(2)]
    for sent in newer:
        take(kilns, sent)
    count(kilns, now=THURSDAY + 2 * DAY)
    lines = jumped(kilns, kilns.cast.kunthea.actor)
    assert [line.case.reference for line in lines] == [sent.reference for sent in reversed(newer)]
    assert {(line.by.en, line.passed, line.days, line.case.is_read) for line in lines} == {("Chan Bopha", 3, 2, True)}
    elsewhere = Actor(kilns.cast.phally.person_id, memberships=frozenset({(HEAD, kilns.cast.phnom_penh)}))
    assert jumped(kilns, elsewhere) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_mark_of_nothing_is_the_first_page(kilns: Kilns) -> None:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        watch = watched(session, names, kilns.cast.visal.actor, WatchFilter(), now=LATER)
        for page in (BEGINNING, Wanted(after="1-1"), Wanted(before="9-9"), Wanted(after="x")):
            assert jumps(session, names, kilns.cast.visal.actor, watch, page=page).items == ()


@pytest.mark.parametrize(
    ("groups", "half", "most"),
    [
        ([], None, None),
        ([(5, 1), (60, 1)], 5, 60),
        ([(5, 9), (60, 1)], 5, 5),
        ([(5, 8), (60, 2)], 5, 60),
        ([(5, 1), (BEYOND, 2)], None, None),
    ],
)
def test_the_middle_lies_in_the_group_that_reaches_it(
    groups: list[tuple[int, int]], half: int | None, most: int | None
) -> None:
    found = stretches(groups, 0)
    assert (found.half, found.most) == (half, most)
