"""How cases came, what was sent back, and on how many days their applicants came, is counted behind the work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.applications.submitting import Submitted
from engine.clockwork import step_times
from engine.queries.admin.case_facts import CaseFacts, case_facts, weeks
from engine.queries.admin.reports import last_months
from engine.queries.admin.watching import WatchFilter, watched
from engine.queries.shared.names import read_names
from storage.applications import Application, Channel
from storage.step_times import CaseTally, FactKind
from tests.cast import NOW, Member
from tests.engine.clockwork.test_step_times import LATER, count
from tests.small.cases import SERVICE, Kilns

DAY = timedelta(days=1)


def came_by_the_counter(kilns: Kilns, sent: Submitted) -> None:
    with kilns.house.database.transaction() as session:
        session.execute(update(Application).where(Application.key == sent.key).values(channel=Channel.COUNTER))


def facts(kilns: Kilns, kind: FactKind) -> dict[str, int]:
    with kilns.house.database.reading() as session:
        rows = session.scalars(select(CaseTally).where(CaseTally.kind == kind)).all()
    assert {(row.service_key, row.month) for row in rows} <= {(SERVICE, "2026-03")}
    return {row.key: row.cases for row in rows}


def shown(kilns: Kilns, who: Member) -> CaseFacts:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        watch = watched(session, names, who.actor, WatchFilter(), now=LATER)
        return case_facts(session, kilns.house, names, watch, last_months(1, today=LATER.date()))


def test_each_application_counts_once_by_its_channel(kilns: Kilns) -> None:
    came_by_the_counter(kilns, kilns.send())
    for _ in range(2):
        kilns.send()
    for _ in range(2):
        count(kilns)
    assert facts(kilns, FactKind.RECEIVED) == {"online": 2, "counter": 1}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_pieces_come_to_the_same(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_times, "TOGETHER", 1)
    for _ in range(3):
        kilns.send()
    while count(kilns):
        pass
    assert facts(kilns, FactKind.RECEIVED) == {"online": 3}


def test_what_is_sent_back_counts_by_the_question(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    kilns.correct(sent)
    kilns.check(sent, "return", now=NOW + DAY)
    count(kilns)
    assert facts(kilns, FactKind.RETURNED) == {"field:kiln_name": 2}
    (line,) = shown(kilns, kilns.cast.kunthea).returned
    assert (line.times, line.name.en) == (2, "Name of the kiln")
    assert shown(kilns, kilns.cast.visal).returned == (line,)


def test_visits_are_the_days_on_which_somebody_stood_at_the_counter(kilns: Kilns) -> None:
    sent = kilns.send()
    came_by_the_counter(kilns, sent)
    kilns.pay(sent)  # in cash, on the same day
    kilns.check(sent, "ok", now=NOW + DAY)
    kilns.collect(sent, now=NOW + 2 * DAY)
    other = kilns.send(now=NOW)
    kilns.pay(other, now=NOW + DAY)
    kilns.check(other, "ok", now=NOW + 2 * DAY)
    kilns.collect(other, now=NOW + 3 * DAY)
    kilns.send()
    count(kilns)
    assert facts(kilns, FactKind.VISITS) == {"2": 2}
    assert shown(kilns, kilns.cast.kunthea).visits_each == 2.0


def test_weeks_say_what_came_in_and_how_many_tasks_the_office_completed(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    kilns.correct(sent, now=NOW + 7 * DAY)
    kilns.send(now=NOW + 7 * DAY)
    count(kilns)
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        watch = watched(session, names, kilns.cast.kunthea.actor, WatchFilter(), now=NOW + 8 * DAY)
        found = weeks(session, watch)
    assert [(week.monday.isoformat(), week.sent, week.done) for week in found[-3:]] == [
        ("2026-02-23", 0, 0),
        ("2026-03-02", 1, 2),
        ("2026-03-09", 1, 0),
    ]


def test_a_refusal_counts_at_the_step_that_decided_it(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "refuse", now=NOW + DAY)
    count(kilns)
    assert facts(kilns, FactKind.REFUSED) == {"check": 1}
    (line,) = shown(kilns, kilns.cast.kunthea).refused
    assert (line.name.en, line.times) == ("Check the application", 1)
