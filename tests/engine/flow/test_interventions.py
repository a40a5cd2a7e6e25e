"""What no administrator brings about alone, and nobody in a case of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from engine.applications.submitting import Submitted
from engine.errors import NotFound, OwnCase, ProposalOver, SecondNeeded, StalePage
from engine.flow import by_hand, interventions, retrying
from engine.flow.taking import Went
from engine.people.actors import OPERATOR, Actor
from storage.applications import Application, Certificate
from storage.events import CaseEvent
from storage.interventions import Intervention
from storage.messages import Notification
from storage.processes import Incident, ProcessInstance
from tests.administrators import confirm, second
from tests.cast import NOW
from tests.engine.flow.test_by_hand import WHY, at, sound
from tests.small.cases import Kilns


def ask(kilns: Kilns, sent: Submitted, left: str, target: str = "", who: Actor | None = None) -> Went:
    """One administrator takes the token there, or skips its element."""
    actor, token = who or kilns.cast.visal.actor, at(kilns, sent)[left]
    with kilns.house.database.transaction() as session:
        place = session, kilns.house, actor, sent.key, token
        if target:
            return by_hand.move(*place, target_id=target, reason=WHY, now=NOW)
        return by_hand.skip(*place, reason=WHY, now=NOW)


def refuse(kilns: Kilns, sent: Submitted, who: Actor) -> None:
    with kilns.house.database.transaction() as session:
        number = session.scalars(select(Intervention.id)).one()
        interventions.refuse(session, kilns.house, who, sent.key, number, reason=WHY, now=NOW)


def papers(kilns: Kilns) -> int:
    with kilns.house.database.reading() as session:
        return session.scalars(select(func.count()).select_from(Certificate)).one()


@pytest.mark.parametrize("target", ["issue", "approve", "tell", "hand_over", "collected", "refused", "check"])
def test_one_administrator_alone_takes_no_unpaid_case_anywhere(kilns: Kilns, target: str) -> None:
    sent = kilns.send()
    assert ask(kilns, sent, "pay", target) == Went.PROPOSED
    assert (set(at(kilns, sent)), papers(kilns)) == ({"pay"}, 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_one_administrator_alone_skips_neither_payment_nor_check(kilns: Kilns) -> None:
    sent = kilns.send()
    assert ask(kilns, sent, "pay") == Went.PROPOSED
    kilns.pay(sent)
    assert ask(kilns, sent, "check") == Went.PROPOSED
    assert (set(at(kilns, sent)), papers(kilns)) == ({"check"}, 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_variable_that_the_way_depends_on_is_corrected_by_two(kilns: Kilns) -> None:
    kilns.draw(2, ('result == "refuse"', 'result == "refuse" or kilns == 9'))
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        visal = kilns.cast.visal.actor
        went = by_hand.correct(session, kilns.house, visal, sent.key, "kilns", typed="9", reason=WHY, now=NOW)
    assert went == Went.PROPOSED
    assert confirm(kilns.house, sent.key) == Went.ON


def test_a_second_administrator_confirms_and_the_history_names_both(kilns: Kilns) -> None:
    sent = kilns.send()
    ask(kilns, sent, "pay", "issue")
    colleague = second(kilns.house)
    assert confirm(kilns.house, sent.key) == Went.ON
    assert (set(at(kilns, sent)), papers(kilns)) == ({"hand_over"}, 1)
    assert sound(kilns, sent)
    with kilns.house.database.reading() as session:
        events = session.execute(select(CaseEvent.kind, CaseEvent.actor_id).order_by(CaseEvent.seq)).all()
    assert ("intervention_proposed", kilns.cast.visal.person_id) in [tuple(event) for event in events]
    assert ("intervention_confirmed", colleague.person_id) in [tuple(event) for event in events]
    with pytest.raises(ProposalOver):
        confirm(kilns.house, sent.key)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_colleagues_are_told_of_a_proposal(kilns: Kilns) -> None:
    colleague, sent = second(kilns.house), kilns.send()
    ask(kilns, sent, "pay", "issue")
    with kilns.house.database.reading() as session:
        wanted = select(Notification.person_id).where(Notification.idempotency_key.contains("/proposal/"))
        assert set(session.scalars(wanted)) == {colleague.person_id}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_confirms_what_they_proposed_nor_does_the_operator(kilns: Kilns) -> None:
    sent = kilns.send()
    ask(kilns, sent, "pay", "issue")
    for who in (kilns.cast.visal.actor, OPERATOR):
        with pytest.raises(SecondNeeded):
            confirm(kilns.house, sent.key, who)
    other = kilns.send()
    with pytest.raises(NotFound):
        confirm(kilns.house, other.key)
    with pytest.raises(SecondNeeded):
        ask(kilns, sent, "pay", "issue", OPERATOR)
    assert papers(kilns) == 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_proposal_is_of_no_use_once_the_case_went_on_or_after_a_week(kilns: Kilns) -> None:
    sent = kilns.send()
    ask(kilns, sent, "pay", "issue")
    with pytest.raises(ProposalOver):
        confirm(kilns.house, sent.key, now=NOW + timedelta(days=7))
    assert confirm(kilns.house, sent.key, now=NOW + timedelta(days=6)) == Went.ON
    late = kilns.send()
    ask(kilns, late, "pay", "issue")
    kilns.pay(late)
    with pytest.raises(StalePage):
        confirm(kilns.house, late.key)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_colleague_refuses_or_whoever_proposed_takes_it_back(kilns: Kilns) -> None:
    sent = kilns.send()
    ask(kilns, sent, "pay", "issue")
    refuse(kilns, sent, kilns.cast.visal.actor)
    with pytest.raises(ProposalOver):
        refuse(kilns, sent, second(kilns.house).actor)
    with pytest.raises(ProposalOver):
        confirm(kilns.house, sent.key)


@pytest.mark.parametrize("part", ["applicant_id", "filed_by_id"])
@pytest.mark.parametrize("act", ["suspend", "resume", "cancel", "skip", "move", "confirm"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_intervenes_in_a_case_of_their_own(kilns: Kilns, part: str, act: str) -> None:
    sent, colleague = kilns.send(), second(kilns.house)
    if act == "confirm":
        ask(kilns, sent, "pay", "issue")
    with kilns.house.database.transaction() as session:
        session.execute(update(Application).values({part: colleague.person_id}))
    acts = {
        "confirm": lambda: confirm(kilns.house, sent.key),
        "skip": lambda: ask(kilns, sent, "pay", "", colleague.actor),
        "move": lambda: ask(kilns, sent, "pay", "issue", colleague.actor),
    }
    with pytest.raises(OwnCase):
        acts.get(act, lambda: at_once(kilns, sent, act, colleague.actor))()


def at_once(kilns: Kilns, sent: Submitted, act: str, who: Actor) -> None:
    """Suspends, resumes or cancels."""
    with kilns.house.database.transaction() as session:
        getattr(by_hand, act)(session, kilns.house, who, sent.key, WHY, now=NOW)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_takes_a_failed_step_of_their_own_case_again(kilns: Kilns) -> None:
    kilns.draw(2, ('value="&quot;ready&quot;"', 'value="&quot;nothing&quot;"'))
    kilns.approved()
    with kilns.house.database.transaction() as session:
        session.execute(update(Application).values(applicant_id=kilns.cast.visal.person_id))
        number = session.scalars(select(Incident.id)).one()
    with pytest.raises(OwnCase), kilns.house.database.transaction() as session:
        retrying.retry(session, kilns.house, kilns.cast.visal.actor, number, WHY, now=NOW)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_failed_step_by_hand_is_taken_again_only_if_two_looked_at_it(kilns: Kilns) -> None:
    sent = kilns.send()
    token = at(kilns, sent)["pay"]
    step = {
        "operation": "move",
        "task_ref": token,
        "name": "",
        "variables": {},
        "element_id": "issue",
        "correlation": "",
    }
    with kilns.house.database.transaction() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        session.add(
            Incident(
                instance_id=instance.id,
                application_id=instance.application_id,
                element_id="issue",
                kind="move",
                reason="x",
                input=step,
                raised_at=NOW,
            )
        )
        session.flush()
        number = session.scalars(select(Incident.id)).one()
    with pytest.raises(SecondNeeded), kilns.house.database.transaction() as session:
        retrying.retry(session, kilns.house, kilns.cast.visal.actor, number, WHY, now=NOW)
