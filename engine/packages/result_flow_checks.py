"""Whether the diagram issues the result after what it depends on was answered, and lets it reach the applicant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.guarded import ISSUES
from engine.packages.house_operations import GIVES_COUNT
from engine.packages.package import PROCESS, ServicePackage
from engine.packages.problems import error
from engine.packages.result_checks import about_key
from engine.packages.result_rules import ENTRY, LEAVES_OFFICE
from engine.packages.results_due import forms_named
from engine.packages.said import about, filled
from engine.problems import Problem

_TELLS: Final = "messages.send"


def check_result_flow(package: ServicePackage) -> Iterator[Problem]:
    """Results that are never issued, or before what they depend on was answered, or that never reach the applicant."""
    unread = package.unread
    if package.manifest.certificate is None or any(unread.touches("service", key) for key in ("certificate", "result")):
        return
    elements = package.process.elements.values()
    issuing = [element for element in elements if element.operation == ISSUES]
    if not issuing:
        yield about_key(package, "certificate", _NEVER_ISSUED)
        return
    yield from _asked_before(package, issuing[0])
    yield from _reaches(package, issuing)


def _asked_before(package: ServicePackage, issuing: bpmn.Element) -> Iterator[Problem]:
    for form in sorted(forms_named(package) & set(package.forms)):
        asking = [task.element_id for task in package.tasks.values() if task.form == form]
        if not asking:
            yield about_key(package, "certificate", filled(_NEVER_ASKED, form=form))
        elif issuing.id in bpmn.reached_without(package.process, asking):
            yield _told(package, issuing, filled(_ASKED_LATE, form=form))


def _reaches(package: ServicePackage, issuing: list[bpmn.Element]) -> Iterator[Problem]:
    """What leaves the office is handed over; of other results the applicant is told, once they are there."""
    elements = package.process.elements
    handing = [task.element_id for task in package.tasks.values() if task.kind == "handover"]
    if package.manifest.result == ENTRY:
        yield from (_told(package, elements[key], _NOTHING_LEAVES) for key in handing)
    unissued = bpmn.reached_without(package.process, [one.id for one in issuing])
    telling = [one.id for one in elements.values() if one.operation == _TELLS and one.id not in unissued]
    reaching = handing if package.manifest.result in LEAVES_OFFICE else [*handing, *telling]
    missing = _NO_HANDOVER if package.manifest.result in LEAVES_OFFICE else _NO_MESSAGE
    if not reaching:
        yield _told(package, issuing[0], missing)
    elif GIVES_COUNT not in package.process.variables_read:  # else the diagram decides by what was issued
        unreached = bpmn.reached_without(package.process, reaching) - unissued
        ends = [one for one in elements.values() if one.id in unreached and _ends_well(package, one)]
        yield from (_told(package, end, missing) for end in ends[:1])


def _ends_well(package: ServicePackage, element: bpmn.Element) -> bool:
    """Whether the case ends there, and not without what was applied for."""
    is_end = element.type == "endEvent" and element.process_id == package.process.process_id
    return is_end and element.parent_id is None and element.properties.get("outcome", "approved") == "approved"


def _told(package: ServicePackage, element: bpmn.Element, sentence: Bilingual) -> Problem:
    name = package.texts.elements.get(element.id, Bilingual(element.name or element.id, element.name or element.id))
    return error(element.file or PROCESS, "result", about(name, sentence), element_id=element.id)


_NEVER_ISSUED = Bilingual(
    "service.yaml ចែងពីលទ្ធផល (certificate) ប៉ុន្តែគ្មានកិច្ចការសេវាណាចេញវាទេ។ សូមគូរកិច្ចការសេវា certificates.issue ក្រោយ "
    "applications.approve ឬដក certificate ចេញ។",
    "service.yaml names a result (certificate), and no service task issues it; draw one with the operation "
    "certificates.issue after applications.approve, or remove certificate.",
)
_NEVER_ASKED = Bilingual(
    "លទ្ធផលអាស្រ័យលើទម្រង់ {form} ប៉ុន្តែគ្មានកិច្ចការណាសួរវាទេ។ សូមដាក់ form = {form} ឱ្យកិច្ចការមួយ។",
    "The result depends on the form {form}, which no user task asks; give one the property form = {form}.",
)
_ASKED_LATE = Bilingual(
    "លទ្ធផលអាស្រ័យលើទម្រង់ {form} ប៉ុន្តែសំណុំរឿងអាចមកដល់ទីនេះដោយមិនទាន់បានបំពេញវា។ សូមដឹកនាំគ្រប់ផ្លូវឆ្លងកាត់កិច្ចការនោះមុន។",
    "What is issued here depends on the form {form}, and a case can come here before it was answered; lead every way "
    "here through the task that asks it.",
)
_NO_HANDOVER = Bilingual(
    "លទ្ធផលចេញហើយ ប៉ុន្តែគ្មាននរណាប្រគល់វាទេ។ សូមគូរកិច្ចការ kind = handover ក្រោយ certificates.issue លើគ្រប់ផ្លូវ "
    "ក្នុងគន្លងរបស់ការិយាល័យជួរមុខ ឬប្រធាន។",
    "The result is issued and never handed over; draw a user task with kind = handover after certificates.issue on "
    "every way, in the lane of the front office or of the head.",
)
_NO_MESSAGE = Bilingual(
    "លទ្ធផលចេញហើយ ប៉ុន្តែគ្មាននរណាប្រាប់អ្នកដាក់ពាក្យទេ។ សូមគូរកិច្ចការសេវា messages.send ក្រោយ certificates.issue លើគ្រប់ផ្លូវ។",
    "The result is issued and nobody tells the applicant; draw a service task messages.send after certificates.issue "
    "on every way.",
)
_NOTHING_LEAVES = Bilingual(
    "ការចុះបញ្ជី (register_entry) គ្មានក្រដាសដែលត្រូវប្រគល់ទេ។ សូមជំនួសកិច្ចការនេះដោយ messages.send ដើម្បីប្រាប់អ្នកដាក់ពាក្យ។",
    "A register entry has no paper that would be handed over; draw messages.send in place of this task, to tell the "
    "applicant.",
)
