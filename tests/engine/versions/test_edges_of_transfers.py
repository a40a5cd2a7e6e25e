"""Transfers at their edges: what is written down of each, a part at a time, moments, and a disk that is full midway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from engine.catalog.published import Catalog
from engine.people.actors import OPERATOR
from engine.versions import transfers
from engine.versions.judging import Verdict
from storage.events import CaseEvent
from storage.processes import ProcessDefinition, ProcessInstance, Timer
from storage.transfers import Transfer, TransferredCase
from tests.cast import NOW
from tests.engine.versions.test_transfers import (
    ON_ONE,
    RENAMED,
    TIMED,
    WHY,
    checking,
    survey,
    transfer,
    versions,
)
from tests.small.cases import SERVICE, Kilns

HOUR = timedelta(hours=1)


def begin(kilns: Kilns, **mapping: str) -> int:
    with kilns.house.database.transaction() as session:
        visal = kilns.cast.visal.actor
        return transfers.begin(session, kilns.house, visal, SERVICE, 2, mapping=mapping, reason=f" {WHY} ", now=NOW)


def rows(kilns: Kilns, table: type[Any]) -> list[Any]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def told(kilns: Kilns, kind: str) -> list[CaseEvent]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(CaseEvent).where(CaseEvent.kind == kind)))


@ON_ONE
def test_a_report_looks_at_the_first_cases_only_where_that_is_asked_and_says_each_as_it_goes(kilns: Kilns) -> None:
    first, second = checking(kilns), checking(kilns)
    kilns.draw(2, RENAMED)
    said: list[Verdict] = []
    for most, found in ((1, [first]), (None, [first, second])):
        said.clear()
        verdicts = transfers.survey(
            kilns.house, OPERATOR, SERVICE, 2, mapping={}, now=NOW, most=most, on_case=said.append
        )
        assert [each.reference for each in said] == [each.reference for each in found]
        assert tuple(said) == verdicts


@ON_ONE
def test_a_transfer_says_each_case_as_it_goes(kilns: Kilns) -> None:
    checking(kilns)
    checking(kilns)
    kilns.draw(2, RENAMED)
    said: list[Verdict] = []
    made = transfers.transfer(kilns.house, OPERATOR, SERVICE, 2, mapping={}, reason=WHY, now=NOW, on_case=said.append)
    assert (len(said), tuple(said)) == (2, made.verdicts)


@ON_ONE
def test_a_transfer_knows_who_began_it_when_and_why(kilns: Kilns) -> None:
    kilns.draw(2, RENAMED)
    number = begin(kilns, check="check")
    (row,) = rows(kilns, Transfer)
    definition = next(each for each in rows(kilns, ProcessDefinition) if each.version == 2)
    assert (row.id, row.definition_id, row.mapping, row.reason) == (number, definition.id, {"check": "check"}, WHY)
    assert (row.made_at, row.made_by_id, row.finished_at, row.undone_at) == (
        NOW, kilns.cast.visal.person_id, None, None,
    )  # fmt: skip


@ON_ONE
def test_a_sweep_takes_a_part_of_each_transfer_the_oldest_first(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfers, "AT_ONCE", 1)
    checking(kilns)
    checking(kilns)
    kilns.draw(2, RENAMED)
    begin(kilns)
    begin(kilns)
    assert transfers.go_on_with_all(kilns.house, now=NOW) == 2
    assert sorted(versions(kilns).items()) == [(2, 2)]
    taken = [row.transfer_id for row in rows(kilns, TransferredCase)]
    assert taken == [1, 2]


@ON_ONE
def test_the_history_says_between_which_versions_a_case_went_and_by_which_transfer(kilns: Kilns) -> None:
    checking(kilns)
    kilns.draw(2, TIMED)
    first, second = rows(kilns, ProcessDefinition)
    made = transfer(kilns, 2, check="check")
    (there,) = told(kilns, "transferred")
    assert there.data == {
        "from": first.id,
        "to": second.id,
        "from_version": 1,
        "to_version": 2,
        "mapping": {"check": "check"},
        "transfer": made.transfer_id,
        "heard": {},
    }
    transfers.undo(kilns.house, OPERATOR, made.transfer_id, now=NOW + HOUR)
    (back,) = told(kilns, "transfer_undone")
    assert back.data == {"from_version": 2, "to_version": 1, "transfer": made.transfer_id}
    assert (there.at, back.at) == (NOW, NOW + HOUR)
    assert {(each.actor_id, each.actor_role) for each in (there, back)} == {(None, "operator")}


@ON_ONE
def test_a_case_that_went_and_came_back_is_another_one_for_pages_from_before(kilns: Kilns) -> None:
    checking(kilns)
    kilns.draw(2, RENAMED)
    (before,) = rows(kilns, ProcessInstance)
    made = transfer(kilns, 2)
    (there,) = rows(kilns, ProcessInstance)
    transfers.undo(kilns.house, OPERATOR, made.transfer_id, now=NOW)
    (back,) = rows(kilns, ProcessInstance)
    assert [before.revision, before.revision + 1, before.revision + 2] == [
        each.revision for each in (before, there, back)
    ]


@ON_ONE
def test_an_undone_transfer_keeps_the_moment_at_which_it_had_looked_at_every_case(kilns: Kilns) -> None:
    checking(kilns)
    kilns.draw(2, RENAMED)
    made = transfer(kilns, 2)
    transfers.undo(kilns.house, OPERATOR, made.transfer_id, now=NOW + HOUR)
    (row,) = rows(kilns, Transfer)
    assert (row.finished_at, row.undone_at) == (NOW, NOW + HOUR)
    (kept,) = rows(kilns, TransferredCase)
    assert kept.undone_at == NOW + HOUR


@ON_ONE
def test_a_transfer_that_was_undone_before_its_end_is_over_from_then_on(kilns: Kilns) -> None:
    checking(kilns)
    checking(kilns)
    kilns.draw(2, RENAMED)
    number = begin(kilns)
    transfers.go_on(kilns.house, number, now=NOW, most=1)
    transfers.undo(kilns.house, OPERATOR, number, now=NOW + HOUR)
    (row,) = rows(kilns, Transfer)
    assert (row.finished_at, row.undone_at) == (NOW + HOUR, NOW + HOUR)
    assert versions(kilns) == {1: 2}


@ON_ONE
def test_a_case_that_came_back_has_the_timers_that_it_had(kilns: Kilns) -> None:
    kilns.draw(2, TIMED)
    checking(kilns)
    due = [(row.element_id, row.due_at) for row in rows(kilns, Timer)]
    assert [moment for _, moment in due] == [NOW + timedelta(days=30)]
    kilns.draw(3, TIMED, RENAMED)
    made = transfer(kilns, 3, later=2)
    assert [each.verdict for each in made.verdicts] == ["safe"]
    assert [(row.element_id, row.due_at) for row in rows(kilns, Timer)] == due
    transfers.undo(kilns.house, OPERATOR, made.transfer_id, now=NOW + timedelta(days=3))
    assert [(row.element_id, row.due_at) for row in rows(kilns, Timer)] == due


@contextmanager
def disk_full_at(kilns: Kilns, table: str) -> Iterator[None]:
    """The disk is full for whoever writes a row of this table."""

    def written(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(f"INSERT INTO {table} "):
            raise OSError(28, "No space left on device")

    event.listen(kilns.house.database.engine, "before_cursor_execute", written)
    try:
        yield
    finally:
        event.remove(kilns.house.database.engine, "before_cursor_execute", written)


@ON_ONE
def test_a_full_disk_is_no_fault_of_a_case_and_the_transfer_goes_on_with_it_later(kilns: Kilns) -> None:
    checking(kilns)
    kilns.draw(2, RENAMED)
    number = begin(kilns)
    with disk_full_at(kilns, "transferred_case"), pytest.raises(OSError, match="No space left"):
        transfers.go_on(kilns.house, number, now=NOW)
    assert versions(kilns) == {1: 1}
    (verdict,) = transfers.go_on(kilns.house, number, now=NOW)
    assert (verdict.verdict, versions(kilns)) == ("safe", {2: 1})


@ON_ONE
def test_a_report_is_about_the_cases_of_other_versions_and_knows_the_mapping(kilns: Kilns) -> None:
    elsewhere = checking(kilns)
    kilns.draw(2, TIMED)
    checking(kilns)
    assert survey(kilns, 2)[elsewhere.reference][0] == "blocked"
    assert survey(kilns, 2, check="check") == {elsewhere.reference: ("mapped", [])}


@ON_ONE
def test_a_transfer_is_gone_on_with_and_undone_by_servers_that_have_just_started(kilns: Kilns) -> None:
    sent = checking(kilns)
    kilns.draw(2, RENAMED)
    number = begin(kilns)
    (verdict,) = transfers.go_on(replace(kilns.house, catalog=Catalog({})), number, now=NOW)
    assert (verdict.verdict, versions(kilns)) == ("safe", {2: 1})
    fresh = replace(kilns.house, catalog=Catalog({}))
    assert transfers.undo(fresh, OPERATOR, number, now=NOW).back == (sent.reference,)
