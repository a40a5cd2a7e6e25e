"""What happens after an application is sent, in plain language: generated from the diagram, so that it is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages import ServicePackage, TaskSettings
from engine.working_time.terms import Term
from storage.processes import TaskKind

_GRANTING: Final = ("applications.approve", "accounts.verify")
Yours = Literal["", "pay", "answer", "choose", "collect"]
_YOURS: Final[dict[str, Yours]] = {TaskKind.PAYMENT: "pay", TaskKind.HANDOVER: "collect"}


@dataclass(frozen=True, slots=True)
class WayStep:
    """One task of the main way: what is done, by which group and at which level (empty: where the application came in),
    in what time. ``yours``: what the applicant does there. ``sometimes``: some applications go on without it."""

    name: Bilingual
    group: str
    level: str
    due: Term | None
    yours: Yours
    sometimes: bool


@dataclass(frozen=True, slots=True)
class Way:
    """The steps in order, and whether the office may ask for corrections on the way."""

    steps: tuple[WayStep, ...]
    may_be_returned: bool


def way_of(package: ServicePackage) -> Way:
    """The way of an application that is granted, with the tasks of shared processes where they are called."""
    corrections = [task.element_id for task in package.tasks.values() if task.kind == TaskKind.CORRECTION]
    return Way(tuple(_steps(package, corrections)), bool(corrections))


def _steps(package: ServicePackage, corrections: list[str]) -> Iterator[WayStep]:
    elements = package.process.elements
    granting = [element.id for element in elements.values() if element.operation in _GRANTING]
    way = bpmn.main_way(package.process, granting, corrections)
    goal = way[-1] if way else ""
    for task in (package.tasks[element] for element in way if element in package.tasks):
        if task.kind != TaskKind.CORRECTION:
            sometimes = goal in bpmn.reached_without(package.process, [task.element_id])
            yield WayStep(task.name, task.group, task.level, task.due, _yours(task), sometimes)


def _yours(task: TaskSettings) -> Yours:
    if task.is_chosen_by_applicant:
        return "choose"
    return _YOURS.get(task.kind, "answer" if task.is_asked_of_applicant else "")
