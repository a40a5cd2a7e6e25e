"""A sweep that comes late: what was due fires in order, each once, and a case that fails holds up no other."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engine.clockwork import schedule
from storage.processes import Incident, UserTask, WaitingMessage
from tests.cast import NOW
from tests.engine.flow import drawings
from tests.engine.flow.test_retrying import INCOMING, ONE
from tests.small.cases import Kilns

WAITS_THEN_DIVIDES = (
    drawings.event("Catch", drawings.timer("timeDuration", "'P' + text(kilns) + 'D'")),
    INCOMING,
    (ONE, (
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="sum" />'
        '<bpmn:scriptTask id="sum"><bpmn:script>share = 1 / (kilns - 2)</bpmn:script></bpmn:scriptTask>'
        '<bpmn:sequenceFlow id="f33" sourceRef="sum" targetRef="check" />'
    )),
)  # fmt: skip
REMINDS = (
    drawings.MEASURED,
    ('<bpmn:sequenceFlow id="f4"', (
        '<bpmn:boundaryEvent id="daily" attachedToRef="check" cancelActivity="false">'
        f"{drawings.timer('timeCycle', 'R3/P1D')}</bpmn:boundaryEvent>"
        '<bpmn:sequenceFlow id="fd" sourceRef="daily" targetRef="remind" />'
        f'<bpmn:endEvent id="remind">{drawings.message()}</bpmn:endEvent><bpmn:sequenceFlow id="f4"'
    )),
)  # fmt: skip


def test_cases_go_on_in_the_order_in_which_their_timers_were_due_and_one_that_fails_holds_up_none(kilns: Kilns) -> None:
    kilns.draw(2, *WAITS_THEN_DIVIDES)
    sent = {days: kilns.send(answers={"kiln_name": "ឡ", "kilns": str(days)}) for days in (4, 1, 2, 3)}
    for each in sent.values():
        kilns.pay(each)
    for _ in range(2):
        schedule.sweep(kilns.house, now=NOW + timedelta(days=9))
    numbers = {kilns.row(each).id: days for days, each in sent.items()}
    with kilns.house.database.reading() as session:
        checks = select(UserTask.application_id).where(UserTask.element_id == "check").order_by(UserTask.id)
        went_on = [numbers[application_id] for application_id in session.scalars(checks)]
        stopped = session.scalars(select(Incident)).one()
    assert went_on == [1, 3, 4]
    assert (numbers[stopped.application_id], stopped.kind, stopped.attempts) == (2, "timers", 1)


def test_a_cycle_fires_as_often_as_it_was_due_and_never_again(kilns: Kilns) -> None:
    kilns.draw(2, *REMINDS)
    kilns.pay(kilns.send())
    for days in (2.5, 30, 60):
        schedule.sweep(kilns.house, now=NOW + timedelta(days=days))
        with kilns.house.database.reading() as session:
            thrown = len(session.scalars(select(WaitingMessage)).all())
        assert thrown == (2 if days < 3 else 3)
