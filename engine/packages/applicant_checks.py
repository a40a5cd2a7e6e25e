"""Whether what a case asks of its applicant can be asked, reminded of, answered, and given up in time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.feel import Condition
from engine.packages.followed import tasks_are_known, ways_are_known
from engine.packages.forms import APPLY
from engine.packages.groups import APPLICANT
from engine.packages.package import PROCESS, SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.said import about
from engine.packages.task_settings import TaskSettings
from engine.problems import Problem
from engine.working_time.terms import WorkingDays

_WORKING_DAYS: Final = re.compile(r"\s*working_days\(\s*(\d{1,4})\s*\)\s*")


def check_applicant_tasks(package: ServicePackage) -> Iterator[Problem]:
    """Tasks of applicants with settings that mean nothing for them, and files that nobody could hand in."""
    for task in package.tasks.values():
        if task.group and not package.unread.loses("tasks", "kind", "due", "remind", "form"):
            yield from (_task(task, sentence) for sentence in _settings(task))
    if tasks_are_known(package):
        yield from _uploads(package)
        yield from _documents(package)
    if ways_are_known(package) and tasks_are_known(package):
        yield from _lapses(package)


def _settings(task: TaskSettings) -> Iterator[Bilingual]:
    if task.remind is not None and not task.has_day_for_applicant:
        yield _REMINDS_NOBODY
    if task.group != APPLICANT:
        return
    if task.corrections:
        yield _ASKS_ITSELF
    if task.form == APPLY:
        yield _APPLIES_AGAIN


def _uploads(package: ServicePackage) -> Iterator[Problem]:
    """Files are uploaded by applicants, in the application and in tasks that ask them something; and by officers on a
    visit, who take photos there."""
    asked = {task.form for task in package.tasks.values() if task.is_asked_of_applicant} | {APPLY}
    on_visits = {task.form for task in package.tasks.values() if task.visit}
    others = {task.form for task in package.tasks.values() if not (task.is_asked_of_applicant or task.visit)}
    for form in package.forms.values():
        is_either = (form.key in asked) != (form.key in on_visits)
        if is_either and form.key not in others:
            continue
        for component in form.components():
            if component.kind.uploads:
                sentence = about(component.label, _UPLOAD_ELSEWHERE)
                yield error(form.file, "form", sentence, element_id=component.key)


def _documents(package: ServicePackage) -> Iterator[Problem]:
    """A document that a later task asks for is asked there: its condition stands at the question."""
    for key in sorted(package.asked_later):
        rule = package.manifest.document(key)
        if rule is not None and isinstance(rule.required, Condition):
            words = package.texts.documents.get(key)
            sentence = about(words.label if words else Bilingual(key, key), _CONDITION_ELSEWHERE)
            yield error(SERVICE, "documents", sentence, element_id=key)


def _lapses(package: ServicePackage) -> Iterator[Problem]:
    """Cases lapse by the silence of their applicant alone, who was told before."""
    ends = [key for key, one in package.process.elements.items() if one.properties.get("outcome") == "lapsed"]
    if not ends:
        return
    timers = [one for one in bpmn.deadlines(package.process) if _is_theirs(package.tasks.get(one.host_id))]
    reached = bpmn.reached_without(package.process, [one.element_id for one in timers])
    for key in ends:
        if key in reached:
            yield _element(package, key, _NOT_BY_SILENCE)
    for timer in timers:
        if timer.leads_to.isdisjoint(ends):
            continue
        task = package.tasks[timer.host_id]
        if package.unread.touches("tasks", task.element_id):
            continue
        if task.remind is None:
            yield _task(task, _LAPSES_UNTOLD)
        elif (days := _WORKING_DAYS.fullmatch(timer.written)) and not _in_time(task, int(days[1])):
            yield _element(package, timer.element_id, _LAPSES_EARLY)


def _is_theirs(task: TaskSettings | None) -> bool:
    return task is not None and task.waits_for_applicant and task.kind != "handover"


def _in_time(task: TaskSettings, days: int) -> bool:
    """Whether the day that the applicant is told has come when the case lapses after so many working days."""
    return not isinstance(task.due, WorkingDays) or task.due.count <= days


def _element(package: ServicePackage, key: str, sentence: Bilingual) -> Problem:
    element = package.process.elements[key]
    drawn = element.name or element.id
    named = about(package.texts.elements.get(key, Bilingual(drawn, drawn)), sentence)
    return error(element.file or PROCESS, "task", named, element_id=key)


def _task(task: TaskSettings, sentence: Bilingual) -> Problem:
    return error(task.file, "task", about(task.name, sentence), element_id=task.element_id)


_REMINDS_NOBODY: Final = Bilingual(
    "remind រំលឹកអ្នកដាក់ពាក្យ ប៉ុន្តែកិច្ចការនេះមិនមែនរបស់គាត់ទេ។ សូមដកវាចេញ; សម្រាប់មន្ត្រី សូមសរសេរ warn។",
    "remind reminds the applicant, and this is nothing that they answer, correct or pay; remove it. "
    "Officers are warned by warn.",
)
_ASKS_ITSELF: Final = Bilingual(
    "មានតែមន្ត្រីទេដែលអាចបញ្ជូនពាក្យសុំឱ្យកែ (corrections)។ សូមដកវាចេញ។",
    "Only officers send an application back (corrections); remove this.",
)
_APPLIES_AGAIN: Final = Bilingual(
    "ទម្រង់ apply ជាពាក្យសុំខ្លួនឯង។ សូមប្រើ kind = correction ដើម្បីកែវា ឬសរសេរទម្រង់ផ្សេងសម្រាប់កិច្ចការនេះ។",
    "The form apply is the application itself; use kind = correction to change it, "
    "or write another form for this task.",
)
_UPLOAD_ELSEWHERE: Final = Bilingual(
    "ឯកសារដាក់បានតែដោយអ្នកដាក់ពាក្យ៖ ក្នុងទម្រង់ apply ឬក្នុងទម្រង់នៃកិច្ចការក្នុងគន្លងរបស់អ្នកដាក់ពាក្យ; "
    "ឬដោយមន្ត្រីដែលចុះពិនិត្យ (visit = yes)។ សូមដាក់សំណួរនេះទៅទីនោះ។",
    "Files are uploaded by applicants: in the form apply, or in a form that only tasks in the applicant's lane use; or "
    "by officers in a form that only visits use (visit = yes). Put the question there.",
)
_CONDITION_ELSEWHERE: Final = Bilingual(
    "ឯកសារនេះសួរក្នុងកិច្ចការក្រោយ ដូច្នេះ required ក្នុង service.yaml គ្មានអ្វីត្រូវពិនិត្យឡើយ។ សូមសរសេរលក្ខខណ្ឌនៅសំណួរ (conditional.hide)។",
    "A later task asks for this document, so a condition in service.yaml would never be looked at; "
    "write it at the question (conditional.hide).",
)
_NOT_BY_SILENCE: Final = Bilingual(
    "lapsed មានន័យថាអ្នកដាក់ពាក្យមិនបានឆ្លើយទាន់ពេល ប៉ុន្តែសំណុំរឿងអាចមកដល់ទីនេះតាមផ្លូវផ្សេង។ "
    "សូមដឹកនាំមកទីនេះតែពីព្រឹត្តិការណ៍ម៉ោងដែលបញ្ឈប់កិច្ចការរបស់អ្នកដាក់ពាក្យ (ទម្រង់ ការកែ ឬការបង់ប្រាក់) ឬសរសេរ outcome ផ្សេង។",
    "lapsed says that the applicant did not answer in time, and a case can come here by another way; lead here only "
    "from an interrupting timer at a task of the applicant (form, correction or payment), or write another outcome.",
)
_LAPSES_UNTOLD: Final = Bilingual(
    "ពាក្យសុំអាចផុតសុពលភាពនៅទីនេះ ប៉ុន្តែគ្មាននរណារំលឹកអ្នកដាក់ពាក្យជាមុនទេ។ សូមសរសេរ due និង remind នៅកិច្ចការនេះ។",
    "The application can lapse here, and nobody reminds the applicant before it does; "
    "write due and remind at this task.",
)
_LAPSES_EARLY: Final = Bilingual(
    "ពាក្យសុំផុតសុពលភាពនៅទីនេះ មុនថ្ងៃ (due) ដែលបានប្រាប់អ្នកដាក់ពាក្យ។ សូមឱ្យម៉ោងនេះវែងជាង due ឬស្មើ។",
    "The application would lapse before the day (due) that the applicant was told; "
    "let this timer be as long or longer.",
)
