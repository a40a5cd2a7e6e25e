"""Cancelling a case, skipping an element, taking a token elsewhere, correcting a variable."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from engine import bpmn
from engine.applications.submitting import Submitted
from engine.case.events import verify_chains
from engine.errors import CaseSuspended, MoveRefused, NotAllowed, NotFound, StalePage, WrongValue
from engine.flow import by_hand
from engine.flow.taking import Went
from engine.versions.replaying import replay
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.messages import Notification
from storage.people import IdentityStatus, Person
from storage.processes import Incident, ProcessInstance, UserTask
from tests.administrators import confirm
from tests.cast import NOW
from tests.small.cases import Kilns

WHY = "ប្រធានបានសម្រេច"


def at(kilns: Kilns, sent: Submitted) -> dict[str, str]:
    """Element → token, where the case stands."""
    with kilns.house.database.reading() as session:
        instance = session.scalars(
            select(ProcessInstance).where(ProcessInstance.application_id == kilns.row(sent).id)
        ).one()
        published = kilns.house.catalog.of(session, instance.definition_id)
        found = bpmn.positions(published.process, instance.state, now=NOW)
    return {position.element_id: position.id for position in found}


def move(kilns: Kilns, sent: Submitted, element: str, target: str) -> bool:
    with kilns.house.database.transaction() as session:
        actor, token = kilns.cast.visal.actor, at(kilns, sent)[element]
        went = by_hand.move(session, kilns.house, actor, sent.key, token, target_id=target, reason=WHY, now=NOW)
    return (confirm(kilns.house, sent.key) if went == Went.PROPOSED else went) == Went.ON


def skip(kilns: Kilns, sent: Submitted, token: str) -> bool:
    with kilns.house.database.transaction() as session:
        went = by_hand.skip(session, kilns.house, kilns.cast.visal.actor, sent.key, token, reason=WHY, now=NOW)
    return (confirm(kilns.house, sent.key) if went == Went.PROPOSED else went) == Went.ON


def correct(kilns: Kilns, sent: Submitted, name: str, typed: str) -> bool:
    with kilns.house.database.transaction() as session:
        actor = kilns.cast.visal.actor
        went = by_hand.correct(session, kilns.house, actor, sent.key, name, typed=typed, reason=WHY, now=NOW)
    return went == Went.ON


def sound(kilns: Kilns, sent: Submitted) -> bool:
    """The history is whole and leads to where the case stands."""
    with kilns.house.database.reading() as session:
        key = kilns.row(sent).id
        return replay(session, kilns.house, key).same and not list(verify_chains(session, key))


def test_a_cancelled_case_ends_and_the_applicant_is_told_why(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        by_hand.suspend(session, kilns.house, kilns.cast.visal.actor, sent.key, WHY, now=NOW)
    with kilns.house.database.transaction() as session:
        by_hand.cancel(session, kilns.house, kilns.cast.visal.actor, sent.key, WHY, now=NOW)
    row = kilns.row(sent)
    assert (row.status, row.outcome, row.ended_at) == ("ended", "cancelled", NOW)
    assert sound(kilns, sent)
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(Clock.status))) == {"stopped"}
        assert set(session.scalars(select(UserTask.status))) == {"completed", "cancelled"}
        told = session.scalars(select(Notification.body).where(Notification.idempotency_key.contains("cancelled")))
        assert all(WHY in body for body in told.all())


def test_cancelling_a_licence_says_nothing_about_the_account(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        session.execute(
            update(Person).where(Person.id == kilns.cast.dara.person_id).values(identity_status=IdentityStatus.PENDING)
        )
    with kilns.house.database.transaction() as session:
        by_hand.cancel(session, kilns.house, kilns.cast.visal.actor, sent.key, WHY, now=NOW)
    with kilns.house.database.reading() as session:
        assert session.get_one(Person, kilns.cast.dara.person_id).identity_status == IdentityStatus.PENDING


def test_a_skipped_task_is_cancelled_and_the_case_goes_on(kilns: Kilns) -> None:
    sent = kilns.send()
    assert skip(kilns, sent, at(kilns, sent)["pay"])
    assert set(at(kilns, sent)) == {"check"}
    assert sound(kilns, sent)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(UserTask.status).where(UserTask.element_id == "pay")).one() == "cancelled"
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "skipped")).one()
    assert (event.element_id, event.personal) == ("pay", {"reason": WHY})


def test_a_case_is_taken_to_another_element(kilns: Kilns) -> None:
    sent = kilns.approved()
    assert move(kilns, sent, "hand_over", "check")
    assert set(at(kilns, sent)) == {"check"}
    assert sound(kilns, sent)


def test_a_case_cannot_be_taken_where_nothing_can_begin(kilns: Kilns) -> None:
    sent = kilns.send()
    with pytest.raises(MoveRefused):
        move(kilns, sent, "pay", "nowhere")
    assert set(at(kilns, sent)) == {"pay"}


def test_skipping_a_failed_service_closes_its_incident(kilns: Kilns) -> None:
    kilns.draw(2, ('value="&quot;ready&quot;"', 'value="&quot;nothing&quot;"'))
    sent = kilns.approved()
    assert set(at(kilns, sent)) == {"tell"}
    assert skip(kilns, sent, at(kilns, sent)["tell"])
    assert set(at(kilns, sent)) == {"hand_over"}
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Incident.status)).all() == ["resolved"]
    assert sound(kilns, sent)


def test_a_corrected_variable_is_kept_with_what_it_was(kilns: Kilns) -> None:
    sent = kilns.send()
    assert correct(kilns, sent, "kilns", "៣")
    with kilns.house.database.reading() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        published = kilns.house.catalog.of(session, instance.definition_id)
        assert bpmn.variables(published.process, instance.state, now=NOW)["kilns"] == 3
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "corrected")).one()
    assert event.data == {"name": "kilns", "was": 2, "is": 3}
    assert sound(kilns, sent)


def test_refusals(kilns: Kilns) -> None:
    sent = kilns.send()
    with pytest.raises(WrongValue):
        correct(kilns, sent, "kilns", "many")
    with pytest.raises(NotFound):
        correct(kilns, sent, "chairs", "2")
    with pytest.raises(StalePage):
        skip(kilns, sent, "gone")
    actor, token = kilns.cast.kunthea.actor, at(kilns, sent)["pay"]
    with pytest.raises(NotAllowed), kilns.house.database.transaction() as session:
        by_hand.skip(session, kilns.house, actor, sent.key, token, reason=WHY, now=NOW)
    with kilns.house.database.transaction() as session:
        by_hand.suspend(session, kilns.house, kilns.cast.visal.actor, sent.key, WHY, now=NOW)
    with pytest.raises(CaseSuspended):
        skip(kilns, sent, at(kilns, sent)["pay"])


@pytest.mark.parametrize(
    ("typed", "before", "after"),
    [("yes", False, True), ("False", True, False), ("៤", 2, 4), ("2.5", 1.0, 2.5), (" ok ", "x", "ok"), ("", None, "")],
)
def test_typed_values_have_the_kind_of_the_value_before(typed: str, before: object, after: object) -> None:
    assert by_hand.as_typed(typed, before) == after


@pytest.mark.parametrize(("typed", "before"), [("maybe", True), ("two", 2), ("2.5", 2), ("x", ["list"])])
def test_a_value_of_another_kind_is_refused(typed: str, before: object) -> None:
    with pytest.raises(WrongValue):
        by_hand.as_typed(typed, before)
