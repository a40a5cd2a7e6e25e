"""The plan of a load: what happens is drawn from a seed and played by the simulator."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise

import pytest

from engine.demonstration.fitting import Anchors
from engine.demonstration.leaves import Post
from engine.demonstration.planning import Happens, Load, Plan, plan, playable
from engine.packages import ServicePackage
from engine.packages.groups import FRONT_OFFICE, HEAD
from engine.packages.register_rules import NEW
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.parsed import package_in
from tests.small.files import PRODUCT

OFFICE = WorkingTime(USUAL_WEEK)
LOAD = Load("a", 120, date(2026, 2, 2), datetime(2026, 3, 13, 9, 0, tzinfo=UTC), ("02", "0203"))
"""Six weeks; the last day ends at four in the afternoon."""


def services() -> list[ServicePackage]:
    names = ("interior/account_verification", "tourism/guesthouse_licence", "tourism/travel_agency_licence")
    return [package_in(PRODUCT / name) for name in names]


def planned(load: Load = LOAD) -> Plan:
    offered = {"02": services(), "0203": services()[:2]}
    return plan(load, offered, {}, OFFICE)


@cache
def usual() -> Plan:
    return planned()


def test_the_same_seed_plans_the_same_and_another_one_something_else() -> None:
    assert planned() == usual()
    assert planned(replace(LOAD, seed="b")).moves != usual().moves


def test_the_numbers_of_applicants_change_nothing_else() -> None:
    later = planned(replace(LOAD, first=5000))
    assert [comer.number for comer in later.cases] == list(range(5000, 5120))
    assert later.moves == usual().moves


def test_everything_happens_in_order_each_at_its_moment_while_offices_are_open() -> None:
    moments = [move.moment for move in usual().moves]
    assert all(before < after for before, after in pairwise(moments))
    assert moments[-1] <= LOAD.until
    assert all(OFFICE.hours(OFFICE.local_date(moment)) for moment in moments)


def test_a_case_goes_as_its_scenario_does_as_far_as_there_is_time() -> None:
    for case, comer in enumerate(usual().cases):
        done = [one.step for one in usual().moves if one.case == case and one.happens != Happens.TAKEN]
        assert done == [None, *range(len(comer.scenario.steps))][: len(done)]
    over = sum(len(comer.scenario.steps) for comer in usual().cases)
    assert sum(move.happens != Happens.TAKEN for move in usual().moves) > over / 2


def test_nobody_does_two_things_at_once() -> None:
    busy: dict[object, int] = {}
    for move in usual().moves:
        if move.happens == Happens.TAKEN:
            assert move.hand not in busy, "taken up before the one before was done"
            busy[move.hand] = move.case
        elif move.happens == Happens.DONE and busy.get(move.hand) == move.case:
            del busy[move.hand]


def test_some_officers_are_away_and_nothing_is_begun_by_them_meanwhile() -> None:
    plans = [planned(replace(LOAD, seed=seed)) for seed in ("a", "b", "c")]
    assert any(one.leaves for one in plans)
    for one in plans:
        for leave in one.leaves:
            taken = (move for move in one.moves if move.hand == leave.hand and move.happens == Happens.TAKEN)
            days = [OFFICE.local_date(move.moment) for move in taken]
            assert not any(leave.first <= day <= leave.last for day in days)


def test_who_stands_in_is_there_and_takes_what_nobody_else_of_the_group_could() -> None:
    taken = 0
    for seed in "abcdefgh":
        one = planned(replace(LOAD, seed=seed))
        leaves = [(leave.deputy, leave) for leave in one.leaves if leave.deputy]
        for deputy, leave in leaves:
            assert not any(
                other.hand == deputy and other.first <= leave.last and other.last >= leave.first for other in one.leaves
            )
        steps = {(move.case, move.step): move.hand for move in one.moves if move.hand and move.happens == Happens.TAKEN}
        for (case, step), hand in steps.items():
            comer = one.cases[case]
            group = comer.package.tasks[comer.scenario.steps[step or 0].name].group
            taken += hand.post.group != group
    assert taken


def test_officers_are_as_many_as_the_work_needs_and_at_least_as_many_as_a_service_needs() -> None:
    few, many = planned(replace(LOAD, cases=30)), planned(replace(LOAD, cases=900))
    at = Post(FRONT_OFFICE, "02")
    assert sum(hand.post == at for hand in few.hands) < sum(hand.post == at for hand in many.hands)
    two = plan(LOAD, {"02": services()}, {HEAD: 2}, OFFICE)
    assert sum(hand.post == Post(HEAD, "02") for hand in two.hands) == 2


def test_tasks_of_another_level_are_done_at_its_office() -> None:
    codes = {hand.post.code for hand in usual().hands}
    assert codes == {"02", "0203", "tourism"}


def test_no_case_of_a_load_waits_for_the_clock_or_for_what_it_does_not_hold() -> None:
    for package in services():
        found = playable(package)
        assert found
        assert all(one.kind == NEW and not one.sessions for one in found)
        assert not any(step.action in ("wait", "change") for one in found for step in one.steps)


def test_offices_that_offer_nothing_get_no_cases() -> None:
    assert plan(LOAD, {"02": []}, {}, OFFICE).moves == ()


@pytest.mark.parametrize(
    ("day", "falls"),
    [
        ("2026-11-02", "2027-03-01"),
        ("2026-11-05", "2027-03-04"),
        ("2026-11-06", "2027-03-10"),
        ("2026-11-20", "2027-03-24"),
        ("1990-05-01", "1990-05-01"),
    ],
)
def test_a_day_in_an_answer_falls_as_far_from_what_happened_as_in_the_scenario(day: str, falls: str) -> None:
    fell = {date(2026, 11, 2): date(2027, 3, 1), date(2026, 11, 6): date(2027, 3, 10)}
    assert Anchors(fell).moved(date.fromisoformat(day)) == date.fromisoformat(falls)
