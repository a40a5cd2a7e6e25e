"""Filters and orders of the inbox give what the rule says, however they are combined and paged."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import case, select

from engine.people.actors import Actor
from engine.queries.office.inbox import Inbox, inbox
from engine.queries.office.inbox_filters import (
    ME,
    NOBODY,
    NOTHING,
    SHELVES,
    SORTS,
    Filters,
    Shelf,
    filters_in,
    misread_days,
)
from engine.queries.office.reach import within_reach
from engine.queries.shared import sifting
from engine.queries.shared.stretches import Wanted
from storage.applications import Application
from storage.naming import name_in_order
from storage.offices import Office
from storage.people import Person
from storage.processes import OPEN_TASK, TaskStatus, UserTask
from tests.cast import NOW, Member
from tests.engine.queries.office.test_reach import GROWING, fill, lies_on, officers, reaches, scatter
from tests.plans import planned, reads_by_index
from tests.small.cases import SERVICE, Kilns
from tests.small.crowds import crowd
from tests.ways import step

BEGINNING = Wanted()
OTHER = "industry.other"
STAGES = ("received", "checked")
FILTERS = (
    Filters(service=SERVICE),
    Filters(service=OTHER, stage="checked"),
    Filters(due="late"),
    Filters(due="week", sort="newest"),
    Filters(due="range", since=date(2026, 3, 1), until=date(2026, 3, 4), service=SERVICE),
    Filters(due="range", until=date(2026, 3, 3), sort="applicant"),
    Filters(who=ME),
    Filters(who=NOBODY, service=OTHER, sort="oldest"),
    Filters(office="02"),
    Filters(office="12", service=SERVICE, stage="received", due="range", since=date(2026, 3, 2), who=NOBODY),
    Filters(text="Sok Dara", service=OTHER),
    Filters(text="Chan Bopha", sort="applicant", due="today"),
    *(Filters(sort=sort) for sort in SORTS),
)


@dataclass(frozen=True)
class Line:
    task: UserTask
    application: Application
    person: Person
    office: Office


@step
def mix(kilns: Kilns) -> None:
    """Scattered tasks, of two services, in two stages, of two people."""
    scatter(kilns)
    dice = random.Random(7)
    with kilns.house.database.transaction() as session:
        for line in lines(session):
            line.task.service_key = dice.choice((SERVICE, OTHER))
            line.application.stage = dice.choice(STAGES)
            line.task.applicant_name = name_in_order(line.person.name_km, line.person.name_latin)


def lines(session) -> Iterator[Line]:  # type: ignore[no-untyped-def]
    rows = session.execute(
        select(UserTask, Application, Person, Office)
        .join(Application, Application.id == UserTask.application_id)
        .join(Person, Person.id == Application.applicant_id)
        .join(Office, Office.id == UserTask.office_id)
    )
    for row in rows.all():
        yield Line(*row)


def fits(line: Line, filters: Filters, actor: Actor) -> bool:
    since, until = filters.between(NOW)
    task = line.task
    whose = {"": True, ME: task.assignee_id == actor.person_id, NOBODY: task.status == TaskStatus.READY}
    named = filters.text in ("", line.person.name_latin)
    return (
        (not filters.service or task.service_key == filters.service)
        and (not filters.stage or line.application.stage == filters.stage)
        and (not filters.office or line.office.code == filters.office)
        and (since is None or (task.due_at is not None and task.due_at >= since))
        and (until is None or (task.due_at is not None and task.due_at < until))
        and whose.get(filters.who, str(task.assignee_id) == filters.who)
        and named
    )


def all_lines(kilns: Kilns) -> list[Line]:
    with kilns.house.database.reading() as session:
        return list(lines(session))


def by_the_rule(those: list[Line], actor: Actor, shelf: Shelf, filters: Filters) -> list[str]:
    far = datetime.max.replace(tzinfo=UTC)
    found = [
        one
        for one in those
        if reaches(actor, one.task, one.application)
        and shelf in lies_on(actor, one.task, NOW)
        and fits(one, filters, actor)
    ]
    sorts = {
        "due": lambda one: (one.task.due_at or far, one.task.id),
        "newest": lambda one: -one.task.id,
        "oldest": lambda one: one.task.id,
        "applicant": lambda one: (one.task.applicant_name, one.task.id),
    }
    return [one.task.key for one in sorted(found, key=sorts[filters.sort])]


def shown(
    kilns: Kilns, who: Actor | Member, shelf: Shelf = "all", wanted: Wanted = BEGINNING, filters: Filters = NOTHING
) -> Inbox:
    actor = who if isinstance(who, Actor) else who.actor
    with kilns.house.database.reading() as session:
        return inbox(session, kilns.house, actor, shelf, wanted, filters=filters, now=NOW)


def walked(kilns: Kilns, who: Actor, shelf: Shelf, filters: Filters) -> list[str]:
    """The keys on all pages, forwards; the way back gives the same."""
    pages, wanted = [], BEGINNING
    while True:
        page = shown(kilns, who, shelf, wanted, filters).tasks
        pages.append(page)
        if not page.after:
            break
        wanted = Wanted(after=page.after, number=page.number + 1)
    for before, page in pairwise(pages):
        back = shown(kilns, who, shelf, Wanted(before=page.before, number=page.number - 1), filters).tasks
        assert [one.key for one in back.items] == [one.key for one in before.items]
    return [one.key for page in pages for one in page.items]


def test_each_filter_and_order_gives_what_the_rule_says(kilns: Kilns) -> None:
    mix(kilns)
    dice = random.Random(11)
    everybody, those = list(officers(kilns.cast)), all_lines(kilns)
    for filters in FILTERS:
        for actor, shelf in zip(dice.sample(everybody, 3), dice.sample(SHELVES, 3), strict=True):
            expected = by_the_rule(those, actor, shelf, filters)
            assert walked(kilns, actor, shelf, filters) == expected, (filters, actor, shelf)


def test_shelves_are_counted_with_the_filters(kilns: Kilns) -> None:
    mix(kilns)
    actor, those = next(officers(kilns.cast)), all_lines(kilns)
    for filters in (Filters(service=SERVICE), Filters(due="late", sort="newest"), Filters(who=NOBODY, office="02")):
        counts = {shelf: len(by_the_rule(those, actor, shelf, filters)) for shelf in SHELVES}
        assert shown(kilns, actor, filters=filters).counts == counts, filters
    assert shown(kilns, actor, filters=Filters(service=SERVICE, stage="checked")).counts is None


def test_what_a_colleague_has_is_shown_when_it_is_asked_for(kilns: Kilns) -> None:
    mix(kilns)
    bopha, vannak = kilns.cast.bopha.actor, kilns.cast.vannak
    asked = Filters(who=str(vannak.person_id))
    with kilns.house.database.reading() as session:
        theirs = select(UserTask.key).where(
            UserTask.assignee_id == vannak.person_id, UserTask.status.in_(OPEN_TASK), within_reach(bopha)
        )
        expected = set(session.scalars(theirs))
    found = shown(kilns, bopha, filters=asked)
    assert expected
    assert {one.key for one in found.tasks.items} == expected
    assert (found.counts or {})["all"] == len(expected)
    assert not shown(kilns, kilns.cast.dara.actor, filters=asked).tasks.items


@pytest.mark.parametrize("typed", ["Sok Dara", "សុខ ដារ៉ា", "ដារ៉ា", "012 345 601", "ឡ <ថ្មី>"])
def test_a_text_finds_as_the_search_of_the_office_does(kilns: Kilns, typed: str) -> None:
    sent, other = kilns.send(), kilns.send(kilns.cast.rithy, answers={"kiln_name": "Phnom Sampov", "kilns": "1"})
    for one in (sent, other):
        kilns.pay(one)
    keys = [task.key for task in shown(kilns, kilns.cast.bopha, filters=Filters(text=typed)).tasks.items]
    assert keys == [kilns.task(sent, "check")]


def test_a_number_of_a_case_finds_its_task_and_a_mistyped_one_is_told(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.send(kilns.cast.rithy)
    kilns.pay(sent)
    bopha, code = kilns.cast.bopha, kilns.row(sent).tracking_code or ""
    for typed in (sent.reference, code):
        items = shown(kilns, bopha, filters=Filters(text=typed)).tasks.items
        assert [one.reference for one in items] == [sent.reference]
    wrong = sent.reference[:-1] + str((int(sent.reference[-1]) + 1) % 10)
    found = [shown(kilns, bopha, filters=Filters(text=typed)) for typed in (wrong, "ក")]
    assert [(one.text and one.text.is_mistyped, one.text and one.text.is_too_short) for one in found] == [
        (True, False),
        (False, True),
    ]
    assert [one.tasks.items for one in found] == [(), ()]


def test_a_text_finds_nothing_beyond_the_officers_reach(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    for stranger in (kilns.cast.phally, kilns.cast.sopheap, kilns.cast.dara):
        for typed in (sent.reference, "Sok Dara"):
            assert not shown(kilns, stranger, filters=Filters(text=typed)).tasks.items
    assert not shown(kilns, kilns.cast.bopha, filters=Filters(office="12")).tasks.items
    assert not shown(kilns, kilns.cast.bopha, filters=Filters(office="nowhere")).tasks.items


def test_looking_ends_after_so_many_and_goes_on_from_there(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    crowd(kilns, sent, 3 * 40)
    monkeypatch.setattr(sifting, "MOST_LOOKED", 40)
    with kilns.house.database.transaction() as session:
        rows = session.scalars(
            select(Application).where(Application.submitted_at.is_not(None)).order_by(Application.id)
        )
        for number, application in enumerate(rows):
            application.stage = "rare" if number in (5, 100, 110) else "usual"
    rare = Filters(service=SERVICE, stage="rare")
    first = shown(kilns, kilns.cast.bopha, filters=rare)
    assert (len(first.tasks.items), first.is_cut, bool(first.tasks.after)) == (1, True, True)
    second = shown(kilns, kilns.cast.bopha, wanted=Wanted(after=first.tasks.after), filters=rare)
    assert (len(second.tasks.items), second.is_cut) == (0, True)
    assert len(walked(kilns, kilns.cast.bopha.actor, "all", rare)) == 3


def test_somebody_renamed_stands_by_the_new_name(kilns: Kilns) -> None:
    first, second = kilns.send(), kilns.send(kilns.cast.rithy)
    for one in (first, second):
        kilns.pay(one)
    by_name, keys = Filters(sort="applicant"), [kilns.task(one, "check") for one in (first, second)]
    assert [one.key for one in shown(kilns, kilns.cast.bopha, filters=by_name).tasks.items] == keys
    with kilns.house.database.transaction() as session:
        session.get_one(Person, kilns.cast.dara.person_id).name_km = "អ៊ុក ដារ៉ា"
    assert [one.key for one in shown(kilns, kilns.cast.bopha, filters=by_name).tasks.items] == keys[::-1]


def test_no_filter_reads_all_that_is_open(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "MOST_LOOKED", 50)  # as little of this table as a thousand are of a nation's
    fill(kilns, 20_000, service_key=lambda n: case((n % 50 == 0, OTHER), else_=SERVICE))
    everywhere = Actor(kilns.cast.visal.person_id, memberships=frozenset({("front_office", None)}))
    week = {"due": "range", "from": "2026-03-02", "to": "2026-04-30"}
    with planned(kilns.house.database) as plans:
        for who in (kilns.cast.bopha.actor, kilns.cast.kunthea.actor, everywhere):
            for asked in ({"service": OTHER}, {"service": OTHER, "stage": "x", "who": NOBODY, "office": "02", **week}):
                for sort in SORTS:
                    filters = filters_in({**asked, "sort": sort})
                    page = shown(kilns, who, filters=filters).tasks
                    shown(kilns, who, wanted=Wanted(after=page.after), filters=filters)
    read = {index.removeprefix("ix_user_task_") for index in reads_by_index(plans, *GROWING)}
    assert {f"{name}{where}" for name in ("service", "newest", "applicant") for where in ("", "_everywhere")} <= read
    sifted = [plan for plan in plans.texts if "stage" in plan]
    assert sifted or kilns.house.database.is_sqlite
    assert not any("Sort Key: user_task.due_at" in plan for plan in sifted), "more is read than the page shows"


@pytest.mark.parametrize(
    ("asked", "filters"),
    [
        ({"q": "  a ", "sort": "nonsense"}, Filters(text="a")),
        ({"stage": "checked"}, NOTHING),
        ({"due": "range"}, NOTHING),
        ({"due": "late", "from": "1/3/2026"}, Filters(due="late")),
        ({"due": "range", "from": "១/៣/២០២៦"}, Filters(due="range", since=date(2026, 3, 1))),
        ({"who": "9" * 30}, NOTHING),
        ({"who": "-1"}, NOTHING),
        ({"due": "range", "to": "31/12/9999"}, NOTHING),
    ],
)
def test_what_an_address_says_without_meaning_is_left_out(asked: dict[str, str], filters: Filters) -> None:
    assert filters_in(asked) == filters
    assert filters_in(filters.arguments()) == filters


def test_a_day_that_cannot_be_read_is_named() -> None:
    assert misread_days({"from": "32/1/2026", "to": "31/1/2026"}) == ("from",)
    week = Filters(due="week").between(NOW)
    assert week == (datetime(2026, 3, 1, 17, tzinfo=UTC), datetime(2026, 3, 1, 17, tzinfo=UTC) + timedelta(days=7))
