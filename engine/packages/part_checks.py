"""What can be said of a shared process by itself, and which services a change of it reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.checks import placed
from engine.packages.form_files import read_form
from engine.packages.form_rule_checks import unfit_rules
from engine.packages.loading import AsFar
from engine.packages.ministry import MinistryManifest, read_ministry
from engine.packages.names import nearest
from engine.packages.operations import drawn_operations, literal_text
from engine.packages.package import MINISTRY, PROCESS, SERVICE, TEXTS, for_the_core, from_bpmn, read_files, woven
from engine.packages.parts import (
    LIBRARY,
    RULES,
    PartRules,
    PartTexts,
    belongs,
    part_rules_as_far,
    part_texts_as_far,
    used_parts,
)
from engine.packages.problems import PackageRejected, error
from engine.packages.said import filled
from engine.packages.task_settings import WAITING_TYPES
from engine.problems import Problem

_FORM: Final = "forms/"


def is_part(folder: Path) -> bool:
    """Whether a folder is that of a shared process in a library."""
    return folder.resolve().parent.name == LIBRARY and (folder / PROCESS).is_file()


def parts_in(folder: Path) -> list[Path]:
    """The folder itself when it is that of a shared process, else every one in the libraries below it."""
    if is_part(folder):
        return [folder]
    return sorted(found.parent for found in folder.rglob(PROCESS) if is_part(found.parent))


def services_beside(part: Path) -> list[Path]:
    """The folders of the services in whose tree the library lies."""
    return sorted(found.parent for found in part.resolve().parents[1].glob(f"*/*/{SERVICE}"))


def callers(part: Path) -> list[Path]:
    """The folders of the services that call a shared process, directly or through another one."""
    return [folder for folder in services_beside(part) if part.resolve().name in _parts_of(folder)]


def _parts_of(folder: Path) -> frozenset[str]:
    try:
        return used_parts(read_files(folder))
    except PackageRejected:
        return frozenset()


def check_part(folder: Path) -> tuple[Problem, ...]:
    """What is wrong with a shared process, whoever calls it; empty when services may call it. Never raises."""
    try:
        return tuple(_checked(folder.resolve().name, read_files(folder), _ministries(folder)))
    except PackageRejected as rejected:
        return rejected.problems


def _checked(part: str, files: Mapping[str, bytes], ministries: Sequence[MinistryManifest]) -> Iterator[Problem]:
    for name in sorted(files):
        if not belongs(name) and not name.startswith(f"{LIBRARY}/"):
            yield error(name, "files", _NO_PART)
    copies = woven(files)
    found = [*copies.problems, *(from_bpmn(one) for one in bpmn.check(for_the_core(files, copies)))]
    words = part_texts_as_far(TEXTS, files.get(TEXTS))
    rules = part_rules_as_far(RULES, files[RULES]) if RULES in files else AsFar[PartRules]({})
    found += [*words.problems, *rules.problems]
    if not words.unread:  # of words that could not be read nothing is missing
        found += _forms(words.value, files, rules.value)
    try:
        process = bpmn.parse(for_the_core(files, copies), f"shared_{part}")
    except bpmn.DefinitionRejected as refused:
        found += [from_bpmn(one) for one in refused.problems]
    else:
        found += _lanes(process, ministries)
        found += _texts(words.value, files, process) if not words.unread else ()
    yield from placed(files, copies, found)


def _forms(words: PartTexts, files: Mapping[str, bytes], rules: PartRules) -> list[Problem]:
    found: list[Problem] = []
    there = {name.removeprefix(_FORM).removesuffix(".json") for name in files if name.startswith(_FORM)}
    found += [
        error(RULES, "rules", filled(_NO_FORM, name=key, known=nearest(key, sorted(there))))
        for key in sorted(set(rules) - there)
    ]
    for name in sorted(name for name in files if name.startswith(_FORM)):
        key = name.removeprefix(_FORM).removesuffix(".json")
        if key not in words.forms:
            found.append(error(name, "texts", filled(_NO_FORM_WORDS, name=key)))
            continue
        try:
            found += unfit_rules(
                read_form(name, files[name], key, words.forms[key]), words.forms[key], rules.get(key, ())
            )
        except PackageRejected as rejected:
            found += rejected.problems
    return found


def _texts(words: PartTexts, files: Mapping[str, bytes], process: bpmn.ProcessDefinition) -> Iterator[Problem]:
    """Words for everything drawn, and for nothing else."""
    own = {key: one for key, one in process.elements.items() if one.file == PROCESS}
    for key, element in own.items():
        if element.type in WAITING_TYPES and key not in words.elements:
            yield error(PROCESS, "texts", filled(_NO_NAME, name=key), element_id=key)
    sent = {literal_text(drawn.parameters.get("message", "")) for drawn in drawn_operations(files[PROCESS])}
    drawn = {*own, *(flow.id for flow in bpmn.drawn_flows(process) if flow.file == PROCESS)}
    forms = {name.removeprefix(_FORM).removesuffix(".json") for name in files if name.startswith(_FORM)}
    said: dict[str, tuple[Collection[str], Collection[str | None]]] = {
        "elements": (words.elements, drawn),
        "messages": (words.messages, sent),
        "forms": (words.forms, forms),
    }
    for section, (written, known) in said.items():
        for key in sorted(set(written) - set(known)):
            yield error(TEXTS, "texts", filled(_FOR_NOTHING, section=section, name=key))
    for key in sorted({key for key in sent if key} - set(words.messages)):
        yield error(TEXTS, "texts", filled(_NO_MESSAGE, name=key))


def _lanes(process: bpmn.ProcessDefinition, ministries: Sequence[MinistryManifest]) -> Iterator[Problem]:
    """Lanes that a ministry beside the library does not have: its services cannot call the process yet."""
    tasks = [one for one in process.elements.values() if one.type in WAITING_TYPES and one.file == PROCESS]
    for lane in dict.fromkeys(task.lane for task in tasks if task.lane):
        lacking = [ministry.key for ministry in ministries if lane not in ministry.lanes]
        if lacking:
            sentence = filled(_NO_LANE, name=lane, section=", ".join(lacking))
            yield replace(error(PROCESS, "lane", sentence), severity="note")


def _ministries(folder: Path) -> list[MinistryManifest]:
    found = []
    for file in sorted(folder.resolve().parents[1].glob(f"*/{MINISTRY}")):
        try:
            found.append(read_ministry(file.name, file.read_bytes()))
        except PackageRejected:  # said when its services are checked
            continue
    return found


_NO_PART = Bilingual(
    "ឯកសារនេះមិនមែនជាផ្នែកនៃដំណើរការរួមទេ។ សូមដកវាចេញ។", "This file is no part of a shared process; remove it."
)
_NO_FORM_WORDS = Bilingual(
    "texts.yaml គ្មានពាក្យសម្រាប់ទម្រង់នេះទេ។ សូមសរសេរវាក្រោម forms: {name}។",
    "texts.yaml has no words for this form; write them under forms: {name}.",
)
_NO_FORM = Bilingual(
    "rules៖ គ្មានទម្រង់ {name} ក្នុងដំណើរការរួមនេះទេ (forms/{name}.json); មាន៖ {known}។ សូមសរសេរមួយ។",
    "rules: this shared process has no form “{name}” (forms/{name}.json); there are: {known}. Write one of them.",
)
_NO_NAME = Bilingual(
    "texts.yaml គ្មានឈ្មោះសម្រាប់កិច្ចការនេះទេ។ សូមសរសេរវាក្រោម elements: {name}។",
    "texts.yaml has no name for this task; write it under elements: {name}.",
)
_FOR_NOTHING = Bilingual(
    "{section}៖ គ្មានអ្វីឈ្មោះ «{name}» ក្នុងដំណើរការរួមនេះទេ។ សូមកែឈ្មោះ ឬដកចេញ។",
    "{section}: nothing in this shared process is called “{name}”; correct the name, or remove it.",
)
_NO_MESSAGE = Bilingual(
    "គំនូសតាងផ្ញើសារ «{name}» ដែលគ្មានពាក្យ។ សូមសរសេរវាក្រោម messages។",
    "The diagram sends “{name}”, which has no words; write them under messages.",
)
_NO_LANE = Bilingual(
    "ក្រសួងទាំងនេះគ្មានគន្លង «{name}» ក្នុង ministry.yaml ទេ ដូច្នេះសេវារបស់ពួកគេមិនទាន់អាចហៅបាន៖ {section}។",
    "These ministries have no lane “{name}” in ministry.yaml, so their services cannot call it yet: {section}.",
)
