"""What a package may begin with, and what it may throw to other cases."""

from __future__ import annotations

from collections.abc import Iterator

from engine import bpmn
from engine.packages.operations import WITHDRAWAL
from engine.packages.package import PROCESS, ServicePackage
from engine.packages.problems import Problem, error


def check_traffic(package: ServicePackage) -> Iterator[Problem]:
    """Starts that would never happen, and messages that only the house may send."""
    for start in package.process.starts:
        if start.kind != "none":
            yield error(PROCESS, "start", _START.format(kind=start.kind), element_id=start.element_id)
    for thrown in bpmn.thrown(package.process):
        if thrown.kind == "message" and thrown.name == WITHDRAWAL:
            yield error(PROCESS, "message", _WITHDRAWAL.format(name=thrown.name), element_id=thrown.element_id)


_START = (
    "A case begins when somebody sends an application, so a {kind} would never start one. "
    "Begin with a plain start event, and wait for the {kind} at an intermediate or boundary event."
)
_WITHDRAWAL = (
    "The message “{name}” is the applicant's own wish to withdraw. Give the message to other cases another name."
)
