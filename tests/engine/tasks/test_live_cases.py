"""Cases are kept in memory between their steps; whatever happens elsewhere, the database has the last word."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from engine.bpmn import LiveCache
from engine.tasks import user_tasks
from tests.cast import NOW
from tests.small.cases import Kilns

pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("steps_are_taken"),
]


def test_a_case_that_was_just_stepped_is_kept_for_its_next_step(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    assert len(kilns.house.live) == 1


def test_a_case_that_another_process_stepped_meanwhile_is_read_anew(kilns: Kilns) -> None:
    elsewhere = Kilns(replace(kilns.house, live=LiveCache()), kilns.cast)
    sent = kilns.send()
    elsewhere.pay(sent)
    kilns.check(sent, "return")
    elsewhere.correct(sent)
    kilns.check(sent, "ok")
    assert kilns.row(sent).stage == "ready"


def test_a_step_that_was_rolled_back_is_forgotten(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    key, bopha = kilns.task(sent, "check"), kilns.cast.bopha.actor
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, bopha, key, now=NOW)
    with suppress(ConnectionError), kilns.house.database.transaction() as session:
        user_tasks.complete(session, kilns.house, bopha, key, {"result": "refuse"}, now=NOW)
        raise ConnectionError
    assert kilns.row(sent).stage == "checking"
    with kilns.house.database.transaction() as session:
        user_tasks.complete(session, kilns.house, bopha, key, {"result": "ok"}, now=NOW)
    assert kilns.row(sent).stage == "ready"
