"""What can be wrong when a process is read or stepped. Every refusal leaves the given state as valid as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.language.reasons import Reason
from engine.bpmn.model import Problem


class BpmnRefusal(Exception):
    """The BPMN core did not do what it was asked; the subclass is the fact."""


class DefinitionRejected(BpmnRefusal):
    """The files do not describe a process that can be run; ``problems`` says what to mend."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))


class StartNotPossible(BpmnRefusal):
    """The process has no such start event, or several and none was named."""


class TaskNotReady(BpmnRefusal):
    """No task with this id waits to be completed: unknown, already done, or cancelled in the meantime."""

    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
        super().__init__(f"task {task_id!r} is not waiting to be completed")


class MoveNotPossible(BpmnRefusal):
    """The token at ``element_id`` cannot be taken to ``target_id``, or is one of several instances (target None)."""

    def __init__(self, element_id: str, target_id: str | None) -> None:
        self.element_id, self.target_id = element_id, target_id
        super().__init__(f"the token at {element_id!r} cannot be moved to {target_id!r}")


class NobodyWaits(BpmnRefusal):
    """No element of the instance waits for this message."""

    def __init__(self, name: str, correlation: str | None) -> None:
        self.name, self.correlation = name, correlation
        super().__init__(f"no element waits for the message {name!r} (correlation {correlation!r})")


class StateUnreadable(BpmnRefusal):
    """The stored state is damaged, or belongs to another definition or a newer format."""


class StepFailed(BpmnRefusal):
    """An expression, script or decision could not be carried out at ``element_id``; nothing of the step was kept.

    ``reason`` is the English reason as text, ``reason.km`` the Khmer one; neither holds a value of the case. ``used``
    are the variables that the expression read, with the values they had.
    """

    def __init__(
        self, element_id: str, expression: str | None, reason: Reason, used: Mapping[str, Any] | None = None
    ) -> None:
        self.element_id, self.expression, self.reason, self.used = element_id, expression, reason, dict(used or {})
        where = f" in {expression!r}" if expression else ""
        super().__init__(f"element {element_id!r} failed{where}: {reason}")
