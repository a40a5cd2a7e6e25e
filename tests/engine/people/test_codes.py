"""One-time codes: sent to a contact, given back once, worth nothing to anybody else."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread

import orjson
import pytest

from engine.clockwork import outbox
from engine.errors import ProofOver, TooManyCodes
from engine.house import House
from engine.people import codes
from engine.people.codes import Asker, CodeRequest, Verdict
from engine.people.contacts import ContactPoint, contact_point
from storage.codes import CodePurpose, OneTimeCode
from storage.messages import Notification, NotificationStatus
from storage.security_log import SecurityEvent
from tests.cast import NOW, Cast
from tests.properties import given, st

SOMEBODY = ContactPoint(contact_point("012 999 888").channel, "+85512999888")  # type: ignore[union-attr]
WANTED = CodeRequest(CodePurpose.DOOR, SOMEBODY, "en")


def asked(house: House, wanted: CodeRequest = WANTED, *, now: datetime = NOW) -> tuple[str, str]:
    """A token, and the code that was sent."""
    with house.database.transaction() as session:
        token = codes.ask(session, house, wanted, now=now)
    outbox.deliver_due(house, now=now)
    with house.database.reading() as session:
        row = session.query(OneTimeCode).order_by(OneTimeCode.id.desc()).first()
        assert row is not None
        message = orjson.loads(house.recording.file_of(f"code/{row.id}").read_bytes())
    assert message["address"] == wanted.to.address
    return token, next(word for word in message["body"].replace(".", " ").split() if word.isdigit() and len(word) == 6)


def said(house: House, token: str, code: str, purpose: CodePurpose = CodePurpose.DOOR, now: datetime = NOW) -> Verdict:
    with house.database.transaction() as session:
        return codes.check(session, token, code, purpose, now=now)


def test_the_right_code_proves_the_contact_once(house: House) -> None:
    token, code = asked(house)
    assert said(house, token, f" {code[:3]} {code[3:]} ") == Verdict.RIGHT
    assert said(house, token, code) == Verdict.RIGHT
    with house.database.transaction() as session:
        assert codes.use(session, token, CodePurpose.DOOR, now=NOW).point == SOMEBODY
    with pytest.raises(ProofOver), house.database.transaction() as session:
        codes.use(session, token, CodePurpose.DOOR, now=NOW)
    assert said(house, token, code) == Verdict.OVER


def test_khmer_digits_are_digits(house: House) -> None:
    token, code = asked(house)
    assert said(house, token, code.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))) == Verdict.RIGHT


def test_nothing_is_proved_before_the_code_is_given_back(house: House) -> None:
    token, _ = asked(house)
    with pytest.raises(ProofOver), house.database.transaction() as session:
        codes.use(session, token, CodePurpose.DOOR, now=NOW)


def test_five_wrong_ones_end_the_code(house: House) -> None:
    token, code = asked(house)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert [said(house, token, wrong) for _ in range(5)] == [Verdict.WRONG] * 4 + [Verdict.OVER]
    assert said(house, token, code) == Verdict.OVER


@pytest.mark.parametrize("typed", ["", "12345", "x" * 10_000, "1234567"])
def test_what_is_no_code_is_wrong(house: House, typed: str) -> None:
    assert said(house, asked(house)[0], typed) == Verdict.WRONG


def test_a_code_opens_nothing_else_and_for_nobody_else(house: House) -> None:
    token, code = asked(house)
    other, _ = asked(house)
    assert said(house, token, code, CodePurpose.CONTACT) == Verdict.OVER
    assert said(house, "another token", code) == Verdict.OVER
    assert said(house, other, code) == Verdict.WRONG


def test_it_ends_after_ten_minutes_and_what_it_proved_after_thirty(house: House) -> None:
    token, code = asked(house)
    late, later = NOW + timedelta(minutes=10), NOW + timedelta(minutes=40)
    assert said(house, token, code, now=late) == Verdict.OVER
    assert said(house, token, code, now=late - timedelta(seconds=1)) == Verdict.RIGHT
    with pytest.raises(ProofOver), house.database.transaction() as session:
        codes.use(session, token, CodePurpose.DOOR, now=later)


def test_the_fourth_code_of_a_day_needs_a_pause_whoever_asks(house: House, cast: Cast) -> None:
    for to in (SOMEBODY, ContactPoint(SOMEBODY.channel, cast.dara.phone)):
        wanted = replace(WANTED, to=to)
        for _ in range(3):
            asked(house, wanted)
        with pytest.raises(TooManyCodes) as refused:
            asked(house, wanted)
        assert refused.value.facts == {"minutes": 1}
        asked(house, wanted, now=NOW + timedelta(minutes=1))


def test_who_asks_without_end_makes_nobody_else_wait(house: House) -> None:
    moment, stranger, owner = NOW, replace(WANTED, asker=Asker("stranger")), replace(WANTED, asker=Asker("owner"))
    for _ in range(codes.FREE_OF_STRANGERS + 3):
        moment += codes.LONGEST_PAUSE
        asked(house, stranger, now=moment)
    with pytest.raises(TooManyCodes):
        asked(house, stranger, now=moment)
    asked(house, owner, now=moment)


def test_strangers_in_many_places_wait_together_and_who_is_no_stranger_does_not(house: House) -> None:
    for number in range(codes.FREE_OF_STRANGERS):
        asked(house, replace(WANTED, asker=Asker(f"stranger {number}")))
    with pytest.raises(TooManyCodes) as refused:
        asked(house, replace(WANTED, asker=Asker("one more")))
    assert refused.value.facts == {"minutes": 1}
    for _ in range(3):
        asked(house, replace(WANTED, asker=Asker("owner", is_stranger=False)))
    with pytest.raises(TooManyCodes):
        asked(house, replace(WANTED, asker=Asker("owner", is_stranger=False)))


def test_who_asks_many_times_at_once_gets_as_many_codes_as_one_after_the_other(house: House) -> None:
    gate, sent = Barrier(8), []

    def ask() -> None:
        gate.wait()
        with suppress(TooManyCodes), house.database.transaction() as session:
            sent.append(codes.ask(session, house, WANTED, now=NOW))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == codes.FREE_CODES


@given(st.integers(0, 500))
def test_pauses_grow_and_never_shut_the_door_for_good(codes_asked: int) -> None:
    pause, next_one = codes.pause_after(codes_asked), codes.pause_after(codes_asked + 1)
    assert timedelta() <= pause <= next_one <= codes.LONGEST_PAUSE
    assert next_one in (pause * 2, codes.FIRST_PAUSE, codes.LONGEST_PAUSE, timedelta())


def test_neither_database_nor_outbox_keep_the_code(house: House) -> None:
    token, code = asked(house)
    with house.database.reading() as session:
        row, message = session.query(OneTimeCode).one(), session.query(Notification).one()
        kept = f"{[getattr(row, column.key) for column in OneTimeCode.__table__.columns]}"
        told = f"{[getattr(message, column.key) for column in Notification.__table__.columns]}"
        assert message.status == NotificationStatus.RECORDED
    assert not {code, token} & {word.strip("'[],") for word in (kept + told).split()}
    assert code not in told


def test_a_code_that_is_late_does_not_leave(house: House) -> None:
    with house.database.transaction() as session:
        codes.ask(session, house, WANTED, now=NOW)
    outbox.deliver_due(house, now=NOW + timedelta(minutes=10))
    with house.database.reading() as session:
        message = session.query(Notification).one()
        assert (message.status, message.body, message.short_body) == (NotificationStatus.FAILED, "", "")


def test_old_codes_are_cleared(house: House) -> None:
    asked(house)
    with house.database.transaction() as session:
        codes.clear(session, now=NOW + timedelta(days=3))
        assert session.query(OneTimeCode).count() == 0


def test_the_security_log_says_what_became_of_a_code_and_never_the_code(house: House, cast: Cast) -> None:
    wanted = replace(WANTED, person_id=cast.dara.person_id, asker=Asker(by=cast.bopha.actor))
    token, code = asked(house, wanted)
    for _ in range(2):
        assert said(house, token, code) == Verdict.RIGHT
    other, right = asked(house, replace(wanted, to=ContactPoint(SOMEBODY.channel, cast.sreyneang.phone)))
    for _ in range(7):
        said(house, other, f"{(int(right) + 1) % 10**6:06}")
    with house.database.reading() as session:
        lines = session.query(SecurityEvent).order_by(SecurityEvent.id).all()
        assert [line.kind for line in lines] == ["code_sent", "code_given_back", "code_sent", "code_guessed"]
        assert {line.person_id for line in lines} == {cast.dara.person_id}
        assert [line.actor_id for line in lines] == [cast.bopha.person_id, None, cast.bopha.person_id, None]
        written = f"{[line.data for line in lines]}"
    assert written.count("door") == 4
    assert not any(secret in written for secret in (code, right, token, SOMEBODY.address))
