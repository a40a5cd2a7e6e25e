"""Words of the messages that all services share: changed, planned, refused, put back, and told from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.errors import BadAnswers, NotAllowed, NotFound, ReasonMissing, StalePage
from engine.errors.house_messages import (
    AddressRefused,
    PlaceNeeded,
    PlaceUnknown,
    PlaceUnreadable,
    TooManyParts,
    WordsBeginWrong,
    WordsHold,
    WordsKnown,
    WordsMissing,
    WordsTooLong,
)
from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.packages.texts import MessageTexts
from engine.people import changing_messages
from engine.people.actors import Actor
from engine.queries.admin.message_words import message_list, message_page
from storage.message_versions import MessageVersion
from storage.messages import Notification
from storage.security_log import SecurityEvent
from tests.cast import NOW
from tests.small.cases import Kilns

KEY = "application_received"
NEW = MessageTexts(
    Bilingual("ពាក្យ {reference}", "Application {reference}"),
    Bilingual("យើងទទួលបាន {reference}។", "It has come to us: {reference}."),
)
HOUR = timedelta(hours=1)


def changed(
    kilns: Kilns,
    words: MessageTexts = NEW,
    *,
    key: str = KEY,
    actor: Actor | None = None,
    why: str = "Shorter",
    day: date | None = None,
    seen: int = 0,
    now: datetime = NOW,
) -> int:
    who = actor or kilns.cast.visal.actor
    with kilns.house.database.transaction() as session:
        return changing_messages.change(
            session, kilns.house, who, key, words, why=why, from_day=day, seen=seen, now=now
        )


def back(kilns: Kilns, number: int, *, seen: int, now: datetime) -> int:
    with kilns.house.database.transaction() as session:
        visal = kilns.cast.visal.actor
        return changing_messages.go_back(
            session, kilns.house, visal, KEY, number, why="It was better", seen=seen, now=now
        )


def told(kilns: Kilns, now: datetime) -> str:
    """What somebody who sends an application then is told."""
    sent = kilns.send(now=now)
    with kilns.house.database.reading() as session:
        found = select(Notification).where(Notification.application_id == kilns.row(sent).id)
        return session.scalars(found.order_by(Notification.id)).first().body  # type: ignore[union-attr]


def test_new_words_are_told_from_their_moment_on_and_earlier_ones_again_after_going_back(kilns: Kilns) -> None:
    of_file = told(kilns, NOW)
    assert changed(kilns, day=NOW.date() + timedelta(days=1)) == 1
    assert told(kilns, NOW + HOUR)[:20] == of_file[:20], "not before their day"
    tomorrow = NOW + timedelta(days=1)
    assert told(kilns, tomorrow).startswith("យើងទទួលបាន")
    other = replace(NEW, body=Bilingual("បានមកដល់ {reference}។", "Here: {reference}."))
    assert changed(kilns, other, seen=1, now=tomorrow + HOUR) == 2
    assert told(kilns, tomorrow + 2 * HOUR).startswith("បានមកដល់")
    assert back(kilns, 1, seen=2, now=tomorrow + 3 * HOUR) == 3
    assert told(kilns, tomorrow + 4 * HOUR).startswith("យើងទទួលបាន")
    assert back(kilns, 0, seen=3, now=tomorrow + 5 * HOUR) == 4
    assert told(kilns, tomorrow + 6 * HOUR)[:20] == of_file[:20]
    with kilns.house.database.reading() as session:
        page = message_page(session, kilns.house, kilns.cast.visal.actor, KEY, now=tomorrow + 6 * HOUR)
        kinds = session.scalars(select(SecurityEvent.kind).where(SecurityEvent.kind == "message_changed")).all()
    assert [(one.number, one.holds) for one in page.versions] == [(4, True), (3, False), (2, False), (1, False)]
    assert page.is_of_file
    assert len(kinds) == 4


@pytest.mark.parametrize(
    ("words", "problems"),
    [
        ({"title": ("", "x")}, {"title_km": WordsMissing}),
        ({"body": ("x" * 1001, "x")}, {"body_km": WordsTooLong}),
        ({"sms": ("ខ្លី", "")}, {"sms_en": WordsMissing}),
        ({"body": ("{reason}", "{ reference}")}, {"body_km": PlaceUnknown, "body_en": PlaceUnreadable}),
        ({"body": ("{reference", "{reference!r}")}, {"body_km": PlaceUnreadable, "body_en": PlaceUnreadable}),
        ({"body": ("{reference.__class__}", "ok")}, {"body_km": PlaceUnreadable}),
        ({"body": ("មើល HTTPS://x.kh", "see www.x.kh")}, {"body_km": AddressRefused, "body_en": AddressRefused}),
        ({"body": ("ក" * 300, "ok")}, {"sms_km": TooManyParts}),
    ],
)  # fmt: skip
def test_words_that_cannot_be_told_are_refused_in_their_field(
    kilns: Kilns, words: Mapping[str, tuple[str, str]], problems: Mapping[str, type[Exception]]
) -> None:
    with pytest.raises(BadAnswers) as refused:
        changed(kilns, replace(NEW, **{part: Bilingual(*both) for part, both in words.items()}))
    assert {field: type(error) for field, error in refused.value.errors.items()} == problems
    with kilns.house.database.reading() as session:
        assert session.scalars(select(MessageVersion)).all() == []


def test_a_code_and_a_link_cannot_be_left_out(kilns: Kilns) -> None:
    key = next(key for key, words in kilns.house.texts.messages.items() if "{code}" in words.body.en)
    of_file = kilns.house.texts[key]
    with pytest.raises(BadAnswers) as refused:
        changed(kilns, replace(of_file, body=Bilingual("គ្មាន", "None")), key=key)
    assert {type(error) for error in refused.value.errors.values()} == {PlaceNeeded}


def test_one_needs_the_right_a_reason_a_day_to_come_and_the_newest_page(kilns: Kilns) -> None:
    of_one_office = Actor(kilns.cast.mony.person_id, memberships=frozenset({(ADMINISTRATOR, kilns.cast.battambang)}))
    for actor in (of_one_office, kilns.cast.kunthea.actor, kilns.cast.chenda.actor):
        with pytest.raises(NotAllowed):
            changed(kilns, actor=actor)
    with pytest.raises(ReasonMissing):
        changed(kilns, why=" ")
    with pytest.raises(NotFound):
        changed(kilns, key="no_such_message")
    for day in (NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=400)):
        with pytest.raises(BadAnswers) as refused:
            changed(kilns, day=day)
        assert isinstance(refused.value.errors["from"], WordsBeginWrong)
    changed(kilns)
    with pytest.raises(StalePage):
        changed(kilns, replace(NEW, title=Bilingual("ថ្មី", "New")), now=NOW + HOUR)
    with pytest.raises(BadAnswers) as refused:
        changed(kilns, seen=1, now=NOW + HOUR)
    assert isinstance(refused.value.errors["title_km"], WordsKnown)
    with pytest.raises(NotFound):
        back(kilns, 7, seen=1, now=NOW + HOUR)


def test_planned_words_are_withdrawn_and_those_that_hold_are_not(kilns: Kilns) -> None:
    visal = kilns.cast.visal.actor
    changed(kilns, day=NOW.date() + timedelta(days=1))
    with pytest.raises(WordsHold), kilns.house.database.transaction() as session:
        changing_messages.withdraw(session, visal, KEY, 1, now=NOW + timedelta(days=1))
    for _ in range(2):
        with kilns.house.database.transaction() as session:
            changing_messages.withdraw(session, visal, KEY, 1, now=NOW)
    assert not told(kilns, NOW + timedelta(days=2)).startswith("យើងទទួលបាន {")
    with kilns.house.database.reading() as session:
        lines = message_list(session, kilns.house, visal, now=NOW + timedelta(days=2))
    assert [line for line in lines if line.changed_at is not None] == []


def test_the_words_that_the_product_brings_may_stay_as_they_are_when_something_else_changes(kilns: Kilns) -> None:
    for key, of_file in kilns.house.texts.messages.items():
        assert changing_messages.checked(of_file, of_file) == of_file, key


def test_a_page_is_named_neither_without_what_it_begins_with(kilns: Kilns) -> None:
    for named in ("evil.example/pay", "see T.me/owso_pay.", "មើល bit.ly/x", "pay-owso.com"):
        with pytest.raises(BadAnswers) as refused:
            changed(kilns, replace(NEW, body=Bilingual(named, f"{named} {{reference}}")))
        found = {field: type(error) for field, error in refused.value.errors.items()}
        assert found == {"body_km": AddressRefused, "body_en": AddressRefused}, named
