"""The inbox shows an officer's own work, the most pressing first, in a fixed number of statements."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clockwork.schedule import sweep
from engine.queries.office.inbox import Inbox, inbox
from engine.queries.office.inbox_filters import Shelf
from engine.queries.shared.stretches import Wanted
from engine.tasks import user_tasks
from tests.cast import NOW, Member
from tests.small.cases import Kilns
from tests.statements import counted

BEGINNING = Wanted()


def shown(kilns: Kilns, who: Member, shelf: Shelf = "all", wanted: Wanted = BEGINNING, **later: float) -> Inbox:
    with kilns.house.database.reading() as session:
        return inbox(session, kilns.house, who.actor, shelf, wanted, now=NOW + timedelta(**later))


def paid(kilns: Kilns, who: Member | None = None, **later: float) -> str:
    """A paid application; the key of the task to check it."""
    moment = NOW + timedelta(**later)
    sent = kilns.send(who, now=moment)
    kilns.pay(sent, now=moment)
    return kilns.task(sent, "check")


def claim(kilns: Kilns, who: Member, key: str) -> None:
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, who.actor, key, now=NOW)


def test_what_is_due_first_comes_first(kilns: Kilns) -> None:
    later, sooner = paid(kilns, days=1), paid(kilns, kilns.cast.rithy)
    assert [task.key for task in shown(kilns, kilns.cast.bopha).tasks.items] == [sooner, later]


def test_a_task_without_a_term_stands_behind_those_that_have_one_and_is_never_late(kilns: Kilns) -> None:
    without, due = kilns.approved(), paid(kilns, kilns.cast.rithy)
    bopha = kilns.cast.bopha
    assert [task.key for task in shown(kilns, bopha).tasks.items] == [due, kilns.task(without, "hand_over")]
    assert [task.due_at is None for task in shown(kilns, bopha).tasks.items] == [False, True]
    sweep(kilns.house, now=NOW + timedelta(weeks=30))
    assert [task.key for task in shown(kilns, bopha, "late", weeks=30).tasks.items] == [due]


def test_each_group_sees_its_own_tasks(kilns: Kilns) -> None:
    kilns.send()
    assert [task.kind for task in shown(kilns, kilns.cast.sopheap).tasks.items] == ["payment"]
    for stranger in (kilns.cast.bopha, kilns.cast.phally, kilns.cast.visal, kilns.cast.dara):
        assert shown(kilns, stranger).tasks.items == ()


def test_what_a_colleague_claimed_leaves_the_shelf(kilns: Kilns) -> None:
    key = paid(kilns)
    claim(kilns, kilns.cast.vannak, key)
    assert shown(kilns, kilns.cast.bopha).tasks.items == ()
    mine = shown(kilns, kilns.cast.vannak, "mine").tasks.items
    assert [(task.key, task.is_mine) for task in mine] == [(key, True)]


def test_shelves_are_counted(kilns: Kilns) -> None:
    claim(kilns, kilns.cast.bopha, paid(kilns))
    paid(kilns, kilns.cast.rithy)
    counts = shown(kilns, kilns.cast.bopha).counts
    assert counts == {"all": 2, "mine": 1, "free": 1, "escalated": 0, "late": 0}


def test_a_line_says_how_pressing_it_is_before_the_clock_was_swept(kilns: Kilns) -> None:
    paid(kilns)
    days = [shown(kilns, kilns.cast.bopha, days=days).tasks.items[0].urgency for days in (0, 3, 7)]
    assert days == ["ok", "warned", "breached"]


def test_a_late_task_escalates_to_the_head_and_stays_with_its_group(kilns: Kilns) -> None:
    key = paid(kilns)
    assert shown(kilns, kilns.cast.kunthea, days=7).tasks.items == ()
    sweep(kilns.house, now=NOW + timedelta(days=7))
    escalated = shown(kilns, kilns.cast.kunthea, "escalated", days=7).tasks.items
    assert [(task.key, task.is_escalated, task.urgency) for task in escalated] == [(key, True, "breached")]
    assert shown(kilns, kilns.cast.bopha, "late", days=7).counts["late"] == 1


def test_nobody_finds_an_own_application(kilns: Kilns) -> None:
    paid(kilns, kilns.cast.bopha)
    assert shown(kilns, kilns.cast.bopha).tasks.items == ()
    assert shown(kilns, kilns.cast.vannak).counts["all"] == 1


def test_names_are_in_both_languages(kilns: Kilns) -> None:
    paid(kilns)
    task = shown(kilns, kilns.cast.bopha).tasks.items[0]
    assert (task.service.en, task.applicant.en, task.office.en) == (
        "Brick kiln permit",
        "Sok Dara",
        "Battambang One Window Service Office",
    )
    assert task.applicant.km == "សុខ ដារ៉ា"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_number_of_statements_does_not_grow(kilns: Kilns) -> None:
    paid(kilns)
    shown(kilns, kilns.cast.bopha)
    with counted(kilns.house.database) as few:
        shown(kilns, kilns.cast.bopha)
    for who in (kilns.cast.rithy, kilns.cast.mony, kilns.cast.kunthea):
        paid(kilns, who)
    with counted(kilns.house.database) as many:
        shown(kilns, kilns.cast.bopha)
    assert few.statements == many.statements == 2
