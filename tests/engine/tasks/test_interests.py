"""A declared interest binds whoever declared it on every way to a task: by a deputy, by a rule, as the head."""

from __future__ import annotations

import pytest

from engine.applications.submitting import Submitted
from engine.errors.cases import ColleagueMayNot
from engine.errors.desk import InterestDeclared
from engine.tasks import interests, user_tasks
from engine.tasks.assigning import assign
from engine.tasks.team_work import take_back
from tests.absences import TODAY, at_work, away
from tests.cast import NOW, Member
from tests.small.cases import Kilns


@pytest.fixture
def sent(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def declare(kilns: Kilns, who: Member, key: str) -> None:
    with kilns.house.database.transaction() as session:
        interests.declare(session, kilns.house, who.actor, key, "a cousin", now=NOW)


def test_nobody_works_in_the_place_of_a_colleague_who_declared_one(kilns: Kilns, sent: Submitted) -> None:
    bopha, rithy, task = kilns.cast.bopha, kilns.cast.rithy, kilns.task(sent, "check")
    declare(kilns, bopha, sent.key)
    away(kilns.house, bopha, rithy)
    with pytest.raises(InterestDeclared), kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, at_work(kilns.house, rithy), task, now=NOW)


def test_the_head_gives_nobody_a_task_of_such_a_case_and_none_in_a_case_of_their_own_interest(
    kilns: Kilns, sent: Submitted
) -> None:
    cast, task = kilns.cast, kilns.task(sent, "check")
    declare(kilns, cast.bopha, sent.key)
    with pytest.raises(ColleagueMayNot), kilns.house.database.transaction() as session:
        assign(session, kilns.house, cast.kunthea.actor, task, cast.bopha.person_id, today=TODAY, now=NOW)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, cast.vannak.actor, task, now=NOW)
    declare(kilns, cast.kunthea, sent.key)
    with pytest.raises(InterestDeclared), kilns.house.database.transaction() as session:
        assign(
            session, kilns.house, cast.kunthea.actor, task, cast.vannak.person_id, reason="ill", today=TODAY, now=NOW
        )
    with pytest.raises(InterestDeclared), kilns.house.database.transaction() as session:
        take_back(session, kilns.house, cast.kunthea.actor, task, "ill", now=NOW)
