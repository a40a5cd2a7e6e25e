"""Whoever a late case was raised to beyond its office takes care of it, gives its tasks and writes to the applicant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engine.applications.submitting import Submitted
from engine.case.raised_to import acts_from_above
from engine.clockwork import schedule
from engine.errors import NotAllowed, NotFound, OwnCase, ReasonMissing
from engine.errors.cases import ColleagueMayNot
from engine.errors.desk import WordsMissing
from engine.flow import more_time
from engine.packages.groups import HEAD
from engine.people.actors import Actor, Stand
from engine.queries.office.raised import raised_case, raised_cases
from engine.queries.shared.names import read_names
from engine.tasks import raised_acts
from engine.tasks.assigning import assign
from storage.applications import Application
from storage.chains import Raised
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.messages import Notification
from storage.processes import UserTask
from tests.cast import NOW, Member
from tests.engine.clockwork.test_chains import CLOSING, LATE, TO_HEAD, TO_MINISTRY, chain, late, of_the_ministry
from tests.plans import measured, planned, reads_by_index
from tests.small.cases import Kilns
from tests.ways import ground

SOON = CLOSING + timedelta(minutes=5)
WORDS = "ខ្ញុំនឹងហៅប្រធានការិយាល័យថ្ងៃនេះ"


@pytest.fixture
@ground
def above(kilns: Kilns) -> Actor:
    """Oum Phally, to whom a case of Battambang went up at the ministry."""
    phally = of_the_ministry(kilns)
    chain(kilns, TO_HEAD, TO_MINISTRY)
    return phally


def raised(kilns: Kilns) -> Submitted:
    return late(kilns, LATE, CLOSING)


def give(kilns: Kilns, actor: Actor, sent: Submitted, to: Member, reason: str = "") -> None:
    today = SOON.date()
    with kilns.house.database.transaction() as session:
        key = kilns.task(sent, "check")
        assign(session, kilns.house, actor, key, to.person_id, reason=reason, today=today, now=SOON)


def care(kilns: Kilns, actor: Actor, sent: Submitted, words: str = WORDS) -> None:
    with kilns.house.database.transaction() as session:
        raised_acts.take_up(session, kilns.house, actor, sent.key, words, now=SOON)


def events(kilns: Kilns, sent: Submitted, kind: str) -> list[CaseEvent]:
    with kilns.house.database.reading() as session:
        found = select(CaseEvent).where(CaseEvent.application_id == kilns.row(sent).id, CaseEvent.kind == kind)
        return list(session.scalars(found))


def test_who_takes_care_of_a_late_case_is_read_by_the_head_and_by_the_others(kilns: Kilns, above: Actor) -> None:
    sent = raised(kilns)
    care(kilns, above, sent)
    (event,) = events(kilns, sent, raised_acts.TAKEN_UP)
    assert event.personal == {"reason": WORDS}
    assert (event.actor_id, event.data["level"]) == (above.person_id, "ministry")
    with kilns.house.database.transaction() as session:
        names = read_names(session, kilns.house, now=SOON)
        for reader in (kilns.cast.kunthea.actor, above):
            assert {one.taken_up_by.en for one in raised_cases(session, names, reader) if one.taken_up_by} == {
                kilns.cast.phally.name_latin
            }
            page = raised_case(session, kilns.house, reader, sent.key, today=SOON.date(), now=SOON)
            assert [one.words for one in page.said] == [WORDS]
            assert page.may_act is (reader is above)


def test_a_task_is_given_within_the_office_and_taken_from_somebody_with_a_reason_only(
    kilns: Kilns, above: Actor
) -> None:
    sent, cast = raised(kilns), kilns.cast
    give(kilns, above, sent, cast.bopha)
    with kilns.house.database.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.key == kilns.task(sent, "check"))).one()
    assert task.assignee_id == cast.bopha.person_id
    with pytest.raises(ReasonMissing):
        give(kilns, above, sent, cast.vannak)
    with pytest.raises(ColleagueMayNot):
        give(kilns, above, sent, cast.mony, reason=WORDS)


def test_the_applicant_is_written_to_in_the_name_of_the_office_above(kilns: Kilns, above: Actor) -> None:
    sent = raised(kilns)
    with kilns.house.database.transaction() as session:
        raised_acts.write(session, kilns.house, above, sent.key, WORDS, now=SOON)
    with kilns.house.database.reading() as session:
        told = session.scalars(select(Notification).where(Notification.created_at == SOON)).one()
    assert told.person_id == kilns.row(sent).applicant_id
    assert WORDS in told.body
    assert "ក្រសួង" in told.body
    assert len(events(kilns, sent, raised_acts.WRITTEN)) == 1


def test_a_second_click_writes_to_the_applicant_once_and_other_words_are_sent(kilns: Kilns, above: Actor) -> None:
    sent = raised(kilns)
    for words in (WORDS, f" {WORDS}", WORDS * 2):
        with kilns.house.database.transaction() as session:
            raised_acts.write(session, kilns.house, above, sent.key, words, now=SOON)
        care(kilns, above, sent, words)
    with kilns.house.database.reading() as session:
        assert len(session.scalars(select(Notification).where(Notification.created_at == SOON)).all()) == 2
    assert [len(events(kilns, sent, kind)) for kind in (raised_acts.WRITTEN, raised_acts.TAKEN_UP)] == [2, 2]


def test_nobody_acts_by_a_rung_of_the_office_before_theirs_or_after_the_clock(kilns: Kilns, above: Actor) -> None:
    sent = late(kilns)
    with pytest.raises(NotFound):
        care(kilns, above, sent)
    with pytest.raises(NotAllowed):
        give(kilns, above, sent, kilns.cast.bopha)
    schedule.sweep(kilns.house, now=CLOSING)
    for actor, refusal in ((kilns.cast.kunthea.actor, NotAllowed), (kilns.cast.sreyneang.actor, NotFound)):
        with pytest.raises(refusal):
            care(kilns, actor, sent)
    with pytest.raises(WordsMissing):
        care(kilns, above, sent, " \n ")
    kilns.check(sent, "ok", now=SOON)
    kilns.collect(sent, now=SOON)
    with pytest.raises(NotFound):
        care(kilns, above, sent)
    assert events(kilns, sent, raised_acts.TAKEN_UP) == []


def test_the_right_is_asked_before_the_words(kilns: Kilns, above: Actor) -> None:
    sent = raised(kilns)
    with pytest.raises(NotAllowed):
        care(kilns, kilns.cast.kunthea.actor, sent, "")


def test_nobody_takes_care_of_a_case_that_they_filed(kilns: Kilns, above: Actor) -> None:
    sent = raised(kilns)
    with kilns.house.database.transaction() as session:
        session.get_one(Application, kilns.row(sent).id).filed_by_id = above.person_id
    with pytest.raises(OwnCase):
        care(kilns, above, sent)


def test_a_head_above_may_give_more_time_and_nobody_of_another_group(kilns: Kilns, above: Actor) -> None:
    sent = raised(kilns)
    with kilns.house.database.reading() as session:
        assert more_time.may_give(session, kilns.row(sent), above)
        assert not more_time.may_give(session, kilns.row(sent), kilns.cast.mony.actor)
        assert not acts_from_above(session, kilns.row(sent), above, "governor")


def test_rungs_end_with_their_clock_and_stand_again_when_it_runs_again(kilns: Kilns, above: Actor) -> None:
    sent = raised(kilns)
    kilns.check(sent, "ok", now=SOON)
    kilns.collect(sent, now=SOON)
    with kilns.house.database.reading() as session:
        rows = session.execute(select(Raised.ended_at, Clock.ended_at).join(Clock, Clock.id == Raised.clock_id)).all()
        assert rows
        assert all(rung == clock is not None for rung, clock in rows)
    with kilns.house.database.transaction() as session:
        for clock in session.scalars(select(Clock)):
            clock.ended_at = None
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(Raised.ended_at))) == {None}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_what_was_raised_is_found_by_what_stands_at_the_office_among_thousands_that_do_not(
    kilns: Kilns, above: Actor
) -> None:
    sent = raised(kilns)
    ((_, office),) = above.memberships
    ended = f"CASE WHEN n % 200 = {office} OR n % 4 > 0 THEN '{NOW}'::timestamptz END"
    at = f"'{NOW}'::timestamptz + n * interval '1 second'"
    rows = f"SELECT n, 9, 'ministry', 'head', n % 200, {at}, {ended}"
    names = 'clock_id, rung, level, "group", office_id, raised_at, ended_at'
    with kilns.house.database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign key is looked at
        connection.execute(text(f"INSERT INTO raised ({names}) {rows} FROM generate_series(10001, 30000) n"))
    measured(kilns.house.database, "raised", "clock", "application")
    with kilns.house.database.reading() as session:
        named = read_names(session, kilns.house, now=SOON)
        with planned(kilns.house.database) as plans:
            assert {one.key for one in raised_cases(session, named, above)} == {sent.key}
    assert "ix_raised_stands_office" in str(plans)
    assert "Seq Scan on raised" not in str(plans)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_small_database_reads_what_stands_by_its_index_too(kilns: Kilns, above: Actor) -> None:
    raised(kilns)
    measured(kilns.house.database)
    with kilns.house.database.reading() as session:
        named = read_names(session, kilns.house, now=SOON)
        with planned(kilns.house.database) as plans:
            raised_cases(session, named, above)
    assert "ix_raised_stands_office" in reads_by_index(plans, "raised")


def test_whoever_stands_in_for_somebody_acts_as_they_do(kilns: Kilns, above: Actor) -> None:
    sent = raised(kilns)
    ((_, office),) = above.memberships
    assert office is not None
    nobody = replace(kilns.cast.mony.actor, memberships=frozenset({("inspector", kilns.cast.phnom_penh)}))
    stands = Stand(kilns.cast.phally.person_id, "ផល្លី", "Phally", HEAD, office, SOON.date())
    with kilns.house.database.reading() as session:
        assert not acts_from_above(session, kilns.row(sent), nobody)
        assert acts_from_above(session, kilns.row(sent), replace(nobody, stands=(stands,)), HEAD)
