"""Delivering the outbox: once, by one worker, again after a failure, never lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Barrier, Lock

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.claiming import FIRST, LEASE, SPREAD
from engine.clockwork import outbox
from engine.clockwork.claiming_messages import TOGETHER, claim
from engine.connectors import DeliveryFailed, OutgoingMessage, Reach
from engine.errors import NotAllowed
from engine.house import House, Pace
from engine.people.telling import tell
from storage.messages import Notification
from storage.people import Person
from tests import patience
from tests.cast import NOW, Cast
from tests.statements import counted

SECOND = timedelta(seconds=1)
RECEIVED = {"reference": "02-26-000001-3", "service": "Guesthouse licence"}


@dataclass
class Gateway:
    """A gateway that the test can switch off."""

    reaches: Reach = Reach.TELEPHONE
    works: bool = True
    fails: type[DeliveryFailed] = DeliveryFailed
    again_in: int = 0
    tried: int = 0
    sent: list[OutgoingMessage] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> str:
        self.tried += 1
        if not self.works:
            raise self.fails("the line is down", again_in=self.again_in)
        self.sent.append(message)
        return ""


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def wired(house: House, gateway: Gateway) -> House:
    return replace(house, messengers={"nomsa": gateway}, pace=Pace(messages_an_hour=1000))


@pytest.fixture
def told(wired: House, cast: Cast) -> Callable[..., None]:
    """Tells Dara that her application was received."""

    def say(key: str = "received/1") -> None:
        with wired.database.transaction() as session:
            dara = session.get_one(Person, cast.dara.person_id)
            tell(session, dara, wired.texts["application_received"], RECEIVED, key=key, now=NOW)

    return say


def rows(house: House) -> list[Notification]:
    with house.database.reading() as session:
        return list(session.scalars(select(Notification).order_by(Notification.id)))


def test_a_message_goes_out_in_the_language_of_the_person_and_is_sent_not_delivered(
    wired: House, gateway: Gateway, told: Callable[..., None]
) -> None:
    told()
    assert outbox.deliver_due(wired, now=NOW) == 1
    assert "បានទទួលពាក្យ" in gateway.sent[0].subject
    (row,) = rows(wired)
    assert (row.status, row.sender, row.left_at, row.delivered_at) == ("sent", "nomsa", NOW, None)
    assert outbox.deliver_due(wired, now=NOW) == 0


def test_without_a_sender_a_message_is_recorded_and_says_nothing_else(house: House, told: Callable[..., None]) -> None:
    told()
    assert outbox.deliver_due(house, now=NOW) == 1
    (row,) = rows(house)
    assert (row.status, row.sender, row.left_at, row.delivered_at) == ("recorded", "recording", NOW, None)
    assert house.recording.file_of(row.idempotency_key).exists()


def test_the_same_fact_is_never_told_twice(told: Callable[..., None]) -> None:
    told("received/1")
    with pytest.raises(IntegrityError):
        told("received/1")


def test_somebody_without_phone_and_mail_reads_it_in_the_account(wired: House, cast: Cast) -> None:
    with wired.database.transaction() as session:
        person = session.get_one(Person, cast.sreyneang.person_id)
        person.phone = person.email = None
        tell(session, person, wired.texts["application_received"], RECEIVED, key="x", now=NOW)
    assert [(row.channel, row.status) for row in rows(wired)] == [("portal", "recorded")]


def test_a_failed_delivery_is_tried_again_later_and_later(
    wired: House, gateway: Gateway, told: Callable[..., None]
) -> None:
    told()
    gateway.works = False
    assert outbox.deliver_due(wired, now=NOW) == 1
    first = rows(wired)[0]
    assert (first.status, first.attempts, first.last_error) == ("pending", 1, "the line is down")
    assert FIRST <= first.next_attempt_at - NOW <= FIRST * (1 + SPREAD)
    assert outbox.deliver_due(wired, now=NOW + timedelta(seconds=59)) == 0
    assert rows(wired)[0].attempts == 1
    second = NOW + FIRST * (1 + SPREAD)
    outbox.deliver_due(wired, now=second)
    assert 2 * FIRST <= rows(wired)[0].next_attempt_at - second <= 2 * FIRST * (1 + SPREAD)
    gateway.works = True
    assert outbox.deliver_due(wired, now=second + 2 * FIRST * (1 + SPREAD)) == 1


def test_messages_that_failed_together_do_not_come_back_together(
    wired: House, gateway: Gateway, told: Callable[..., None]
) -> None:
    told("received/1")
    told("received/2")
    gateway.works = False
    outbox.deliver_due(wired, now=NOW)
    assert len({row.next_attempt_at for row in rows(wired)}) == 2


def test_a_slow_failure_does_not_send_again_what_another_worker_has_sent(
    wired: House, gateway: Gateway, told: Callable[..., None]
) -> None:
    told()

    class Slow(Gateway):
        def send(self, message: OutgoingMessage) -> str:
            outbox.deliver_due(wired, now=NOW + LEASE)  # meanwhile, by another worker
            raise DeliveryFailed("no answer came in time")

    slow = Slow()
    outbox.deliver_due(replace(wired, messengers={"nomsa": slow}), now=NOW)
    assert ({row.status for row in rows(wired)}, len(gateway.sent)) == ({"sent"}, 1)


def test_a_slow_failure_does_not_take_the_message_from_a_worker_that_has_it(
    wired: House, told: Callable[..., None]
) -> None:
    told()

    class Slow(Gateway):
        def send(self, message: OutgoingMessage) -> str:
            with wired.database.transaction() as session:
                assert claim(session, wired, now=NOW + LEASE).rows
            raise DeliveryFailed("no answer came in time")

    outbox.deliver_due(replace(wired, messengers={"nomsa": Slow()}), now=NOW)
    assert (rows(wired)[0].status, rows(wired)[0].last_error) == ("sending", "")


def test_a_slow_success_is_written_down_though_another_worker_has_failed_meanwhile(
    wired: House, gateway: Gateway, told: Callable[..., None]
) -> None:
    told()
    gateway.works = False

    class Slow(Gateway):
        def send(self, message: OutgoingMessage) -> str:
            outbox.deliver_due(wired, now=NOW + LEASE)
            return ""

    outbox.deliver_due(replace(wired, messengers={"nomsa": Slow()}), now=NOW)
    assert (rows(wired)[0].status, gateway.tried) == ("sent", 1)


def test_after_the_last_attempt_the_message_waits_for_an_administrator(
    wired: House, gateway: Gateway, told: Callable[..., None], cast: Cast
) -> None:
    told()
    gateway.works = False
    moment = NOW
    for _ in range(outbox.ATTEMPTS):
        outbox.deliver_due(wired, now=moment)
        moment += timedelta(days=1)
    assert {row.status for row in rows(wired)} == {"failed"}
    assert outbox.deliver_due(wired, now=moment) == 0
    with wired.database.transaction() as session, pytest.raises(NotAllowed):
        outbox.send_again(session, cast.bopha.actor, 1, now=moment)
    gateway.works = True
    with wired.database.transaction() as session:
        for row in rows(wired):
            outbox.send_again(session, cast.visal.actor, row.id, now=moment)
    assert outbox.deliver_due(wired, now=moment) == 1


def test_a_message_claimed_by_a_worker_that_died_is_sent_by_another(
    wired: House, gateway: Gateway, told: Callable[..., None]
) -> None:
    told()
    with wired.database.transaction() as session:
        assert claim(session, wired, now=NOW).rows
    assert outbox.deliver_due(wired, now=NOW) == 0
    assert outbox.deliver_due(wired, now=NOW + LEASE) == 1
    assert (len(gateway.sent), rows(wired)[0].times_unsure) == (1, 1)


def test_four_workers_send_each_message_once(wired: House, gateway: Gateway, told: Callable[..., None]) -> None:
    for number in range(15):
        told(f"received/{number}")
    with ThreadPoolExecutor(4) as workers:
        done = sum(workers.map(lambda _: outbox.deliver_due(wired, now=NOW), range(4)))
    assert done == 15
    assert sorted(message.key for message in gateway.sent) == sorted({message.key for message in gateway.sent})


def test_what_is_urgent_leaves_before_any_number_of_others(
    wired: House, gateway: Gateway, told: Callable[..., None], cast: Cast
) -> None:
    for number in range(TOGETHER + 1):
        told(f"received/{number}")
    with wired.database.transaction() as session:
        bopha = session.get_one(Person, cast.bopha.person_id)
        tell(session, bopha, wired.texts["application_received"], RECEIVED, key="code", urgent=True, now=NOW + SECOND)
    many = replace(wired, pace=Pace(messages_an_hour=1000, at_once=TOGETHER))
    assert outbox.deliver_due(many, now=NOW + SECOND) == TOGETHER
    assert gateway.sent[0].address == cast.bopha.phone


def test_nothing_of_a_person_leaves_while_another_worker_has_an_earlier_message_of_theirs(
    wired: House, told: Callable[..., None]
) -> None:
    told("first")
    order: list[str] = []

    class Slow(Gateway):
        def send(self, message: OutgoingMessage) -> str:
            if message.key.startswith("first"):
                told("second")
                assert outbox.deliver_due(slow, now=NOW) == 0  # by another worker
            order.append(message.key.partition("/")[0])
            return ""

    slow = replace(wired, messengers={"nomsa": Slow()})
    assert outbox.deliver_due(slow, now=NOW) == 1
    assert outbox.deliver_due(slow, now=NOW) == 1
    assert order == ["first", "second"]


def test_an_urgent_message_waits_for_no_other_of_the_same_person(
    wired: House, told: Callable[..., None], cast: Cast
) -> None:
    told("slow")

    class Slow(Gateway):
        def send(self, message: OutgoingMessage) -> str:
            if message.key.startswith("slow"):
                with wired.database.transaction() as session:
                    dara = session.get_one(Person, cast.dara.person_id)
                    facts = wired.texts["application_received"], RECEIVED
                    tell(session, dara, *facts, key="code", urgent=True, now=NOW)
                assert outbox.deliver_due(slow, now=NOW) == 1
            return ""

    slow = replace(wired, messengers={"nomsa": Slow()})
    assert outbox.deliver_due(slow, now=NOW) == 1
    assert {row.status for row in rows(wired)} == {"sent"}


def to_everybody(house: House, cast: Cast) -> list[str]:
    """A message to each of six people; their telephones."""
    people = (cast.dara, cast.bopha, cast.vannak, cast.sopheap, cast.rithy, cast.mony)
    with house.database.transaction() as session:
        for who in people:
            person = session.get_one(Person, who.person_id)
            tell(session, person, house.texts["application_received"], RECEIVED, key="x", now=NOW)
    return [who.phone for who in people]


def test_a_sender_gets_several_messages_side_by_side_and_no_more_than_it_takes(wired: House, cast: Cast) -> None:
    telephones = to_everybody(wired, cast)
    both, most, lock = Barrier(2), [0, 0], Lock()

    class Slow(Gateway):
        def send(self, message: OutgoingMessage) -> str:
            with lock:
                most[0] += 1
                most[1] = max(most)
            both.wait(patience.SECONDS)  # until another one is on its way beside it
            with lock:
                most[0] -= 1
                self.sent.append(message)
            return ""

    slow = Slow()
    few = replace(wired, messengers={"nomsa": slow}, pace=Pace(at_once=2))
    assert outbox.deliver_due(few, now=NOW) == len(telephones)
    assert sorted(message.address for message in slow.sent) == sorted(telephones)
    assert most == [0, 2]


def test_two_workers_share_the_messages_of_many_people(wired: House, gateway: Gateway, cast: Cast) -> None:
    telephones = to_everybody(wired, cast)
    with ThreadPoolExecutor(2) as workers:
        done = list(workers.map(lambda _: sum(outbox.deliver_due(wired, now=NOW) for _ in range(3)), range(2)))
    assert sum(done) == len(telephones)
    assert sorted(message.address for message in gateway.sent) == sorted(telephones)


def test_a_sender_that_breaks_the_worker_leaves_what_it_had_to_the_next(
    wired: House, gateway: Gateway, told: Callable[..., None]
) -> None:
    told()

    class Killed(BaseException):
        pass

    class Deadly(Gateway):
        def send(self, message: OutgoingMessage) -> str:
            raise Killed

    with pytest.raises(Killed):
        outbox.deliver_due(replace(wired, messengers={"nomsa": Deadly()}), now=NOW)
    assert (rows(wired)[0].status, outbox.deliver_due(wired, now=NOW)) == ("sending", 0)
    assert (outbox.deliver_due(wired, now=NOW + LEASE), len(gateway.sent)) == (1, 1)


def test_many_messages_are_claimed_by_as_many_statements_as_one(
    wired: House, told: Callable[..., None], cast: Cast
) -> None:
    asked = []
    for write in (told, lambda: to_everybody(wired, cast)):
        write()
        with counted(wired.database) as statements, wired.database.transaction() as session:
            assert claim(session, wired, now=NOW).rows
        asked.append(sum(text.startswith("SELECT") for text in statements.texts))
    assert asked[0] == asked[1]
