"""Whether visits are drawn where officers can make them, go to an address that is asked for, and get their day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.khmer import Bilingual
from engine.packages.forms import APPLY, Form
from engine.packages.groups import APPLICANT
from engine.packages.names import nearest
from engine.packages.package import TEXTS, ServicePackage
from engine.packages.problems import error
from engine.packages.said import about, filled
from engine.packages.task_settings import TaskSettings
from engine.packages.texts import OF_VISITS, said_in
from engine.packages.yaml_files import lines_of
from engine.problems import Problem


def check_visits(package: ServicePackage) -> Iterator[Problem]:
    """Visits that applicants would make to themselves, that go nowhere, days that are planned for no visit, and
    messages that would tell a day in a service without visits."""
    if package.unread.loses("tasks", "kind", "visit", "place", "plans", "form"):
        return
    tasks = package.tasks.values()
    for task in tasks:
        if task.group == APPLICANT and (task.visit or task.plans):
            yield _at(task, _NOT_THEIRS)
        elif task.visit:
            yield from _place(package, task)
            yield from _photos(package, task)
        elif task.plans:
            yield from _planned(package, task)
    if not any(task.visit for task in tasks):
        yield from _told_without(package)


def follows(plan: TaskSettings, visit: TaskSettings) -> bool:
    """Whether the visit gets its day from what the other task plans: both lie in the same process."""
    return visit.visit and _process_of(visit) == _process_of(plan)


def _process_of(task: TaskSettings) -> str:
    return task.element_id.rpartition(".")[0]


def _place(package: ServicePackage, task: TaskSettings) -> Iterator[Problem]:
    form = package.forms.get(APPLY)
    if form is None or package.unread.touches("forms", APPLY):
        return
    addresses = [part.key for part in form.components() if part.kind.is_place]
    if not addresses:
        yield _at(task, _NOWHERE)
    elif task.place is not None and task.place not in addresses:
        yield _at(task, filled(_NO_ADDRESS, place=task.place, known=nearest(task.place, addresses)))


def _photos(package: ServicePackage, task: TaskSettings) -> Iterator[Problem]:
    """Files of a visit lie beside the documents of the applicant, which they must not replace."""
    form = package.forms.get(task.form or "")
    others = {one.form for one in package.tasks.values() if not one.visit} | {APPLY}
    named = (other for other in package.forms.values() if other.key in others)
    asked = {rule.key for rule in package.manifest.documents} | {part.key for one in named for part in one.components()}
    for part in form.components() if form else ():
        if part.kind.uploads and part.key in asked:
            yield error(form.file if form else "", "visit", about(part.label, _NOT_ITS_OWN), element_id=part.key)


def _planned(package: ServicePackage, task: TaskSettings) -> Iterator[Problem]:
    form = package.forms.get(task.form or "")
    if form is not None and not package.unread.touches("forms", form.key) and not _asks_day(form, task.plans or ""):
        days = [part.key for part in form.components() if part.kind.is_day]
        yield _at(task, filled(_NO_DAY, plans=task.plans or "", known=nearest(task.plans or "", days)))
    if not any(follows(task, other) for other in package.tasks.values()):
        yield _at(task, _FOR_NOTHING)


def _asks_day(form: Form, key: str) -> bool:
    asked = form.component(key)
    return asked is not None and asked.kind.is_day and asked.required and asked.hide is None


def _told_without(package: ServicePackage) -> Iterator[Problem]:
    file = lines_of(TEXTS, package.files.get(TEXTS, b""))
    for key, message in package.texts.messages.items():
        for name in sorted(said_in(message) & set(OF_VISITS)):
            sentence = filled(_NO_VISITS, message=key, name="{" + name + "}")
            yield error(TEXTS, "visit", sentence, line=file.line(("messages", key)))


def _at(task: TaskSettings, sentence: Bilingual) -> Problem:
    return error(task.file, "visit", about(task.name, sentence), element_id=task.element_id)


_NOT_THEIRS: Final = Bilingual(
    "ការចុះពិនិត្យជាកិច្ចការរបស់មន្ត្រី មិនមែនរបស់អ្នកដាក់ពាក្យទេ។ សូមដាក់វាក្នុងគន្លងផ្សេង ឬដក visit និង plans ចេញ។",
    "A visit is made by officers, not by the applicant; put the task into another lane, or remove visit and plans.",
)
_NOWHERE: Final = Bilingual(
    "ទម្រង់ apply មិនសួរអាសយដ្ឋានណាទេ ដូច្នេះគ្មាននរណាដឹងថាត្រូវទៅណា។ សូមសួរអាសយដ្ឋានមួយ (kind = address)។",
    "The form apply asks for no address, so nobody knows where to go; ask for one (kind = address).",
)
_NO_ADDRESS: Final = Bilingual(
    "place = {place}៖ ទម្រង់ apply គ្មានអាសយដ្ឋានបែបនេះទេ។ មាន៖ {known}។ សូមសរសេរមួយក្នុងចំណោមនោះ។",
    "place = {place}: the form apply has no such address; there are: {known}. Write one of them.",
)
_NOT_ITS_OWN: Final = Bilingual(
    "រូបថតនៃការចុះពិនិត្យត្រូវមានពាក្យគន្លឹះផ្ទាល់ខ្លួន៖ ឯកសារ ឬទម្រង់ផ្សេងមានពាក្យនេះរួចហើយ។ សូមប្តូរវា។",
    "Photos of a visit need a key of their own: a document or another form has this one; choose another.",
)
_NO_DAY: Final = Bilingual(
    "plans = {plans}៖ ទម្រង់នៃកិច្ចការនេះត្រូវមានសំណួរថ្ងៃបែបនេះ ដែលសួរជានិច្ច (required គ្មាន hide)។ មាន៖ {known}។",
    "plans = {plans}: the form of this task must have such a question for a day that is always asked (required, never "
    "hidden); days there: {known}.",
)
_FOR_NOTHING: Final = Bilingual(
    "plans៖ គ្មានកិច្ចការណាក្នុងដំណើរការដដែលមាន visit = yes ទេ។ សូមសរសេរវានៅការចុះពិនិត្យ ឬដក plans ចេញ។",
    "plans: no task of the same process has visit = yes; write that at the visit, or remove plans.",
)
_NO_VISITS: Final = Bilingual(
    "messages.{message} និយាយ {name} ប៉ុន្តែសេវានេះគ្មានការចុះពិនិត្យ (visit) ទេ។ សូមដកវាចេញ ឬសរសេរ visit = yes នៅកិច្ចការមួយ។",
    "messages.{message} says {name}, and no task of the service is a visit; remove it, or write visit = yes at one.",
)
