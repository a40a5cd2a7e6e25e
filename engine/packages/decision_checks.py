"""Whether the decisions of a package fit what they are given and what they must give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.khmer import Bilingual
from engine.packages.asked import asked_in
from engine.packages.coverage import Row, find, may_be_left_out
from engine.packages.decisions import DrawnDecision
from engine.packages.feel import BadExpression, parse_unary_tests
from engine.packages.forms import Component
from engine.packages.operations import called_decisions, literal_text
from engine.packages.package import ServicePackage
from engine.packages.problems import error, warning
from engine.packages.said import filled
from engine.problems import Problem

_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("number", "integer", "long", "double"), "number"),
    **dict.fromkeys(("string", "date", "time", "dateTime", "date and time"), "text"),
    "boolean": "boolean",
}
"""Types of DMN by the kind of value they have in a diagram, where days and moments are texts."""
ONE_RULE: Final = frozenset({"UNIQUE", "FIRST", "ANY"})
_COMPARES: Final = re.compile(r"\s*(not\()?\s*[<>\[\](]")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


def check_decisions(package: ServicePackage) -> Iterator[Problem]:
    """Columns declared with another type than their variable or cells have, and decisions that nothing asks."""
    questions, asked = _questions(package), _asked(package)
    known = _kinds(package, questions)
    # A decision that is misspelt where it is asked is told there.
    spelt = asked <= {decision.id for decision in package.decisions}
    for decision in package.decisions:
        if decision.id not in asked and not package.unread.touches("process", "elements") and spelt:
            yield warning(decision.file, "decision", filled(_UNUSED, id=decision.id), element_id=decision.id)
        for column in decision.inputs:
            kind = known.get(column.name)
            if kind is not None and _KINDS.get(column.type, kind) != kind:
                message = filled(_INPUT, name=column.name, type=column.type, kind=_WORDS[kind])
                yield error(decision.file, "decision-type", message, element_id=decision.id)
        yield from _outputs(decision, known)
        yield from _coverage(decision, questions)


def _asked(package: ServicePackage) -> set[str]:
    """Decisions that a business rule task asks, and those that such a decision needs."""
    called = {name for data in package.drawings.values() for name in called_decisions(data)}
    return called | {needed for decision in package.decisions for needed in decision.requires}


def _outputs(decision: DrawnDecision, known: Mapping[str, str]) -> Iterator[Problem]:
    for place, column in enumerate(decision.outputs):
        kind = _KINDS.get(column.type)
        before = known.get(column.name)
        if kind is not None and before is not None and kind != before:
            message = filled(_SAME_NAME, name=column.name, type=column.type, kind=_WORDS[before])
            yield error(decision.file, "decision-type", message, element_id=decision.id)
        for rule in decision.rules if kind is not None else ():
            cell = rule.outputs[place] if place < len(rule.outputs) else ""
            if _kind_of(cell) not in (None, kind):
                message = filled(_OUTPUT, rule=rule.id, cell=cell, name=column.name, type=column.type)
                yield error(decision.file, "decision-type", message, line=rule.line, element_id=decision.id)


def _coverage(decision: DrawnDecision, questions: Mapping[str, Component]) -> Iterator[Problem]:
    """Cases of a table over answers that no rule decides, or several where the table is UNIQUE."""
    inputs = tuple(column.name for column in decision.inputs)
    if decision.policy not in ONE_RULE or not inputs or not set(inputs) <= questions.keys():
        return
    try:
        rows = tuple(Row(rule.id, tuple(map(parse_unary_tests, rule.inputs)), rule.line) for rule in decision.rules)
    except BadExpression:  # cells that compute something cannot be tried out here
        return
    yield from _left_out(decision, questions)
    for finding in find(inputs, rows, questions, left_out=False):
        if finding.kind == "gap" and not any(column.default for column in decision.outputs):
            message = filled(_GAP, id=decision.id, case=finding.case)
            yield warning(decision.file, "decision-gap", message, element_id=decision.id)
        elif finding.kind == "overlap" and decision.policy == "UNIQUE":
            ids = [row.id for row in finding.rows]
            message = filled(_OVERLAP, rules=Bilingual(" និង ".join(ids), " and ".join(ids)), case=finding.case)
            yield error(decision.file, "decision-overlap", message, line=finding.rows[1].line, element_id=decision.id)


def _left_out(decision: DrawnDecision, questions: Mapping[str, Component]) -> Iterator[Problem]:
    """Comparisons with an answer that may not be there; a FIRST table may begin with a rule for that."""
    for place, column in enumerate(decision.inputs):
        cells = [rule.inputs[place] for rule in decision.rules]
        begins_with_null = decision.policy == "FIRST" and cells[:1] == ["null"]
        if may_be_left_out(questions[column.name]) and not begins_with_null and any(map(_COMPARES.match, cells)):
            message = filled(_LEFT_OUT, name=column.name)
            yield warning(decision.file, "decision-null", message, element_id=decision.id)


def _questions(package: ServicePackage) -> dict[str, Component]:
    """The questions behind the routing variables, of any form."""
    found = {}
    for variable in package.manifest.variables:
        form = asked_in(package, variable.form)
        component = form.component(variable.field) if form else None
        if component is not None:
            found[variable.name] = component
    return found


def _kinds(package: ServicePackage, questions: Mapping[str, Component]) -> dict[str, str]:
    """The kind of value that each routing variable has."""
    kinds = {task.decides: "text" for task in package.tasks.values() if task.decides}
    return kinds | {name: one.kind.scalar for name, one in questions.items() if one.kind.scalar}


def _kind_of(cell: str) -> str | None:
    """The kind of value that a cell writes down; None for an empty cell and for an expression."""
    if cell in ("true", "false"):
        return "boolean"
    if _NUMBER.fullmatch(cell):
        return "number"
    return "text" if literal_text(cell) is not None else None


_WORDS: Final = {
    "number": Bilingual("លេខ", "number"),
    "text": Bilingual("អត្ថបទ", "text"),
    "boolean": Bilingual("ពិត ឬមិនពិត", "boolean"),
}
_UNUSED: Final = Bilingual(
    "គ្មានកិច្ចការវិធានណាសួរសេចក្តីសម្រេច “{id}” ទេ។ សូមដាក់ឈ្មោះវានៅកិច្ចការមួយ (calledDecisionId) ឬដកវាចេញ។",
    "No business rule task asks the decision “{id}”; name it in one (calledDecisionId), or remove it.",
)
_INPUT: Final = Bilingual(
    "ធាតុចូល “{name}” ប្រកាសជា {type} ប៉ុន្តែអថេរនោះជា{kind}។ សូមកែប្រភេទនៃជួរឈរ។",
    "The input “{name}” is declared as {type}, but that variable is a {kind}; correct the type of the column.",
)
_SAME_NAME: Final = Bilingual(
    "លទ្ធផល “{name}” ប្រកាសជា {type} ប៉ុន្តែទម្រង់មួយផ្តល់{kind}ក្រោមឈ្មោះនោះ។ សូមដាក់ឈ្មោះផ្សេង ឬប្រភេទដូចគ្នា។",
    "The output “{name}” is declared as {type}, but a form gives a {kind} under that name; give the output another "
    "name or the same type.",
)
_OUTPUT: Final = Bilingual(
    "វិធាន {rule} ផ្តល់ {cell} សម្រាប់ “{name}” ដែលប្រកាសជា {type}។ សូមកែក្រឡា ឬប្រភេទ។",
    "Rule {rule} gives {cell} for “{name}”, which is declared as {type}; correct the cell or the type.",
)
_GAP: Final = Bilingual(
    "គ្មានវិធានណានៃសេចក្តីសម្រេច “{id}” ប្រើបានពេល {case} ដូច្នេះលទ្ធផលទទេ។ សូមបន្ថែមវិធាន ឬតម្លៃដើម។",
    "No rule of the decision “{id}” applies when {case}; its outputs are empty then. Add a rule, or a default.",
)
_OVERLAP: Final = Bilingual(
    "{rules} ត្រូវគ្នាទាំងអស់ពេល {case} ដែល UNIQUE មិនអនុញ្ញាត។ សូមកែមួយ ឬប្រើ FIRST។",
    "{rules} both match when {case}, which UNIQUE forbids; change one, or use FIRST.",
)
_LEFT_OUT: Final = Bilingual(
    "ចម្លើយ “{name}” អាចគ្មាន ហើយការប្រៀបធៀបគ្មានអ្វីនឹងបរាជ័យ។ សូមប្រើតារាង FIRST ដែលចាប់ផ្តើមដោយវិធានសម្រាប់ null ឬសួរសំណួរនោះជានិច្ច។",
    "The answer “{name}” may be left out, and comparing nothing is a failure; make the table FIRST and begin with a "
    "rule for null, or ask the question always.",
)
