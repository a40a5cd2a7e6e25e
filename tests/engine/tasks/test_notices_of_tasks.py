"""Officers are told what becomes of their tasks, what colleagues ask, and for whom they stand in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.applications.submitting import Submitted
from engine.errors import ReasonMissing
from engine.offices import absences
from engine.offices.task_rules import set_rules
from engine.packages.groups import FRONT_OFFICE
from engine.people.notice_words import sentence
from engine.tasks import questions, user_tasks
from engine.tasks.assigning import assign
from engine.tasks.questions import Asked
from engine.tasks.team_work import take_back
from storage.notices import NoticeKind, NoticePlace
from storage.offices import TaskRule
from storage.people import Membership
from tests.absences import TODAY, at_work, away
from tests.bell import notices, rung
from tests.cast import NOW, Member
from tests.small.cases import Kilns


@pytest.fixture
def sent(kilns: Kilns) -> Submitted:
    """A case whose check waits for the front office of Battambang."""
    found = kilns.send()
    kilns.pay(found)
    return found


def claim(kilns: Kilns, who: Member, sent: Submitted) -> str:
    key = kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, who.actor, key, now=NOW)
    return key


def give(kilns: Kilns, by: Member, to: Member, key: str, reason: str = "") -> None:
    with kilns.house.database.transaction() as session:
        assign(session, kilns.house, by.actor, key, to.person_id, reason=reason, today=TODAY, now=NOW)


def test_who_gets_a_task_and_who_loses_it_are_told_and_who_gave_it_is_not(kilns: Kilns, sent: Submitted) -> None:
    cast = kilns.cast
    key = claim(kilns, cast.bopha, sent)
    assert rung(kilns.house, cast.bopha) == []
    with pytest.raises(ReasonMissing):
        give(kilns, cast.kunthea, cast.vannak, key)
    assert rung(kilns.house, cast.vannak) == []
    give(kilns, cast.kunthea, cast.vannak, key, "she is away")
    (gained,), (lost,) = notices(kilns.house, cast.vannak), notices(kilns.house, cast.bopha)
    assert (gained.kind, lost.kind) == (NoticeKind.TASK_GIVEN, NoticeKind.TASK_TAKEN)
    assert (gained.place_kind, gained.opens) == (NoticePlace.TASK, key)
    assert kilns.row(sent).reference in sentence(gained.kind, gained.facts, "en")
    give(kilns, cast.vannak, cast.bopha, key)
    assert rung(kilns.house, cast.bopha) == [NoticeKind.TASK_TAKEN, NoticeKind.TASK_GIVEN]
    assert rung(kilns.house, cast.vannak) == [NoticeKind.TASK_GIVEN]
    assert rung(kilns.house, cast.kunthea) == []


def test_a_task_that_the_head_takes_back_is_told_and_ones_own_release_is_not(kilns: Kilns, sent: Submitted) -> None:
    cast, house = kilns.cast, kilns.house
    key = claim(kilns, cast.bopha, sent)
    with house.database.transaction() as session:
        user_tasks.release_claim(session, house, cast.bopha.actor, key, now=NOW)
    assert rung(house, cast.bopha) == []
    claim(kilns, cast.bopha, sent)
    with house.database.transaction() as session:
        take_back(session, house, cast.kunthea.actor, key, "it is urgent", now=NOW)
    claim(kilns, cast.bopha, sent)
    with house.database.transaction() as session:
        user_tasks.release_claim(session, house, cast.kunthea.actor, key, now=NOW)
    assert rung(house, cast.bopha) == [NoticeKind.TASK_TAKEN, NoticeKind.TASK_TAKEN]


def test_a_rule_that_gives_a_task_tells_whose_it_is(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        rules = {FRONT_OFFICE: TaskRule.IN_TURN.value}
        set_rules(session, kilns.cast.kunthea.actor, "02", rules, seen="", today=TODAY, now=NOW)
    kilns.pay(kilns.send())
    assert rung(kilns.house, kilns.cast.bopha) == [NoticeKind.TASK_GIVEN]
    assert rung(kilns.house, kilns.cast.vannak) == []


def test_a_deputy_is_told_when_it_begins_when_a_task_comes_and_when_it_is_over(kilns: Kilns, sent: Submitted) -> None:
    cast, house = kilns.cast, kilns.house
    absence = away(house, cast.bopha, cast.rithy)
    give(kilns, cast.kunthea, cast.bopha, kilns.task(sent, "check"))
    with house.database.transaction() as session:
        absences.end(session, cast.bopha.actor, absence, today=TODAY, now=NOW)
    told = notices(house, cast.rithy)
    assert [one.kind for one in told] == [NoticeKind.DEPUTY, NoticeKind.DEPUTY_TASK, NoticeKind.DEPUTY_OVER]
    assert sentence(told[0].kind, told[0].facts, "en") == "You stand in for Chan Bopha from 2 March 2026"
    assert rung(house, cast.bopha) == [NoticeKind.TASK_GIVEN]


def test_whoever_no_longer_works_there_is_told_no_more_of_what_comes_to_an_absent_colleague(
    kilns: Kilns, sent: Submitted
) -> None:
    cast, house = kilns.cast, kilns.house
    away(house, cast.bopha, cast.rithy)
    with house.database.transaction() as session:
        theirs = Membership.person_id == cast.rithy.person_id
        session.execute(update(Membership).where(theirs).values(to_day=TODAY - timedelta(days=1)))
    give(kilns, cast.kunthea, cast.bopha, kilns.task(sent, "check"))
    assert rung(house, cast.rithy) == [NoticeKind.DEPUTY]


def test_what_a_deputy_gives_back_is_told_to_the_absent_colleague(kilns: Kilns, sent: Submitted) -> None:
    cast, house = kilns.cast, kilns.house
    key = claim(kilns, cast.bopha, sent)
    away(house, cast.bopha, cast.rithy)
    with house.database.transaction() as session:
        user_tasks.release_claim(session, house, at_work(house, cast.rithy), key, now=NOW)
    assert rung(house, cast.bopha) == [NoticeKind.TASK_TAKEN]


def test_who_is_asked_and_who_asked_are_told_and_of_a_group_each_but_the_asker(kilns: Kilns, sent: Submitted) -> None:
    cast, house = kilns.cast, kilns.house
    for of in (Asked(person_id=cast.phally.person_id), Asked(group=FRONT_OFFICE, office_id=cast.battambang)):
        with house.database.transaction() as session:
            questions.ask(session, house, cast.vannak.actor, sent.key, "តើត្រូវទេ?", of=of, now=NOW)
    asked = notices(house, cast.phally)
    assert [one.kind for one in asked] == rung(house, cast.bopha) == [NoticeKind.ASKED]
    assert rung(house, cast.vannak) == []
    assert "តើត្រូវទេ" not in str(asked[0].facts)
    with house.database.transaction() as session:
        questions.answer_question(session, house, cast.phally.actor, asked[0].subject, "ត្រូវ", now=NOW)
    (answered,) = notices(house, cast.vannak)
    assert (answered.kind, answered.place_kind, answered.opens) == (NoticeKind.ANSWERED, NoticePlace.CASE, sent.key)
