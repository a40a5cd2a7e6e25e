"""How PostgreSQL goes about lists and numbers when there are many: by their indexes, and never through all clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.clock_list import clock_lines
from engine.queries.admin.clocks import ClockFilter, clock_board
from engine.queries.admin.reports import ReportFilter, last_months, report
from engine.queries.shared.names import Names, read_names
from engine.queries.shared.stretches import Wanted
from tests.cast import NOW
from tests.plans import planned, reads_by_index
from tests.small.cases import Kilns
from tests.small.many import write_many

LARGE = ("clock", "application", "user_task")
Look = Callable[[Session, Names, Actor], Any]


def listed(page: int = 1, **wanted: str) -> Look:
    def look(session: Session, names: Names, actor: Actor) -> Any:
        found = clock_lines(session, names, actor, ClockFilter(**wanted), page=Wanted(number=page), now=NOW)
        assert found.items
        return clock_lines(
            session, names, actor, ClockFilter(**wanted), page=Wanted(found.after, number=page + 1), now=NOW
        )

    return look


ALL, OFFICE, SERVICE, GROUP = (f"ix_clock_list{of}" for of in ("", "_office", "_service", "_group"))
UNWARNED = "ix_clock_to_warn"
LOOKS: dict[str, tuple[Look, set[str]]] = {
    "overview": (lambda s, n, a: clock_board(s, n, a, ClockFilter(), now=NOW), {ALL}),
    "list": (listed(), {ALL}),
    "deep in the list": (listed(page=40), {ALL}),
    "late": (listed(state="breached"), {ALL}),
    "soon": (listed(state="warned"), {ALL, UNWARNED}),
    "running": (listed(state="running"), {ALL}),
    "standing still": (listed(state="paused"), {ALL}),
    "of an office": (listed(office="x7"), {OFFICE}),
    "of a service": (listed(service="many.3"), {SERVICE}),
    "of a group": (listed(office="x7", service="many.3", kind="norm", state="running"), {GROUP}),
    "report": (lambda s, n, a: report(s, n, a, last_months(12, today=NOW.date()), ReportFilter(), page=1), set()),
}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_no_list_and_no_number_is_read_through_all_clocks(kilns: Kilns) -> None:
    database, visal = kilns.house.database, kilns.cast.visal
    with database.transaction() as session:
        write_many(session, cases=8000, offices=40, services=8, now=NOW)
    here = frozenset((ADMINISTRATOR, office) for office in (kilns.cast.battambang, kilns.cast.phnom_penh))
    two = Actor(visal.person_id, memberships=here)
    with database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
    for name, (look, wanted) in LOOKS.items():
        with planned(database) as plans, database.reading() as session:
            look(session, names, visal.actor)
        assert wanted <= reads_by_index(plans, *LARGE), f"{name}\n{plans}"
    with planned(database) as plans, database.reading() as session:
        clock_lines(session, names, two, ClockFilter(), now=NOW + timedelta(days=1))
    reads_by_index(plans, *LARGE)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_neither_does_sqlite(kilns: Kilns) -> None:
    database = kilns.house.database
    with database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
    kilns.pay(kilns.send())
    for state in ("", "breached", "warned", "running", "paused"):
        with planned(database) as plans, database.reading() as session:
            clock_lines(session, names, kilns.cast.visal.actor, ClockFilter(state=state), now=NOW)
            clock_board(session, names, kilns.cast.visal.actor, ClockFilter(), now=NOW)
        assert ALL in reads_by_index(plans, *LARGE), state
