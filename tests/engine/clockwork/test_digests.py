"""What is new leaves the house as each officer wants: together once a working day, or at once; never twice, never to
somebody whom their way does not reach any more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from engine.clockwork import digests, schedule
from engine.connectors import OutgoingMessage, Reach
from engine.errors import BadAnswers, NotFound
from engine.house import House, Pace
from engine.people.notice_choices import Choice, choice_of, choose
from engine.people.notices import News, read_all, tell
from storage.messages import MessageChannel, Notification, TelegramLink
from storage.notices import NoticeKind, NoticePlace, NoticeWay
from storage.offices import Holiday
from storage.people import Membership, Person
from tests.bell import notices
from tests.cast import NOW, Cast, Member

DAY = timedelta(days=1)
EIGHT = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
"""Tuesday, eight o'clock in Cambodia."""
BY_MAIL = Choice(NoticeWay.EMAIL, digest_hour=8)
CHAT = "4711"


@dataclass
class Gateway:
    """Takes every message."""

    reaches: Reach
    sent: list[OutgoingMessage] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> str:
        self.sent.append(message)
        return ""


@pytest.fixture
def mail() -> Gateway:
    return Gateway(Reach.MAIL)


@pytest.fixture
def chat() -> Gateway:
    return Gateway(Reach.CHAT)


@pytest.fixture
def wired(house: House, cast: Cast, mail: Gateway, chat: Gateway) -> Iterator[House]:
    """Chan Bopha has proved an e-mail, linked a Telegram and proved a telephone, at which an SMS would arrive."""
    with house.database.transaction() as session:
        bopha = session.get_one(Person, cast.bopha.person_id)
        bopha.email, bopha.email_proved_at, bopha.language = "bopha@example.org", NOW, "en"
        session.add(TelegramLink(person_id=bopha.id, chat=CHAT, linked_at=NOW))
    senders = {"sms": Gateway(Reach.TELEPHONE), "mail": mail, "bot": chat}
    yield replace(house, messengers=senders, pace=Pace(messages_an_hour=1000))
    assert senders["sms"].sent == []


def chosen(house: House, who: Member, wanted: Choice, *, now: datetime = NOW) -> None:
    with house.database.transaction() as session:
        choose(session, who.actor, wanted, now=now)


def told(house: House, who: Member, number: int, kind: NoticeKind = NoticeKind.LATE, *, now: datetime = NOW) -> None:
    with house.database.transaction() as session:
        news = News(kind, str(number), NoticePlace.TASK, "abc", f"02-26-{number:06}-3")
        tell(session, news, [who.person_id], now=now)


def sweep(house: House, now: datetime) -> None:
    for _ in range(2):
        schedule.sweep(house, now=now, parts=[schedule.POST])


def test_what_is_new_comes_together_at_the_hour_of_a_working_day_and_once(
    wired: House, cast: Cast, mail: Gateway
) -> None:
    chosen(wired, cast.bopha, BY_MAIL)
    told(wired, cast.bopha, 1)
    told(wired, cast.bopha, 2)
    told(wired, cast.vannak, 3)
    sweep(wired, EIGHT - timedelta(minutes=1))
    assert mail.sent == []
    sweep(wired, EIGHT)
    (message,) = mail.sent
    assert (message.address, message.channel) == ("bopha@example.org", MessageChannel.EMAIL)
    assert message.subject == "New at One Window: 2"
    assert ("02-26-000001-3" in message.body, "02-26-000003-3" in message.body) == (True, False)
    (first, second) = notices(wired, cast.bopha)
    assert f"http://localhost/office/notices/{second.id}\n" in message.body
    assert "Sok Dara" not in message.body
    assert (first.told_at, first.read_at) == (EIGHT, None)


def test_nothing_comes_when_nothing_is_new_or_all_of_it_was_read(wired: House, cast: Cast, mail: Gateway) -> None:
    chosen(wired, cast.bopha, BY_MAIL)
    sweep(wired, EIGHT)
    told(wired, cast.bopha, 1, now=EIGHT)
    with wired.database.transaction() as session:
        read_all(session, cast.bopha.actor, 10**9, now=EIGHT)
    sweep(wired, EIGHT + DAY)
    assert mail.sent == []
    told(wired, cast.bopha, 2, now=EIGHT + DAY)
    for days in (2, 3):
        sweep(wired, EIGHT + days * DAY)
    assert len(mail.sent) == 1


def test_after_an_outage_it_comes_at_the_chosen_hour_and_not_in_the_night(
    wired: House, cast: Cast, mail: Gateway
) -> None:
    chosen(wired, cast.bopha, BY_MAIL)
    told(wired, cast.bopha, 1)
    sweep(wired, EIGHT + timedelta(hours=18))  # Wednesday, two o'clock in Cambodia
    assert mail.sent == []
    sweep(wired, EIGHT + DAY)
    assert len(mail.sent) == 1


def test_a_day_off_and_a_weekend_bring_nothing_and_the_next_day_all(wired: House, cast: Cast, mail: Gateway) -> None:
    chosen(wired, cast.bopha, BY_MAIL)
    with wired.database.transaction() as session:
        session.add(Holiday(office_id=cast.battambang, day=date(2026, 3, 3), name_km="ពិធី", name_en="Feast"))
    told(wired, cast.bopha, 1)
    sweep(wired, EIGHT)
    assert mail.sent == []
    sweep(wired, EIGHT + DAY)
    assert len(mail.sent) == 1
    told(wired, cast.bopha, 2, now=EIGHT + 3 * DAY + timedelta(hours=1))  # Friday, after the digest
    for days in (4, 5, 6):  # Saturday to Monday
        sweep(wired, EIGHT + days * DAY)
    assert len(mail.sent) == 2
    assert notices(wired, cast.bopha)[-1].told_at == EIGHT + 6 * DAY


def test_who_belongs_to_every_office_hears_on_the_days_of_the_country(wired: House, cast: Cast, mail: Gateway) -> None:
    with wired.database.transaction() as session:
        visal = session.get_one(Person, cast.visal.person_id)
        visal.email, visal.email_proved_at = "visal@example.org", NOW
    chosen(wired, cast.visal, BY_MAIL)
    told(wired, cast.visal, 1, NoticeKind.INCIDENT)
    saturday = EIGHT + 4 * DAY
    with wired.database.transaction() as session:
        session.execute(update(Person).values(language="km"))
    chosen(wired, cast.visal, BY_MAIL, now=saturday - timedelta(hours=1))
    sweep(wired, saturday)
    assert mail.sent == []
    sweep(wired, saturday + 2 * DAY)
    assert "ជំហានមួយបរាជ័យ" in mail.sent[0].body


def test_another_hour_on_the_same_day_brings_no_second_digest(wired: House, cast: Cast, mail: Gateway) -> None:
    chosen(wired, cast.bopha, BY_MAIL)
    told(wired, cast.bopha, 1)
    sweep(wired, EIGHT)
    told(wired, cast.bopha, 2, now=EIGHT)
    chosen(wired, cast.bopha, replace(BY_MAIL, digest_hour=10), now=EIGHT)
    sweep(wired, EIGHT + timedelta(hours=2))
    assert len(mail.sent) == 1
    sweep(wired, EIGHT + timedelta(hours=26))
    assert len(mail.sent) == 2


def test_a_kind_that_was_chosen_comes_at_once_and_no_second_time_in_the_digest(
    wired: House, cast: Cast, chat: Gateway
) -> None:
    at_once = Choice(NoticeWay.TELEGRAM, digest_hour=8, at_once=frozenset({NoticeKind.TASK_GIVEN}))
    chosen(wired, cast.bopha, at_once)
    told(wired, cast.bopha, 1, NoticeKind.TASK_GIVEN)
    told(wired, cast.bopha, 2)
    sweep(wired, NOW)
    (message,) = chat.sent
    assert (message.address, "02-26-000001-3" in message.body, "02-26-000002-3" in message.body) == (CHAT, True, False)
    sweep(wired, EIGHT)
    assert ["02-26-000001-3" in each.body for each in chat.sent] == [True, False]


def test_quiet_hours_of_the_officer_hold_back_until_their_end(wired: House, cast: Cast, mail: Gateway) -> None:
    quiet = Choice(NoticeWay.EMAIL, quiet_from=17, quiet_until=7, at_once=frozenset({NoticeKind.LATE}))
    chosen(wired, cast.bopha, quiet)
    evening, morning = EIGHT + timedelta(hours=14), EIGHT + timedelta(hours=23)  # 22:00, and 7:00 of the next day
    told(wired, cast.bopha, 1, now=evening)
    told(wired, cast.bopha, 2, now=evening)
    sweep(wired, evening)
    sweep(wired, morning - timedelta(minutes=1))
    assert mail.sent == []
    sweep(wired, morning)
    assert [each.subject for each in mail.sent] == ["New at One Window: 2"]


def test_two_workers_send_one_digest_and_each_notice_once(wired: House, cast: Cast, mail: Gateway) -> None:
    chosen(wired, cast.bopha, replace(BY_MAIL, at_once=frozenset({NoticeKind.ASKED})))
    told(wired, cast.bopha, 1)
    told(wired, cast.bopha, 2, NoticeKind.ASKED)
    meeting = Barrier(2)

    def work() -> None:
        meeting.wait()
        digests.send_at_once(wired, now=EIGHT)
        digests.send_digests(wired, now=EIGHT)

    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(work) for _ in range(2)]:
            done.result()
    with wired.database.reading() as session:
        assert len(session.scalars(select(Notification.id)).all()) == 2
    sweep(wired, EIGHT)
    assert len(mail.sent) == 2


def test_a_way_that_reaches_nobody_any_more_sends_nothing_and_loses_nothing(
    wired: House, cast: Cast, chat: Gateway
) -> None:
    chosen(wired, cast.bopha, Choice(NoticeWay.TELEGRAM, 8, at_once=frozenset({NoticeKind.ASKED})))
    told(wired, cast.bopha, 1, NoticeKind.ASKED)
    with wired.database.transaction() as session:
        session.execute(update(TelegramLink).values(chat=None, linked_at=None))
    sweep(wired, EIGHT)
    assert chat.sent == []
    with wired.database.transaction() as session:
        session.execute(update(TelegramLink).values(chat=CHAT, linked_at=EIGHT))
    sweep(wired, EIGHT + DAY)
    assert len(chat.sent) == 1


def test_who_has_left_the_office_hears_of_nothing(wired: House, cast: Cast, mail: Gateway) -> None:
    chosen(wired, cast.bopha, replace(BY_MAIL, at_once=frozenset({NoticeKind.ASKED})))
    told(wired, cast.bopha, 1)
    told(wired, cast.bopha, 2, NoticeKind.ASKED)
    with wired.database.transaction() as session:
        mine = update(Membership).where(Membership.person_id == cast.bopha.person_id)
        session.execute(mine.values(to_day=date(2026, 3, 1)))
    sweep(wired, EIGHT)
    assert mail.sent == []


def test_the_choice_of_an_officer_is_apart_from_that_of_the_citizen(wired: House, cast: Cast) -> None:
    chosen(wired, cast.bopha, BY_MAIL)
    with wired.database.reading() as session:
        assert session.get_one(Person, cast.bopha.person_id).preferred_channel is None
        assert (choice_of(session, cast.bopha.actor), choice_of(session, cast.vannak.actor)) == (BY_MAIL, Choice())


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Choice(NoticeWay.EMAIL), "way"),
        (Choice(NoticeWay.TELEGRAM), "way"),
        (Choice(digest_hour=24), "digest_hour"),
        (Choice(quiet_from=21), "quiet"),
        (Choice(quiet_from=21, quiet_until=21), "quiet"),
        (Choice(digest_hour=6, quiet_from=21, quiet_until=7), "digest_hour"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(house: House, cast: Cast, wanted: Choice, field: str) -> None:
    with pytest.raises(BadAnswers) as refused, house.database.transaction() as session:
        choose(session, cast.vannak.actor, wanted, now=NOW)
    assert set(refused.value.errors) == {field}
    with house.database.reading() as session:
        assert choice_of(session, cast.vannak.actor) == Choice()


def test_a_citizen_has_no_bell_to_choose_for(house: House, cast: Cast) -> None:
    with pytest.raises(NotFound), house.database.transaction() as session:
        choose(session, cast.dara.actor, Choice(), now=NOW)
