"""What is new to an officer since they looked, and what an answer was before it was corrected."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from engine.case.last_looks import SITTING
from engine.queries.office.case_file import CaseFile
from engine.queries.office.case_reading import open_case
from storage.events import CaseEvent
from tests.cast import NOW, Member
from tests.small.cases import Kilns

LATER = NOW + SITTING + timedelta(minutes=1)
TOMORROW = NOW + timedelta(days=1)


def look(kilns: Kilns, key: str, who: Member, now: datetime) -> CaseFile:
    with kilns.house.database.transaction() as session:
        return open_case(session, kilns.house, who.actor, key, now=now)


def test_nothing_is_new_to_who_looks_for_the_first_time(kilns: Kilns) -> None:
    case = look(kilns, kilns.send().key, kilns.cast.bopha, NOW)
    assert (case.since, case.new_events, case.new_documents, case.new_answers) == (None, (), (), ())


def test_a_correction_is_new_to_who_looked_before_it_and_says_what_was_there(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    look(kilns, sent.key, kilns.cast.kunthea, NOW)
    kilns.correct(sent, kiln_name="ឡចាស់", now=LATER)
    case = look(kilns, sent.key, kilns.cast.kunthea, LATER)
    assert case.since is not None
    assert case.since.at == NOW
    (changed,) = case.new_answers
    assert changed.changed is not None
    assert changed.changed.was is not None
    assert (changed.changed.was.en, changed.value.en) == ("ឡ <ថ្មី>", "ឡចាស់")
    (mended,) = case.corrections
    assert mended.was is not None
    assert mended.became is not None
    assert (mended.was.en, mended.became.en) == ("ឡ <ថ្មី>", "ឡចាស់")
    assert "resubmitted" in {event.kind for event in case.new_events}


def test_what_is_new_stays_marked_while_somebody_sits_before_it(kilns: Kilns) -> None:
    sent = kilns.send()
    look(kilns, sent.key, kilns.cast.bopha, NOW)
    kilns.pay(sent, now=LATER)
    first = look(kilns, sent.key, kilns.cast.bopha, LATER)
    again = look(kilns, sent.key, kilns.cast.bopha, LATER + SITTING)
    assert first.new_events
    assert [event.seq for event in again.new_events] == [event.seq for event in first.new_events]
    assert look(kilns, sent.key, kilns.cast.bopha, TOMORROW).new_events == ()


def test_what_one_did_oneself_is_not_new_and_each_officer_has_their_own_last_look(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    look(kilns, sent.key, kilns.cast.bopha, NOW)
    look(kilns, sent.key, kilns.cast.vannak, NOW)
    kilns.check(sent, "return", now=LATER)
    bopha = look(kilns, sent.key, kilns.cast.bopha, TOMORROW)
    assert {event.by_id for event in bopha.new_events} <= {None}
    vannak = look(kilns, sent.key, kilns.cast.vannak, TOMORROW)
    assert kilns.cast.bopha.person_id in {event.by_id for event in vannak.new_events}


def test_where_personal_data_was_erased_what_was_there_is_no_longer_known(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    kilns.correct(sent)
    with kilns.house.database.transaction() as session:
        session.execute(update(CaseEvent).values(personal=None))
    case = look(kilns, sent.key, kilns.cast.kunthea, NOW)
    changed = [answer.changed for page in case.pages for answer in page.answers if answer.changed]
    assert [one.was for one in changed] == [None]
    assert [(one.was, one.became) for one in case.corrections] == [(None, None)]
