"""A case is decided by silence only where the law says so and the diagram draws it."""

from __future__ import annotations

from engine.packages import build_package
from engine.packages.silence_checks import check_silence
from tests.small.files import changed

KILN = "industry/kiln_permit"
DECIDES = "clock: {silence: approved}\n"
LAW = "silence: {decides: approved, source: {km: ប្រកាស, en: A prakas}, mark: I}\n"
MESSAGE = '<bpmn:process id="kiln_permit"'
INTO = {"approve": "f5", "refuse": "f8", "which": "f4"}
FLOW = '<bpmn:sequenceFlow id="f4"'


def found(clock: str = DECIDES, law: str = LAW, target: str = "approve") -> list[tuple[str, str]]:
    files = dict(changed(KILN))
    files["service.yaml"] += clock.encode()
    if law:
        files["law.yaml"] = law.encode()
    if target:
        event = (
            '<bpmn:boundaryEvent id="silent" attachedToRef="check"><bpmn:outgoing>s1</bpmn:outgoing>'
            '<bpmn:messageEventDefinition id="s_def" messageRef="m_silence" /></bpmn:boundaryEvent>'
            f'<bpmn:sequenceFlow id="s1" sourceRef="silent" targetRef="{target}" />'
        )
        process = files["process.bpmn"].decode()
        process = process.replace(MESSAGE, '<bpmn:message id="m_silence" name="silence" />' + MESSAGE, 1)
        into = f"<bpmn:incoming>{INTO[target]}</bpmn:incoming>"
        process = process.replace(into, f"{into}<bpmn:incoming>s1</bpmn:incoming>", 1)
        files["process.bpmn"] = process.replace(FLOW, event + FLOW, 1).encode()
    return [(one.file, one.message) for one in check_silence(build_package(files))]


def test_what_the_law_orders_and_the_diagram_draws_is_published() -> None:
    assert found() == []


def test_without_it_nothing_is_asked() -> None:
    assert found("", "", "") == []


def test_what_no_law_orders_is_refused() -> None:
    ((file, message),) = found(law="")
    assert file == "service.yaml"
    assert "law.yaml does not say so" in message
    assert "law.yaml does not say so" in found(law=LAW.replace("approved", "rejected"))[0][1]


def test_what_nobody_drew_is_refused() -> None:
    ((file, message),) = found(target="")
    assert file == "service.yaml"
    assert "no event of the diagram waits" in message


def test_a_way_that_decides_otherwise_is_refused_at_its_event() -> None:
    ((file, message),) = found(target="refuse")
    assert file == "process.bpmn"
    assert "does not lead to the one decision" in message
    assert found(target="which") != []  # it may come to either


def test_an_event_for_what_never_comes_is_refused() -> None:
    ((_, message),) = found(clock="")
    assert "never comes" in message
