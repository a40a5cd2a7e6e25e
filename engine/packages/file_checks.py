"""Whether the files of a package name each other's keys: the ministry, stages, documents, and no file too many."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.feel import Condition
from engine.packages.forms import APPLY, Form
from engine.packages.law import LAW
from engine.packages.names import misspelt, nearest
from engine.packages.package import (
    MINISTRY,
    PROCESS,
    SCENARIOS,
    SERVICE,
    TEXTS,
    ServicePackage,
    is_decision,
    is_drawing,
)
from engine.packages.parts import part_of, used_parts
from engine.packages.problems import error, found, warning
from engine.packages.register_checks import kinds_told
from engine.packages.result_rules import TEMPLATES
from engine.packages.said import about, filled
from engine.problems import Problem


def check_keys(package: ServicePackage) -> Iterator[Problem]:
    """A key of another ministry, no form for the application; and which facts are plausible only."""
    manifest, ministry, unread = package.manifest, package.ministry, package.unread
    keys_known = not unread.touches("service", "key") and not unread.touches("ministry", "key")
    if manifest.ministry != ministry.key and keys_known:
        yield error(SERVICE, "keys", filled(_OTHER_MINISTRY, service=manifest.ministry, ministry=ministry.key))
    if APPLY not in package.forms and f"forms/{APPLY}.json" not in package.files:
        yield error(f"forms/{APPLY}.json", "files", _NO_APPLICATION)
    if manifest.is_illustrative:
        facts = ", ".join(sorted(manifest.illustrative))
        yield found("note", SERVICE, "provenance", filled(_ILLUSTRATIVE, facts=facts))


def check_known_files(package: ServicePackage) -> Iterator[Problem]:
    """Files that nothing reads."""
    fees = {rule.file for rule in package.manifest.fees}
    known = {SERVICE, MINISTRY, LAW, PROCESS, TEXTS, SCENARIOS, *TEMPLATES.values(), *fees}
    parts, unread = used_parts(package.files), package.unread
    fees_known = not unread.touches("service", "fee") and not unread.touches("service", "fees")
    for name in sorted(package.files):
        is_form = name.startswith("forms/") and name.endswith(".json")
        if part_of(name) in parts or name in known or (name.endswith(".dmn") and "/" not in name and not fees_known):
            continue
        if part_of(name) and unread.touches("process", "elements"):
            continue
        if part_of(name) or not (is_form or is_drawing(name) or is_decision(name)):
            yield error(name, "files", _NO_PART)


def check_stages(package: ServicePackage) -> Iterator[Problem]:
    """Stages without words, and stages that nothing reaches or that are not there."""
    stages, unread = package.manifest.stages, package.unread
    yield from _words_of(package, "stages", package.texts.stages, stages, _A_STAGE)
    reached = {element.properties.get("stage") for element in package.process.elements.values()} - {None}
    if unread.touches("service", "stages") or unread.loses("tasks", "stage"):
        return
    for element in package.process.elements.values():
        stage = element.properties.get("stage")
        if stage is not None and stage not in stages and not _is_of_call(package, element, stage):
            yield _element(element, "stage", filled(_NO_STAGE, stage=stage, known=nearest(stage, stages)))
    misspelt = reached - set(stages)
    for stage in stages[1:]:
        # A stage that is misspelt where it is reached is told there.
        if stage not in reached and not misspelt and not unread.touches("process", "elements"):
            yield warning(SERVICE, "stage", filled(_NEVER_REACHED, stage=stage))


def _is_of_call(package: ServicePackage, element: bpmn.Element, stage: str) -> bool:
    """Whether the stage is one that a call gives to all in it: then it is told there."""
    callers = (package.process.elements.get(call.id) for call in package.woven.calls)
    within = [caller for caller in callers if caller is not None and element.id.startswith(f"{caller.id}.")]
    return any(caller.properties.get("stage") == stage for caller in within)


def check_documents(package: ServicePackage) -> Iterator[Problem]:
    """Documents without words, that depend on what nobody asks, or that a form asks for and are not there."""
    rules, unread = {rule.key: rule for rule in package.manifest.documents}, package.unread
    yield from _words_of(package, "documents", package.texts.documents, rules, _A_DOCUMENT)
    answers = _answer_keys(package.forms.get(APPLY)) | kinds_told(package)
    for rule in rules.values():
        unknown = rule.required.names - answers if isinstance(rule.required, Condition) else frozenset()
        for name in sorted(name for name in unknown if not unread.touches("forms", APPLY, name)):
            yield error(
                SERVICE,
                "documents",
                filled(_NOT_ASKED, key=rule.key, name=name, known=nearest(name, sorted(answers))),
                element_id=rule.key,
            )
    on_visits = {task.form for task in package.tasks.values() if task.visit}
    for form in package.forms.values():
        for component in () if form.key in on_visits else form.components():
            known = component.key in rules or unread.touches("service", "documents")
            if component.kind.uploads and not known:
                sentence = filled(_NO_DOCUMENT, key=component.key, known=nearest(component.key, rules))
                yield error(form.file, "documents", sentence, element_id=component.key)


def _words_of(
    package: ServicePackage, section: str, written: Collection[str], needed: Collection[str], kind: Bilingual
) -> Iterator[Problem]:
    """Words that are missing in a section of ``texts.yaml``, and words of what is not there; of a key that is misspelt
    in one of the two files only the one."""
    known = not package.unread.lacks("service", section)
    lacking = set(needed) - set(written) if known else set[str]()
    missing = {key for key in lacking if not package.unread.touches("texts", section, key)}
    beside = set(written) - set(needed) if not package.unread.touches("service", section) else set[str]()
    for key in sorted(missing - set(misspelt(sorted(beside), missing).values())):
        yield error(TEXTS, "texts", filled(_NO_WORDS, section=section, key=key))
    for key in sorted(beside):
        yield error(
            TEXTS, "texts", filled(_FOR_NOTHING, section=section, key=key, kind=kind, known=nearest(key, needed))
        )


def _answer_keys(form: Form | None) -> frozenset[str]:
    return frozenset(component.key for component in form.components()) if form else frozenset()


def _element(element: bpmn.Element, rule: str, sentence: Bilingual) -> Problem:
    name = element.name or element.id
    return error(element.file or PROCESS, rule, about(Bilingual(name, name), sentence), element_id=element.id)


_OTHER_MINISTRY: Final = Bilingual(
    "key ចាប់ផ្តើមដោយ “{service}” ប៉ុន្តែ ministry.yaml សរសេរ “{ministry}”។ សូមកែមួយក្នុងចំណោមពីរ។",
    "The key begins with “{service}”, ministry.yaml says “{ministry}”; correct one of them.",
)
_NO_APPLICATION: Final = Bilingual(
    "ខ្វះទម្រង់ដែលអ្នកដាក់ពាក្យបំពេញ។ សូមបន្ថែមវា។", "The form that the applicant fills in is missing; add it."
)
_ILLUSTRATIVE: Final = Bilingual(
    "ឧទាហរណ៍ប៉ុណ្ណោះ ការិយាល័យត្រូវជំនួស៖ {facts}។", "Illustrative, to be replaced by the office: {facts}."
)
_NO_PART: Final = Bilingual("ឯកសារនេះមិនមែនជាផ្នែកនៃកញ្ចប់ទេ។ សូមដកវាចេញ។", "This file is no part of a package; remove it.")
_NO_STAGE: Final = Bilingual(
    "ដំណាក់កាល “{stage}” មិនមានក្នុង stages នៃ service.yaml ទេ; មាន៖ {known}។ សូមសរសេរមួយ ឬបន្ថែមវា។",
    "The stage “{stage}” is not among the stages of service.yaml, which are: {known}. Write one of them, or add it.",
)
_NEVER_REACHED: Final = Bilingual(
    "គ្មានធាតុណាក្នុងគំនូសតាងមកដល់ដំណាក់កាល “{stage}” ទេ។ សូមសរសេរលក្ខណៈ stage នៅធាតុមួយ ឬដកវាចេញ។",
    "No element of the diagram reaches the stage “{stage}”; give one the property stage, or remove it.",
)
_NOT_ASKED: Final = Bilingual(
    "“{key}” អាស្រ័យលើ “{name}” ដែលទម្រង់ apply មិនសួរ; វាសួរ៖ {known}។ សូមសរសេរមួយ ឬសួរវា។",
    "“{key}” depends on “{name}”, which the form apply does not ask; it asks: {known}. Write one of them, or ask it.",
)
_NO_DOCUMENT: Final = Bilingual(
    "“{key}” មិនមែនជាឯកសារក្នុង service.yaml ទេ; មាន៖ {known}។ សូមសរសេរមួយ ឬបន្ថែមវាក្រោម documents។",
    "“{key}” is no document of service.yaml; there are: {known}. Write one of them, or add it under documents.",
)
_NO_WORDS: Final = Bilingual(
    "{section}៖ ខ្វះពាក្យសម្រាប់ “{key}”។ សូមបន្ថែមវាជាខ្មែរ និងអង់គ្លេស។",
    "{section}: the words for “{key}” are missing; add them in Khmer and English.",
)
_FOR_NOTHING: Final = Bilingual(
    "{section}៖ “{key}” មិនមែនជា{kind}ក្នុង service.yaml ទេ; មាន៖ {known}។ សូមកែឈ្មោះ ឬដកវាចេញ។",
    "{section}: “{key}” is no {kind} of service.yaml; there are: {known}. Correct the name, or remove it.",
)
_A_STAGE: Final = Bilingual("ដំណាក់កាល", "stage")
_A_DOCUMENT: Final = Bilingual("ឯកសារ", "document")
