"""How often each flow was really taken: counted behind the cases, once each, by version, month and office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine.applications.submitting import Submitted
from engine.clockwork import upkeep
from engine.errors import NotAllowed
from engine.people.actors import OPERATOR, Actor
from engine.queries.admin.reports import period_between
from engine.queries.analyst.flow_heat import FlowHeat, flow_heat
from engine.versions import flow_volumes, transfers
from storage.applications import Application
from storage.chores import Chore, ChoreKind
from storage.traffic import CountedCase, FlowVolume
from tests.cast import NOW
from tests.small.cases import SERVICE, Kilns
from tests.statements import counted

LATER = NOW + flow_volumes.SETTLED + timedelta(minutes=1)
NEXT_MONTH = NOW + timedelta(days=31)


def count(kilns: Kilns, now: datetime = LATER) -> int:
    return flow_volumes.count(kilns.house, now=now).cases


def flows(
    kilns: Kilns, *, version: int = 1, months: Sequence[str] = ("2026-01", "2026-12"), who: Actor | None = None,
    office_id: int | None = None,
) -> dict[str, FlowHeat]:  # fmt: skip
    first, last = months
    period = period_between(first, last, today=NOW.date())
    with kilns.house.database.reading() as session:
        published = kilns.house.catalog.numbered(session, SERVICE, version)
        actor = who or kilns.cast.chenda.actor
        found = flow_heat(session, actor, published, period, office_id=office_id)
    return {one.id: one for one in found}


def taken(kilns: Kilns, **limits: object) -> dict[str, int]:
    return {key: one.taken for key, one in flows(kilns, **limits).items() if one.taken}  # type: ignore[arg-type]


def checked(kilns: Kilns, result: str = "ok") -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, result)
    return sent


def test_flows_are_counted_and_those_never_taken_are_told_too(kilns: Kilns) -> None:
    for result in ("ok", "ok", "ok", "refuse"):
        checked(kilns, result)
    assert count(kilns) == 4
    found = flows(kilns)
    assert (found["f1"].taken, found["f1"].degree) == (4, 3)
    refused = next(one for one in found.values() if one.target.id == "refuse")
    returned = next(one for one in found.values() if one.target.id == "correct")
    assert (refused.taken, refused.degree) == (1, 1)
    assert (returned.taken, returned.degree) == (0, 0)
    assert [one.taken for one in found.values()] == sorted((one.taken for one in found.values()), reverse=True)


def test_a_case_that_went_on_is_counted_on_and_nothing_twice(kilns: Kilns) -> None:
    sent = kilns.send()
    assert count(kilns) == 1
    before = taken(kilns)
    assert count(kilns) == 0
    kilns.pay(sent)
    assert count(kilns) == 1
    after = taken(kilns)
    assert after["f1"] == before["f1"] == 1
    assert len(after) > len(before)


def test_what_is_counted_step_by_step_is_what_is_counted_at_once(kilns: Kilns) -> None:
    sent = kilns.send()
    count(kilns)
    kilns.pay(sent)
    count(kilns)
    kilns.check(sent, "ok")
    count(kilns)
    stepwise = taken(kilns)
    with kilns.house.database.transaction() as session:
        for table in (FlowVolume, CountedCase):
            session.query(table).delete()
    count(kilns)
    assert taken(kilns) == stepwise


def test_a_flow_belongs_to_the_month_in_which_it_was_taken(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent, now=NEXT_MONTH)
    count(kilns, NEXT_MONTH)
    assert taken(kilns, months=("2026-03", "2026-03"))["f1"] == 1
    assert "f1" not in taken(kilns, months=("2026-04", "2026-04"))
    assert taken(kilns, months=("2026-04", "2026-04"))
    assert taken(kilns, months=("2025-01", "2026-02")) == {}


def test_a_case_that_was_just_begun_waits_so_that_none_before_it_is_missed(kilns: Kilns) -> None:
    kilns.send(now=LATER)
    kilns.send()
    assert count(kilns) == 0
    assert count(kilns, LATER + timedelta(hours=1)) == 2


def test_a_case_that_is_over_is_looked_at_no_more(kilns: Kilns) -> None:
    refused = checked(kilns, "refuse")
    count(kilns)
    with kilns.house.database.transaction() as session:
        assert session.scalars(select(CountedCase.is_open)).all() == [False]
        session.get_one(Application, kilns.row(refused).id).event_seq += 1  # somebody reads the paper, say
    assert count(kilns) == 0


def test_steps_count_for_the_version_on_which_they_were_taken(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.draw(2, ('name="Refuse"', 'name="Say no"'))
    transfers.transfer(kilns.house, OPERATOR, SERVICE, 2, mapping={}, reason="Words", now=NOW)
    kilns.check(sent, "ok")
    count(kilns)
    assert taken(kilns, version=1)["f1"] == 1
    assert "f1" not in taken(kilns, version=2)
    assert taken(kilns, version=2)


def test_what_another_worker_counted_meanwhile_is_not_added(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    kilns.send()
    walk, first = flow_volumes._taken, True

    def overtaken(*given: object) -> object:
        nonlocal first
        if first:
            first = False
            assert count(kilns) == 1
        return walk(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(flow_volumes, "_taken", overtaken)
    count(kilns)
    assert taken(kilns)["f1"] == 1


def test_a_case_that_cannot_be_walked_stops_no_other(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, _ = kilns.send(), kilns.send()
    walk, lost = flow_volumes.walked, kilns.row(broken).id

    def breaks(session: object, house: object, instance: object, *given: object, **named: object) -> object:
        if instance.application_id == lost:  # type: ignore[attr-defined]
            raise LookupError
        return walk(session, house, instance, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(flow_volumes, "walked", breaks)
    assert count(kilns) == 2
    assert taken(kilns)["f1"] == 1
    assert count(kilns) == 0


def test_the_offices_are_those_of_the_reader(kilns: Kilns) -> None:
    kilns.send()
    count(kilns)
    cast = kilns.cast
    here, there = (Actor(1, memberships=frozenset({("analyst", one)})) for one in (cast.battambang, cast.phnom_penh))
    assert taken(kilns, who=here)["f1"] == taken(kilns, office_id=cast.battambang)["f1"] == 1
    assert taken(kilns, who=there) == taken(kilns, office_id=cast.phnom_penh) == {}
    with pytest.raises(NotAllowed):
        flows(kilns, who=there, office_id=cast.battambang)


def test_a_page_asks_as_much_however_many_cases_there_are(kilns: Kilns) -> None:
    asked = []
    for _ in range(2):
        checked(kilns)
        count(kilns)
        flows(kilns)
        with counted(kilns.house.database) as statements:
            flows(kilns)
        asked.append(statements.statements)
    assert asked[0] == asked[1] <= 3
    with kilns.house.database.reading() as session:
        rows = session.scalar(select(func.count()).select_from(FlowVolume))
    assert rows == len(taken(kilns))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_upkeep_counts_on_while_there_is_more_and_then_once_an_hour(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow_volumes, "TOGETHER", 1)
    kilns.send()
    waits = []
    for _ in range(2):
        upkeep.tidy_due(kilns.house, now=LATER)
        with kilns.house.database.reading() as session:
            waits.append(session.scalars(select(Chore.due_at).where(Chore.kind == ChoreKind.FLOWS)).one())
    assert waits == [LATER, LATER + flow_volumes.EVERY]
    assert taken(kilns)["f1"] == 1


def test_those_that_went_on_are_looked_through_piece_by_piece(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [kilns.send() for _ in range(4)]
    count(kilns)
    numbers = [kilns.row(one).id for one in sent]
    monkeypatch.setattr(flow_volumes, "LOOKED_THROUGH", 2)
    kilns.pay(sent[3])
    counted, position = 0, 0
    for _ in numbers:
        piece = flow_volumes.count(kilns.house, after=position, now=LATER)
        counted, position = counted + piece.cases, piece.position
        if not position:
            break
    assert (counted, position) == (1, 0)


def test_more_than_a_piece_of_new_cases_are_counted_without_going_back(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow_volumes, "TOGETHER", 2)
    for _ in range(3):
        kilns.send()
    first = flow_volumes.count(kilns.house, now=LATER)
    assert (first.cases, flow_volumes.count(kilns.house, after=first.position, now=LATER).cases) == (2, 1)
    assert taken(kilns)["f1"] == 3
