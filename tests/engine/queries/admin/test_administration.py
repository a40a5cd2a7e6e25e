"""Administrators of one office read about that office only; those of every office about all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine.applications.submitting import Submitted
from engine.errors import NotAllowed, NotFound
from engine.flow import retrying
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.clock_list import clock_lines
from engine.queries.admin.clocks import ClockFilter, clock_board
from engine.queries.admin.incidents import incident, incident_counts, incident_lines
from engine.queries.admin.offices import national_days, office_lines, office_page
from engine.queries.admin.outbox import STATES, message, message_counts, message_lines
from engine.queries.shared.history import case_history
from engine.queries.shared.names import read_names
from storage.messages import NotificationStatus
from storage.processes import IncidentStatus
from tests.cast import NOW
from tests.small.cases import Kilns
from tests.ways import ground

Look = Callable[[Session, House, Actor], Any]

LISTS: dict[str, Look] = {
    "clocks": lambda s, h, a: clock_board(s, read_names(s, h, now=NOW), a, ClockFilter(), now=NOW).groups,
    "clock lines": lambda s, h, a: clock_lines(s, read_names(s, h, now=NOW), a, ClockFilter(), now=NOW).items,
    "incidents": lambda s, h, a: (
        incident_lines(s, read_names(s, h, now=NOW), a, status=IncidentStatus.OPEN, page=1).items
    ),
    "messages": lambda s, h, a: message_lines(s, h, a, status=NotificationStatus.PENDING, total=1).items,
}
ONE: dict[str, Look] = {
    "incident": lambda s, h, a: incident(s, read_names(s, h, now=NOW), a, 1),
    "message": lambda s, h, a: message(s, h, a, 1),
    "office": lambda s, h, a: office_page(s, a, "02", year=2026),
}


@pytest.fixture
@ground
def stopped(kilns: Kilns) -> Submitted:
    """A case in Battambang with clocks, messages and an incident."""
    broken = Kilns(replace(kilns.house, fonts=Path(__file__)), kilns.cast)
    sent = broken.approved()
    kilns.pay(kilns.send(kilns.cast.vannak))
    return sent


def administrator(kilns: Kilns, office_id: int) -> Actor:
    return Actor(kilns.cast.visal.person_id, memberships=frozenset({(ADMINISTRATOR, office_id)}))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_the_offices_of_the_administrator(kilns: Kilns, stopped: Submitted, name: str) -> None:
    here, there = administrator(kilns, kilns.cast.battambang), administrator(kilns, kilns.cast.phnom_penh)
    with kilns.house.database.reading() as session:
        assert LISTS[name](session, kilns.house, kilns.cast.visal.actor)
        assert LISTS[name](session, kilns.house, here)
        assert LISTS[name](session, kilns.house, there) == ()


@pytest.mark.parametrize("name", ONE)
def test_what_belongs_to_another_office_is_not_found(kilns: Kilns, stopped: Submitted, name: str) -> None:
    here, there = administrator(kilns, kilns.cast.battambang), administrator(kilns, kilns.cast.phnom_penh)
    with kilns.house.database.reading() as session:
        assert ONE[name](session, kilns.house, here)
        with pytest.raises(NotFound):
            ONE[name](session, kilns.house, there)


def test_counts_hold_the_offices_of_the_administrator(kilns: Kilns, stopped: Submitted) -> None:
    there = administrator(kilns, kilns.cast.phnom_penh)
    with kilns.house.database.reading() as session:
        assert incident_counts(session, kilns.cast.visal.actor) == {"open": 1, "resolved": 0}
        assert incident_counts(session, there) == {"open": 0, "resolved": 0}
        assert message_counts(session, kilns.cast.visal.actor)["pending"] > 0
        assert message_counts(session, there) == dict.fromkeys(STATES, 0)


def test_a_history_and_a_retry_belong_to_the_office(kilns: Kilns, stopped: Submitted) -> None:
    there = administrator(kilns, kilns.cast.phnom_penh)
    with kilns.house.database.reading() as session, pytest.raises(NotFound):
        case_history(session, kilns.house, there, stopped.key)
    with pytest.raises(NotAllowed), kilns.house.database.transaction() as session:
        retrying.retry(session, kilns.house, there, 1, "Repaired.", now=NOW)


def test_an_administrator_of_one_office_sees_that_office_and_not_the_national_list(kilns: Kilns) -> None:
    here = administrator(kilns, kilns.cast.battambang)
    with kilns.house.database.reading() as session:
        assert [line.code for line in office_lines(session, here, today=NOW.date())] == ["02"]
        assert [line.code for line in office_lines(session, kilns.cast.visal.actor, today=NOW.date())] == ["02", "12"]
        with pytest.raises(NotAllowed):
            national_days(session, here, year=2026)


def test_every_open_clock_is_in_exactly_one_state(kilns: Kilns, stopped: Submitted) -> None:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        board = clock_board(session, names, kilns.cast.visal.actor, ClockFilter(), now=NOW)
        lines = clock_lines(session, names, kilns.cast.visal.actor, ClockFilter(), now=NOW)
    assert sum(board.totals.values()) == lines.total
    assert dict.fromkeys(board.totals, 0) | {"running": lines.total} == board.totals


def test_the_history_of_a_case_tells_the_open_incident_and_the_size_of_its_state(
    kilns: Kilns, stopped: Submitted
) -> None:
    with kilns.house.database.reading() as session:
        history = case_history(session, kilns.house, kilns.cast.visal.actor, stopped.key)
    assert history.open_incidents == (1,)
    assert history.breaks == ()
    assert 0 < history.state_bytes < 6000
    events = history.events.items
    assert [event.seq for event in events] == sorted((event.seq for event in events), reverse=True)
    assert all(event.who is None for event in events if event.role == "applicant")
