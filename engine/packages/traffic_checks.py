"""What a package may begin with, and what it may throw to other cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from engine import bpmn
from engine.packages.operations import WITHDRAWAL
from engine.packages.package import PROCESS, ServicePackage
from engine.packages.problems import Problem, error

SHORTEST_PAUSE: Final = timedelta(hours=1)
_APPLICANT: Final = "applicant"


def check_traffic(package: ServicePackage) -> Iterator[Problem]:
    """Starts that would never happen or could not be carried out, and messages that only the house may send."""
    for start in package.process.starts:
        if start.kind != "none":
            for sentence in _wrong(package, start):
                yield error(PROCESS, "start", sentence, element_id=start.element_id)
    for thrown in bpmn.thrown(package.process):
        if thrown.kind == "message" and thrown.name == WITHDRAWAL:
            yield error(PROCESS, "message", _WITHDRAWAL.format(name=thrown.name), element_id=thrown.element_id)


def _wrong(package: ServicePackage, start: bpmn.StartEvent) -> Iterator[str]:
    """Why a case cannot begin here without an application."""
    if start.kind == "conditional":
        yield _CONDITION
    if start.kind == "message" and start.name == WITHDRAWAL:
        yield _WITHDRAWAL.format(name=WITHDRAWAL)
    if "correlation" in package.process.elements[start.element_id].properties:
        yield _CORRELATION
    if package.manifest.purpose == "account":
        yield _ACCOUNT
    if package.manifest.fee is not None:
        yield _FEE
    if start.kind == "timer":
        yield from _wrong_timer(package, start.name or "")


def _wrong_timer(package: ServicePackage, written: str) -> Iterator[str]:
    try:
        pause = bpmn.shortest_pause(written)
    except bpmn.NotATimer:
        yield _TIMER
    else:
        if pause is not None and pause < SHORTEST_PAUSE:
            yield _PAUSE
    tasks = [task.name.en for task in package.tasks.values() if task.group == _APPLICANT]
    if tasks:
        yield _NO_APPLICANT.format(task=tasks[0])
    if package.manifest.certificate is not None:
        yield _CERTIFICATE


_WITHDRAWAL = (
    "The message “{name}” is the applicant's own wish to withdraw. Give the message to other cases another name."
)
_CONDITION = (
    "Nothing watches a condition before there is a case, so it would never begin one. "
    "Begin with a plain start event, a message, a signal or a timer."
)
_CORRELATION = (
    "A start event takes every message of its name: there are no variables yet to compare with. "
    "Remove the property “correlation”."
)
_ACCOUNT = "Accounts are verified because a person asks for it; begin with a plain start event."
_FEE = (
    "A case that begins without an application has no answers from which a fee could be reckoned. "
    "Remove the fee from service.yaml, or begin with a plain start event only."
)
_TIMER = (
    "Before there is a case there are no variables; write the timer plainly: "
    "a moment (2026-03-02T08:00:00+07:00), a duration (P3D) or a cycle (R/P1M)."
)
_PAUSE = "The cycle begins cases less than an hour apart; make it longer."
_NO_APPLICANT = (
    "A case that the clock begins is the office's own, so nobody could do “{task}”. "
    "Move the task to a lane of the office, or begin with a plain start event."
)
_CERTIFICATE = (
    "A case that the clock begins has no applicant who could hold a certificate. "
    "Remove the certificate from service.yaml, or begin with a plain start event."
)
