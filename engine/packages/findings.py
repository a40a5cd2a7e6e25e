"""What was found in a case, as its papers see it: the variables that a service declares of other forms than that of the
application, and what tasks decide. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from engine import bpmn
from engine.packages.forms import APPLY, Component
from engine.packages.guarded import ISSUES
from engine.packages.package import ServicePackage
from engine.packages.results_due import Answers


def findings(package: ServicePackage) -> tuple[Component, ...]:
    """What papers may name: each question under the name of its variable; where several forms give the same, with the
    choices of all of them. Nothing personal."""
    found: dict[str, Component] = {}
    for name, form, question in _sources(package):
        before, named = found.get(name), replace(question, key=name)
        if before is not None:
            options = {option.value: option for option in (*before.options, *question.options)}
            named = replace(before, options=tuple(options.values()))
        if question.key not in package.forms[form].personal_keys():
            found[name] = named
    return tuple(found.values())


def findings_are_known(package: ServicePackage) -> bool:
    """Whether everything could be read that may give a name to what was found."""
    unread = package.unread
    lost = unread.touches("service", "variables") or unread.loses("tasks", "form", "decides")
    return not lost and not any(place[0] == "forms" and place[1:2] != (APPLY,) for place in unread.places)


def found_in(package: ServicePackage, answers: Answers) -> dict[str, Any]:
    """What was found, by the name that papers use. ``answers`` are those of the case by form, the newest form last."""
    sources = list(_sources(package))
    found: dict[str, Any] = {}
    for form, said in answers.items():
        found |= {name: said.get(question.key) for name, asked, question in sources if asked == form}
    return found


def always_found(package: ServicePackage) -> frozenset[str]:
    """What is always answered by the time that a result is issued: no way there passes by, and nothing hides it."""
    certain: dict[str, frozenset[str]] = {}
    for name, form, question in _sources(package):
        if question.required and _is_shown(package, form, question):
            asking = (task.element_id for task in package.tasks.values() if task.form == form)
            certain[name] = certain.get(name, frozenset()).union(asking)
    return frozenset(name for name, tasks in certain.items() if _is_passed(package, tasks))


def always_chosen(package: ServicePackage) -> frozenset[str]:
    """The sessions that are always chosen by the time that a result is issued."""
    return frozenset(
        rule.key
        for rule in package.manifest.sessions
        if _is_passed(package, [task.element_id for task in package.tasks.values() if task.session == rule.key])
    )


def _is_passed(package: ServicePackage, elements: Collection[str]) -> bool:
    """Whether no way to what issues results passes by all of these elements."""
    issuing = [element.id for element in package.process.elements.values() if element.operation == ISSUES]
    return bool(elements) and not bpmn.reached_without(package.process, sorted(elements)).intersection(issuing)


def _sources(package: ServicePackage) -> Iterator[tuple[str, str, Component]]:
    """Each name with the form and the question that give it; one of two forms where the same is decided twice."""
    declared = ((one.name, one.form, one.field) for one in package.manifest.variables if one.form != APPLY)
    decided = ((task.decides, task.form, task.decides) for task in package.tasks.values() if task.decides and task.form)
    for name, form_key, field in dict.fromkeys((*declared, *decided)):
        form = package.forms.get(form_key)
        question = form.component(field) if form else None
        if question is not None and question.kind.scalar:
            yield name, form_key, question


def _is_shown(package: ServicePackage, form_key: str, question: Component) -> bool:
    page = next(page for page in package.forms[form_key].pages if question in page.components)
    return question.hide is None and page.hide is None


def entered(package: ServicePackage) -> frozenset[str]:
    """The answers that stand in a register: those that the package names, else all of the application that are no
    personal data."""
    rule, form = package.manifest.certificate, package.forms[APPLY]
    if rule is not None and rule.entry:
        return frozenset(rule.entry)
    return frozenset(part.key for part in form.components() if part.kind.is_typed) - form.personal_keys()
