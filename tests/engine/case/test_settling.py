"""What is written down after a step: tasks and their clocks, what the case waits for, its stages, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.flow import bringing, by_hand, retrying
from engine.people.actors import OPERATOR
from engine.versions import transfers
from storage.applications import ApplicationStatus, Outcome
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.processes import (
    Incident,
    IncidentStatus,
    InstanceStatus,
    ProcessInstance,
    Subscription,
    TaskKind,
    TaskStatus,
    ThrownKind,
    Timer,
    UserTask,
    WaitingMessage,
)
from tests.cast import NOW
from tests.engine.clockwork.test_new_days import clock, history
from tests.engine.flow import drawings
from tests.engine.tasks.test_side_by_side import FORKED, LEAVES, REACHED
from tests.small.cases import SERVICE, Kilns

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WEIGHED = drawings.ROOT, f'<bpmn:message id="weighed" name="kiln_weighed" />{drawings.ROOT}'
NAMESAKE = drawings.ROOT, f'<bpmn:signal id="namesake" name="kiln_measured" />{drawings.ROOT}'


def catches(element_id: str, definition: str, correlation: str = "") -> str:
    """An event that waits beside the check, and ends when it comes."""
    wanted = f'<spiffworkflow:property name="correlation" value="{correlation}" />' if correlation else ""
    named = definition.replace('id="', f'id="{element_id}_')
    return (
        f'<bpmn:sequenceFlow id="to_{element_id}" sourceRef="was_paid" targetRef="{element_id}" />'
        f'<bpmn:intermediateCatchEvent id="{element_id}"><bpmn:extensionElements><spiffworkflow:properties>{wanted}'
        f"</spiffworkflow:properties></bpmn:extensionElements>{named}</bpmn:intermediateCatchEvent>"
        f'<bpmn:sequenceFlow id="from_{element_id}" sourceRef="{element_id}" targetRef="end_{element_id}" />'
        f'<bpmn:endEvent id="end_{element_id}" />'
    )


def beside(**events: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """What is done at once with the check, by the ids of the elements."""
    flow, leaves = (
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="check" />',
        "<bpmn:outgoing>f3</bpmn:outgoing>",
    )
    more = "".join(f"<bpmn:outgoing>to_{element_id}</bpmn:outgoing>" for element_id in events)
    return (leaves, leaves + more), (flow, flow + "".join(events.values()))


MEASURED, WEIGHS = drawings.message(), drawings.message().replace("measured", "weighed")
SIGNALS = '<bpmn:signalEventDefinition id="sg" signalRef="namesake" />'
WAITS_FOR_MUCH = (
    drawings.MEASURED,
    WEIGHED,
    NAMESAKE,
    *beside(
        any=catches("any", MEASURED),
        mine=catches("mine", MEASURED, "kilns"),
        weight=catches("weight", WEIGHS, "kilns"),
        heard=catches("heard", SIGNALS),
    ),
)
ALL = [
    (ThrownKind.MESSAGE, "kiln_measured", "2"),
    (ThrownKind.MESSAGE, "kiln_measured", ""),
    (ThrownKind.MESSAGE, "kiln_weighed", "2"),
    (ThrownKind.SIGNAL, "kiln_measured", ""),
]


def paid(kilns: Kilns, *, now: datetime = NOW) -> Submitted:
    sent = kilns.send(now=now)
    kilns.pay(sent, now=now)
    return sent


def instance(kilns: Kilns, sent: Submitted) -> ProcessInstance:
    with kilns.house.database.reading() as session:
        found = select(ProcessInstance).where(ProcessInstance.application_id == kilns.row(sent).id)
        return session.scalars(found).one()


def waits(kilns: Kilns, sent: Submitted) -> list[tuple[ThrownKind, str, str]]:
    """What a case waits for, the longest first."""
    with kilns.house.database.reading() as session:
        rows = session.scalars(
            select(Subscription).where(Subscription.instance_id == instance(kilns, sent).id).order_by(Subscription.id)
        )
        return [(row.kind, row.name, row.correlation) for row in rows]


def throw(kilns: Kilns, sender: Submitted, kind: ThrownKind, name: str, correlation: str, **more: Any) -> None:
    """Brings a message or signal of another case."""
    with kilns.house.database.transaction() as session:
        session.add(
            WaitingMessage(
                kind=kind, name=name, correlation=correlation, payload={}, sender_id=kilns.row(sender).id,
                element_id="anywhere", thrown_at=NOW, tried_at=NOW, **more,
            )
        )  # fmt: skip
    assert bringing.route_due(kilns.house, now=NOW) == 1


def task(kilns: Kilns, sent: Submitted, element_id: str) -> UserTask:
    with kilns.house.database.reading() as session:
        return session.scalars(select(UserTask).where(UserTask.key == kilns.task(sent, element_id))).one()


@pytest.mark.parametrize("comes", ALL, ids=lambda each: "-".join(each))
def test_what_a_case_no_longer_waits_for_is_gone_and_nothing_else_of_any_case_is(
    kilns: Kilns, comes: tuple[ThrownKind, str, str]
) -> None:
    sender = kilns.send()
    kilns.draw(2, *WAITS_FOR_MUCH)
    waiting, other = paid(kilns), paid(kilns)
    assert sorted(waits(kilns, waiting)) == sorted(waits(kilns, other)) == sorted(ALL)
    more = {"target_id": instance(kilns, waiting).id} if comes[0] == ThrownKind.SIGNAL else {}
    throw(kilns, sender, *comes, **more)
    left = [each for each in ALL if each != comes]
    if comes == (ThrownKind.MESSAGE, "kiln_measured", ""):  # whoever waited longest takes what is for anybody
        assert (len(waits(kilns, waiting)), sorted(waits(kilns, other))) == (3, sorted(ALL))
    else:
        assert (sorted(waits(kilns, waiting)), sorted(waits(kilns, other))) == (sorted(left), sorted(ALL))


def test_a_case_keeps_its_place_for_what_it_still_waits_for(kilns: Kilns) -> None:
    sender = kilns.send()
    kilns.draw(2, *WAITS_FOR_MUCH)
    waiting = paid(kilns)
    with kilns.house.database.reading() as session:
        before = {row.id for row in session.scalars(select(Subscription))}
    throw(kilns, sender, ThrownKind.MESSAGE, "kiln_weighed", "2")
    with kilns.house.database.reading() as session:
        after = {row.id for row in session.scalars(select(Subscription))}
    assert len(waits(kilns, waiting)) == 3
    assert after < before


def test_an_officers_task_is_written_down_for_the_office_and_an_applicants_for_the_applicant(kilns: Kilns) -> None:
    sent = paid(kilns, now=NOW + HOUR)
    check = task(kilns, sent, "check")
    assert (check.name, check.kind, check.group) == ("Check the application", TaskKind.FORM, "front_office")
    assert (check.status, check.assignee_id, check.ready_at) == (TaskStatus.READY, None, NOW + HOUR)
    assert (check.office_id, check.application_id) == (kilns.cast.battambang, kilns.row(sent).id)
    assert (check.instance_id, len(check.key)) == (instance(kilns, sent).id, 16)
    kilns.check(sent, "return", now=NOW + 2 * HOUR)
    correct = task(kilns, sent, "correct")
    assert (correct.kind, correct.group, correct.assignee_id) == (
        TaskKind.CORRECTION, "applicant", kilns.cast.dara.person_id,
    )  # fmt: skip
    assert correct.ready_at == NOW + 2 * HOUR


def test_a_task_is_due_when_its_clock_is(kilns: Kilns) -> None:
    sent = paid(kilns)
    running, check = clock(kilns, sent, ClockKind.TASK), task(kilns, sent, "check")
    assert running.due_at == check.due_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    assert (running.user_task_id, running.office_id) == (check.id, kilns.cast.battambang)
    assert (running.application_id, running.started_at) == (kilns.row(sent).id, NOW)
    named = (running.term, running.warn_term, running.escalate_to, running.extension)
    assert named == ("3 working days", "2 working days", "head", "4 working days")


def test_a_task_with_a_term_alone_neither_warns_nor_escalates_nor_has_an_extension_of_its_own(kilns: Kilns) -> None:
    silent = [
        (f'<spiffworkflow:property name="{name}" value="{value}" />', "")
        for name, value in (("warn", "2 working days"), ("escalate_to", "head"), ("extension", "4 working days"))
    ]
    kilns.draw(2, *silent)
    running = clock(kilns, paid(kilns), ClockKind.TASK)
    assert (running.warn_term, running.escalate_to, running.extension) == ("", "", "")
    assert running.warn_at is None


def test_a_clock_ends_with_its_task_and_one_that_was_taken_back_stops(kilns: Kilns) -> None:
    done, taken_back = paid(kilns), paid(kilns)
    kilns.check(done, "ok", now=NOW + HOUR)
    with kilns.house.database.transaction() as session:
        visal = kilns.cast.visal.actor
        by_hand.cancel(session, kilns.house, visal, taken_back.key, "sent twice", now=NOW + 2 * HOUR)
    ended, stopped = (clock(kilns, sent, ClockKind.TASK) for sent in (done, taken_back))
    assert (ended.status, ended.ended_at) == (ClockStatus.MET, NOW + HOUR)
    assert (stopped.status, stopped.ended_at) == (ClockStatus.STOPPED, NOW + 2 * HOUR)
    row = task(kilns, taken_back, "check")
    assert (row.status, row.completed_at) == (TaskStatus.CANCELLED, NOW + 2 * HOUR)
    (event,) = history(kilns, taken_back, "task_cancelled")
    assert (event.element_id, event.at) == ("check", NOW + 2 * HOUR)


def breaks(script: str) -> Sequence[tuple[str, str]]:
    """A calculation after the check."""
    return (
        (
            '<bpmn:sequenceFlow id="f4" sourceRef="check" targetRef="which" />',
            '<bpmn:sequenceFlow id="f4" sourceRef="check" targetRef="sum" />'
            f'<bpmn:scriptTask id="sum"><bpmn:script>{script}</bpmn:script></bpmn:scriptTask>'
            '<bpmn:sequenceFlow id="f44" sourceRef="sum" targetRef="which" />',
        ),
        ("<bpmn:incoming>f4</bpmn:incoming>", "<bpmn:incoming>f44</bpmn:incoming>"),
    )


def test_a_task_was_done_when_somebody_did_it_and_not_when_the_step_after_it_was_repaired(kilns: Kilns) -> None:
    kilns.draw(2, *breaks("total = unknown + 1"))
    sent = paid(kilns)
    kilns.check(sent, "ok", now=NOW + HOUR)
    kilns.draw(3, *breaks("total = 1"))
    transfers.transfer(kilns.house, OPERATOR, SERVICE, 3, mapping={"sum": "sum"}, reason="Repaired.", now=NOW + 9 * DAY)
    with kilns.house.database.transaction() as session:
        incident_id = session.scalars(select(Incident.id)).one()
        retrying.retry(session, kilns.house, kilns.cast.visal.actor, incident_id, "Repaired.", now=NOW + 9 * DAY)
    done = clock(kilns, sent, ClockKind.TASK)
    assert (done.status, done.ended_at) == (ClockStatus.MET, NOW + HOUR)


def test_each_new_stage_is_part_of_the_history_with_the_element_that_brought_it(kilns: Kilns) -> None:
    sent = paid(kilns)
    kilns.check(sent, "return")
    kilns.correct(sent)
    kilns.check(sent, "ok")
    kilns.collect(sent)
    stages = [(event.element_id, event.data["stage"]) for event in history(kilns, sent, "stage")]
    assert stages == [
        ("begin", "received"),
        ("was_paid", "paid"),
        ("check", "checking"),
        ("correct", "correcting"),
        ("check", "checking"),
        ("hand_over", "ready"),
        ("collected", "collected"),
    ]
    assert kilns.row(sent).stage == "collected"


def test_timers_of_a_case_are_what_it_waits_for_and_those_of_others_stay(kilns: Kilns) -> None:
    remind = catches("remind", drawings.timer("timeDuration", '"P2D"'))
    later = catches("later", drawings.timer("timeDuration", '"P30D"'))
    kilns.draw(2, *beside(remind=remind, later=later))
    first, second = paid(kilns), paid(kilns, now=NOW + DAY)
    with kilns.house.database.reading() as session:
        rows = session.execute(select(Timer.instance_id, Timer.element_id, Timer.due_at).order_by(Timer.due_at)).all()
        before = session.scalars(select(Timer.id)).all()
    ours, theirs = instance(kilns, first).id, instance(kilns, second).id
    assert [tuple(row) for row in rows] == [
        (ours, "remind", NOW + 2 * DAY),
        (theirs, "remind", NOW + 3 * DAY),
        (ours, "later", NOW + 30 * DAY),
        (theirs, "later", NOW + 31 * DAY),
    ]
    kilns.check(first, "return", now=NOW + DAY)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Timer.id)).all() == before
    with kilns.house.database.transaction() as session:
        by_hand.cancel(session, kilns.house, kilns.cast.visal.actor, first.key, "sent twice", now=NOW + DAY)
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(Timer.instance_id))) == {theirs}


@pytest.mark.parametrize(("result", "outcome"), [("refuse", Outcome.REJECTED), ("ok", Outcome.APPROVED)])
def test_a_case_that_is_over_says_how_it_ended_and_keeps_nothing_open(
    kilns: Kilns, result: str, outcome: Outcome
) -> None:
    sent, over = paid(kilns), NOW + 2 * HOUR
    kilns.check(sent, result, now=NOW + HOUR if result == "ok" else over)
    if result == "ok":
        kilns.collect(sent, now=over)
    row, ended = kilns.row(sent), instance(kilns, sent)
    assert (row.status, row.outcome, row.ended_at) == (ApplicationStatus.ENDED, outcome, over)
    assert (ended.status, ended.ended_at, row.promised_at) == (InstanceStatus.COMPLETED, over, None)
    (event,) = history(kilns, sent, "ended")
    assert event.data == {"status": "completed", "outcome": outcome, "ended_with": None}
    assert clock(kilns, sent, ClockKind.TERM).status == ClockStatus.MET


def test_a_case_that_was_given_up_stops_its_promises_and_resolves_what_was_to_be_tried_again(
    kilns: Kilns,
) -> None:
    kilns.draw(2, *breaks("total = unknown + 1"))
    sent, other = paid(kilns), paid(kilns)
    kilns.check(sent, "ok")
    kilns.check(other, "ok")
    over = NOW + 20 * DAY
    with kilns.house.database.transaction() as session:
        by_hand.cancel(session, kilns.house, kilns.cast.visal.actor, sent.key, "sent twice", now=over)
    with kilns.house.database.reading() as session:
        found = dict(session.execute(select(Incident.application_id, Incident.status)).all())
        ends = {row.kind: (row.status, row.ended_at) for row in _clocks(session, kilns.row(sent).id)}
    assert found == {kilns.row(sent).id: IncidentStatus.RESOLVED, kilns.row(other).id: IncidentStatus.OPEN}
    assert ends["term"] == ends["norm"] == (ClockStatus.STOPPED, over)
    assert kilns.row(sent).outcome == Outcome.CANCELLED


def _clocks(session: Any, application_id: int) -> Sequence[Clock]:
    found: Sequence[Clock] = session.scalars(select(Clock).where(Clock.application_id == application_id)).all()
    return found


def test_a_decision_ends_the_promises_at_its_moment_and_leaves_the_task_of_the_handover(kilns: Kilns) -> None:
    kilns.draw(2, ('<spiffworkflow:property name="kind" value="handover" />',
                   '<spiffworkflow:property name="kind" value="handover" />'
                   '<spiffworkflow:property name="due" value="5 working days" />'))  # fmt: skip
    sent = paid(kilns)
    kilns.check(sent, "ok", now=NOW + HOUR)
    assert kilns.row(sent).promised_at is None
    for kind in (ClockKind.TERM, ClockKind.NORM):
        promise = clock(kilns, sent, kind)
        assert (promise.status, promise.ended_at) == (ClockStatus.MET, NOW + HOUR)
    hand_over = clock(kilns, sent, ClockKind.TASK)
    assert (hand_over.user_task_id, hand_over.ended_at) == (task(kilns, sent, "hand_over").id, None)
    assert hand_over.status == ClockStatus.PAUSED  # only the applicant can come and collect it


def test_a_correction_that_does_not_begin_the_term_anew_goes_on_with_the_time_that_was_left(kilns: Kilns) -> None:
    sent = paid(kilns)
    kilns.check(sent, "return", now=NOW + DAY)
    row, norm = kilns.row(sent), clock(kilns, sent, ClockKind.NORM)
    assert (row.waits_for_applicant, row.promised_at, norm.status) == (True, None, ClockStatus.PAUSED)
    kilns.correct(sent, now=NOW + 8 * DAY)
    row, norm = kilns.row(sent), clock(kilns, sent, ClockKind.NORM)
    assert (row.waits_for_applicant, row.promised_at, norm.status) == (False, norm.due_at, ClockStatus.RUNNING)
    assert norm.due_at == datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
    assert [entry[0] for entry in norm.ledger] == ["run", "pause", "run", "pause", "run"]


def test_a_process_that_ends_with_an_error_says_which(kilns: Kilns) -> None:
    gives_up = f'<bpmn:error id="never" errorCode="NEVER" />{drawings.ROOT}'
    there, ends = "<bpmn:incoming>f9</bpmn:incoming>", '<bpmn:errorEventDefinition id="given_up" errorRef="never" />'
    kilns.draw(2, (drawings.ROOT, gives_up), (there, there + ends))
    sent = paid(kilns)
    kilns.check(sent, "refuse")
    (event,) = history(kilns, sent, "ended")
    assert event.data == {"status": "failed", "outcome": Outcome.REJECTED, "ended_with": "NEVER"}
    assert instance(kilns, sent).status == InstanceStatus.FAILED


@pytest.mark.parametrize(("later", "status"), [(HOUR, ClockStatus.MET), (30 * DAY, ClockStatus.LATE)])
def test_a_process_that_ends_without_a_decision_ends_its_promises_as_they_stand(
    kilns: Kilns, later: timedelta, status: ClockStatus
) -> None:
    says = (
        'id="messages.send"><spiffworkflow:parameters><spiffworkflow:parameter id="message" type="string" '
        'value="&quot;ready&quot;" /></spiffworkflow:parameters>'
    )
    kilns.draw(2, ('id="applications.reject"><spiffworkflow:parameters />', says))
    sent = paid(kilns)
    kilns.check(sent, "refuse", now=NOW + later)
    assert (kilns.row(sent).decided_at, kilns.row(sent).outcome) == (None, Outcome.REJECTED)
    for kind in (ClockKind.TERM, ClockKind.NORM):
        promise = clock(kilns, sent, kind)
        assert (promise.status, promise.ended_at) == (status, NOW + later)


def test_who_took_a_message_and_waits_for_the_next_waits_for_the_same_one_behind_the_others(kilns: Kilns) -> None:
    again = (
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="check" />',
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="enough" />'
        '<bpmn:exclusiveGateway id="enough" default="more" />'
        '<bpmn:sequenceFlow id="more" sourceRef="enough" targetRef="was_paid" />'
        '<bpmn:sequenceFlow id="f33" sourceRef="enough" targetRef="check">'
        "<bpmn:conditionExpression>kilns &lt; 0</bpmn:conditionExpression></bpmn:sequenceFlow>",
    )
    incoming, paid_for = "<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>f2</bpmn:incoming>"
    sender = kilns.send()
    kilns.draw(
        2,
        *drawings.WAITS,
        again,
        (incoming, "<bpmn:incoming>f33</bpmn:incoming>"),
        (paid_for, f"{paid_for}<bpmn:incoming>more</bpmn:incoming>"),
    )
    first, second = paid(kilns), paid(kilns)
    for _ in range(2):
        throw(kilns, sender, ThrownKind.MESSAGE, "kiln_measured", "2")
    mine = (ThrownKind.MESSAGE, "kiln_measured", "2")
    assert waits(kilns, first) == waits(kilns, second) == [mine]
    assert [instance(kilns, each).revision for each in (first, second)] == [3, 3]


def test_a_task_that_is_done_closes_no_other_that_is_open_beside_it(kilns: Kilns) -> None:
    kilns.draw(2, FORKED, LEAVES, REACHED)
    sent = paid(kilns)
    kilns.check(sent, "ok")
    assert task(kilns, sent, "check").status == TaskStatus.COMPLETED
    assert task(kilns, sent, "correct").status == TaskStatus.READY
    assert history(kilns, sent, "task_cancelled") == []
