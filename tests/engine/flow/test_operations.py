"""What the house does when a process reaches a service task."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.packages import build_package, check_files, run_scenarios
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from storage.messages import Notification
from storage.people import Membership
from tests.cast import HIRED, NOW, Member
from tests.engine.packages.small import FILES, changed
from tests.small.cases import Kilns

TELLS_APPLICANT = (
    '<spiffworkflow:serviceTaskOperator id="messages.send"><spiffworkflow:parameters>'
    '<spiffworkflow:parameter id="message" type="string" value="&quot;ready&quot;" />'
)


def tells(group: str) -> tuple[str, str]:
    """The message of the kiln permit, said to a group instead of the applicant."""
    named = f'<spiffworkflow:parameter id="group" type="string" value="&quot;{group}&quot;" />'
    return TELLS_APPLICANT, TELLS_APPLICANT.replace("messages.send", "messages.send_to_group") + named


def told(kilns: Kilns) -> set[int]:
    with kilns.house.database.reading() as session:
        return set(session.scalars(select(Notification.person_id).where(Notification.subject.startswith("រួចរាល់"))))


def joins(kilns: Kilns, who: Member, **facts: object) -> None:
    with kilns.house.database.transaction() as session:
        row = {"group": "inspector", "office_id": kilns.cast.battambang, "from_day": HIRED, "to_day": None} | facts
        session.add(Membership(person_id=who.person_id, **row))


def test_a_message_to_a_group_reaches_everybody_who_serves_in_it_at_the_office_that_day(kilns: Kilns) -> None:
    joins(kilns, kilns.cast.chenda, office_id=None)  # everywhere
    joins(kilns, kilns.cast.phally, office_id=kilns.cast.phnom_penh)
    joins(kilns, kilns.cast.vannak, to_day=NOW.date() - timedelta(days=1))
    joins(kilns, kilns.cast.rithy, to_day=NOW.date())
    kilns.draw(2, tells("inspector"))
    kilns.approved()
    assert told(kilns) == {one.person_id for one in (kilns.cast.mony, kilns.cast.chenda, kilns.cast.rithy)}


def test_a_group_without_anybody_stops_no_case(kilns: Kilns) -> None:
    kilns.draw(2, tells("analyst"))
    with kilns.house.database.transaction() as session:
        for row in session.scalars(select(Membership).where(Membership.group == "analyst")):
            session.delete(row)
    sent = kilns.approved()
    assert told(kilns) == set()
    assert kilns.task(sent, "hand_over")


SENDS = '<s:serviceTaskOperator id="messages.send">'
PARAMETER = '<s:parameter id="message" type="str" value="&quot;done&quot;" />'


def drawn(group: str) -> dict[str, bytes]:
    files = changed("process.bpmn", SENDS, '<s:serviceTaskOperator id="messages.send_to_group">')
    process = files["process.bpmn"].decode()
    more = f'<s:parameter id="group" type="str" value="{group}" />' if group else ""
    return files | {"process.bpmn": process.replace(PARAMETER, PARAMETER + more).encode()}


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("", "messages.send_to_group needs the parameter “group”"),
        ("&quot;applicant&quot;", "“applicant” is not a group of the office; there are: front_office"),
        ("&quot;neighbours&quot;", "“neighbours” is not a group of the office"),
        ("result", "is a group of the office in quotes, and here stands result; write it as"),
    ],
)
def test_a_message_to_nobody_of_the_office_is_refused(group: str, said: str) -> None:
    assert any(said in problem.message for problem in check_files(drawn(group)))


def test_a_rehearsed_case_notes_the_message_to_a_group() -> None:
    files = drawn("&quot;head&quot;")
    assert check_files(files) == check_files(FILES)
    scenarios = FILES["tests.yaml"].decode().replace("[messages.send]", "[messages.send_to_group]")
    package = build_package({**files, "tests.yaml": scenarios.encode()})
    (result,) = run_scenarios(package, WorkingTime(USUAL_WEEK))
    assert result.passed, result.differences
    assert (result.operations, result.messages) == (("messages.send_to_group",), ("done",))


def test_a_message_that_is_brought_about_twice_in_one_step_is_told_twice(kilns: Kilns) -> None:
    flows = "<bpmn:incoming>f11</bpmn:incoming><bpmn:outgoing>f12</bpmn:outgoing>"
    twice = "<bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    kilns.draw(2, (flows, f"{flows}<bpmn:multiInstanceLoopCharacteristics>{twice}"))
    sent = kilns.approved()
    with kilns.house.database.reading() as session:
        told = session.scalars(select(Notification.person_id).where(Notification.subject.startswith("រួចរាល់"))).all()
    assert told == [kilns.cast.dara.person_id] * 2
    assert kilns.task(sent, "hand_over")
