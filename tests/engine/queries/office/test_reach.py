"""What reaches an officer is the same by the indexes as by the rule, shelf by shelf and page by page."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import case, select

from engine.packages.groups import (
    ADMINISTRATOR,
    CASHIER,
    FRONT_OFFICE,
    HEAD,
    OFFICER_GROUPS,
    SPECIALIST,
    escalation,
)
from engine.people.actors import OPERATOR, Actor
from engine.queries.office.desk import DeskKind, Waiting, waiting_at_desk
from engine.queries.office.inbox import PAGE_SIZE, Inbox, inbox
from engine.queries.office.inbox_filters import SHELVES, Shelf
from engine.queries.office.reach import MOST_WAYS, reach_of
from engine.queries.shared.stretches import MOST_COUNTED, MOST_TURNED, Stretch, Wanted
from storage.applications import Application
from storage.processes import OPEN_TASK, TaskKind, TaskStatus, UserTask
from tests.cast import NOW, Cast
from tests.plans import measured, planned, reads_by_index
from tests.small.cases import Kilns
from tests.small.crowds import crowd
from tests.statements import counted
from tests.ways import step

BEGINNING = Wanted()
GROUPS = (FRONT_OFFICE, CASHIER, SPECIALIST, HEAD, ADMINISTRATOR)
GROWING = ("user_task", "application", "clock")
SEED = 20_261_130
CASES = 110


@step
def scatter(kilns: Kilns) -> None:
    """Open tasks of every kind: of all groups, at both offices, free and claimed, escalated or not, with and without a
    day, of applicants who are officers too."""
    sent = kilns.send()
    kilns.pay(sent)
    crowd(kilns, sent, CASES)
    cast, dice = kilns.cast, random.Random(SEED)
    offices, people = (cast.battambang, cast.phnom_penh), (cast.bopha, cast.vannak, cast.kunthea)
    days = [None, *(NOW + timedelta(days=day) for day in range(-3, 6))]
    with kilns.house.database.transaction() as session:
        rows = session.execute(
            select(UserTask, Application).join(Application, Application.id == UserTask.application_id)
        )
        for task, application in rows:
            if task.status == TaskStatus.COMPLETED:
                continue
            task.group, task.office_id = dice.choice(GROUPS), dice.choice(offices)
            task.kind = dice.choice((TaskKind.FORM, TaskKind.FORM, TaskKind.PAYMENT, TaskKind.HANDOVER))
            task.escalated_to = dice.choice(("", "", "", HEAD, ADMINISTRATOR, SPECIALIST))
            task.due_at = dice.choice(days)
            is_claimed = dice.random() < 0.4
            task.status = (
                TaskStatus.CLAIMED if is_claimed else dice.choice((*3 * (TaskStatus.READY,), TaskStatus.CANCELLED))
            )
            task.assignee_id = dice.choice(people).person_id if is_claimed else None
            application.applicant_id = dice.choice((cast.dara, cast.dara, cast.dara, cast.bopha)).person_id


def reaches(actor: Actor, task: UserTask, application: Application) -> bool:
    """The rule itself, for one task."""
    groups, is_own = (task.group, *escalation(task.escalated_to)), application.applicant_id == actor.person_id
    return task.status in OPEN_TASK and not is_own and any(actor.acts_for(one, task.office_id) for one in groups)


def lies_on(actor: Actor, task: UserTask, now: datetime) -> set[str]:
    """The shelves on which a task lies that reaches the actor."""
    is_free = task.status == TaskStatus.READY
    is_mine = task.status == TaskStatus.CLAIMED and task.assignee_id == actor.person_id
    is_escalated = bool(actor.groups & set(escalation(task.escalated_to)))
    if not (is_free or is_mine or is_escalated):
        return set()
    is_late = task.due_at is not None and task.due_at < now
    marks = {"mine": is_mine, "free": is_free, "escalated": is_escalated, "late": is_late}
    return {"all", *(name for name, lies in marks.items() if lies)}


def tasks_of(kilns: Kilns) -> list[tuple[UserTask, Application]]:
    joined = select(UserTask, Application).join(Application, Application.id == UserTask.application_id)
    with kilns.house.database.reading() as session:
        return [(task, application) for task, application in session.execute(joined.order_by(UserTask.id))]


def by_the_rule(those: list[tuple[UserTask, Application]], actor: Actor) -> dict[str, list[str]]:
    """The keys on each shelf, in order."""
    far = datetime.max.replace(tzinfo=NOW.tzinfo)
    open_ones = [task for task, application in those if reaches(actor, task, application)]
    open_ones.sort(key=lambda task: (task.due_at or far, task.id))
    return {shelf: [task.key for task in open_ones if shelf in lies_on(actor, task, NOW)] for shelf in SHELVES}


def desk_by_the_rule(those: list[tuple[UserTask, Application]], actor: Actor, kind: TaskKind) -> list[str]:
    return [task.key for task, application in those if task.kind == kind and reaches(actor, task, application)]


def shown(kilns: Kilns, who: Actor, shelf: Shelf = "all", wanted: Wanted = BEGINNING) -> Inbox:
    with kilns.house.database.reading() as session:
        return inbox(session, kilns.house, who, shelf, wanted, now=NOW)


def at_desk(kilns: Kilns, who: Actor, kind: DeskKind, wanted: Wanted = BEGINNING) -> Stretch[Waiting]:
    with kilns.house.database.reading() as session:
        return waiting_at_desk(session, kilns.house, who, kind, wanted)


def walked(read: Callable[[Wanted], Stretch[Any]]) -> list[tuple[Any, ...]]:
    """What stands on each page from the first on to the last."""
    page, pages = read(BEGINNING), []
    while True:
        assert page.number == len(pages) + 1
        pages.append(page.items)
        if not page.after:
            assert page.pages == len(pages)
            return pages
        page = read(Wanted(after=page.after, number=page.number + 1))


def fill(kilns: Kilns, many: int = 20_000, **task: Any) -> None:
    """Thousands of open tasks at Battambang, of which some are claimed and some have escalated."""
    sent = kilns.send()
    kilns.pay(sent)
    cast = kilns.cast
    values: dict[str, Any] = {
        "office_id": lambda n: case((n % 51 == 0, cast.battambang), else_=cast.phnom_penh),
        "status": lambda n: case((n % 7 == 0, TaskStatus.CLAIMED), else_=TaskStatus.READY),
        "assignee_id": lambda n: case((n % 7 == 0, cast.bopha.person_id + n % 3)),
        "escalated_to": lambda n: case((n % 10 == 0, HEAD), (n % 10 == 1, ADMINISTRATOR), else_=""),
    }
    is_sqlite = kilns.house.database.is_sqlite
    crowd(kilns, sent, 3_000 if is_sqlite else many, {**values, **task})
    if not is_sqlite:
        measured(kilns.house.database, "user_task", "application", "clock", "person")


def spread(cast: Cast, groups: tuple[str, ...], offices: int) -> Actor:
    """Somebody of several groups, each at so many offices where none of the others is."""
    places = [cast.battambang, cast.phnom_penh, *range(10_000, 10_000 + len(groups) * offices)]
    memberships = {
        (group, places[number + len(groups) * at]) for number, group in enumerate(groups) for at in range(offices)
    }
    return Actor(cast.bopha.person_id, memberships=frozenset(memberships))


def near_the_limit(cast: Cast) -> dict[str, Actor]:
    return {
        "one below": spread(cast, (FRONT_OFFICE, HEAD), 2),
        "one above": spread(cast, (FRONT_OFFICE, HEAD), 3),
        "three groups": spread(cast, (HEAD, FRONT_OFFICE, SPECIALIST), 10),
        "five groups": spread(cast, GROUPS, 6),
        "every group": spread(cast, tuple(OFFICER_GROUPS), 20),
        "one everywhere": Actor(
            cast.bopha.person_id,
            memberships=spread(cast, (SPECIALIST, HEAD), 30).memberships | {(CASHIER, None)},
        ),
    }


def officers(cast: Cast) -> Iterator[Actor]:
    here, there = cast.battambang, cast.phnom_penh
    many = {(SPECIALIST, 10_000 + number) for number in range(MOST_WAYS)}
    for person, memberships in (
        (cast.bopha, {(FRONT_OFFICE, here)}),
        (cast.bopha, {(FRONT_OFFICE, here), (HEAD, there)}),
        (cast.kunthea, {(HEAD, here)}),
        (cast.kunthea, {(group, here) for group in GROUPS}),
        (cast.vannak, {(ADMINISTRATOR, None), (HEAD, there)}),
        (cast.vannak, {(FRONT_OFFICE, None)}),
        (cast.vannak, {(SPECIALIST, here), (SPECIALIST, there), *many}),
        (cast.dara, set()),
    ):
        yield Actor(person.person_id, memberships=frozenset(memberships))
    yield from near_the_limit(cast).values()
    yield OPERATOR


def test_each_shelf_holds_what_the_rule_says_in_its_order_however_it_is_paged(kilns: Kilns) -> None:
    scatter(kilns)
    those = tasks_of(kilns)
    for officer in officers(kilns.cast):
        expected = by_the_rule(those, officer)
        for shelf in SHELVES:
            pages = walked(lambda wanted, who=officer, of=shelf: shown(kilns, who, of, wanted).tasks)
            assert [task.key for page in pages for task in page] == expected[shelf], (officer, shelf)
            assert {len(page) for page in pages[:-1]} <= {PAGE_SIZE}
        assert shown(kilns, officer).counts == {shelf: len(keys) for shelf, keys in expected.items()}


def test_no_officer_has_more_ways_than_a_statement_takes(kilns: Kilns) -> None:
    found = {name: reach_of(actor)[0] for name, actor in near_the_limit(kilns.cast).items()}
    number = {
        name: len(ways.ready + ways.escalated_ready + ways.escalated_claimed + ways.claimed)
        for name, ways in found.items()
    }
    assert max(number.values()) <= MOST_WAYS + 1
    assert len(found["one below"].ready) == 4
    assert len(found["one above"].ready) == 2, "all offices of a group are one way"


def test_the_way_back_leads_over_the_same_pages(kilns: Kilns) -> None:
    scatter(kilns)
    head = Actor(kilns.cast.kunthea.person_id, memberships=frozenset((group, None) for group in GROUPS))
    expected = by_the_rule(tasks_of(kilns), head)["all"]
    pages = [expected[start : start + PAGE_SIZE] for start in range(0, len(expected), PAGE_SIZE)]
    assert len(pages) > 3
    page = shown(kilns, head, wanted=Wanted(after=pages[-2][-1], number=len(pages))).tasks
    for number in range(len(pages), 0, -1):
        assert [task.key for task in page.items] == pages[number - 1]
        assert (page.number, page.pages, bool(page.before)) == (number, len(pages), number > 1)
        page = shown(kilns, head, wanted=Wanted(before=page.before, number=number - 1)).tasks
    assert [task.key for task in page.items] == pages[0], "nothing lies ahead of the first page"


def test_an_address_of_what_is_no_longer_there_shows_the_first_page(kilns: Kilns) -> None:
    scatter(kilns)
    head = Actor(kilns.cast.kunthea.person_id, memberships=frozenset({(HEAD, None)}))
    first = shown(kilns, head).tasks
    last = by_the_rule(tasks_of(kilns), head)["all"][-1]
    for wanted in (Wanted("unknown"), Wanted(before="unknown", number=7), Wanted(after=last), Wanted(number=4)):
        assert shown(kilns, head, wanted=wanted).tasks == first


@pytest.mark.parametrize("kind", [TaskKind.PAYMENT, TaskKind.HANDOVER])
def test_the_desks_show_what_the_rule_says_the_longest_first(kilns: Kilns, kind: DeskKind) -> None:
    scatter(kilns)
    those = tasks_of(kilns)
    for officer in officers(kilns.cast):
        pages = walked(lambda wanted, who=officer: at_desk(kilns, who, kind, wanted))
        assert [one.task_key for page in pages for one in page] == desk_by_the_rule(those, officer, kind), officer


def test_an_address_cannot_say_a_number_that_the_list_does_not_have(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    crowd(kilns, sent, 3 * PAGE_SIZE)
    bopha = kilns.cast.bopha.actor
    first = shown(kilns, bopha).tasks
    assert shown(kilns, bopha, wanted=Wanted(first.after, number=999)).tasks.number == 3
    crowd(kilns, sent, MOST_COUNTED, first=2_000_000)
    assert shown(kilns, bopha, wanted=Wanted(first.after, number=10**9)).tasks.number == MOST_TURNED


def test_more_than_a_thousand_are_not_counted(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    crowd(kilns, sent, MOST_COUNTED - 1)
    bopha = kilns.cast.bopha.actor
    assert (shown(kilns, bopha).counts["all"], shown(kilns, bopha).tasks.pages) == (MOST_COUNTED, 40)
    crowd(kilns, sent, 20, first=2_000_000)
    found = shown(kilns, bopha)
    assert (found.counts["all"], found.counts["free"], found.counts["mine"]) == (MOST_COUNTED + 1, MOST_COUNTED + 1, 0)
    assert (found.tasks.pages, bool(found.tasks.after)) == (None, True)


def test_no_shelf_reads_more_than_its_first_tasks(kilns: Kilns) -> None:
    fill(kilns)
    with planned(kilns.house.database) as plans:
        for who in (kilns.cast.bopha.actor, kilns.cast.kunthea.actor, kilns.cast.visal.actor, everywhere(kilns)):
            for shelf in SHELVES:
                page = shown(kilns, who, shelf).tasks
                shown(kilns, who, shelf, Wanted(after=page.after))
                shown(kilns, who, shelf, Wanted(before=page.after))
    read = {index.removeprefix("ix_user_task_") for index in reads_by_index(plans, *GROWING)}
    own = "inbox" if kilns.house.database.is_sqlite else "ready"  # which are alike there
    assert {own, "ready_everywhere", "claimed", "escalated", "escalated_everywhere"} <= read


def test_no_desk_reads_more_than_its_first_tasks(kilns: Kilns) -> None:
    fill(kilns, kind=TaskKind.PAYMENT, group=FRONT_OFFICE)
    with planned(kilns.house.database) as plans:
        for who in (kilns.cast.bopha.actor, kilns.cast.kunthea.actor, everywhere(kilns)):
            page = at_desk(kilns, who, TaskKind.PAYMENT)
            assert at_desk(kilns, who, TaskKind.PAYMENT, Wanted(after=page.after)).items
    read = {index.removeprefix("ix_user_task_") for index in reads_by_index(plans, *GROWING)}
    assert {"desk", "desk_everywhere", "desk_escalated"} <= read, plans


def everywhere(kilns: Kilns) -> Actor:
    return Actor(kilns.cast.visal.person_id, memberships=frozenset({(FRONT_OFFICE, None)}))


def test_a_page_costs_the_same_statements_for_one_group_and_for_all(kilns: Kilns) -> None:
    scatter(kilns)
    for actor in (kilns.cast.bopha.actor, Actor(None, memberships=frozenset((group, None) for group in GROUPS))):
        with counted(kilns.house.database) as first:
            page = shown(kilns, actor).tasks
        with counted(kilns.house.database) as deep:
            shown(kilns, actor, wanted=Wanted(after=page.items[0].key))
        assert (first.statements, deep.statements) == (2, 3)
