"""Whether what a case asks of its applicant can be asked, reminded of, answered, and given up in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from engine.khmer import Bilingual
from engine.packages.feel import Condition
from engine.packages.forms import APPLY
from engine.packages.groups import APPLICANT
from engine.packages.package import PROCESS, SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.task_settings import TaskSettings
from engine.problems import Problem


def check_applicant_tasks(package: ServicePackage) -> Iterator[Problem]:
    """Tasks of applicants with settings that mean nothing for them, and files that nobody could hand in."""
    for task in package.tasks.values():
        yield from (_task(task, sentence) for sentence in _settings(task))
    yield from _uploads(package)
    yield from _documents(package)


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
    """Files are uploaded by applicants: in the application, and in tasks that ask them something."""
    asked = {task.form for task in package.tasks.values() if task.is_asked_of_applicant} | {APPLY}
    others = {task.form for task in package.tasks.values() if not task.is_asked_of_applicant}
    for form in package.forms.values():
        if form.key in asked and form.key not in others:
            continue
        for component in form.components():
            if component.kind.uploads:
                sentence = _named(_UPLOAD_ELSEWHERE, component.label)
                found = error(f"forms/{form.key}.json", "form", sentence.en, element_id=component.key)
                yield replace(found, message_km=sentence.km)


def _documents(package: ServicePackage) -> Iterator[Problem]:
    """A document that a later task asks for is asked there: its condition stands at the question."""
    for key in sorted(package.asked_later):
        rule = package.manifest.document(key)
        if rule is not None and isinstance(rule.required, Condition):
            sentence = _named(_CONDITION_ELSEWHERE, package.texts.documents[key].label)
            found = error(SERVICE, "documents", sentence.en, element_id=key)
            yield replace(found, message_km=sentence.km)


def _task(task: TaskSettings, sentence: Bilingual) -> Problem:
    named = _named(sentence, task.name)
    return replace(error(PROCESS, "task", named.en, element_id=task.element_id), message_km=named.km)


def _named(sentence: Bilingual, name: Bilingual) -> Bilingual:
    return Bilingual(f"«{name.km}»៖ {sentence.km}", f"“{name.en}”: {sentence.en}")


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
    "ឯកសារដាក់បានតែដោយអ្នកដាក់ពាក្យ៖ ក្នុងទម្រង់ apply ឬក្នុងទម្រង់នៃកិច្ចការក្នុងគន្លងរបស់អ្នកដាក់ពាក្យ។ សូមដាក់សំណួរនេះទៅទីនោះ។",
    "Files are uploaded by applicants: in the form apply, or in a form that only tasks in the applicant's lane use; "
    "put the question there.",
)
_CONDITION_ELSEWHERE: Final = Bilingual(
    "ឯកសារនេះសួរក្នុងកិច្ចការក្រោយ ដូច្នេះ required ក្នុង service.yaml គ្មានអ្វីត្រូវពិនិត្យឡើយ។ សូមសរសេរលក្ខខណ្ឌនៅសំណួរ (conditional.hide)។",
    "A later task asks for this document, so a condition in service.yaml would never be looked at; "
    "write it at the question (conditional.hide).",
)
