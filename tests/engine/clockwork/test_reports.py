"""What became of a message: senders report it or are asked, in any order, more than once, or never."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.claiming import FIRST
from engine.clockwork import outbox, reports
from engine.errors import NotFound
from engine.house import House
from engine.people.telling import tell
from storage.messages import Notification
from storage.people import Person
from tests.cast import NOW, Cast
from tests.gateways import REPORTS, SmallGateway, small_gateway

LATER = NOW + timedelta(minutes=3)
DAY = timedelta(days=1)


@pytest.fixture
def gateway() -> Iterator[SmallGateway]:
    with small_gateway() as gateway:
        yield gateway


@pytest.fixture
def told(house: House, cast: Cast) -> None:
    """Dara, who has a telephone, is told something."""
    with house.database.transaction() as session:
        dara = session.get_one(Person, cast.dara.person_id)
        tell(session, dara, house.texts["withdrawn"], {}, key="withdrawn/1", now=NOW)


@pytest.fixture
def by_nomsa(house: House, gateway: SmallGateway, told: None) -> House:
    return replace(house, messengers={"nomsa": gateway.nomsa})


@pytest.fixture
def by_plasgate(house: House, gateway: SmallGateway, told: None) -> House:
    return replace(house, messengers={"plasgate": gateway.plasgate})


@pytest.fixture
def report(by_plasgate: House, gateway: SmallGateway) -> Callable[..., None]:
    """PlasGate reports about its first message, or the one with this number, at the address it was given."""

    def say(word: str, which: int = 0, at: House = by_plasgate) -> None:
        number, sending, signature = gateway.took[which]["dlr_url"].removeprefix(f"{REPORTS}/").split("/")
        with at.database.transaction() as session:
            reports.take_report(
                session, at, "plasgate", int(number), int(sending), signature=signature, word=word, now=LATER
            )

    return say


def row_of(house: House) -> Notification:
    with house.database.reading() as session:
        return session.scalars(select(Notification)).one()


def test_a_message_is_delivered_when_its_sender_reports_so_and_once(
    by_plasgate: House, report: Callable[..., None]
) -> None:
    outbox.deliver_due(by_plasgate, now=NOW)
    assert (row_of(by_plasgate).status, row_of(by_plasgate).reference) == ("sent", "queue-1")
    report("ESME_ROK")
    assert row_of(by_plasgate).status == "sent"
    report("DELIVRD")
    assert (row_of(by_plasgate).status, row_of(by_plasgate).delivered_at) == ("delivered", LATER)
    for again in ("DELIVRD", "UNDELIV"):
        report(again)
    assert (row_of(by_plasgate).status, row_of(by_plasgate).delivered_at) == ("delivered", LATER)


@pytest.fixture
def hasty(gateway: SmallGateway, report: Callable[..., None]) -> Callable[[House, str], None]:
    """The gateway reports about a message before it answers to it."""

    def reports_first(house: House, word: str) -> None:
        taking = gateway.take

        def take(path: str, body: dict[str, object]) -> bytes:
            answer = taking(path, body)
            report(word, at=house)
            return answer

        gateway.take = take  # type: ignore[method-assign]

    return reports_first


def test_a_report_may_be_quicker_than_the_answer_to_the_message(
    by_plasgate: House, hasty: Callable[[House, str], None]
) -> None:
    hasty(by_plasgate, "DELIVRD")
    outbox.deliver_due(by_plasgate, now=NOW)
    row = row_of(by_plasgate)
    assert (row.status, row.delivered_at, row.left_at) == ("delivered", LATER, LATER)
    assert (row.reference, row.last_error) == ("queue-1", "")


def test_a_report_of_failure_that_is_quicker_than_the_answer_stands(
    by_plasgate: House, gateway: SmallGateway, hasty: Callable[[House, str], None]
) -> None:
    both = replace(by_plasgate, messengers={"plasgate": gateway.plasgate, "nomsa": gateway.nomsa})
    hasty(both, "REJECTD")
    outbox.deliver_due(both, now=NOW)
    row = row_of(both)
    assert (row.status, row.passed, row.reference) == ("pending", ["plasgate"], "")


def test_what_could_not_be_delivered_has_failed_where_there_is_no_other_way(
    by_plasgate: House, gateway: SmallGateway, report: Callable[..., None], cast: Cast
) -> None:
    outbox.deliver_due(by_plasgate, now=NOW)
    report("UNDELIV")
    assert row_of(by_plasgate).status == "failed"
    with by_plasgate.database.transaction() as session:
        outbox.send_again(session, cast.visal.actor, row_of(by_plasgate).id, now=LATER)
    outbox.deliver_due(by_plasgate, now=LATER)
    report("UNDELIV")  # the old one again
    assert row_of(by_plasgate).status == "sent"
    report("UNDELIV", 1)
    assert row_of(by_plasgate).status == "failed"
    report("DELIVRD", 1)  # the carrier thought better of it
    assert row_of(by_plasgate).status == "delivered"


def test_a_report_at_an_address_that_was_never_given_is_refused(by_plasgate: House, gateway: SmallGateway) -> None:
    outbox.deliver_due(by_plasgate, now=NOW)
    number, sending, signature = gateway.took[0]["dlr_url"].removeprefix(f"{REPORTS}/").split("/")
    made_up = (
        ("plasgate", int(number), int(sending), "0" * 64),
        ("plasgate", int(number), int(sending) + 1, signature),
        ("plasgate", int(number) + 1, int(sending), signature),
        ("plasgate", int(number), int(sending), "ក"),
        ("nomsa", int(number), int(sending), signature),
    )
    for sender, which, time, signed in made_up:
        with by_plasgate.database.transaction() as session, pytest.raises(NotFound):
            reports.take_report(session, by_plasgate, sender, which, time, signature=signed, word="DELIVRD", now=LATER)
    assert row_of(by_plasgate).status == "sent"


def test_a_report_about_a_message_that_is_gone_changes_nothing(by_plasgate: House, report: Callable[..., None]) -> None:
    outbox.deliver_due(by_plasgate, now=NOW)
    with by_plasgate.database.transaction() as session:
        session.delete(session.scalars(select(Notification)).one())
    report("DELIVRD")


def test_nomsa_is_asked_later_and_later_until_it_knows(by_nomsa: House, gateway: SmallGateway) -> None:
    outbox.deliver_due(by_nomsa, now=NOW)
    assert (row_of(by_nomsa).status, row_of(by_nomsa).ask_at) == ("sent", NOW + FIRST)
    assert (reports.ask_due(by_nomsa, now=NOW), gateway.asked) == (0, [])
    assert (reports.ask_due(by_nomsa, now=NOW + FIRST), gateway.asked) == (0, ["1"])
    assert reports.ask_due(by_nomsa, now=NOW + FIRST) == 0
    gateway.fates["1"] = "DELIVERED"
    assert reports.ask_due(by_nomsa, now=LATER) == 1
    row = row_of(by_nomsa)
    assert (row.status, row.delivered_at, row.ask_at, gateway.asked) == ("delivered", LATER, None, ["1", "1"])


def test_nomsa_is_not_asked_for_ever(by_nomsa: House, gateway: SmallGateway) -> None:
    outbox.deliver_due(by_nomsa, now=NOW)
    for day in range(1, 2 * reports.TIMES_ASKED):
        reports.ask_due(by_nomsa, now=NOW + day * DAY)
    assert (len(gateway.asked), row_of(by_nomsa).status, row_of(by_nomsa).ask_at) == (
        reports.TIMES_ASKED,
        "sent",
        None,
    )


def test_what_nomsa_could_not_deliver_takes_the_next_way(by_nomsa: House, gateway: SmallGateway) -> None:
    both = replace(by_nomsa, messengers={"nomsa": gateway.nomsa, "plasgate": gateway.plasgate})
    outbox.deliver_due(both, now=NOW)
    gateway.fates["1"] = "ERROR"
    reports.ask_due(both, now=LATER)
    assert (row_of(both).status, row_of(both).passed) == ("pending", ["nomsa"])
    outbox.deliver_due(both, now=LATER)
    assert (row_of(both).status, row_of(both).sender, row_of(both).ask_at) == ("sent", "plasgate", None)
    assert gateway.took[1]["to"] == "85512345601"


def test_nomsa_that_does_not_answer_a_question_is_asked_again(by_nomsa: House, gateway: SmallGateway) -> None:
    outbox.deliver_due(by_nomsa, now=NOW)
    gateway.status = 500
    assert reports.ask_due(by_nomsa, now=NOW + FIRST) == 0
    gateway.status, gateway.fates["1"] = 200, "DELIVERED"
    assert reports.ask_due(by_nomsa, now=NOW + 6 * FIRST) == 1
