"""Somebody leaves a group: what they have goes on with a colleague who may do it, or back to the group."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.errors import NotAllowed, ReasonMissing
from engine.errors.cases import NoColleague
from engine.packages.groups import FRONT_OFFICE
from engine.queries.admin.hands import Hands, hands_of
from engine.tasks import questions, user_tasks
from engine.tasks.leaving import Leaving, leave
from engine.tasks.questions import Asked
from storage.colleagues import ColleagueQuestion
from storage.events import CaseEvent
from storage.people import Membership
from storage.processes import UserTask
from tests.cast import NOW, Member
from tests.small.cases import Kilns

TODAY = date(2026, 3, 2)
WHY = "Moved to another ministry"


@pytest.fixture
def claimed(kilns: Kilns) -> Submitted:
    """An application that Chan Bopha is checking."""
    sent = kilns.send()
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, kilns.task(sent, "check"), now=NOW)
    return sent


def left(kilns: Kilns, to: Member | None, *, by: Member | None = None, reason: str = WHY, who: str = "bopha") -> int:
    person_id = getattr(kilns.cast, who).person_id
    leaving = Leaving(person_id, FRONT_OFFICE, "02", reason, to.person_id if to else None)
    with kilns.house.database.transaction() as session:
        return leave(session, kilns.house, (by or kilns.cast.visal).actor, leaving, today=TODAY, now=NOW)


def task(kilns: Kilns, sent: Submitted) -> UserTask:
    with kilns.house.database.reading() as session:
        return session.scalars(select(UserTask).where(UserTask.key == kilns.task(sent, "check"))).one()


def in_hands(kilns: Kilns) -> Hands:
    with kilns.house.database.reading() as session:
        person_id = kilns.cast.bopha.person_id
        found = hands_of(
            session, kilns.house, kilns.cast.visal.actor, person_id, FRONT_OFFICE, office_code="02", today=TODAY
        )
    assert found is not None
    return found


def asked(kilns: Kilns, sent: Submitted, by: Member, of: Member) -> None:
    with kilns.house.database.transaction() as session:
        who = Asked(person_id=of.person_id)
        questions.ask(session, kilns.house, by.actor, sent.key, "Is this the right kiln?", of=who, now=NOW)


def question(kilns: Kilns) -> ColleagueQuestion:
    with kilns.house.database.reading() as session:
        return session.scalars(select(ColleagueQuestion)).one()


def test_what_is_in_the_hands_is_listed_without_the_applicant(kilns: Kilns, claimed: Submitted) -> None:
    asked(kilns, claimed, kilns.cast.kunthea, kilns.cast.bopha)
    found = in_hands(kilns)
    assert (found.claimed, found.questions, found.books, found.stands) == (1, 1, (), ())
    assert [one.reference for one in found.tasks] == [claimed.reference]
    assert str(kilns.cast.vannak.person_id) in found.colleagues
    assert kilns.cast.dara.name_latin not in str(found)


def test_a_claimed_task_goes_on_with_the_colleague_and_the_history_says_why(kilns: Kilns, claimed: Submitted) -> None:
    assert left(kilns, kilns.cast.vannak) == 1
    given = task(kilns, claimed)
    assert (given.status, given.assignee_id) == ("claimed", kilns.cast.vannak.person_id)
    with kilns.house.database.reading() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "task_assigned")).one()
        belongs = session.scalars(select(Membership.to_day).where(Membership.person_id == kilns.cast.bopha.person_id))
        assert belongs.all() == [date(2026, 3, 1)]
    assert (event.actor_id, event.personal) == (kilns.cast.visal.person_id, {"reason": WHY})


def test_a_colleague_who_may_not_do_the_task_leaves_it_to_the_group(kilns: Kilns) -> None:
    sent = kilns.send(kilns.cast.vannak)  # their own application
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, kilns.task(sent, "check"), now=NOW)
    assert left(kilns, kilns.cast.vannak) == 0
    assert (task(kilns, sent).status, task(kilns, sent).assignee_id) == ("ready", None)


def test_a_question_to_whoever_leaves_is_asked_of_who_goes_on_else_of_the_group(
    kilns: Kilns, claimed: Submitted
) -> None:
    asked(kilns, claimed, kilns.cast.kunthea, kilns.cast.bopha)
    left(kilns, kilns.cast.vannak)
    assert question(kilns).asked_of_id == kilns.cast.vannak.person_id
    left(kilns, None, who="vannak")
    now = question(kilns)
    assert (now.asked_of_id, now.group, now.office_id) == (None, FRONT_OFFICE, kilns.cast.battambang)


def test_nobody_goes_on_who_does_not_belong_to_the_group_and_a_reason_is_needed(
    kilns: Kilns, claimed: Submitted
) -> None:
    for nobody in (kilns.cast.phally, kilns.cast.rithy, kilns.cast.bopha):
        with pytest.raises(NoColleague):
            left(kilns, nobody)
    with pytest.raises(ReasonMissing):
        left(kilns, kilns.cast.vannak, reason="  ")
    with pytest.raises(NotAllowed):
        left(kilns, kilns.cast.vannak, by=kilns.cast.kunthea)
    assert task(kilns, claimed).assignee_id == kilns.cast.bopha.person_id
