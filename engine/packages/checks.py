"""What must be right between the files of a package before it may be published."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from engine import bpmn
from engine.packages.applicant_checks import check_applicant_tasks
from engine.packages.beside import services_beside
from engine.packages.certificate_checks import check_certificate
from engine.packages.choice_checks import check_choices
from engine.packages.decision_checks import check_decisions
from engine.packages.fee_checks import check_fees
from engine.packages.feel import Condition
from engine.packages.form_rule_checks import check_form_rules
from engine.packages.forms import APPLY, Component, Form
from engine.packages.holders import check_holder
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.law import LAW
from engine.packages.law_checks import check_law_file
from engine.packages.level_checks import check_levels
from engine.packages.operations import DrawnOperation, drawn_operations, literal_text
from engine.packages.order_checks import check_order
from engine.packages.package import (
    MINISTRY,
    PROCESS,
    SCENARIOS,
    SERVICE,
    TEXTS,
    ServicePackage,
    build_package,
    for_the_core,
    from_bpmn,
    is_decision,
    is_drawing,
    read_files,
    woven,
)
from engine.packages.parts import part_of, used_parts
from engine.packages.payment_checks import check_payments
from engine.packages.problems import PackageRejected, error, warning
from engine.packages.register_checks import check_register, check_services_named, kinds_told
from engine.packages.result_checks import check_results
from engine.packages.result_flow_checks import check_result_flow
from engine.packages.result_rules import TEMPLATES
from engine.packages.scenario_coverage import check_reasons
from engine.packages.scenarios import read_scenarios
from engine.packages.session_checks import check_sessions
from engine.packages.task_settings import TaskSettings
from engine.packages.term_checks import check_terms
from engine.packages.traffic_checks import check_traffic
from engine.packages.variable_checks import check_variables
from engine.packages.weaving import Woven
from engine.packages.work_checks import check_work
from engine.problems import Problem


def check_package(path: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with the package in a folder; empty when it may be published. Never raises."""
    try:
        return check_files(read_files(path), known=services_beside(path))
    except PackageRejected as rejected:
        return rejected.problems
    except OSError as unreadable:
        return (error(str(path), "files", f"The folder cannot be read: {unreadable.strerror}."),)


def check_files(
    files: Mapping[str, bytes],
    *,
    known: Collection[str] | None = None,
    read: Callable[[Mapping[str, bytes]], ServicePackage] = build_package,
) -> tuple[Problem, ...]:
    """Everything that is wrong with these files as a package; empty when it may be published. ``known`` are the keys of
    the services there are (None: nobody knows), beside the package's own; ``read`` gives the package of the files, or
    raises ``PackageRejected``."""
    copies = woven(files)
    drawn = [from_bpmn(one) for one in bpmn.check(for_the_core(files, copies))] if PROCESS in files else []
    missing = {one.element_id for one in copies.problems}
    drawn = [one for one in drawn if one.rule != "call-unknown" or one.element_id not in missing]
    try:
        package = read(files)
    except PackageRejected as rejected:
        return placed(files, copies, [*drawn, *rejected.problems])
    found = [problem for check in _CHECKS for problem in check(package)]
    named = [] if known is None else check_services_named(package, {*known, package.manifest.key})
    return placed(files, copies, [*drawn, *found, *named])


def placed(files: Mapping[str, bytes], copies: Woven, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Every finding once, in the file that the analyst opens, those that name an element with the line of that."""
    return tuple(dict.fromkeys(_with_line(problem, files, copies) for problem in problems))


def _with_line(problem: Problem, files: Mapping[str, bytes], copies: Woven) -> Problem:
    file, own = copies.source(problem)
    if file != problem.file:
        problem = replace(problem, file=file, line=None)
    if problem.line is not None or problem.element_id is None or own is None:
        return problem
    source = files.get(file, b"")
    written = next((form for ending, form in _NAMED.items() if problem.file.endswith(ending)), _NAMED[".bpmn"])
    place = re.search(written.replace(b"?", re.escape(own.encode())), source)
    return problem if place is None else replace(problem, line=source.count(b"\n", 0, place.start()) + 1)


_NAMED: Final = {
    ".bpmn": rb'\bid="?"',
    ".json": rb'"(key|path|id)"\s*:\s*"?"',
    ".yaml": rb"\bkey: *?\b",
}
"""How an element, a question or a document is named in the files where it lies; ``?`` stands for its id."""


def _keys(package: ServicePackage) -> Iterator[Problem]:
    manifest, ministry = package.manifest, package.ministry
    if manifest.ministry != ministry.key:
        yield error(SERVICE, "keys", f"The key begins with “{manifest.ministry}”, ministry.yaml says “{ministry.key}”.")
    if APPLY not in package.forms:
        yield error("forms/apply.json", "files", "The form that the applicant fills in is missing.")
    if manifest.is_illustrative:
        facts = ", ".join(sorted(manifest.illustrative))
        yield Problem("note", SERVICE, "provenance", f"Illustrative, to be replaced by the office: {facts}.")


def _known_files(package: ServicePackage) -> Iterator[Problem]:
    fees = {rule.file for rule in package.manifest.fees}
    known = {SERVICE, MINISTRY, LAW, PROCESS, TEXTS, SCENARIOS, *TEMPLATES.values(), *fees}
    parts = used_parts(package.files)
    for name in sorted(package.files):
        is_form = name.startswith("forms/") and name.endswith(".json")
        if part_of(name) in parts or name in known:
            continue
        if part_of(name) or not (is_form or is_drawing(name) or is_decision(name)):
            yield error(name, "files", "This file is no part of a package; remove it.")


def _stages(package: ServicePackage) -> Iterator[Problem]:
    stages = set(package.manifest.stages)
    yield from _both(TEXTS, "stages", set(package.texts.stages), stages, "stage of service.yaml")
    reached = {element.properties.get("stage") for element in package.process.elements.values()} - {None}
    for element in package.process.elements.values():
        stage = element.properties.get("stage")
        if stage is not None and stage not in stages:
            yield _element(element, "stage", f"The stage “{stage}” is not among the stages of service.yaml.")
    for stage in package.manifest.stages[1:]:
        if stage not in reached:
            yield warning(SERVICE, "stage", f"No element of the diagram reaches the stage “{stage}”.")


def _documents(package: ServicePackage) -> Iterator[Problem]:
    rules = {rule.key: rule for rule in package.manifest.documents}
    yield from _both(TEXTS, "documents", set(package.texts.documents), set(rules), "document of service.yaml")
    answers = _answer_keys(package.forms.get(APPLY)) | kinds_told(package)
    for rule in rules.values():
        unknown = rule.required.names - answers if isinstance(rule.required, Condition) else frozenset()
        for name in sorted(unknown):
            yield error(SERVICE, "documents", f"“{rule.key}” depends on “{name}”, which the form apply does not ask.")
    for form in package.forms.values():
        for component in form.components():
            if component.kind.uploads and component.key not in rules:
                yield error(form.file, "documents", f"“{component.key}” is no document of service.yaml.")


def _tasks(package: ServicePackage) -> Iterator[Problem]:
    used = {APPLY}
    for task in package.tasks.values():
        used.add(task.form or APPLY)
        form = package.forms.get(task.form) if task.form else None
        if task.form and form is None:
            yield _task(task, f"There is no form “{task.form}” (forms/{task.form}.json).")
        for other in task.not_by:
            if other not in package.tasks:
                yield _task(task, f"not_by names “{other}”, which is no user task.")
        if task.kind == "correction" and task.group != "applicant":
            yield _task(task, "A correction is made by the applicant; put the task into the applicant's lane.")
        if task.decides:
            yield from _decision(task, form)
    for key in sorted(set(package.forms) - used):
        yield warning(package.forms[key].file, "files", "No user task uses this form.")
    named = {*package.process.elements, *(flow.id for flow in bpmn.drawn_flows(package.process))}
    for key in sorted(set(package.texts.elements) - named):
        yield error(TEXTS, "texts", f"elements: “{key}” is no element of the diagram.")


def _decision(task: TaskSettings, form: Form | None) -> Iterator[Problem]:
    component: Component | None = form.component(task.decides or "") if form else None
    if component is None or component.kind.options != "one":
        yield _task(task, f"“decides” names “{task.decides}”, which is no radio or select of its form.")
    elif not component.required or component.hide is not None:
        yield _task(task, f"“{task.decides}” decides the way, so it must be required and always asked.")


def _operations(package: ServicePackage) -> Iterator[Problem]:
    for file, drawn in _drawn(package):

        def wrong(message: str, file: str = file, drawn: DrawnOperation = drawn) -> Problem:
            return error(file, "operation", message, line=drawn.line, element_id=drawn.element_id)

        operation = HOUSE_OPERATIONS.get(drawn.name)
        if operation is None:
            yield wrong(f"There is no operation “{drawn.name}”; there are: {', '.join(sorted(HOUSE_OPERATIONS))}.")
            continue
        yield from map(wrong, operation.problems(package, drawn))


def _drawn(package: ServicePackage) -> Iterator[tuple[str, DrawnOperation]]:
    """Every operation that a service task of a diagram names, with the file."""
    return ((file, drawn) for file, data in package.drawings.items() for drawn in drawn_operations(data))


def _messages(package: ServicePackage) -> Iterator[Problem]:
    sent = {literal_text(drawn.parameters.get("message", "")) for _, drawn in _drawn(package)}
    for key in sorted(set(package.texts.messages) - sent):
        yield warning(TEXTS, "texts", f"messages: nothing in the diagram sends “{key}”.")


def _scenarios(package: ServicePackage) -> Iterator[Problem]:
    if SCENARIOS not in package.files:
        yield warning(SCENARIOS, "files", "The package has no scenarios, so nothing shows that it does what it should.")
        return
    try:
        read_scenarios(SCENARIOS, package.files[SCENARIOS], package)
        yield from check_reasons(package)
    except PackageRejected as rejected:
        yield from rejected.problems


def _both(file: str, section: str, written: set[str], needed: set[str], what: str) -> Iterator[Problem]:
    for key in sorted(needed - written):
        yield error(file, "texts", f"{section}: the words for “{key}” are missing.")
    for key in sorted(written - needed):
        yield error(file, "texts", f"{section}: “{key}” is no {what}.")


def _answer_keys(form: Form | None) -> frozenset[str]:
    return frozenset(component.key for component in form.components()) if form else frozenset()


def _element(element: Any, rule: str, message: str) -> Problem:
    return error(element.file or PROCESS, rule, f"“{element.name or element.id}”: {message}", element_id=element.id)


def _task(task: TaskSettings, message: str) -> Problem:
    return error(task.file, "task", f"“{task.name.en}”: {message}", element_id=task.element_id)


_CHECKS: Final[tuple[Callable[[ServicePackage], Iterator[Problem]], ...]] = (
    _keys,
    _known_files,
    check_law_file,
    _stages,
    _documents,
    check_variables,
    _tasks,
    check_fees,
    _operations,
    _messages,
    check_traffic,
    check_work,
    check_levels,
    check_terms,
    check_payments,
    check_applicant_tasks,
    check_sessions,
    check_form_rules,
    check_order,
    check_decisions,
    check_choices,
    check_certificate,
    check_results,
    check_holder,
    check_result_flow,
    check_register,
    _scenarios,
)
