"""On which way a message goes, what becomes of it when one fails, and when it has to wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from engine.claiming import FIRST, LEASE, SPREAD
from engine.clockwork import outbox
from engine.clockwork.claiming_messages import claim
from engine.connectors import MessageRefused, PerhapsSent, Reach, SenderAway
from engine.house import House, Pace
from engine.localise import PHNOM_PENH
from engine.people.telling import tell
from engine.queries.admin.health import oldest_undelivered_message
from storage.messages import MessageChannel, Notification
from storage.people import Person
from tests.cast import NOW, Cast
from tests.engine.clockwork.test_outbox import Gateway

MINUTE = timedelta(minutes=1)
Tell = Callable[..., None]


@pytest.fixture
def sms() -> Gateway:
    return Gateway(Reach.TELEPHONE)


@pytest.fixture
def mail() -> Gateway:
    return Gateway(Reach.MAIL)


@pytest.fixture
def two(house: House, sms: Gateway, mail: Gateway) -> House:
    return replace(house, messengers={"nomsa": sms, "email": mail})


@pytest.fixture
def told(house: House, cast: Cast) -> Tell:
    """Dara, who has a telephone and an e-mail address, is told something."""

    def say(key: str = "1", now: datetime = NOW, *, urgent: bool = False) -> None:
        with house.database.transaction() as session:
            dara = session.get_one(Person, cast.dara.person_id)
            tell(session, dara, house.texts["withdrawn"], {}, key=key, now=now, urgent=urgent)

    return say


def rows(house: House) -> list[Notification]:
    with house.database.reading() as session:
        return list(session.scalars(select(Notification).order_by(Notification.id)))


def test_the_first_sender_that_reaches_the_person_has_the_message_and_no_other(
    two: House, sms: Gateway, mail: Gateway, told: Tell
) -> None:
    told()
    outbox.deliver_due(two, now=NOW)
    assert ([message.address for message in sms.sent], mail.sent) == (["+85512345601"], [])


def test_the_order_is_that_of_the_installation(two: House, sms: Gateway, mail: Gateway, told: Tell) -> None:
    told()
    outbox.deliver_due(replace(two, messengers={"email": mail, "nomsa": sms}), now=NOW)
    assert ([message.address for message in mail.sent], sms.sent) == (["dara@example.org"], [])


def test_an_sms_says_less_than_a_mail_and_the_account_has_it_all(
    two: House, sms: Gateway, mail: Gateway, told: Tell
) -> None:
    told("1")
    outbox.deliver_due(two, now=NOW)
    told("2")
    outbox.deliver_due(replace(two, messengers={"email": mail}), now=NOW)
    assert sms.sent[0].body == rows(two)[0].short_body == "ពាក្យ  ត្រូវបានដកតាមសំណើរបស់អ្នក"
    assert mail.sent[0].body == rows(two)[0].body != rows(two)[0].short_body


def test_whom_no_sender_reaches_has_the_message_recorded(two: House, mail: Gateway, cast: Cast) -> None:
    with two.database.transaction() as session:
        bopha = session.get_one(Person, cast.bopha.person_id)
        bopha.email = None
        tell(session, bopha, two.texts["withdrawn"], {}, key="1", now=NOW)
    outbox.deliver_due(replace(two, messengers={"email": mail}), now=NOW)
    assert [(row.status, row.channel, row.sender) for row in rows(two)] == [("recorded", "sms", "recording")]


def test_what_one_sender_refuses_goes_by_the_next_at_once(two: House, sms: Gateway, mail: Gateway, told: Tell) -> None:
    told()
    sms.works, sms.fails = False, MessageRefused
    outbox.deliver_due(two, now=NOW)
    assert (rows(two)[0].status, rows(two)[0].passed) == ("pending", ["nomsa"])
    outbox.deliver_due(two, now=NOW)
    (row,) = rows(two)
    assert (row.status, row.sender, row.channel, row.attempts) == ("sent", "email", "email", 1)
    assert (sms.tried, len(mail.sent)) == (1, 1)


def test_what_every_sender_refuses_has_failed_and_can_be_sent_again_from_the_first(
    two: House, sms: Gateway, mail: Gateway, told: Tell, cast: Cast
) -> None:
    told()
    for gateway in (sms, mail):
        gateway.works, gateway.fails = False, MessageRefused
    for _ in range(3):
        outbox.deliver_due(two, now=NOW)
    assert (rows(two)[0].status, sms.tried, mail.tried) == ("failed", 1, 1)
    sms.works = True
    with two.database.transaction() as session:
        outbox.send_again(session, cast.visal.actor, rows(two)[0].id, now=NOW + 99 * MINUTE)
    with two.database.reading() as session:
        assert oldest_undelivered_message(session, NOW + 99 * MINUTE) == NOW + 99 * MINUTE
    outbox.deliver_due(two, now=NOW + 99 * MINUTE)
    assert (rows(two)[0].status, rows(two)[0].sender, rows(two)[0].passed) == ("sent", "nomsa", [])


def test_a_sender_that_fails_three_times_leaves_the_message_to_the_next(
    two: House, sms: Gateway, mail: Gateway, told: Tell
) -> None:
    told()
    sms.works = False
    for hour in range(outbox.ATTEMPTS_BEFORE_THE_NEXT):
        outbox.deliver_due(two, now=NOW + timedelta(hours=hour))
    assert mail.sent == []
    outbox.deliver_due(two, now=NOW + timedelta(hours=3))
    assert (sms.tried, len(mail.sent)) == (outbox.ATTEMPTS_BEFORE_THE_NEXT, 1)


def test_a_sender_that_is_away_is_tried_once_a_sweep_and_no_message_is_lost(
    two: House, sms: Gateway, told: Tell
) -> None:
    alone = replace(two, messengers={"nomsa": sms})
    for number in range(5):
        told(str(number))
    sms.works, sms.fails = False, SenderAway
    outbox.deliver_due(alone, now=NOW)
    assert (sms.tried, {row.status for row in rows(two)}) == (1, {"pending"})
    sms.works = True
    assert outbox.deliver_due(alone, now=NOW + 2 * MINUTE) == 5


def test_a_sender_that_says_when_is_not_tried_before(two: House, sms: Gateway, told: Tell) -> None:
    alone = replace(two, messengers={"nomsa": sms})
    told()
    sms.works, sms.again_in = False, 3600
    outbox.deliver_due(alone, now=NOW)
    assert rows(two)[0].next_attempt_at == NOW + timedelta(hours=1)
    sms.again_in = 10**6
    outbox.deliver_due(alone, now=NOW + timedelta(hours=1))
    assert rows(two)[0].next_attempt_at == NOW + timedelta(hours=13)


def test_a_message_of_which_nobody_knows_is_sent_once_more_and_marked(two: House, sms: Gateway, told: Tell) -> None:
    told()
    sms.works, sms.fails = False, PerhapsSent
    outbox.deliver_due(two, now=NOW)
    assert (rows(two)[0].status, rows(two)[0].times_unsure) == ("pending", 1)
    for hour in range(1, 30):
        outbox.deliver_due(two, now=NOW + timedelta(hours=hour))
    assert (rows(two)[0].status, rows(two)[0].times_unsure, sms.tried) == ("failed", 2, 2)


def test_a_message_whose_workers_die_is_not_taken_for_ever(two: House, sms: Gateway, told: Tell) -> None:
    told()
    for times in range(2):
        with two.database.transaction() as session:
            assert claim(session, two, now=NOW + times * LEASE).rows
    assert outbox.deliver_due(two, now=NOW + 2 * LEASE) == 1
    assert (rows(two)[0].status, sms.tried) == ("failed", 0)


def test_attempts_are_counted_anew_when_the_person_prefers_another_way(
    two: House, sms: Gateway, mail: Gateway, told: Tell, cast: Cast
) -> None:
    told()
    sms.works = mail.works = False
    for hour in range(2):
        outbox.deliver_due(two, now=NOW + timedelta(hours=hour))
    with two.database.transaction() as session:
        session.get_one(Person, cast.dara.person_id).preferred_channel = MessageChannel.EMAIL
    outbox.deliver_due(two, now=NOW + timedelta(hours=2))
    assert (rows(two)[0].sender, rows(two)[0].attempts, rows(two)[0].sendings) == ("email", 1, 3)


def test_what_was_only_recorded_counts_for_no_bound(house: House, two: House, sms: Gateway, told: Tell) -> None:
    for number in range(3):
        told(str(number))
    outbox.deliver_due(house, now=NOW)
    told("now it leaves")
    assert outbox.deliver_due(replace(two, pace=Pace(messages_an_hour=2)), now=NOW) == 1


def local(clock: time, day: int = 2) -> datetime:
    return datetime(2026, 3, day, clock.hour, clock.minute, tzinfo=PHNOM_PENH)


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        ((time(21), time(6, 30)), local(time(20, 59)), None),
        ((time(21), time(6, 30)), local(time(21)), local(time(6, 30), 3)),
        ((time(21), time(6, 30)), local(time(0), 3), local(time(6, 30), 3)),
        ((time(21), time(6, 30)), local(time(6, 30), 3), None),
        ((time(12), time(13)), local(time(12, 30)), local(time(13))),
        ((time(12), time(13)), local(time(13)), None),
        (None, local(time(3)), None),
    ],
)
def test_no_telephone_rings_at_night(
    two: House, sms: Gateway, told: Tell, quiet: tuple[time, time] | None, at: datetime, until: datetime | None
) -> None:
    told(now=at)
    outbox.deliver_due(replace(two, pace=Pace(quiet)), now=at)
    assert (rows(two)[0].held_until, len(sms.sent)) == (until, 0 if until else 1)
    if until:
        assert (rows(two)[0].status, rows(two)[0].attempts, rows(two)[0].sendings) == ("pending", 0, 0)
        with two.database.reading() as session:
            assert oldest_undelivered_message(session, until - MINUTE) is None
        assert outbox.deliver_due(replace(two, pace=Pace(quiet)), now=until) == 1


def test_what_is_urgent_and_what_makes_no_sound_goes_at_night(
    two: House, sms: Gateway, mail: Gateway, told: Tell
) -> None:
    night = local(time(23))
    quiet = replace(two, pace=Pace((time(21), time(6))))
    told("1", night, urgent=True)
    assert (outbox.deliver_due(quiet, now=night), len(sms.sent)) == (1, 1)
    told("2", night)
    outbox.deliver_due(replace(quiet, messengers={"email": mail}), now=night)
    assert len(mail.sent) == 1


def test_a_person_gets_no_more_in_an_hour_than_the_installation_allows(two: House, sms: Gateway, told: Tell) -> None:
    few = replace(two, pace=Pace(messages_an_hour=2))
    for number in range(3):
        told(str(number), NOW + number * MINUTE)
        outbox.deliver_due(few, now=NOW + number * MINUTE)
    assert (len(sms.sent), rows(two)[2].held_until) == (2, NOW + timedelta(hours=1))
    told("urgent", NOW + 3 * MINUTE, urgent=True)
    assert outbox.deliver_due(few, now=NOW + 3 * MINUTE) == 1
    outbox.deliver_due(few, now=NOW + timedelta(hours=1) + FIRST * SPREAD)
    assert rows(two)[2].status == "pending"
    assert outbox.deliver_due(few, now=NOW + timedelta(hours=1, minutes=3)) == 1
