"""Whether user tasks and operations of a diagram name what is there: forms, questions, other tasks, messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.forms import APPLY, Component, Form
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.names import nearest
from engine.packages.operations import DrawnOperation, drawn_operations, literal_text
from engine.packages.package import PROCESS, TEXTS, ServicePackage
from engine.packages.problems import error, warning
from engine.packages.said import about, filled
from engine.packages.task_settings import TaskSettings
from engine.problems import Problem


def check_tasks(package: ServicePackage) -> Iterator[Problem]:
    """Tasks that name a form, a question or another task that is not there, forms that no task uses, and words of
    elements that are not drawn."""
    used, unread, told = {APPLY}, package.unread, set[str]()
    for task in package.tasks.values():
        used.add(task.form or APPLY)
        form = package.forms.get(task.form) if task.form else None
        is_known = not unread.touches("tasks", task.element_id, "form")
        if task.form and form is None and is_known and _has_no_file(package, task.form):
            yield _task(task, filled(_NO_FORM, form=task.form, known=nearest(task.form, package.forms)))
        for other in task.not_by:
            if other not in package.tasks and other not in told:
                told.add(other)  # a call gives it to several tasks
                yield _task(task, filled(_NO_TASK, name=other, known=nearest(other, package.tasks)))
        if task.kind == "correction" and task.group not in ("applicant", ""):
            yield _task(task, _CORRECTS)
        if task.decides and form is not None and not unread.touches("tasks", task.element_id, "decides"):
            yield from _decision(package, task, form)
    # A form that some task misspells is that of the task.
    spelt = all(task.form in package.forms for task in package.tasks.values() if task.form)
    if spelt and not unread.touches("process", "elements") and not unread.loses("tasks", "form", "kind"):
        for key in sorted(set(package.forms) - used):
            yield warning(package.forms[key].file, "files", _UNUSED)
    named = {*package.process.elements, *(flow.id for flow in bpmn.drawn_flows(package.process))}
    for key in sorted(set(package.texts.elements) - named if not unread.touches("process", "elements") else ()):
        yield error(TEXTS, "texts", filled(_NO_ELEMENT, key=key, known=nearest(key, sorted(named))))


def _has_no_file(package: ServicePackage, form: str) -> bool:
    """Whether there is no such form: one that is there and cannot be read is told where it lies."""
    call, _, own = form.rpartition(".")
    part = next((one.part for one in package.woven.calls if one.id == call), None)
    name = f"forms/{form}.json" if part is None else f"shared/{part}/forms/{own}.json"
    return name not in package.files


def _decision(package: ServicePackage, task: TaskSettings, form: Form) -> Iterator[Problem]:
    name = task.decides or ""
    component: Component | None = form.component(name)
    if component is None and package.unread.touches("forms", form.key, name):
        return
    if component is None or component.kind.options != "one":
        known = [one.key for one in form.components() if one.kind.options == "one"]
        yield _task(task, filled(_NO_CHOICE, name=name, known=nearest(name, known)))
    elif not component.required or component.hide is not None:
        yield _task(task, filled(_MAY_BE_EMPTY, name=name))


def check_operations(package: ServicePackage) -> Iterator[Problem]:
    """Operations that the house does not have, or not as they are drawn."""
    for file, drawn in _drawn(package):
        operation = HOUSE_OPERATIONS.get(drawn.name)
        sentences = [filled(_NO_OPERATION, name=drawn.name, known=nearest(drawn.name, sorted(HOUSE_OPERATIONS)))]
        if operation is not None:
            sentences = list(operation.problems(package, drawn))
        for sentence in sentences:
            yield error(file, "operation", sentence, line=drawn.line, element_id=drawn.element_id)


def check_messages(package: ServicePackage) -> Iterator[Problem]:
    """Messages that nothing sends; one that is misspelt where it is sent is told there."""
    written = [drawn.parameters["message"] for _, drawn in _drawn(package) if "message" in drawn.parameters]
    sent = set(map(literal_text, written))
    if package.unread.touches("process", "elements") or not sent <= set(package.texts.messages):
        return
    for key in sorted(set(package.texts.messages) - sent):
        yield warning(TEXTS, "texts", filled(_NEVER_SENT, key=key))


def _drawn(package: ServicePackage) -> Iterator[tuple[str, DrawnOperation]]:
    """Every operation that a service task of a diagram names, with the file: in an extension, or as BPMN has it, by its
    implementation or the operation of an interface, which have no parameters."""
    named = [(file, drawn) for file, data in package.drawings.items() for drawn in drawn_operations(data)]
    yield from named
    ids = {drawn.element_id for _, drawn in named}
    for key, element in package.process.elements.items():
        if element.operation and key not in ids and ("" not in ids or not _is_named(element, named)):
            yield element.file or PROCESS, DrawnOperation(key, element.operation, {}, None)


def _is_named(element: bpmn.Element, named: list[tuple[str, DrawnOperation]]) -> bool:
    """Whether an element that may have no id in its file names its operation in an extension."""
    return any(not drawn.element_id and drawn.name == element.operation for _, drawn in named)


def _task(task: TaskSettings, sentence: Bilingual) -> Problem:
    return error(task.file, "task", about(task.name, sentence), element_id=task.element_id)


_NO_FORM: Final = Bilingual(
    "គ្មានទម្រង់ “{form}” (forms/{form}.json) ទេ; មាន៖ {known}។ សូមសរសេរមួយ ឬបង្កើតវា។",
    "There is no form “{form}” (forms/{form}.json); there are: {known}. Write one of them, or make it.",
)
_NO_TASK: Final = Bilingual(
    "not_by ដាក់ឈ្មោះ “{name}” ដែលមិនមែនជាកិច្ចការមនុស្សធ្វើទេ; មាន៖ {known}។ សូមសរសេរមួយ។",
    "not_by names “{name}”, which is no user task; there are: {known}. Write one of them.",
)
_CORRECTS: Final = Bilingual(
    "អ្នកដាក់ពាក្យជាអ្នកកែពាក្យសុំ។ សូមដាក់កិច្ចការនេះក្នុងគន្លងរបស់អ្នកដាក់ពាក្យ។",
    "A correction is made by the applicant; put the task into the applicant's lane.",
)
_UNUSED: Final = Bilingual(
    "គ្មានកិច្ចការណាប្រើទម្រង់នេះទេ។ សូមប្រើវា ឬលុបវាចេញ។", "No user task uses this form; name it at one, or remove it."
)
_NO_ELEMENT: Final = Bilingual(
    "elements៖ គំនូសតាងគ្មានធាតុ “{key}” ទេ; មាន៖ {known}។ សូមកែឈ្មោះ ឬដកវាចេញ។",
    "elements: “{key}” is no element of the diagram; there are: {known}. Correct the name, or remove it.",
)
_NO_CHOICE: Final = Bilingual(
    "decides ដាក់ឈ្មោះ “{name}” ដែលមិនមែនជា radio ឬ select ក្នុងទម្រង់របស់វាទេ; មាន៖ {known}។ សូមសរសេរមួយ។",
    "“decides” names “{name}”, which is no radio or select of its form; there are: {known}. Write one of them.",
)
_MAY_BE_EMPTY: Final = Bilingual(
    "“{name}” សម្រេចផ្លូវ ដូច្នេះវាត្រូវតែជាសំណួរដែលត្រូវឆ្លើយ (required) និងសួរជានិច្ច (គ្មាន hide)។",
    "“{name}” decides the way, so it must be required and always asked.",
)
_NO_OPERATION: Final = Bilingual(
    "គ្មានប្រតិបត្តិការ “{name}” ទេ; មាន៖ {known}។ សូមសរសេរមួយ។",
    "There is no operation “{name}”; there are: {known}. Write one of them.",
)
_NEVER_SENT: Final = Bilingual(
    "messages៖ គ្មានអ្វីក្នុងគំនូសតាងផ្ញើ “{key}” ទេ។ សូមផ្ញើវា ឬដកវាចេញ។",
    "messages: nothing in the diagram sends “{key}”; send it, or remove it.",
)
