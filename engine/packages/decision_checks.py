"""Whether the decisions of a package fit what they are given and what they must give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.packages.decisions import DrawnDecision
from engine.packages.operations import called_decisions, literal_text
from engine.packages.package import ServicePackage
from engine.packages.problems import Problem, error, warning

_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("number", "integer", "long", "double"), "number"),
    **dict.fromkeys(("string", "date", "time", "dateTime", "date and time"), "text"),
    "boolean": "boolean",
}
"""Types of DMN by the kind of value they have in a diagram, where days and moments are texts."""
_ANSWERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("number", "money"), "number"),
    **dict.fromkeys(("text", "select", "radio", "date"), "text"),
    "checkbox": "boolean",
}
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


def check_decisions(package: ServicePackage) -> Iterator[Problem]:
    """Columns declared with another type than their variable or cells have, and decisions that nothing asks."""
    known, asked = _variables(package), _asked(package)
    for decision in package.decisions:
        if decision.id not in asked:
            yield warning(decision.file, "decision", _UNUSED.format(id=decision.id), element_id=decision.id)
        for column in decision.inputs:
            kind = known.get(column.name)
            if kind is not None and _KINDS.get(column.type, kind) != kind:
                message = _INPUT.format(name=column.name, type=column.type, kind=kind)
                yield error(decision.file, "decision-type", message, element_id=decision.id)
        yield from _outputs(decision, known)


def _asked(package: ServicePackage) -> set[str]:
    """Decisions that a business rule task asks, and those that such a decision needs."""
    called = {name for data in package.drawings.values() for name in called_decisions(data)}
    return called | {needed for decision in package.decisions for needed in decision.requires}


def _outputs(decision: DrawnDecision, known: Mapping[str, str]) -> Iterator[Problem]:
    for place, column in enumerate(decision.outputs):
        kind = _KINDS.get(column.type)
        before = known.get(column.name)
        if kind is not None and before is not None and kind != before:
            message = _SAME_NAME.format(name=column.name, type=column.type, kind=before)
            yield error(decision.file, "decision-type", message, element_id=decision.id)
        for rule in decision.rules if kind is not None else ():
            cell = rule.outputs[place] if place < len(rule.outputs) else ""
            if _kind_of(cell) not in (None, kind):
                message = _OUTPUT.format(rule=rule.id, cell=cell, name=column.name, type=column.type)
                yield error(decision.file, "decision-type", message, line=rule.line, element_id=decision.id)


def _variables(package: ServicePackage) -> dict[str, str]:
    """The kind of value that each routing variable of a form has."""
    kinds = {task.decides: "text" for task in package.tasks.values() if task.decides}
    for variable in package.manifest.variables:
        form = package.forms.get(variable.form)
        component = form.component(variable.field) if form else None
        if component is not None and component.type in _ANSWERS:
            kinds[variable.name] = _ANSWERS[component.type]
    return kinds


def _kind_of(cell: str) -> str | None:
    """The kind of value that a cell writes down; None for an empty cell and for an expression."""
    if cell in ("true", "false"):
        return "boolean"
    if _NUMBER.fullmatch(cell):
        return "number"
    return "text" if literal_text(cell) is not None else None


_UNUSED = "No business rule task asks the decision “{id}”; name it in one (calledDecisionId), or remove it."
_INPUT = "The input “{name}” is declared as {type}, but that variable is a {kind}; correct the type of the column."
_SAME_NAME = (
    "The output “{name}” is declared as {type}, but a form gives a {kind} under that name; "
    "give the output another name or the same type."
)
_OUTPUT = "Rule {rule} gives {cell} for “{name}”, which is declared as {type}; correct the cell or the type."
