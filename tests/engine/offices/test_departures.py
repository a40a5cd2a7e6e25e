"""An officer who has left: what they had claimed goes back to the group, and nothing is sent to them any more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from engine.applications.submitting import Submitted
from engine.clockwork import schedule
from engine.offices.ending import end_grant
from engine.offices.officers import grant
from engine.packages.groups import ADMINISTRATOR, FRONT_OFFICE, HEAD
from engine.tasks import user_tasks
from storage.events import CaseEvent
from storage.people import Membership
from storage.processes import UserTask
from tests.cast import NOW, Member
from tests.engine.clockwork.test_new_days import DAY, WEEK, told
from tests.small.cases import Kilns

TODAY = date(2026, 3, 2)


@pytest.fixture
def claimed(kilns: Kilns) -> Submitted:
    """An application that Chan Bopha is checking."""
    sent = kilns.send()
    kilns.pay(sent)
    claim(kilns, sent, kilns.cast.bopha)
    return sent


def claim(kilns: Kilns, sent: Submitted, who: Member) -> None:
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, who.actor, kilns.task(sent, "check"), now=NOW)


def task(kilns: Kilns, sent: Submitted) -> UserTask:
    with kilns.house.database.reading() as session:
        return session.scalars(select(UserTask).where(UserTask.key == kilns.task(sent, "check"))).one()


def leave(kilns: Kilns, who: Member, last_day: date) -> None:
    """The last day of somebody, as it was written down when they were appointed."""
    with kilns.house.database.transaction() as session:
        session.execute(update(Membership).where(Membership.person_id == who.person_id).values(to_day=last_day))


def end(kilns: Kilns, who: Member, group: str) -> None:
    with kilns.house.database.transaction() as session:
        end_grant(session, kilns.cast.visal.actor, who.person_id, group, office_code="02", today=TODAY, now=NOW)


def released(kilns: Kilns) -> list[str]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(CaseEvent.actor_role).where(CaseEvent.kind == "claim_released")))


def test_an_appointment_that_is_ended_gives_back_what_was_claimed(kilns: Kilns, claimed: Submitted) -> None:
    end(kilns, kilns.cast.bopha, FRONT_OFFICE)
    given = task(kilns, claimed)
    assert (given.status, given.assignee_id, given.claimed_at) == ("ready", None, None)
    assert released(kilns) == ["administrator"]
    claim(kilns, claimed, kilns.cast.vannak)


def test_a_last_day_that_has_passed_gives_back_what_was_claimed(kilns: Kilns, claimed: Submitted) -> None:
    leave(kilns, kilns.cast.bopha, TODAY)
    schedule.sweep(kilns.house, now=NOW + timedelta(hours=14))  # 23:00 of the last day
    assert task(kilns, claimed).status == "claimed"
    for _ in range(2):
        schedule.sweep(kilns.house, now=NOW + timedelta(hours=15))  # midnight
    assert (task(kilns, claimed).status, released(kilns)) == ("ready", ["clock"])


def test_who_still_belongs_to_the_group_keeps_what_they_claimed(kilns: Kilns, claimed: Submitted) -> None:
    bopha = kilns.cast.bopha
    with kilns.house.database.transaction() as session:
        grant(
            session, kilns.house, kilns.cast.visal.actor, bopha.person_id, "specialist",
            office_code="02", today=TODAY, now=NOW,
        )  # fmt: skip
    end(kilns, bopha, "specialist")
    assert task(kilns, claimed).assignee_id == bopha.person_id
    leave(kilns, bopha, TODAY)
    with kilns.house.database.transaction() as session:
        session.add(Membership(person_id=bopha.person_id, group=FRONT_OFFICE, from_day=TODAY))  # everywhere now
    schedule.sweep(kilns.house, now=NOW + DAY)
    assert task(kilns, claimed).assignee_id == bopha.person_id


def test_a_head_keeps_what_escalated_to_the_head_and_then_to_the_administrators(kilns: Kilns) -> None:
    sent, kunthea = kilns.send(), kilns.cast.kunthea
    kilns.pay(sent)
    schedule.sweep(kilns.house, now=NOW + WEEK)
    claim(kilns, sent, kunthea)
    with kilns.house.database.transaction() as session:
        session.execute(update(UserTask).values(escalated_to=ADMINISTRATOR))
        session.add(
            Membership(
                person_id=kunthea.person_id, office_id=kilns.cast.battambang, group="inspector",
                from_day=TODAY - DAY, to_day=TODAY,
            )
        )  # fmt: skip
    schedule.sweep(kilns.house, now=NOW + WEEK + DAY)
    assert task(kilns, sent).assignee_id == kunthea.person_id
    end(kilns, kunthea, HEAD)
    assert task(kilns, sent).assignee_id is None


def test_nothing_is_sent_to_somebody_who_has_left(kilns: Kilns, claimed: Submitted) -> None:
    leave(kilns, kilns.cast.bopha, TODAY)
    leave(kilns, kilns.cast.vannak, TODAY)
    schedule.sweep(kilns.house, now=NOW + 2 * WEEK)
    for who in (kilns.cast.bopha, kilns.cast.vannak):
        assert told(kilns, who, NOW + DAY) == []
    assert len(told(kilns, kilns.cast.kunthea, NOW + DAY)) == 1
