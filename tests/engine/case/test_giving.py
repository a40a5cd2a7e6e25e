"""Tasks that give themselves: by the rule of the office, to somebody who may, and explained in the history."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.errors import NotAllowed, NotFound, StalePage
from engine.offices.task_rules import set_rules
from engine.packages.groups import CASHIER, FRONT_OFFICE, SPECIALIST
from engine.tasks import interests, user_tasks
from storage.events import CaseEvent
from storage.mandates import Mandate, MandateKind
from storage.offices import Office, TaskRule
from storage.processes import TaskStatus, UserTask
from storage.security_log import SecurityEvent, SecurityKind
from tests.absences import TODAY, away
from tests.cast import NOW, Member
from tests.small.cases import Kilns
from tests.statements import counted


def rule(kilns: Kilns, wanted: str, by: Member | None = None, *, group: str = FRONT_OFFICE, seen: str = "") -> None:
    with kilns.house.database.transaction() as session:
        actor = (by or kilns.cast.kunthea).actor
        set_rules(session, actor, "02", {group: wanted}, seen=seen, today=TODAY, now=NOW)


def paid(kilns: Kilns, who: Member | None = None) -> Submitted:
    """An application whose next task is the front office's."""
    sent = kilns.send(who)
    kilns.pay(sent)
    return sent


def whose(kilns: Kilns, sent: Submitted, element_id: str = "check") -> int | None:
    with kilns.house.database.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.key == kilns.task(sent, element_id))).one()
    assert (task.status == TaskStatus.CLAIMED) == (task.assignee_id is not None)
    return task.assignee_id


def test_by_hand_a_task_waits_for_its_group(kilns: Kilns) -> None:
    assert whose(kilns, paid(kilns)) is None


def test_in_turn_each_has_one_after_the_other_and_the_history_says_why(kilns: Kilns) -> None:
    rule(kilns, TaskRule.IN_TURN)
    bopha, vannak = kilns.cast.bopha.person_id, kilns.cast.vannak.person_id
    cases = [paid(kilns) for _ in range(4)]
    assert [whose(kilns, sent) for sent in cases] == [bopha, vannak, bopha, vannak]
    with kilns.house.database.reading() as session:
        event = session.scalars(
            select(CaseEvent).where(CaseEvent.kind == "task_given").order_by(CaseEvent.application_id)
        ).first()
    assert event is not None
    told = event.actor_id, event.actor_role, event.data["officer_en"], event.data["rule"]
    assert told == (None, "rule", "Chan Bopha", "in_turn")


def test_whoever_has_the_fewest_gets_the_next(kilns: Kilns) -> None:
    waiting = [paid(kilns) for _ in range(2)]
    for sent in waiting:
        with kilns.house.database.transaction() as session:
            user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, kilns.task(sent, "check"), now=NOW)
    rule(kilns, TaskRule.LEAST_LOADED)
    bopha, vannak = kilns.cast.bopha.person_id, kilns.cast.vannak.person_id
    assert [whose(kilns, paid(kilns)) for _ in range(2)] == [vannak, vannak]
    assert {whose(kilns, paid(kilns)) for _ in range(2)} == {bopha, vannak}


def test_the_same_officer_has_the_case_again_and_a_first_task_waits_for_the_group(kilns: Kilns) -> None:
    rule(kilns, TaskRule.SAME_OFFICER)
    sent = paid(kilns)
    assert whose(kilns, sent) is None
    kilns.check(sent, "return")
    kilns.correct(sent)
    assert whose(kilns, sent) == kilns.cast.bopha.person_id


def test_nobody_has_a_case_again_in_which_they_declared_an_interest(kilns: Kilns) -> None:
    rule(kilns, TaskRule.SAME_OFFICER)
    sent = paid(kilns)
    kilns.check(sent, "return")
    with kilns.house.database.transaction() as session:
        interests.declare(session, kilns.house, kilns.cast.bopha.actor, sent.key, "a cousin", now=NOW)
    kilns.correct(sent)
    assert whose(kilns, sent) is None


def test_whoever_is_away_applies_or_acts_for_the_applicant_is_passed_over(kilns: Kilns) -> None:
    rule(kilns, TaskRule.IN_TURN)
    cast = kilns.cast
    assert {whose(kilns, paid(kilns, cast.bopha)) for _ in range(2)} == {cast.vannak.person_id}
    with kilns.house.database.transaction() as session:
        who = {"helper_id": cast.vannak.person_id, "person_id": cast.dara.person_id}
        session.add(Mandate(**who, mandate_kind=MandateKind.OTHER, made_at=NOW, last_day=TODAY))
    assert {whose(kilns, paid(kilns)) for _ in range(2)} == {cast.bopha.person_id}
    away(kilns.house, cast.bopha, None)
    assert whose(kilns, paid(kilns)) is None


def test_payments_and_handovers_are_given_to_nobody(kilns: Kilns) -> None:
    rule(kilns, TaskRule.IN_TURN)
    sent = paid(kilns)
    assert whose(kilns, sent, "pay") is None
    assert whose(kilns, sent) == kilns.cast.bopha.person_id
    kilns.check(sent, "ok")
    assert whose(kilns, sent, "hand_over") is None


def test_two_steps_at_once_never_have_the_same_turn(kilns: Kilns) -> None:
    rule(kilns, TaskRule.IN_TURN)
    waiting = [kilns.send() for _ in range(4)]
    together = Barrier(4)

    def pay(sent: Submitted) -> None:
        together.wait()
        kilns.pay(sent)

    threads = [Thread(target=pay, args=(sent,)) for sent in waiting]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    given = [whose(kilns, sent) for sent in waiting]
    assert sorted(map(given.count, given)) == [2, 2, 2, 2]


def test_without_a_rule_a_step_asks_nothing_more(kilns: Kilns) -> None:
    def cost() -> int:
        sent = kilns.send()
        with counted(kilns.house.database) as asked:
            kilns.pay(sent)
        return asked.statements

    cost()
    plain = cost()
    rule(kilns, TaskRule.IN_TURN, group=SPECIALIST)  # of another group
    assert cost() == plain


def test_the_head_and_administrators_set_rules_and_each_change_is_a_line(kilns: Kilns) -> None:
    for other in (kilns.cast.bopha, kilns.cast.phally, kilns.cast.chenda):
        with pytest.raises(NotAllowed):
            rule(kilns, TaskRule.IN_TURN, other)
    rule(kilns, TaskRule.IN_TURN)
    rule(kilns, TaskRule.IN_TURN)  # a second click
    rule(kilns, "", kilns.cast.visal, seen="front_office=in_turn")
    with kilns.house.database.reading() as session:
        lines = session.scalars(select(SecurityEvent).order_by(SecurityEvent.id)).all()
        assert session.scalars(select(Office.task_rules).where(Office.code == "02")).one() == {}
    told = [(line.actor_id, line.data["was"], line.data["is"]) for line in lines]
    assert told == [(kilns.cast.kunthea.person_id, "", "in_turn"), (kilns.cast.visal.person_id, "in_turn", "")]
    assert {line.kind for line in lines} == {SecurityKind.TASK_RULES_CHANGED}


def test_a_rule_of_nobody_and_a_stale_page_are_refused(kilns: Kilns) -> None:
    for group, wanted in ((CASHIER, "in_turn"), ("no_group", "in_turn"), (FRONT_OFFICE, "by_lot")):
        with pytest.raises(NotFound):
            rule(kilns, wanted, group=group)
    rule(kilns, TaskRule.IN_TURN)
    with pytest.raises(StalePage):
        rule(kilns, TaskRule.LEAST_LOADED)
