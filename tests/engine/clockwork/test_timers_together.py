"""Many cases whose timers go off in one transaction: what they write goes out together, and one that breaks, is held or
stops takes nothing from the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.events import verify_chains
from engine.case.opening import Case, lock_case
from engine.clockwork import timers
from engine.clockwork.batches import Act
from engine.flow import operations
from engine.flow.operations import Call, Variables, send_message
from engine.house import House
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.messages import Notification
from storage.processes import Incident, Timer, UserTask
from tests.cast import NOW
from tests.engine.clockwork.test_batches import Killed, waiting_cases
from tests.engine.clockwork.test_edges_of_deadlines import LATE
from tests.engine.flow import drawings
from tests.engine.flow.test_retrying import INCOMING, ONE
from tests.small.cases import Kilns
from tests.small.copied_cases import copies
from tests.statements import counted

WAITS = drawings.event("Catch", drawings.timer("timeDuration", "P1D"))
OPERATION = (
    '<bpmn:sequenceFlow id="f32" sourceRef="{before}" targetRef="does" /><bpmn:serviceTask id="does" name="Does">'
    '<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="{name}"><spiffworkflow:parameters>{given}'
    "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>"
    '<bpmn:sequenceFlow id="f33" sourceRef="does" targetRef="check" />'
)
READY = '<spiffworkflow:parameter id="message" type="string" value="&quot;ready&quot;" />'
WAITS_THEN_TELLS = WAITS, INCOMING, (ONE, OPERATION.format(before="was_paid", name="messages.send", given=READY))
DIVIDES = (
    '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="sum" />'
    '<bpmn:scriptTask id="sum"><bpmn:script>share = 1 / (kilns - 2)</bpmn:script></bpmn:scriptTask>'
)
DIVIDES_THEN_DECIDES = (
    WAITS, INCOMING, (ONE, DIVIDES + OPERATION.format(before="sum", name="applications.reject", given="")),
)  # fmt: skip
REMINDS = (
    ('<bpmn:sequenceFlow id="f4"', (
        '<bpmn:boundaryEvent id="daily" attachedToRef="check" cancelActivity="false">'
        f"{drawings.timer('timeCycle', 'R3/P1D')}</bpmn:boundaryEvent>"
        '<bpmn:sequenceFlow id="fd" sourceRef="daily" targetRef="seen" />'
        '<bpmn:endEvent id="seen" /><bpmn:sequenceFlow id="f4"'
    )),
)  # fmt: skip


def cases_of(kilns: Kilns, number: int, *drawn: tuple[str, str], built: str = "3") -> list[int]:
    """So many paid cases of this drawing."""
    kilns.draw(2, *drawn)
    sent = kilns.send(answers={"kiln_name": "ឡ", "kilns": built})
    kilns.pay(sent)
    first = kilns.row(sent).id
    return [first, *copies(kilns.house.database, first, number - 1)]


def fire(kilns: Kilns, act: Act = timers.fire) -> int:
    return timers.DUE.work_off(kilns.house, act, now=LATE)


def told(kilns: Kilns, cases: Sequence[int]) -> Counter[int | None]:
    """How many messages of the drawing there are of each case."""
    with kilns.house.database.reading() as session:
        ready = Notification.application_id.in_(cases), Notification.idempotency_key.contains("/does/")
        return Counter(session.scalars(select(Notification.application_id).where(*ready)))


def checking(kilns: Kilns) -> Counter[int]:
    with kilns.house.database.reading() as session:
        return Counter(session.scalars(select(UserTask.application_id).where(UserTask.element_id == "check")))


def whole(kilns: Kilns) -> bool:
    with kilns.house.database.reading() as session:
        return list(verify_chains(session)) == []


def test_each_of_many_tells_its_applicant_once_and_its_timer_is_gone(kilns: Kilns) -> None:
    cases = cases_of(kilns, 5, *WAITS_THEN_TELLS)
    assert (fire(kilns), fire(kilns)) == (5, 0)
    assert told(kilns, cases) == checking(kilns) == dict.fromkeys(cases, 1)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Timer)).all() == []
    assert whole(kilns)


def test_one_whose_operation_fails_is_an_incident_and_the_others_of_its_batch_go_on(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = cases_of(kilns, 5, *WAITS_THEN_TELLS)

    def tells_all_but_one(call: Call) -> Variables:
        if call.turn.case.application.id == cases[2]:
            raise LookupError
        return send_message(call)

    monkeypatch.setitem(operations.PERFORMERS, "messages.send", tells_all_but_one)  # type: ignore[arg-type]
    fire(kilns)
    others = dict.fromkeys([case for case in cases if case != cases[2]], 1)
    assert told(kilns, cases) == checking(kilns) == others
    with kilns.house.database.reading() as session:
        stopped = session.scalars(select(Incident)).one()
    assert (stopped.application_id, stopped.kind, stopped.attempts) == (cases[2], "perform", 1)
    assert whole(kilns)
    assert fire(kilns) == 0


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_one_that_an_officer_holds_just_now_is_passed_over_and_goes_on_when_they_let_go(kilns: Kilns) -> None:
    cases = cases_of(kilns, 4, *WAITS_THEN_TELLS)
    with kilns.house.database.transaction() as session:
        lock_case(session, kilns.house, cases[1])
        assert fire(kilns) == 3
        assert told(kilns, cases)[cases[1]] == 0
    assert fire(kilns) == 1
    assert told(kilns, cases) == dict.fromkeys(cases, 1)


def test_a_worker_that_is_killed_before_it_kept_a_batch_leaves_all_of_it_to_the_next(kilns: Kilns) -> None:
    cases = cases_of(kilns, 3, *WAITS_THEN_TELLS)

    def killed(session: Session, house: House, held: list[Case], *, now: object) -> int:
        timers.fire(session, house, held, now=LATE)
        raise Killed

    with pytest.raises(Killed):
        fire(kilns, killed)
    assert told(kilns, cases) == checking(kilns) == {}
    assert fire(kilns) == 3
    assert told(kilns, cases) == dict.fromkeys(cases, 1)
    assert whole(kilns)


def test_a_case_that_stops_keeps_its_timer_and_those_of_the_others_are_gone(kilns: Kilns) -> None:
    waiting_cases(kilns, 3)
    two = kilns.send(answers={"kiln_name": "ឡ", "kilns": "2"})
    kilns.pay(two)
    assert fire(kilns) == 3
    instance = kilns.row(two).id
    with kilns.house.database.reading() as session:
        stopped = session.scalars(select(Incident)).one()
        assert stopped.application_id == instance
        assert session.scalars(select(Timer.instance_id)).all() == [stopped.instance_id]


def test_what_stops_in_one_case_holds_up_the_decision_of_no_other(kilns: Kilns) -> None:
    """The promise of a decided case is kept once nothing of it waits to be taken again."""
    cases = cases_of(kilns, 1, *DIVIDES_THEN_DECIDES, built="2")
    three = kilns.send(answers={"kiln_name": "ឡ", "kilns": "3"})
    kilns.pay(three)
    decided = [kilns.row(three).id, *copies(kilns.house.database, kilns.row(three).id, 1)]
    assert fire(kilns) == 2
    promised = Clock.kind != ClockKind.TASK
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Incident.application_id)).all() == cases
        ended = session.scalars(select(Clock.status).where(Clock.application_id.in_(decided), promised)).all()
    assert ended
    assert ClockStatus.RUNNING not in ended


def test_a_timer_that_comes_again_stays_with_its_next_day_and_more_cases_cost_no_more_statements(kilns: Kilns) -> None:
    cases = cases_of(kilns, 9, *REMINDS)
    asked = []
    for number, moment in ((3, NOW + timedelta(days=1.5)), (9, NOW + timedelta(days=2.5))):
        with counted(kilns.house.database) as cost:
            assert timers.DUE.work_off(kilns.house, timers.fire, now=moment, most=number) == number
        asked.append(cost.statements)
    with kilns.house.database.reading() as session:
        left = session.scalars(select(Timer.due_at)).all()
    assert len(left) == len(cases)
    assert asked[1] == asked[0]
