"""Whether what is compared with an answer is something that can be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.asked import asked_in
from engine.packages.fee_inputs import inputs_of
from engine.packages.feel import BadExpression, Condition, UnaryTests, parse_unary_tests
from engine.packages.forms import APPLY, Component, Form
from engine.packages.names import nearest
from engine.packages.package import PROCESS, SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.said import filled
from engine.problems import Problem

_MOST_SAID: Final = 8
Questions = Mapping[str, tuple[Component, ...]]
"""The questions that may give a name its value."""


def check_choices(package: ServicePackage) -> Iterator[Problem]:
    """Comparisons with a value that is no choice of the question, or of another kind than its answers: never true."""
    variables = asked_for(package)
    for file, place, name, value in dict.fromkeys(bpmn.compared(package.process)):
        yield from never_true(file or PROCESS, name, value, variables, element_id=place)
    for file, line, element, name, test in _decision_cells(package):
        for value in dict.fromkeys(test.literals):
            yield from never_true(file, name, value, variables, line=line, element_id=element)
    yield from _fee_cells(package)
    for file, condition, form, asker in _conditions(package):
        asked = {component.key: (component,) for component in form.components()}
        for name, value in dict.fromkeys(condition.compared):
            yield from never_true(file, name, value, asked, element_id=asker)


def asked_for(package: ServicePackage) -> Questions:
    """The variables that forms alone give a value, with the questions of all of these forms."""
    given: list[tuple[str, str, str]] = [(rule.name, rule.form, rule.field) for rule in package.manifest.variables]
    given += [(task.decides, task.form, task.decides) for task in package.tasks.values() if task.decides and task.form]
    found: dict[str, tuple[Component, ...]] = {}
    for name, key, source in given:
        form = asked_in(package, key)
        component = form.component(source) if form else None
        if component is not None and name not in package.process.variables_written:
            found[name] = (*found.get(name, ()), component)
    return found


def _fee_cells(package: ServicePackage) -> Iterator[Problem]:
    for rule in package.manifest.fees:
        if rule.key not in package.fees:
            continue
        table = package.fees[rule.key]
        asked = {name: (one.component,) for name, one in inputs_of(package, rule).items()}
        for row in table.rows:
            for name, test in zip(table.inputs, row.tests, strict=True):
                for value in dict.fromkeys(test.literals if name not in package.process.variables_written else ()):
                    yield from never_true(table.file, name, value, asked, line=row.source_line, element_id=row.id)


def _decision_cells(package: ServicePackage) -> Iterator[tuple[str, int | None, str | None, str, UnaryTests]]:
    for decision in package.decisions:
        for rule in decision.rules:
            for column, cell in zip(decision.inputs, rule.inputs, strict=False):
                try:
                    yield decision.file, rule.line, decision.id, column.name, parse_unary_tests(cell)
                except BadExpression:  # a cell that computes something
                    continue


def _conditions(package: ServicePackage) -> Iterator[tuple[str, Condition, Form, str | None]]:
    """The conditions of documents, of terms and of what forms hide, each with the form whose answers it looks at."""
    apply = package.forms.get(APPLY)
    for rule in package.manifest.documents:
        if apply is not None and isinstance(rule.required, Condition):
            yield SERVICE, rule.required, apply, rule.key
    rules = [rule for rule in (package.manifest.term, package.manifest.norm) if rule is not None]
    for case in (case for rule in rules for case in rule.cases):
        if apply is not None and case.when is not None:
            yield SERVICE, case.when, apply, None
    for form in package.forms.values():
        for page in form.pages:
            for key, hide in ((page.key, page.hide), *((part.key, part.hide) for part in page.components)):
                if hide is not None:
                    yield form.file, hide, form, key


def never_true(file: str, name: str, value: Any, asked: Questions, **place: Any) -> Iterator[Problem]:
    """The finding that an answer is compared with what it can never be; nothing for a name that no question gives."""
    questions = asked.get(name, ())
    if not questions or any(_can_be(component, value) for component in questions):
        return
    said = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    options = dict.fromkeys(option.value for component in questions for option in component.options)
    known, kind = nearest(str(value), options, most=_MOST_SAID), questions[0].kind.name
    sentence = filled(_NO_CHOICE if options else _OTHER_KIND, name=name, value=said, known=known, kind=kind)
    yield error(file, "choice", sentence, **place)


def _can_be(component: Component, value: Any) -> bool:
    """Whether the question may be answered with something of this kind; nothing is no answer to any."""
    if value is None:
        return True
    if component.options:
        return isinstance(value, str) and component.option_label(value) is not None
    is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    kinds = {"text": isinstance(value, str), "number": is_number, "boolean": isinstance(value, bool)}
    return kinds.get(component.kind.scalar, True)


_NO_CHOICE = Bilingual(
    "“{name}” ប្រៀបធៀបនឹង {value} ដែលមិនមែនជាជម្រើសណាមួយនៃសំណួរនេះទេ ដូច្នេះវាមិនដែលពិតឡើយ។ ជម្រើសមាន៖ {known}។ "
    "សូមសរសេរជម្រើសមួយក្នុងចំណោមនោះ ឬបន្ថែមវាទៅក្នុងសំណួរ។",
    "“{name}” is compared with {value}, which is no choice of its question, so it can never be that; the choices are: "
    "{known}. Write one of them, or add it to the question.",
)
_OTHER_KIND = Bilingual(
    "“{name}” ប្រៀបធៀបនឹង {value} ប៉ុន្តែចម្លើយនៃសំណួរនេះមានប្រភេទផ្សេង ({kind}) ដូច្នេះវាមិនដែលពិតឡើយ។ សូមប្រៀបធៀបនឹងតម្លៃប្រភេទដូចចម្លើយ។",
    "“{name}” is compared with {value}, and its question is answered by another kind of value ({kind}), so it can "
    "never be that; compare it with a value of that kind.",
)
