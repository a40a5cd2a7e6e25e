"""What a fee table may look at: answers of any form, facts of the case, and the fields of the rows it is paid for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.packages.asked import asked_in
from engine.packages.case_facts import FACTS, TODAY
from engine.packages.fee_rules import ON_SUBMISSION, FeeRule
from engine.packages.forms import APPLY, Component
from engine.packages.package import ServicePackage


@dataclass(frozen=True, slots=True)
class FeeInput:
    """A name that a fee table may use: the question behind it, and the user tasks of which any gives it; None where it
    is there when the application is sent."""

    component: Component
    given_by: frozenset[str] | None = None


def inputs_of(package: ServicePackage, rule: FeeRule) -> dict[str, FeeInput]:
    """Everything that the table of this fee may look at, by name; a field of the row before a variable of that name."""
    found = {**{name: FeeInput(component) for name, component in FACTS.items()}, **answers_of(package)}
    rows = rows_of(package, rule)
    if rows is not None and rule.for_each is not None:
        given_by = _asked_by(package, rule.for_each[0])
        found |= {part.key: FeeInput(part, given_by) for part in rows.components if _is_plain(part)}
    return found


def answers_of(package: ServicePackage) -> dict[str, FeeInput]:
    """The variables of the diagram that are answers, by name: those declared, and what user tasks decide."""
    found: dict[str, FeeInput] = {}
    for variable in package.manifest.variables:
        form = asked_in(package, variable.form)
        component = form.component(variable.field) if form else None
        if component is not None:
            found[variable.name] = FeeInput(component, _asked_by(package, variable.form))
    return {**found, **_decisions(package)}


def rows_of(package: ServicePackage, rule: FeeRule) -> Component | None:
    """The repeating group whose rows are each reckoned; None where there is none, or no such group."""
    form = package.forms.get(rule.for_each[0]) if rule.for_each is not None else None
    component = form.component(rule.for_each[1]) if form is not None and rule.for_each is not None else None
    return component if component is not None and component.kind.repeats else None


def givers(package: ServicePackage, rule: FeeRule) -> dict[str, frozenset[str]]:
    """For each name that this fee needs and that is not there when the application is sent: the user tasks of which any
    gives it."""
    known = inputs_of(package, rule)
    given = {name: known[name].given_by for name in package.fees[rule.key].names() if name in known}
    if rule.for_each is not None:
        given[rule.for_each[1]] = _asked_by(package, rule.for_each[0])
    return {name: tasks for name, tasks in sorted(given.items()) if tasks is not None}


def is_known_before_sending(package: ServicePackage, rule: FeeRule) -> bool:
    """Whether the answers of the applicant alone give the fee. One that is paid later and counts the day is not known
    before that day."""
    later = rule.pay != ON_SUBMISSION and TODAY in package.fees[rule.key].names()
    return not later and not givers(package, rule)


def _decisions(package: ServicePackage) -> Mapping[str, FeeInput]:
    """What user tasks decide; where several decide the same, with the choices of all of them."""
    found: dict[str, FeeInput] = {}
    for task in package.tasks.values():
        form = package.forms.get(task.form) if task.form and task.decides else None
        component = form.component(task.decides or "") if form else None
        if component is None or task.decides is None:
            continue
        before = found.get(task.decides)
        if before is not None:
            options = {option.value: option for option in (*before.component.options, *component.options)}
            component = replace(component, options=tuple(options.values()))
        given_by = (before.given_by if before else None) or frozenset()
        found[task.decides] = FeeInput(component, given_by | {task.element_id})
    return found


def _asked_by(package: ServicePackage, form: str) -> frozenset[str] | None:
    """The user tasks with this form; None for the form of the application, which is answered before."""
    if form == APPLY:
        return None
    return frozenset(task.element_id for task in package.tasks.values() if task.answers == form)


def _is_plain(component: Component) -> bool:
    return bool(component.kind.scalar) and not component.personal
