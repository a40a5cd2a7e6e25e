"""Versions of the kiln permit that talk to other cases after the payment."""

from __future__ import annotations

STAGE = '<spiffworkflow:property name="stage" value="paid" />'
PAID = (
    '<bpmn:intermediateThrowEvent id="was_paid" name="Paid">\n'
    "      <bpmn:extensionElements><spiffworkflow:properties>"
    f"{STAGE}</spiffworkflow:properties></bpmn:extensionElements>\n"
    "      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>\n"
    "    </bpmn:intermediateThrowEvent>"
)
ROOT = '<bpmn:process id="kiln_permit"'
MEASURED = ROOT, f'<bpmn:message id="measured" name="kiln_measured" />{ROOT}'
FLOOD = ROOT, f'<bpmn:signal id="flood" name="flood" />{ROOT}'


def event(kind: str, definition: str, correlation: str = "") -> tuple[str, str]:
    """The event after the payment, catching or throwing (``Catch``, ``Throw``)."""
    wanted = f'<spiffworkflow:property name="correlation" value="{correlation}" />' if correlation else ""
    return PAID, (
        f'<bpmn:intermediate{kind}Event id="was_paid" name="Paid"><bpmn:extensionElements><spiffworkflow:properties>'
        f"{STAGE}{wanted}</spiffworkflow:properties></bpmn:extensionElements>"
        f"<bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>{definition}</bpmn:intermediate{kind}Event>"
    )


def message(payload: str = "") -> str:
    """The message about a measured kiln."""
    sent = f"<spiffworkflow:messagePayload>{payload}</spiffworkflow:messagePayload>" if payload else ""
    inside = f"<bpmn:extensionElements>{sent}</bpmn:extensionElements>" if sent else ""
    return f'<bpmn:messageEventDefinition id="m" messageRef="measured">{inside}</bpmn:messageEventDefinition>'


SIGNAL = '<bpmn:signalEventDefinition id="sg" signalRef="flood" />'
WAITS = MEASURED, event("Catch", message(), "kilns")
WAITS_FOR_ANY = MEASURED, event("Catch", message())
SENDS = MEASURED, event("Throw", message("{'measured': kilns}"), "kilns")
SENDS_TO_ANY = MEASURED, event("Throw", message())
LISTENS = FLOOD, event("Catch", SIGNAL)
SIGNALS = FLOOD, event("Throw", SIGNAL)


def begins(definition: str) -> tuple[str, str]:
    """Another way for a case to begin: at the check."""
    other = definition.replace('id="', 'id="again_')
    return '<bpmn:userTask id="check"', (
        f'<bpmn:startEvent id="otherwise" name="Otherwise">{other}</bpmn:startEvent>'
        '<bpmn:sequenceFlow id="f0" sourceRef="otherwise" targetRef="check" /><bpmn:userTask id="check"'
    )


def timer(part: str, written: str) -> str:
    """A timer as it is drawn, such as ``timeCycle`` and ``R/P1D``."""
    return f'<bpmn:timerEventDefinition id="t"><bpmn:{part}>{written}</bpmn:{part}></bpmn:timerEventDefinition>'


CHECKED = "<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>f3</bpmn:incoming><bpmn:incoming>f0</bpmn:incoming>"
BEGINS_WITH_MESSAGE = MEASURED, CHECKED, begins(message())
BEGINS_WITH_SIGNAL = FLOOD, CHECKED, begins(SIGNAL)
SENDS_AND_BEGINS = *SENDS, CHECKED, begins(message())
SIGNALS_AND_BEGINS = *SIGNALS, CHECKED, begins(SIGNAL)
BEGINS_ITSELF = (
    MEASURED,
    (
        SENDS_TO_ANY[1][0],
        SENDS_TO_ANY[1][1].replace("f2</bpmn:incoming>", "f2</bpmn:incoming><bpmn:incoming>f0</bpmn:incoming>"),
    ),
    (begins(message())[0], begins(message())[1].replace('targetRef="check"', 'targetRef="was_paid"')),
)
"""Without end: who begins with the message throws it again."""

WAITS_SENDS_NOT_AND_BEGINS = *WAITS, CHECKED, begins(message())


def begins_by_clock(part: str, written: str) -> tuple[tuple[str, str], ...]:
    """Changes with which a case begins when this timer is due."""
    return CHECKED, begins(timer(part, written))
