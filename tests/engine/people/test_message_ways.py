"""How messages should reach a person, and the link to their Telegram: asked for by them, opened once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.clockwork import outbox
from engine.connectors import MessageRefused, Reach
from engine.errors import NotFound
from engine.house import House
from engine.people import message_ways
from engine.people.telling import tell
from engine.queries.citizen.message_ways import message_ways as choices
from storage.messages import Notification, TelegramLink
from storage.people import Person
from tests.cast import NOW, Cast, Member
from tests.engine.clockwork.test_outbox import Gateway

CHAT = "4711"


def asked(house: House, who: Member) -> str:
    with house.database.transaction() as session:
        return message_ways.ask_for_link(session, who.actor, now=NOW)


def shown(house: House, token: str, chat: str = CHAT, minutes: int = 1) -> str:
    with house.database.transaction() as session:
        return message_ways.link(session, token, chat, now=NOW + timedelta(minutes=minutes))


def prefer(house: House, who: Member, channel: str) -> None:
    with house.database.transaction() as session:
        message_ways.prefer(session, who.actor, channel)


def sent(house: House, who: Member) -> Notification:
    """The person is told something, and it leaves."""
    with house.database.transaction() as session:
        person = session.get_one(Person, who.person_id)
        key = f"told/{len(session.scalars(select(Notification)).all())}"
        tell(session, person, house.texts["withdrawn"], {}, key=key, now=NOW)
    for _ in range(2):
        outbox.deliver_due(house, now=NOW)
    with house.database.reading() as session:
        return session.scalars(select(Notification).order_by(Notification.id.desc()).limit(1)).one()


@pytest.fixture
def chat() -> Gateway:
    return Gateway(Reach.CHAT)


@pytest.fixture
def wired(house: House, chat: Gateway) -> House:
    senders = {"telegram": chat, "nomsa": Gateway(Reach.TELEPHONE), "email": Gateway(Reach.MAIL)}
    return replace(house, messengers=senders)


def test_messages_go_to_a_telegram_that_was_linked_and_to_the_telephone_of_others(wired: House, cast: Cast) -> None:
    assert shown(wired, asked(wired, cast.dara)) == "km"
    assert (sent(wired, cast.dara).channel, sent(wired, cast.dara).address) == ("telegram", CHAT)
    assert sent(wired, cast.rithy).channel == "sms"


def test_a_token_opens_once_and_for_half_an_hour(wired: House, cast: Cast) -> None:
    token = asked(wired, cast.dara)
    shown(wired, token)
    with pytest.raises(NotFound):
        shown(wired, token, "another")
    late = asked(wired, cast.dara)
    with pytest.raises(NotFound):
        shown(wired, late, minutes=30)
    assert sent(wired, cast.dara).address == CHAT


def test_a_new_token_closes_the_one_before_and_nobody_guesses_one(wired: House, cast: Cast) -> None:
    first, second = asked(wired, cast.dara), asked(wired, cast.dara)
    for wrong in (first, "", "x", second.lower(), second + "x"):
        with pytest.raises(NotFound):
            shown(wired, wrong)
    shown(wired, second)


def test_only_the_hash_of_a_token_is_kept(wired: House, cast: Cast) -> None:
    token = asked(wired, cast.dara)
    with wired.database.reading() as session:
        kept = session.scalars(select(TelegramLink)).one()
    assert kept.token_hash is not None
    assert token not in kept.token_hash


@pytest.mark.parametrize("ends", ["unlink", "stop"])
def test_whoever_unlinks_gets_nothing_there_any_more(wired: House, cast: Cast, ends: str) -> None:
    shown(wired, asked(wired, cast.dara))
    shown(wired, asked(wired, cast.rithy), "another")
    with wired.database.transaction() as session:
        if ends == "unlink":
            message_ways.unlink(session, cast.dara.actor)
        else:
            message_ways.stop(session, CHAT)
    assert sent(wired, cast.dara).channel == "sms"
    assert sent(wired, cast.rithy).address == "another"


def test_unlinking_closes_a_token_that_was_asked_for(wired: House, cast: Cast) -> None:
    token = asked(wired, cast.dara)
    with wired.database.transaction() as session:
        message_ways.unlink(session, cast.dara.actor)
    with pytest.raises(NotFound):
        shown(wired, token)


def test_who_stopped_the_bot_in_telegram_is_reached_on_the_next_way(wired: House, cast: Cast, chat: Gateway) -> None:
    shown(wired, asked(wired, cast.dara))
    chat.works, chat.fails = False, MessageRefused
    assert (sent(wired, cast.dara).channel, sent(wired, cast.dara).passed) == ("sms", ["telegram"])


def test_the_way_that_a_person_prefers_comes_first_and_others_behind_it(wired: House, cast: Cast) -> None:
    prefer(wired, cast.dara, "email")
    assert sent(wired, cast.dara).channel == "email"
    prefer(wired, cast.dara, "telegram")  # not linked
    assert sent(wired, cast.dara).channel == "sms"
    prefer(wired, cast.dara, "pigeon")
    with wired.database.reading() as session:
        assert session.get_one(Person, cast.dara.person_id).preferred_channel is None


def test_who_wants_no_message_reads_it_in_the_account(wired: House, cast: Cast) -> None:
    prefer(wired, cast.dara, "portal")
    row = sent(wired, cast.dara)
    assert (row.status, row.channel, row.address, row.left_at) == ("recorded", "portal", "", NOW)
    assert not wired.recording.file_of(row.idempotency_key).exists()


def test_a_person_chooses_among_the_ways_that_reach_them(wired: House, house: House, cast: Cast) -> None:
    def offered(at: House, who: Member) -> tuple[tuple[str, ...], bool]:
        with at.database.reading() as session:
            found = choices(session, at, who.actor)
        return found.channels, found.leave

    assert offered(house, cast.dara) == (("portal",), False)
    assert offered(wired, cast.dara) == (("sms", "email", "portal"), True)
    assert offered(wired, cast.rithy) == (("sms", "portal"), True)
    shown(wired, asked(wired, cast.rithy))
    assert offered(wired, cast.rithy) == (("telegram", "sms", "portal"), True)
