"""Which messages a worker takes when there are more than it takes at once, several of one person, and a slow sender."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from engine.claiming import LEASE
from engine.clockwork import handing_over, outbox, schedule
from engine.clockwork.claiming_messages import IN_TURN, claim
from engine.connectors import OutgoingMessage, Reach
from engine.house import House, Pace
from engine.people.telling import tell
from storage.messages import MessageChannel, Notification
from storage.people import Person
from tests.cast import NOW, Cast, Member
from tests.engine.clockwork.test_outbox import RECEIVED, SECOND, Gateway, rows
from tests.fixtures.houses import SetClock
from web.scheduler import Beat

ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
"""Where several write at a time."""


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def one_by_one(house: House, gateway: Gateway) -> House:
    """Its sender takes one message after the other, so that few are taken at once."""
    return replace(house, messengers={"nomsa": gateway}, pace=Pace(messages_an_hour=1000, at_once=1))


def told(house: House, who: Member, keys: Iterable[str], *, after: timedelta = timedelta(0)) -> None:
    with house.database.transaction() as session:
        person = session.get_one(Person, who.person_id)
        for key in keys:
            tell(session, person, house.texts["application_received"], RECEIVED, key=key, now=NOW + after)


def sent(gateway: Gateway) -> list[str]:
    return [message.key.partition("/")[0] for message in gateway.sent]


def test_many_messages_of_somebody_whose_worker_died_hold_up_nobody_else(
    one_by_one: House, gateway: Gateway, cast: Cast
) -> None:
    told(one_by_one, cast.dara, ["first"])
    with one_by_one.database.transaction() as session:
        assert claim(session, one_by_one, now=NOW).rows
    told(one_by_one, cast.dara, [f"dara {n}" for n in range(3 * IN_TURN)], after=SECOND)
    told(one_by_one, cast.bopha, ["bopha"], after=2 * SECOND)
    assert outbox.deliver_due(one_by_one, now=NOW + 3 * SECOND) == 1
    assert sent(gateway) == ["bopha"]
    outbox.deliver_due(one_by_one, now=NOW + LEASE)
    assert len(sent(gateway)) == 1 + IN_TURN


@ON_POSTGRESQL
def test_what_was_due_earlier_and_is_held_elsewhere_lets_nothing_later_of_the_same_person_go(
    one_by_one: House, gateway: Gateway, cast: Cast
) -> None:
    told(one_by_one, cast.dara, ["first"])
    told(one_by_one, cast.dara, ["second"], after=SECOND)
    told(one_by_one, cast.bopha, ["bopha"], after=2 * SECOND)
    at = NOW + 3 * SECOND
    with one_by_one.database.transaction() as session:  # another worker has found it, and does not hold the person yet
        session.scalars(select(Notification).order_by(Notification.id).limit(1).with_for_update()).one()
        assert outbox.deliver_due(one_by_one, now=at) == 1
        assert sent(gateway) == ["bopha"]
    outbox.deliver_due(one_by_one, now=at)
    assert sent(gateway) == ["bopha", "first", "second"]


def test_of_several_workers_each_person_gets_every_message_once_and_in_order(
    one_by_one: House, gateway: Gateway, cast: Cast
) -> None:
    people = {"dara": cast.dara, "bopha": cast.bopha, "vannak": cast.vannak}
    for number in range(6):
        for name, who in people.items():
            told(one_by_one, who, [f"{name} {number}"], after=number * SECOND)
    at = NOW + timedelta(minutes=1)
    with ThreadPoolExecutor(3) as workers:
        list(workers.map(lambda _: [outbox.deliver_due(one_by_one, now=at) for _ in range(8)], range(3)))
    while outbox.deliver_due(one_by_one, now=at):
        pass
    for name in people:
        assert [key for key in sent(gateway) if key.startswith(name)] == [f"{name} {n}" for n in range(6)]


def test_a_worker_takes_no_more_than_its_sender_gets_before_the_lease_ends(one_by_one: House, cast: Cast) -> None:
    told(one_by_one, cast.dara, [str(n) for n in range(IN_TURN + 1)])
    with one_by_one.database.transaction() as session:
        assert len(claim(session, one_by_one, now=NOW).rows) == IN_TURN


def test_what_a_slow_sender_did_not_get_before_the_lease_ends_is_left_to_the_next_sweep_in_its_order(
    one_by_one: House, gateway: Gateway, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [0.0]
    monkeypatch.setattr(handing_over, "monotonic", lambda: passed[0])
    monkeypatch.setattr(outbox, "monotonic", lambda: passed[0])
    told(one_by_one, cast.dara, ["first", "second"])
    told(one_by_one, cast.dara, ["third"], after=SECOND)

    class Slow(Gateway):
        def send(self, message: OutgoingMessage) -> str:
            passed[0] = LEASE.total_seconds() - 30
            gateway.send(message)
            return ""

    slow = replace(one_by_one, messengers={"nomsa": Slow()})
    outbox.deliver_due(slow, now=NOW + SECOND)
    assert [(row.status, row.attempts, row.sendings) for row in rows(slow)] == [
        ("sent", 1, 1), ("pending", 0, 0), ("pending", 0, 0),
    ]  # fmt: skip
    told(one_by_one, cast.dara, ["fourth"], after=2 * SECOND)
    outbox.deliver_due(one_by_one, now=NOW + LEASE)
    assert sent(gateway) == ["first", "second", "third", "fourth"]
    assert {(row.status, row.sendings, row.times_unsure) for row in rows(slow)} == {("sent", 1, 0)}


@contextmanager
def lost(times: int, key: str = "") -> Iterator[None]:
    """So often the connection is lost when it is written down that such a message left."""
    left = [times]

    def lose(row: Notification, *_: object) -> None:
        if left[0] and row.idempotency_key.startswith(key):
            left[0] -= 1
            raise ConnectionError

    event.listen(Notification.left_at, "set", lose)
    try:
        yield
    finally:
        event.remove(Notification.left_at, "set", lose)
        assert left == [0]


def test_what_cannot_be_written_down_at_first_is_written_down_at_the_second_try(
    one_by_one: House, gateway: Gateway, cast: Cast
) -> None:
    told(one_by_one, cast.dara, ["first", "second"])
    told(one_by_one, cast.bopha, ["bopha"])
    with lost(1):
        assert outbox.deliver_due(one_by_one, now=NOW) == 3
    assert ({row.status for row in rows(one_by_one)}, len(gateway.sent)) == ({"sent"}, 3)


def test_a_message_that_cannot_be_written_down_leaves_once_more_and_no_other_does(
    one_by_one: House, gateway: Gateway, cast: Cast
) -> None:
    told(one_by_one, cast.dara, ["first", "second"])
    told(one_by_one, cast.bopha, ["bopha"])
    with pytest.raises(ConnectionError), lost(2, "first"):
        outbox.deliver_due(one_by_one, now=NOW)
    assert sorted(row.status for row in rows(one_by_one)) == ["sending", "sent", "sent"]
    assert outbox.deliver_due(one_by_one, now=NOW + LEASE) == 1
    assert Counter(sent(gateway)) == {"first": 2, "second": 1, "bopha": 1}


def test_a_worker_that_ends_begins_with_no_other_message(one_by_one: House, gateway: Gateway, cast: Cast) -> None:
    for who in (cast.dara, cast.bopha, cast.vannak):
        told(one_by_one, who, ["x"])

    class Stopped(BaseException):
        """As when the machine is shut down."""

    class Stopping(Gateway):
        def send(self, message: OutgoingMessage) -> str:
            self.tried += 1
            raise Stopped

    stopping = Stopping()
    begun = replace(one_by_one, messengers={"nomsa": stopping})
    with begun.database.transaction() as session:
        claimed = claim(session, begun, now=NOW).rows
    heard = handing_over.hand_over(begun, claimed, since=handing_over.monotonic())
    with pytest.raises(Stopped):
        next(heard)
    assert stopping.tried < 3


def looked_until_idle(post: Beat) -> int:
    """How many looks follow each other without a pause."""
    for number in range(50):
        if post.look() > 0:
            return number
    return 50


@pytest.mark.parametrize("prefers", ["sms", "portal"])
def test_behind_any_number_that_wait_or_are_only_read_in_the_account_the_next_leaves_without_a_pause(
    one_by_one: House, gateway: Gateway, cast: Cast, clock: SetClock, prefers: str
) -> None:
    few = replace(one_by_one, pace=Pace(messages_an_hour=1, at_once=1))
    told(few, cast.visal, [str(n) for n in range(3 * IN_TURN)])
    told(few, cast.dara, ["dara"], after=SECOND)
    with few.database.transaction() as session:
        session.get_one(Person, cast.visal.person_id).preferred_channel = MessageChannel(prefers)
    clock.pass_time(seconds=20)
    looked_until_idle(Beat(few, clock, schedule.POST, seconds=30))
    assert "dara" in sent(gateway)


def test_behind_any_number_whose_sender_fails_those_of_another_leave_without_a_pause(
    one_by_one: House, gateway: Gateway, cast: Cast, clock: SetClock
) -> None:
    mail = Gateway(reaches=Reach.MAIL)
    both = replace(one_by_one, messengers={"nomsa": gateway, "email": mail})
    gateway.works = False
    told(both, cast.dara, [str(n) for n in range(3 * IN_TURN)])
    told(both, cast.sreyneang, ["sreyneang"], after=SECOND)
    with both.database.transaction() as session:
        session.get_one(Person, cast.sreyneang.person_id).preferred_channel = MessageChannel.EMAIL
    clock.pass_time(seconds=20)
    looked_until_idle(Beat(both, clock, schedule.POST, seconds=30))
    assert sent(mail) == ["sreyneang"]
