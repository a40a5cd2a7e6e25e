"""Running cases and a newer version of their service: the report, the transfer, and the way back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from engine.applications.submitting import Submitted
from engine.case.events import verify_chains
from engine.clockwork import schedule
from engine.errors import (
    AlreadyUndone,
    ElementUnknown,
    NoSuchVersion,
    NotAllowed,
    NotFound,
    ReasonMissing,
    TakenFurther,
)
from engine.flow import by_hand, retrying
from engine.people.actors import OPERATOR
from engine.versions import transfers
from engine.versions.replaying import replay
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.processes import Incident, ProcessInstance, Timer, UserTask
from storage.transfers import Transfer, TransferredCase
from tests.cast import NOW
from tests.small.cases import SERVICE, Kilns

ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""What does not depend on the database."""
WHY = "a new form of the ministry"
RENAMED = ('name="Check the application"', 'name="Check it"')
OTHER_WAY = ('"f5" sourceRef="which"', '"f5" sourceRef="which" name="granted"')
"""A flow that has a name now: nothing that matters for running."""
CHECK_ID = ('id="check"', 'id="examine"')
CHECK_REFS = ('targetRef="check"', 'targetRef="examine"')
CHECK_OUT = ('sourceRef="check"', 'sourceRef="examine"')
CHECK_LANE = (">check<", ">examine<")
TIMED = (
    '<bpmn:sequenceFlow id="f4"',
    '<bpmn:boundaryEvent id="long" attachedToRef="check" cancelActivity="false"><bpmn:outgoing>f20</bpmn:outgoing>'
    '<bpmn:timerEventDefinition id="td"><bpmn:timeDuration>"P30D"</bpmn:timeDuration></bpmn:timerEventDefinition>'
    '</bpmn:boundaryEvent><bpmn:sequenceFlow id="f20" sourceRef="long" targetRef="said" />'
    '<bpmn:endEvent id="said"><bpmn:incoming>f20</bpmn:incoming></bpmn:endEvent><bpmn:sequenceFlow id="f4"',
)


def survey(kilns: Kilns, to: int, **mapping: str) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    found = transfers.survey(kilns.house, OPERATOR, SERVICE, to, mapping=mapping, now=NOW)
    return {one.reference: (one.verdict, [(each.element_id, each.fact) for each in one.obstacles]) for one in found}


def transfer(kilns: Kilns, to: int, *, later: float = 0, **mapping: str) -> transfers.Transferred:
    now = NOW + timedelta(days=later)
    return transfers.transfer(kilns.house, OPERATOR, SERVICE, to, mapping=mapping, reason=WHY, now=now)


def versions(kilns: Kilns) -> dict[int, int]:
    """How many instances stand on each version."""
    with kilns.house.database.reading() as session:
        rows = session.execute(
            select(ProcessInstance.definition_id, func.count()).group_by(ProcessInstance.definition_id)
        ).all()
        return {kilns.house.catalog.of(session, row[0]).version: row[1] for row in rows}


def sound(kilns: Kilns, *sent: Submitted) -> bool:
    with kilns.house.database.reading() as session:
        keys = [kilns.row(each).id for each in sent]
        return all(replay(session, kilns.house, key).same and not list(verify_chains(session, key)) for key in keys)


def checking(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def test_a_report_says_safe_or_blocked_and_writes_nothing(kilns: Kilns) -> None:
    waits, returned = checking(kilns), checking(kilns)
    kilns.check(returned, "return")
    kilns.draw(2, CHECK_ID, CHECK_REFS, CHECK_OUT, CHECK_LANE, texts=("  check: {km", "  examine: {km"))
    kilns.draw(3, RENAMED, OTHER_WAY)
    assert survey(kilns, 3) == {waits.reference: ("safe", []), returned.reference: ("safe", [])}
    found = survey(kilns, 2)
    assert found[waits.reference] == ("blocked", [("check", "removed"), ("was_paid", "passed-changed")])
    assert found[returned.reference][0] == "blocked"
    assert versions(kilns) == {1: 2}
    assert sound(kilns, waits, returned)


def test_a_transferred_case_goes_on_there_and_its_clocks_keep_their_day(kilns: Kilns) -> None:
    sent = checking(kilns)
    kilns.draw(2, TIMED)
    with kilns.house.database.reading() as session:
        before = dict(session.execute(select(Clock.kind, Clock.due_at)).all())
    blocked = transfer(kilns, 2)
    assert [one.verdict for one in blocked.verdicts] == ["blocked"]
    made = transfer(kilns, 2, later=1, check="check")
    assert [one.verdict for one in made.verdicts] == ["mapped"]
    with kilns.house.database.reading() as session:
        assert dict(session.execute(select(Clock.kind, Clock.due_at)).all()) == before
        assert session.scalars(select(Timer.due_at)).all() == [NOW + timedelta(days=31)]
        assert [task.status for task in session.scalars(select(UserTask).order_by(UserTask.id))] == [
            "completed",
            "ready",
        ]
    assert sound(kilns, sent)
    schedule.sweep(kilns.house, now=NOW + timedelta(days=31))
    kilns.check(sent, "ok", now=NOW + timedelta(days=32))
    assert (versions(kilns), sound(kilns, sent)) == ({2: 1}, True)


@ON_ONE
def test_a_renamed_task_stays_the_same_work(kilns: Kilns) -> None:
    sent = checking(kilns)
    key = kilns.task(sent, "check")
    kilns.draw(2, CHECK_ID, CHECK_REFS, CHECK_OUT, CHECK_LANE, texts=("  check: {km", "  examine: {km"))
    made = transfer(kilns, 2, check="examine", was_paid="was_paid")
    assert [one.verdict for one in made.verdicts] == ["mapped"], made
    assert kilns.task(sent, "examine") == key
    assert sound(kilns, sent)


def test_a_transfer_is_undone_with_one_call_where_nothing_happened_since(kilns: Kilns) -> None:
    stays, moves = checking(kilns), checking(kilns)
    with kilns.house.database.reading() as session:
        before = dict(session.execute(select(ProcessInstance.application_id, ProcessInstance.state)).all())
    kilns.draw(2, TIMED)
    made = transfer(kilns, 2, check="check")
    kilns.check(moves, "return")
    undone = transfers.undo(kilns.house, OPERATOR, made.transfer_id, now=NOW)
    assert (undone.back, undone.moved_on) == ((stays.reference,), (moves.reference,))
    assert versions(kilns) == {1: 1, 2: 1}
    with kilns.house.database.reading() as session:
        key = kilns.row(stays).id
        assert (
            session.scalars(select(ProcessInstance.state).where(ProcessInstance.application_id == key)).one()
            == before[key]
        )
        assert session.scalars(select(Timer)).all() == []
    assert sound(kilns, stays, moves)
    kilns.check(stays, "ok")
    assert sound(kilns, stays)
    with pytest.raises(AlreadyUndone):
        transfers.undo(kilns.house, OPERATOR, made.transfer_id, now=NOW)
    with pytest.raises(NotFound):
        transfers.undo(kilns.house, OPERATOR, 99, now=NOW)


@ON_ONE
def test_a_failed_step_is_taken_again_on_the_repaired_version(kilns: Kilns) -> None:
    kilns.draw(2, ('value="&quot;ready&quot;"', 'value="&quot;nothing&quot;"'))
    sent = kilns.approved()
    words = "nothing:\n    title: {km: រួច, en: Done}\n    body: {km: រួច, en: Done}\n"
    kilns.draw(
        3, ('value="&quot;ready&quot;"', 'value="&quot;nothing&quot;"'), texts=("messages:\n", f"messages:\n  {words}")
    )
    assert [one.verdict for one in transfer(kilns, 3).verdicts] == ["safe"]
    with kilns.house.database.transaction() as session:
        incident_id = session.scalars(select(Incident.id)).one()
        assert retrying.retry(session, kilns.house, kilns.cast.visal.actor, incident_id, "Repaired.", now=NOW)
    assert kilns.task(sent, "hand_over")
    assert sound(kilns, sent)


def suspend(kilns: Kilns, sent: Submitted, *, days: float = 0) -> None:
    with kilns.house.database.transaction() as session:
        now = NOW + timedelta(days=days)
        by_hand.suspend(session, kilns.house, kilns.cast.visal.actor, sent.key, WHY, now=now)


def resume(kilns: Kilns, sent: Submitted, *, days: float) -> None:
    with kilns.house.database.transaction() as session:
        now = NOW + timedelta(days=days)
        by_hand.resume(session, kilns.house, kilns.cast.visal.actor, sent.key, WHY, now=now)


def clocks(kilns: Kilns) -> list[tuple[str, str, list[object]]]:
    with kilns.house.database.reading() as session:
        return [(one.kind, one.status, one.ledger) for one in session.scalars(select(Clock).order_by(Clock.id))]


@ON_ONE
def test_a_suspended_case_goes_along_and_stays_suspended_with_its_clocks_at_rest(kilns: Kilns) -> None:
    sent = checking(kilns)
    suspend(kilns, sent, days=1)
    before = clocks(kilns)
    kilns.draw(2, TIMED)
    made = transfer(kilns, 2, later=2, check="check")
    assert [one.verdict for one in made.verdicts] == ["mapped"]
    assert (clocks(kilns), versions(kilns)) == (before, {2: 1})
    schedule.sweep(kilns.house, now=NOW + timedelta(days=40))
    with kilns.house.database.reading() as session:
        assert session.scalars(select(ProcessInstance.status)).all() == ["suspended"]
        assert session.scalars(select(Timer.due_at)).all() == [NOW + timedelta(days=32)]
    assert sound(kilns, sent)
    undone = transfers.undo(kilns.house, OPERATOR, made.transfer_id, now=NOW + timedelta(days=41))
    assert undone.back == (sent.reference,)
    assert (clocks(kilns), versions(kilns)) == (before, {1: 1})
    resume(kilns, sent, days=41)
    kilns.check(sent, "ok", now=NOW + timedelta(days=41))
    assert sound(kilns, sent)


@ON_ONE
def test_ended_cases_stay_where_they_are(kilns: Kilns) -> None:
    ended = checking(kilns)
    kilns.check(ended, "refuse")
    kilns.draw(2, RENAMED)
    assert survey(kilns, 2) == {}
    transfer(kilns, 2)
    assert versions(kilns) == {1: 1}


def test_an_interrupted_transfer_goes_on_with_the_next_case_and_does_nothing_twice(kilns: Kilns) -> None:
    sent = [checking(kilns) for _ in range(3)]
    kilns.draw(2, RENAMED)
    with kilns.house.database.transaction() as session:
        number = transfers.begin(session, kilns.house, OPERATOR, SERVICE, 2, mapping={}, reason=WHY, now=NOW)
    first = transfers.go_on(kilns.house, number, now=NOW, most=1)
    assert ([one.reference for one in first], versions(kilns)) == ([sent[0].reference], {1: 2, 2: 1})
    assert transfers.go_on_with_all(kilns.house, now=NOW) == 2
    assert transfers.go_on(kilns.house, number, now=NOW) == ()
    assert transfers.go_on_with_all(kilns.house, now=NOW) == 0
    with kilns.house.database.reading() as session:
        assert session.scalar(select(func.count(TransferredCase.id))) == 3
        assert session.scalars(select(Transfer.finished_at)).all() == [NOW]
    assert sound(kilns, *sent)
    assert len(transfers.undo(kilns.house, OPERATOR, number, now=NOW).back) == 3


def test_two_that_go_on_with_a_transfer_at_once_look_at_no_case_twice(kilns: Kilns) -> None:
    sent = [checking(kilns) for _ in range(4)]
    kilns.draw(2, RENAMED)
    with kilns.house.database.transaction() as session:
        number = transfers.begin(session, kilns.house, OPERATOR, SERVICE, 2, mapping={}, reason=WHY, now=NOW)
    together = Barrier(2)

    def go_on(_: int) -> list[str]:
        together.wait()
        return [one.reference for one in transfers.go_on(kilns.house, number, now=NOW)]

    with ThreadPoolExecutor(2) as pool:
        looked = [reference for found in pool.map(go_on, range(2)) for reference in found]
    assert sorted(looked) == sorted(one.reference for one in sent)
    assert (versions(kilns), sound(kilns, *sent)) == ({2: 4}, True)


@ON_ONE
def test_a_sweep_continues_a_transfer(kilns: Kilns) -> None:
    checking(kilns)
    kilns.draw(2, RENAMED)
    with kilns.house.database.transaction() as session:
        transfers.begin(session, kilns.house, kilns.cast.visal.actor, SERVICE, 2, mapping={}, reason=WHY, now=NOW)
    with kilns.house.database.reading() as session:
        assert schedule.next_due(session) == NOW
    assert schedule.sweep(kilns.house, now=NOW).transferred == 1
    assert versions(kilns) == {2: 1}
    with kilns.house.database.reading() as session:
        assert (schedule.next_due(session) or NOW) > NOW
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "transferred")).one()
        assert (event.actor_id, event.actor_role) == (kilns.cast.visal.person_id, "administrator")


def test_a_case_that_cannot_be_looked_at_stays_and_stops_no_other(kilns: Kilns) -> None:
    broken, whole = checking(kilns), checking(kilns)
    with kilns.house.database.transaction() as session:
        event = session.scalars(
            select(CaseEvent).where(CaseEvent.kind == "step", CaseEvent.application_id == kilns.row(broken).id)
        ).first()
        assert event is not None
        event.data = {**event.data, "operation": "conjure"}
    kilns.draw(2, RENAMED)
    found = {one.reference: one.obstacles for one in transfer(kilns, 2).verdicts}
    assert found[whole.reference] == ()
    assert [one.fact for one in found[broken.reference]] == ["failed"]
    assert versions(kilns) == {1: 1, 2: 1}


@ON_ONE
def test_transfers_are_undone_newest_first(kilns: Kilns) -> None:
    sent = checking(kilns)
    with kilns.house.database.reading() as session:
        before = session.scalars(select(ProcessInstance.state)).all()
    kilns.draw(2, RENAMED)
    kilns.draw(3, TIMED)
    first, second = transfer(kilns, 2), transfer(kilns, 3, check="check")
    with pytest.raises(TakenFurther, match=f"Undo transfer {second.transfer_id} first"):
        transfers.undo(kilns.house, OPERATOR, first.transfer_id, now=NOW)
    assert versions(kilns) == {3: 1}
    assert transfers.undo(kilns.house, OPERATOR, second.transfer_id, now=NOW).back == (sent.reference,)
    assert transfers.undo(kilns.house, OPERATOR, first.transfer_id, now=NOW).back == (sent.reference,)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(ProcessInstance.state)).all() == before
    assert (versions(kilns), sound(kilns, sent)) == ({1: 1}, True)


@ON_ONE
def test_a_case_that_moved_between_two_transfers_does_not_go_back_behind_its_step(kilns: Kilns) -> None:
    sent = checking(kilns)
    kilns.draw(2, RENAMED)
    kilns.draw(3, RENAMED)
    first = transfer(kilns, 2)
    kilns.check(sent, "return")
    second = transfer(kilns, 3)
    assert transfers.undo(kilns.house, OPERATOR, second.transfer_id, now=NOW).back == (sent.reference,)
    assert transfers.undo(kilns.house, OPERATOR, first.transfer_id, now=NOW).moved_on == (sent.reference,)
    assert (versions(kilns), sound(kilns, sent)) == ({2: 1}, True)


@ON_ONE
def test_an_open_incident_is_known_by_the_element_that_took_the_place_of_its_own(kilns: Kilns) -> None:
    broken = ('value="&quot;ready&quot;"', 'value="&quot;nothing&quot;"')
    kilns.draw(2, broken)
    kilns.approved()
    kilns.draw(3, broken, ('"tell"', '"say"'))
    made = transfer(kilns, 3, tell="say")
    assert [one.verdict for one in made.verdicts] == ["mapped"], made
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Incident.element_id)).all() == ["say"]
    transfers.undo(kilns.house, OPERATOR, made.transfer_id, now=NOW)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Incident.element_id)).all() == ["tell"]


@ON_ONE
def test_a_case_whose_history_does_not_lead_to_its_state_is_not_touched(kilns: Kilns) -> None:
    sent = checking(kilns)
    with kilns.house.database.transaction() as session:
        event = session.scalars(
            select(CaseEvent).where(CaseEvent.kind == "step").order_by(CaseEvent.seq.desc())
        ).first()
        assert event is not None
        event.data = {**event.data, "operation": "timers"}
    kilns.draw(2, RENAMED)
    assert survey(kilns, 2) == {sent.reference: ("blocked", [("", "history-differs")])}


@ON_ONE
def test_a_variable_that_the_new_version_reads_and_the_case_lacks_blocks_it(kilns: Kilns) -> None:
    sent = checking(kilns)
    kilns.draw(2, ('result == "refuse"', 'result == "refuse" and chimneys &gt; 2'))
    assert ("chimneys", "variable-missing") in survey(kilns, 2)[sent.reference][1]


def test_refusals(kilns: Kilns) -> None:
    checking(kilns)
    kilns.draw(2, RENAMED)
    with pytest.raises(NoSuchVersion):
        survey(kilns, 9)
    for mapping in ({"chekc": "check"}, {"check": "chekc"}):
        with pytest.raises(ElementUnknown, match="chekc"):
            transfers.survey(kilns.house, OPERATOR, SERVICE, 2, mapping=mapping, now=NOW)
        with pytest.raises(ElementUnknown, match="chekc"):
            transfers.transfer(kilns.house, OPERATOR, SERVICE, 2, mapping=mapping, reason=WHY, now=NOW)
    with pytest.raises(NotFound):
        transfers.go_on(kilns.house, 99, now=NOW)
    with pytest.raises(ReasonMissing):
        transfers.transfer(kilns.house, OPERATOR, SERVICE, 2, mapping={}, reason=" ", now=NOW)
    for other in (kilns.cast.bopha, kilns.cast.kunthea, kilns.cast.chenda):
        with pytest.raises(NotAllowed):
            transfers.survey(kilns.house, other.actor, SERVICE, 2, mapping={}, now=NOW)
        with pytest.raises(NotAllowed):
            transfers.transfer(kilns.house, other.actor, SERVICE, 2, mapping={}, reason=WHY, now=NOW)
        with pytest.raises(NotAllowed):
            transfers.undo(kilns.house, other.actor, 1, now=NOW)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(TransferredCase)).all() == []


@ON_ONE
def test_a_sweep_takes_nobody_there_for_a_transfer_that_was_undone(kilns: Kilns) -> None:
    checking(kilns)
    kilns.draw(2, RENAMED)
    with kilns.house.database.transaction() as session:
        begun = transfers.begin(session, kilns.house, OPERATOR, SERVICE, 2, mapping={}, reason=WHY, now=NOW)
    assert transfers.undo(kilns.house, OPERATOR, begun, now=NOW).back == ()
    assert schedule.sweep(kilns.house, now=NOW + timedelta(minutes=1)).transferred == 0
    assert transfers.go_on(kilns.house, begun, now=NOW) == ()
    assert versions(kilns) == {1: 1}
