"""Timers that go off together in cases of a service with sessions."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engine.case.events import verify_chains
from engine.clockwork import timers
from engine.house import House
from engine.words import TaskStatus
from storage.processes import Timer, UserTask
from tests.cast import NOW, Cast
from tests.engine.flow import drawings
from tests.engine.sessions.test_waiting import LATER
from tests.small.copied_cases import copies
from tests.small.courses import Courses, courses
from tests.small.files import changed
from tests.statements import counted

INCOMING = "<bpmn:incoming>f1</bpmn:incoming>", "<bpmn:incoming>f0</bpmn:incoming>"
FIRST = '<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="choose" />'
WAITS_FIRST = (
    '<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="rests" /><bpmn:intermediateCatchEvent id="rests">'
    f"{drawings.timer('timeDuration', 'P1D')}</bpmn:intermediateCatchEvent>"
    '<bpmn:sequenceFlow id="f0" sourceRef="rests" targetRef="choose" />'
)
TOMORROW = NOW + timedelta(days=1, hours=1)


def resting(house: House, cast: Cast) -> Courses:
    """The course, whose applicants are asked for a day only after a day of rest."""
    name = "process.bpmn"
    return courses(house, cast, changed("industry/pottery_course", (name, *INCOMING), (name, FIRST, WAITS_FIRST)))


def test_those_that_have_no_seat_yet_go_off_together_and_each_is_asked_to_choose(house: House, cast: Cast) -> None:
    place = resting(house, cast)
    place.session()
    first = place.service.row(place.send()).id
    cases = [first, *copies(house.database, first, 3)]
    with counted(house.database) as cost:
        assert timers.DUE.work_off(house, timers.fire, now=TOMORROW) == len(cases)
    with house.database.reading() as session:
        asked = select(UserTask).where(UserTask.element_id == "choose", UserTask.status == TaskStatus.READY)
        chosen = session.scalars(asked.order_by(UserTask.application_id)).all()
        assert [task.application_id for task in chosen] == cases
        assert len({task.due_at for task in chosen}) == 1
        assert chosen[0].due_at is not None
        assert len(session.scalars(select(Timer.id)).all()) == len(cases)  # of silence, and none of the rest
        assert not list(verify_chains(session))
    assert sum("FROM seat" in text for text in cost.texts) == 1


def test_one_that_has_nothing_to_choose_is_put_off_beside_one_that_is_only_now_asked(house: House, cast: Cast) -> None:
    place = resting(house, cast)
    waiting = place.send()
    timers.DUE.work_off(house, timers.fire, now=TOMORROW)
    asked_late = place.send(cast.rithy, now=LATER - timedelta(days=2))
    assert timers.DUE.work_off(house, timers.fire, now=LATER) == 2
    assert place.events(waiting).count("asked_anew") == 1
    assert [place.waits_at(key) for key in (waiting, asked_late)] == [["choose"], ["choose"]]
