"""The control room: each case once, by the day its applicant was promised, for whoever watches it and nobody else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from engine.clockwork import schedule
from engine.errors import NotAllowed
from engine.packages.groups import ADMINISTRATOR, FRONT_OFFICE, HEAD
from engine.people.actors import Actor
from engine.queries.admin import control_list
from engine.queries.admin.control import ControlBoard, control_board, end_of_day
from engine.queries.admin.control_list import CaseFilter, CaseLine, case_lines
from engine.queries.admin.control_officers import Hands, hands
from engine.queries.admin.watching import WatchFilter, choices, watched
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import BEGINNING, Wanted
from engine.tasks import user_tasks
from storage.clocks import OPEN_CLOCK, Clock, ClockKind, ClockStatus
from storage.offices import Office, OfficeLevel
from storage.tallying import rebuild
from tests.cast import NOW
from tests.plans import planned, reads_by_index
from tests.small.cases import SERVICE, Kilns
from tests.small.many import write_many
from tests.ways import ground

SIZE = 2
MOMENTS = [NOW + timedelta(hours=hours) for hours in (0, 100, 200, 1700)]
EVERYTHING, ALL_CASES = WatchFilter(), CaseFilter()
STATES = ("breached", "warned", "running", "paused")


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_list, "PAGE_SIZE", SIZE)


@pytest.fixture
@ground
def busy(kilns: Kilns) -> Kilns:
    """Cases of several days: paid, to be corrected, broken; two of them have no norm."""
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


def without_norms(kilns: Kilns, most: int) -> None:
    """So many open cases as they are where the law's term is all that is promised."""
    with kilns.house.database.transaction() as session:
        norms = select(Clock.id).where(Clock.kind == ClockKind.NORM, Clock.status.in_(OPEN_CLOCK)).limit(most)
        session.execute(delete(Clock).where(Clock.id.in_(session.scalars(norms).all())))
        rebuild(session)


def board_of(kilns: Kilns, now: datetime, actor: Actor, wanted: WatchFilter = EVERYTHING) -> ControlBoard:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        return control_board(session, names, watched(session, names, actor, wanted, now=now))


def listed(
    kilns: Kilns, now: datetime, actor: Actor, cases: CaseFilter = ALL_CASES, wanted: WatchFilter = EVERYTHING
) -> list[CaseLine]:
    """All pages, each turned forwards and then back to the one before."""
    found: list[CaseLine] = []
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        watch = watched(session, names, actor, wanted, now=now)
        page = case_lines(session, names, actor, watch, cases, page=BEGINNING)
        while True:
            found += page.items
            if not page.after:
                return found
            behind = Wanted(page.after, number=page.number + 1)
            turned = case_lines(session, names, actor, watch, cases, page=behind)
            back = case_lines(session, names, actor, watch, cases, page=Wanted(before=turned.before, number=1))
            assert back.items == page.items
            page = turned


def in_hand(kilns: Kilns, actor: Actor) -> tuple[Hands, ...]:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        return hands(session, watched(session, names, actor, WatchFilter(), now=NOW), kilns.cast.battambang)


def promises(kilns: Kilns) -> list[Clock]:
    """The promise of each open case, told from its clocks alone, in the order of the list."""
    with kilns.house.database.reading() as session:
        clocks = session.scalars(select(Clock).where(Clock.status.in_(OPEN_CLOCK), Clock.kind != ClockKind.TASK)).all()
    found: dict[int, Clock] = {}
    for clock in sorted(clocks, key=lambda clock: clock.kind == ClockKind.NORM):
        found[clock.application_id] = clock
    return sorted(found.values(), key=lambda clock: (clock.due_at is None, clock.due_at or NOW, clock.id))


def state_of(clock: Clock, now: datetime) -> str:
    if clock.breached_at or (clock.due_at and clock.due_at < now):
        return "breached"
    if clock.status == ClockStatus.PAUSED:
        return "paused"
    return "warned" if clock.warned_at or (clock.warn_at and clock.warn_at <= now) else "running"


def said(board: ControlBoard) -> dict[str, int]:
    standing = board.total
    numbers = (standing.late, standing.warned, standing.running, standing.paused)
    return {state: number for state, number in zip(STATES, numbers, strict=True) if number}


@pytest.mark.parametrize("bare", [2, 9], ids=["some have no norm", "none has one"])
def test_each_case_counts_and_stands_once_by_what_was_promised(busy: Kilns, bare: int) -> None:
    without_norms(busy, bare)
    visal, cases = busy.cast.visal.actor, promises(busy)
    assert len(cases) == 5
    for now in MOMENTS:
        board, states = board_of(busy, now, visal), Counter(state_of(clock, now) for clock in cases)
        assert said(board) == states
        assert sum(part.standing.cases for part in board.services) == board.total.cases == 5
        assert sum(part.standing.cases for part in board.provinces) == 5
        assert sum(board.late_by.values()) == board.total.late
        in_time = [clock for clock in cases if state_of(clock, now) in ("warned", "running")]
        assert board.today == sum(1 for clock in in_time if clock.due_at and clock.due_at <= end_of_day(now))
        for state in ("", *STATES):
            lines = listed(busy, now, visal, CaseFilter(state=state))
            assert [line.clock_id for line in lines] == [
                clock.id for clock in cases if state in ("", state_of(clock, now))
            ]
        for age, number in board.late_by.items():
            assert len(listed(busy, now, visal, CaseFilter(state="breached", age=age))) == number
        assert len(listed(busy, now, visal, CaseFilter(state="today"))) == board.today


def test_a_case_is_late_at_once_and_how_late_is_told(busy: Kilns) -> None:
    first = min(clock.due_at for clock in promises(busy) if clock.due_at)
    actor = busy.cast.visal.actor
    assert board_of(busy, first, actor).late_by["week"] == 0
    assert board_of(busy, first + timedelta(seconds=1), actor).late_by["week"] >= 1
    assert board_of(busy, first + timedelta(days=8), actor).late_by["month"] >= 1
    assert board_of(busy, first + timedelta(days=31), actor).late_by["longer"] >= 1


def test_steps_and_officers_lead_to_their_cases(kilns: Kilns) -> None:
    mine, other = kilns.send(), kilns.send(kilns.cast.vannak)
    kilns.pay(mine)
    kilns.pay(other)
    visal, kunthea = kilns.cast.visal.actor, kilns.cast.kunthea.actor
    (step,) = board_of(kilns, NOW, visal).steps
    at_step = listed(kilns, NOW, visal, CaseFilter(element=step.key), WatchFilter(service=SERVICE))
    assert {line.reference for line in at_step} == {mine.reference, other.reference}
    assert {(one.task.en, one.officer) for line in at_step for one in line.doing} == {("Check the application", None)}
    assert [(hand.person_id, hand.cases) for hand in in_hand(kilns, kunthea)] == [(None, 2)]
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, kilns.task(mine, "check"), now=NOW)
    held, free = in_hand(kilns, kunthea)
    assert (held.person_id, held.cases, free.person_id, free.cases) == (kilns.cast.bopha.person_id, 1, None, 1)
    (line,) = listed(kilns, NOW, kunthea, CaseFilter(officer=held.person_id))
    assert line.reference == mine.reference
    assert line.doing[0].officer == held.name
    assert line.is_read
    assert not line.is_run


def test_everybody_watches_the_own_offices_and_what_lies_below_them(kilns: Kilns) -> None:
    kilns.send()
    with kilns.house.database.transaction() as session:
        near = Office(code="0201", level=OfficeLevel.DISTRICT, name_km="ស្រុក", name_en="District", hours=[])
        house = Office(
            code="9001", level=OfficeLevel.MINISTRY, ministry_key="industry", name_km="ក្រសួង", name_en="M", hours=[]
        )
        session.add_all([near, house])
        session.flush()
        offices = {"district": near.id, "ministry": house.id}
    offices |= {"province": kilns.cast.battambang, "elsewhere": kilns.cast.phnom_penh}

    def watches(group: str, office: int | None) -> tuple[int, frozenset[str]]:
        actor = Actor(1, memberships=frozenset({(group, office)}))
        with kilns.house.database.reading() as session:
            names = read_names(session, kilns.house, now=NOW)
            watch = watched(session, names, actor, WatchFilter(), now=NOW)
            codes = frozenset(code for code, _ in choices(names, watch).offices)
        assert len(listed(kilns, NOW, actor)) == board_of(kilns, NOW, actor).total.cases
        return board_of(kilns, NOW, actor).total.cases, codes

    for group in (ADMINISTRATOR, HEAD, "governor"):
        assert watches(group, offices["province"]) == (1, {"02", "0201"})
        assert watches(group, offices["district"]) == (0, {"0201"})
        assert watches(group, offices["elsewhere"]) == (0, {"12"})
        assert watches(group, offices["ministry"])[0] == 1, "its services, wherever they are"
        assert watches(group, None)[0] == 1


def test_nobody_else_watches_and_no_filter_reaches_further(kilns: Kilns) -> None:
    kilns.send()
    for memberships in ({(FRONT_OFFICE, kilns.cast.battambang)}, {("tourism.laboratory", None)}, set()):
        actor = Actor(1, memberships=frozenset(memberships))
        with pytest.raises(NotAllowed):
            board_of(kilns, NOW, actor)
    elsewhere = Actor(1, memberships=frozenset({(HEAD, kilns.cast.phnom_penh)}))
    for wanted in (WatchFilter(office="02"), WatchFilter(province="02"), WatchFilter(service=SERVICE)):
        assert board_of(kilns, NOW, elsewhere, wanted).total.cases == 0
        assert listed(kilns, NOW, elsewhere, wanted=wanted) == []
    for nonsense in (WatchFilter(office="x"), WatchFilter(province="'"), WatchFilter(service="%")):
        assert board_of(kilns, NOW, kilns.cast.visal.actor, nonsense).total.cases == 0


def test_nobody_is_led_to_an_own_case(kilns: Kilns) -> None:
    sent = kilns.send(kilns.cast.bopha)
    applicant = replace(kilns.cast.visal.actor, person_id=kilns.cast.bopha.person_id)
    (line,) = listed(kilns, NOW, applicant)
    assert (line.reference, line.is_read, line.is_run) == (sent.reference, False, False)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_no_number_of_it_is_read_through_all_cases(kilns: Kilns) -> None:
    database, visal = kilns.house.database, kilns.cast.visal.actor
    with database.transaction() as session:
        write_many(session, cases=8000, offices=40, services=8, now=NOW)
    tables = ("clock", "application", "user_task")
    with database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
    for wanted in (WatchFilter(), WatchFilter(office="x7"), WatchFilter(service="many.3")):
        with planned(database) as plans, database.reading() as session:
            watch = watched(session, names, visal, wanted, now=NOW)
            assert control_board(session, names, watch).total.cases
            hands(session, watch, kilns.cast.battambang)
            for state in ("", "breached", "today", "warned", "running", "paused"):
                found = case_lines(session, names, visal, watch, CaseFilter(state=state))
                if found.after:
                    case_lines(session, names, visal, watch, CaseFilter(state=state), page=Wanted(found.after))
        reads_by_index(plans, *tables)
