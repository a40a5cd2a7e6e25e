"""Operations as service tasks of a diagram name them; ``engine.packages.house_operations`` says which there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from engine.bpmn import BPMN_NAMESPACE, XmlRefused, asked_of, decision_of, read_xml

WITHDRAWAL: Final = "withdrawal"
"""The message that a process hears when its applicant withdraws; nobody else sends it."""

SILENCE: Final = "silence"
"""The message that a process hears when the term of the law has passed without a decision and the service says what
follows from that; nobody else sends it."""

CONNECTOR_CALL: Final = "connectors.call"
"""The operation that asks the outside."""


CASE_DRAW: Final = "cases.draw"
"""The operation that draws a part of all cases by lot."""

CERTIFICATE_LOOK_UP: Final = "certificates.find"
"""The operation that asks the register of certificates."""


@dataclass(frozen=True, slots=True)
class DrawnOperation:
    """A service task as it is drawn: the operation it names, the expressions of its parameters, and the variable that
    takes the answer."""

    element_id: str
    name: str
    parameters: Mapping[str, str]
    line: int | None
    result: str = ""


@lru_cache(maxsize=128)
def drawn_operations(data: bytes) -> tuple[DrawnOperation, ...]:
    """Every service task of a BPMN file that names an operation; nothing for a file that is no XML. Every check asks it
    of every drawing."""
    try:
        root = read_xml(data)
    except XmlRefused:
        return ()
    return tuple(_operations_in(root))


def _operations_in(root: etree._Element) -> Iterator[DrawnOperation]:
    for task in root.iter(f"{{{BPMN_NAMESPACE}}}serviceTask", f"{{{BPMN_NAMESPACE}}}sendTask"):
        asked = asked_of(task)
        if asked is not None:
            parameters = dict(asked.parameters)
            yield DrawnOperation(task.get("id") or "", asked.operator, parameters, _line(asked.place), asked.result)


def called_decisions(data: bytes) -> Iterator[str]:
    """The decision that each business rule task of a BPMN file asks; nothing for a file that is no XML."""
    try:
        root = read_xml(data)
    except XmlRefused:
        return
    yield from filter(None, map(decision_of, root.iter(f"{{{BPMN_NAMESPACE}}}businessRuleTask")))


def literal_text(expression: str) -> str | None:
    """The text that a quoted expression such as ``"reminder"`` stands for, None for any other expression."""
    quoted = expression.strip()
    if len(quoted) >= 2 and quoted[0] == quoted[-1] and quoted[0] in "\"'" and quoted[0] not in quoted[1:-1]:
        return quoted[1:-1]
    return None


def _line(element: etree._Element) -> int | None:
    line: Any = element.sourceline
    return int(line) if line is not None else None
