"""Messages, calls and questions to the bank are claimed alike: each once, and none lost with the worker who had it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from engine.claiming import FIRST, LEASE, SPREAD, Queue, next_attempt
from engine.clockwork import outbox
from engine.clockwork.claiming_messages import claim
from engine.connectors import BankAnswer, CallAnswer, OutgoingMessage, Reach
from engine.flow import connector_answers
from engine.house import House
from engine.money import bank_polling, payments
from storage.messages import Notification
from tests.cast import NOW
from tests.engine.flow.test_connector_calls import DRAWING, REGISTRY
from tests.engine.money.test_bank_polling import ACCOUNT
from tests.small.cases import FEE, Kilns

SECOND = timedelta(seconds=1)
CASES = 3


@dataclass
class Outside:
    """Whatever is outside of the house: a gateway, a register and a bank, which note what they are asked, by key."""

    reaches = Reach.TELEPHONE
    asked: list[str] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> str:
        self.asked.append(message.key)
        return ""

    def call(self, key: str, parameters: Mapping[str, Any]) -> CallAnswer:
        self.asked.append(key)
        return CallAnswer({"known": True})

    def paid(self, md5: str) -> BankAnswer:
        self.asked.append(md5)
        return BankAnswer(md5[:8], Decimal(FEE), "KHR")


@dataclass
class Work:
    """One kind of work with rows that are due."""

    house: House
    outside: Outside
    due: ColumnElement[bool]
    id: InstrumentedAttribute[int]
    go: Callable[..., int]
    queue: Queue[Any] | None = None

    def rows(self) -> list[int]:
        with self.house.database.reading() as session:
            return list(session.scalars(select(self.id).where(self.due)))

    def claim(self) -> None:
        """A worker claims all of them, and is never seen again."""
        if self.queue is None:
            with self.house.database.transaction() as session:
                assert claim(session, self.house, now=NOW).rows
            return
        for row_id in self.rows():
            with self.house.database.transaction() as session:
                assert self.queue.claim(session, row_id, now=NOW) is not None


@pytest.fixture(params=["messages", "calls", "questions"])
def work(request: pytest.FixtureRequest, kilns: Kilns) -> Work:
    outside = Outside()
    everything = {"outside": outside}
    wired = replace(
        kilns.house, messengers=everything, connectors={REGISTRY: outside}, bank=outside, payment_account=ACCOUNT
    )
    here = Kilns(wired, kilns.cast)
    here.draw(2, *DRAWING)
    for _ in range(CASES):
        sent = here.send()
        if request.param == "calls":
            here.pay(sent)
        elif request.param == "questions":
            with wired.database.transaction() as session:
                payments.offer_khqr(session, wired, here.cast.dara.actor, sent.key, now=NOW)
    if request.param == "messages":
        return Work(wired, outside, Notification.waits(), Notification.id, outbox.deliver_due)
    queues: dict[str, tuple[Queue[Any], Callable[..., int]]] = {
        "calls": (connector_answers.CALLS, connector_answers.make_due),
        "questions": (bank_polling.QUESTIONS, bank_polling.ask_due),
    }
    queue, go = queues[request.param]
    return Work(wired, outside, queue.is_open(NOW) & (queue.due <= NOW), queue.id, go, queue)


def test_four_workers_at_once_do_everything_once(work: Work) -> None:
    waiting = len(work.rows())
    with ThreadPoolExecutor(4) as workers:
        done = sum(workers.map(lambda _: work.go(work.house, now=NOW), range(4)))
    assert waiting >= CASES
    assert (done, len(work.outside.asked), len(set(work.outside.asked))) == (waiting, waiting, waiting)


def test_what_a_killed_worker_had_claimed_is_taken_over_when_its_lease_ends(work: Work) -> None:
    waiting = work.rows()
    work.claim()
    lease = work.queue.lease if work.queue else LEASE
    assert (work.go(work.house, now=NOW + lease - SECOND), work.outside.asked) == (0, [])
    assert work.go(work.house, now=NOW + lease) == len(waiting)
    assert len(set(work.outside.asked)) == len(waiting)


@pytest.mark.parametrize("work", ["calls", "questions"], indirect=True)
def test_a_row_that_breaks_stops_no_other(work: Work) -> None:
    assert work.queue is not None
    waiting, broken = work.rows(), work.rows()[0]
    done: list[int] = []

    def act(row: Any) -> bool:
        if row.id == broken:
            raise ZeroDivisionError
        done.append(row.id)
        return True

    assert work.queue.work_off(work.house.database, act, now=NOW) == len(waiting) - 1
    assert sorted([broken, *done]) == sorted(waiting)


def test_pauses_double_and_are_the_same_for_the_same_key() -> None:
    pauses = [next_attempt(NOW, number, "a") - NOW for number in range(1, 40)]
    assert pauses == [next_attempt(NOW, number, "a") - NOW for number in range(1, 40)]
    assert all(FIRST * 2**number <= pause < FIRST * 2**number * (1 + SPREAD) for number, pause in enumerate(pauses[:8]))
    assert max(pauses) < timedelta(hours=15)
    assert next_attempt(NOW, 1, "a") != next_attempt(NOW, 1, "b")
