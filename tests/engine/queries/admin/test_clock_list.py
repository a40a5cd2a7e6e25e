"""The list of clocks: each once, in its order, whether its pages are turned by their ends or by their numbers; and what
fell due since the last sweep is where it belongs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.clockwork import schedule
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin import clock_list
from engine.queries.admin.clock_list import ClockPage, clock_lines
from engine.queries.admin.clocks import STATES, ClockFilter, clock_board
from engine.queries.shared.marks import Mark, mark_of
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import BEGINNING, Wanted
from storage.clocks import NEVER, OPEN_CLOCK, Clock, ClockStatus
from tests.cast import NOW
from tests.small.cases import SERVICE, Kilns
from tests.ways import ground

SIZE = 3
MOMENTS = [NOW + timedelta(hours=hours) for hours in (0, 30, 100, 200, 700)]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_list, "PAGE_SIZE", SIZE)


@pytest.fixture
@ground
def busy(kilns: Kilns) -> Kilns:
    """Cases of several days: paid, to be corrected, broken."""
    people = (kilns.cast.dara, kilns.cast.vannak, kilns.cast.rithy, kilns.cast.mony, kilns.cast.bopha)
    for day, who in enumerate(people):
        now = NOW + timedelta(days=day % 3, hours=day)
        sent = kilns.send(who, now=now)
        if day != 1:
            kilns.pay(sent, now=now)
        if day == 2:
            kilns.check(sent, "return", now=now)
        if day == 3:
            schedule.sweep(kilns.house, now=NOW + timedelta(days=20))
    return kilns


def page_of(kilns: Kilns, wanted: ClockFilter, page: Wanted, now: datetime, actor: Actor | None = None) -> ClockPage:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        return clock_lines(session, names, actor or kilns.cast.visal.actor, wanted, page=page, now=now)


def said(page: ClockPage) -> list[tuple[object, ...]]:
    return [(line.reference, line.kind, line.state, line.due_at) for line in page.items]


def counted(kilns: Kilns, state: str, now: datetime) -> list[datetime | None]:
    """The due days of the clocks in a state, told from each row alone, in the order of the list."""
    with kilns.house.database.reading() as session:
        clocks = session.scalars(select(Clock).where(Clock.status.in_(OPEN_CLOCK))).all()
    chosen = [clock for clock in clocks if state in ("", state_of(clock, now))]
    chosen.sort(key=lambda clock: (clock.due_at is None, clock.due_at or NOW, clock.id))
    return [clock.due_at for clock in chosen]


def state_of(clock: Clock, now: datetime) -> str:
    if clock.breached_at or (clock.due_at and clock.due_at < now):
        return "breached"
    if clock.status == ClockStatus.PAUSED:
        return "paused"
    return "warned" if clock.warned_at or (clock.warn_at and clock.warn_at <= now) else "running"


@pytest.mark.parametrize("now", MOMENTS)
def test_every_clock_stands_once_in_its_place_whatever_the_last_sweep_saw(busy: Kilns, now: datetime) -> None:
    seen = 0
    for state in ("", *STATES):
        pages, page = [], page_of(busy, ClockFilter(state=state), BEGINNING, now)
        while page.after:
            pages.append(page)
            page = page_of(busy, ClockFilter(state=state), Wanted(page.after, number=page.number + 1), now)
        pages.append(page)
        assert [line.due_at for each in pages for line in each.items] == counted(busy, state, now)
        assert {line.state for each in pages for line in each.items} <= {state} or not state
        for number, each in enumerate(pages, 1):
            assert said(page_of(busy, ClockFilter(state=state), Wanted(number=number), now)) == said(each)
        for back, each in zip(reversed(pages[1:]), reversed(pages[:-1]), strict=True):
            turned = Wanted(before=back.before, number=each.number)
            assert said(page_of(busy, ClockFilter(state=state), turned, now)) == said(each)
        seen += page.total if state else 0
    assert seen == page_of(busy, ClockFilter(), BEGINNING, now).total == len(counted(busy, "", now)) > 0


@pytest.mark.parametrize("now", MOMENTS)
def test_the_overview_counts_what_the_list_holds(busy: Kilns, now: datetime) -> None:
    with busy.house.database.reading() as session:
        names = read_names(session, busy.house, now=NOW)
        board = clock_board(session, names, busy.cast.visal.actor, ClockFilter(), now=now)
    assert dict(board.totals) == {state: len(counted(busy, state, now)) for state in STATES}
    for group in board.groups:
        wanted = ClockFilter(group.office_code, group.service_key, group.kind, group.element_id)
        for state in STATES:
            found = page_of(busy, ClockFilter(**{**fields(wanted), "state": state}), BEGINNING, now)
            assert found.total == getattr(group, state)


def fields(wanted: ClockFilter) -> dict[str, str]:
    return {name: getattr(wanted, name) for name in ("office", "service", "kind", "element")}


def test_a_clock_that_ended_meanwhile_moves_nothing_behind_it(busy: Kilns) -> None:
    first = page_of(busy, ClockFilter(), BEGINNING, NOW)
    second = page_of(busy, ClockFilter(), Wanted(first.after, number=2), NOW)
    with busy.house.database.transaction() as session:
        gone = session.scalars(select(Clock).order_by(Clock.listed_at, Clock.id).limit(1)).one()
        gone.status, gone.ended_at = ClockStatus.STOPPED, NOW
    assert said(page_of(busy, ClockFilter(), Wanted(first.after, number=2), NOW)) == said(second)


def ended(kilns: Kilns, ids: list[int]) -> None:
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).where(Clock.id.in_(ids)).values(status=ClockStatus.STOPPED, ended_at=NOW))


def in_order(kilns: Kilns) -> list[int]:
    with kilns.house.database.reading() as session:
        found = select(Clock.id).where(Clock.status.in_(OPEN_CLOCK)).order_by(Clock.listed_at, Clock.id)
        return list(session.scalars(found))


def test_the_end_of_the_list_is_reached_although_clocks_at_its_head_end_meanwhile(busy: Kilns) -> None:
    ids, pages = in_order(busy), [page_of(busy, ClockFilter(), BEGINNING, NOW)]
    assert len(ids) > 3 * SIZE
    second = page_of(busy, ClockFilter(), Wanted(pages[0].after, number=2), NOW)
    expected = counted(busy, "", NOW)[2 * SIZE :]
    ended(busy, ids[: 2 * SIZE])
    rest, page = [], second
    while page.after:
        page = page_of(busy, ClockFilter(), Wanted(page.after, number=page.number + 1), NOW)
        assert page.items
        assert page.number <= max(2, page.pages or 0)
        rest += [line.due_at for line in page.items]
    assert rest == expected


def test_where_nothing_is_left_beside_a_mark_the_list_begins_anew(busy: Kilns) -> None:
    ids, first = in_order(busy), page_of(busy, ClockFilter(), BEGINNING, NOW)
    fourth = page_of(busy, ClockFilter(), Wanted(number=4), NOW)
    ended(busy, ids[3 * SIZE :])
    assert page_of(busy, ClockFilter(), Wanted(fourth.before, number=5), NOW).number == 1
    second = page_of(busy, ClockFilter(), Wanted(first.after, number=2), NOW)
    ended(busy, ids[SIZE:])
    alone = page_of(busy, ClockFilter(), BEGINNING, NOW)
    assert (len(alone.items), alone.total, alone.after, alone.before) == (SIZE, SIZE, "", "")
    for wanted in (Wanted(first.after, number=2), Wanted(second.after, number=3), Wanted(before=first.after, number=1)):
        assert page_of(busy, ClockFilter(), wanted, NOW) == alone, wanted


def test_an_address_cannot_say_a_number_that_the_list_does_not_have(busy: Kilns) -> None:
    first = page_of(busy, ClockFilter(), BEGINNING, NOW)
    second = page_of(busy, ClockFilter(), Wanted(first.after, number=999), NOW)
    assert second.number < (second.pages or 0)


def test_an_administrator_of_two_offices_reads_both_in_one_order_and_no_other(busy: Kilns) -> None:
    visal, here, there = busy.cast.visal, busy.cast.battambang, busy.cast.phnom_penh
    both = Actor(visal.person_id, memberships=frozenset({(ADMINISTRATOR, here), (ADMINISTRATOR, there)}))
    other = Actor(visal.person_id, memberships=frozenset({(ADMINISTRATOR, there)}))
    nobody = Actor(visal.person_id, memberships=frozenset())
    everything = page_of(busy, ClockFilter(), BEGINNING, NOW)
    assert said(page_of(busy, ClockFilter(service=SERVICE), BEGINNING, NOW, both)) == said(everything)
    for actor in (other, nobody):
        assert page_of(busy, ClockFilter(), BEGINNING, NOW, actor).items == ()
    assert page_of(busy, ClockFilter(office="02"), BEGINNING, NOW, other).total == 0
    assert page_of(busy, ClockFilter(office="nowhere"), BEGINNING, NOW).total == 0


def test_a_mark_is_read_as_it_was_written_and_nothing_else_is_one() -> None:
    for mark in (Mark(NOW, 7), Mark(NOW + timedelta(microseconds=1), 10**17), Mark(NEVER, 1)):
        assert mark_of(str(mark)) == mark
    for text in ("", "-", "1", "1-", "-1", "x-1", "1-1-1", "១-១", "9" * 18 + "-1", "1-" + "9" * 19):
        assert mark_of(text) is None, text
