"""A package read from its files: whole, to run; or as far as it can be read, to say all that is wrong at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.decisions import DrawnDecision, drawn_decisions
from engine.packages.fees import FeeTable, fees_as_far
from engine.packages.form_files import form_as_far
from engine.packages.forms import APPLY, Form
from engine.packages.loading import FILE_MISSING, AsFar
from engine.packages.manifest import ServiceManifest, service_as_far
from engine.packages.ministry import MinistryManifest, ministry_as_far
from engine.packages.names import nearest
from engine.packages.package import (
    MINISTRY,
    PROCESS,
    SERVICE,
    TEXTS,
    ServicePackage,
    digest,
    for_the_core,
    from_bpmn,
    is_decision,
    read_files,
    woven,
)
from engine.packages.parts import (
    RULES,
    PartRules,
    PartTexts,
    joined_rules,
    joined_words,
    part_forms,
    part_rules_as_far,
    part_texts_as_far,
    ruled,
)
from engine.packages.problems import PackageRejected, error
from engine.packages.said import filled
from engine.packages.schema import OF_PART
from engine.packages.task_settings import Around, TaskSettings, read_tasks
from engine.packages.texts import Texts, texts_as_far, words_for_all
from engine.packages.unread import Unread
from engine.packages.weaving import Woven
from engine.problems import Problem

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Draft:
    """A package as far as its files can be read, with what is wrong with them one by one. With an error among the
    problems it is for checks only."""

    package: ServicePackage
    problems: tuple[Problem, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything could be read, so that the package may run."""
        return all(problem.severity != "error" for problem in self.problems)


def load_package(path: Path) -> ServicePackage:
    """The package in a folder; raises PackageRejected. ``check_package`` finds more than what makes it unreadable."""
    return build_package(read_files(path))


def build_package(files: Mapping[str, bytes], *, was_published: bool = False) -> ServicePackage:
    """The package that these files are; raises PackageRejected with every reason why they are none.

    What ``was_published`` before is not held to rules of drawing that came later; see ``bpmn.parse``.
    """
    draft = _draft(files, was_published=was_published)
    errors = [problem for problem in draft.problems if problem.severity == "error"]
    if errors:
        raise PackageRejected(errors)
    return draft.package


def draft_of(files: Mapping[str, bytes]) -> Draft:
    """The package that these files are, as far as they can be read; any files give one."""
    return _draft(files)


def _published(files: Mapping[str, bytes]) -> bpmn.Looked:
    try:
        return bpmn.Looked((), bpmn.parse(files, was_published=True), holds=True)
    except bpmn.DefinitionRejected as rejected:
        return bpmn.Looked(rejected.problems, None, holds=False)


def _draft(files: Mapping[str, bytes], *, was_published: bool = False) -> Draft:
    building = _Building(files, woven(files), was_published)
    service = building.take("service", service_as_far(SERVICE, files.get(SERVICE)))
    ministry = building.take("ministry", ministry_as_far(MINISTRY, files.get(MINISTRY)))
    texts = building.take("texts", texts_as_far(TEXTS, files.get(TEXTS)))
    rules = joined_rules(service.rules, building.woven.calls, building.part_rules())
    service = replace(service, rules=rules)
    process = building.process(_published if was_published else bpmn.look)
    texts = joined_words(texts, building.woven.calls, building.parts(), building.named(process))
    forms = ruled(building.forms(texts), rules, texts)
    fees = building.fees(service)
    tasks = building.tasks(process, ministry, texts)
    building.without_forms(tasks, forms)
    package = ServicePackage(
        manifest=service,
        ministry=ministry,
        texts=texts,
        forms=MappingProxyType(forms),
        fees=MappingProxyType(fees),
        tasks=tasks,
        process=process,
        decisions=tuple(building.decisions()),
        files=MappingProxyType(dict(files)),
        digest=digest(files),
        woven=building.woven,
        unread=building.unread,
    )
    return Draft(package, tuple(building.problems))


@dataclass
class _Building:
    """A package being put together, with the problems found so far."""

    files: Mapping[str, bytes]
    woven: Woven
    was_published: bool
    problems: list[Problem] = field(default_factory=list)
    unread: Unread = field(default_factory=Unread)

    def __post_init__(self) -> None:
        self.problems.extend(self.woven.problems)

    def take(self, part: str, read: AsFar[_Read]) -> _Read:
        """What was read of a part; its mistakes are told, and what could not be read is remembered."""
        self.problems.extend(read.problems)
        self.unread = self.unread.within(part, read.unread)
        return read.value

    def forms(self, texts: Texts) -> dict[str, Form]:
        named = [name for name in sorted(self.files) if name.startswith("forms/") and name.endswith(".json")]
        found = [(name, name.removeprefix("forms/").removesuffix(".json")) for name in named]
        found += [form for call in self.woven.calls for form in part_forms(call, self.files)]
        return {key: form for name, key in found if (form := self.form(name, key, texts)) is not None}

    def form(self, name: str, key: str, texts: Texts) -> Form | None:
        """A form as far as it can be read; None where nothing of it is known."""
        words, lost = texts.forms.get(key), self.unread.touches("texts", "forms", key)
        if words is None and not lost:
            sentence = _NO_WORDS if re.fullmatch(str(OF_PART.regex.pattern), key) else _NO_KEY
            self.problems.append(error(name, "texts", filled(sentence, key=key)))
        read = form_as_far(name, self.files[name], key, words or words_for_all())
        kept = [problem for problem in read.problems if not (lost and problem.rule == "texts")]
        form = self.take("forms", AsFar(read.value, tuple(kept), frozenset((key, *place) for place in read.unread)))
        return None if () in read.unread and not form.pages else form

    def fees(self, service: ServiceManifest) -> dict[str, FeeTable]:
        """The table of each fee, by its key; several fees may share one."""
        found: dict[str, FeeTable] = {}
        for file in dict.fromkeys(rule.file for rule in service.fees):
            keys = [rule.key for rule in service.fees if rule.file == file]
            read = self.table(file)
            lost = frozenset((key, *place) for key in keys for place in read.unread)
            table = self.take("fees", AsFar(read.value, read.problems, lost))
            found |= dict.fromkeys(keys, table) if table is not None else {}
        return {rule.key: found[rule.key] for rule in service.fees if rule.key in found}

    def table(self, file: str) -> AsFar[FeeTable | None]:
        if file in self.files:
            return fees_as_far(file, self.files[file])
        there = nearest(file, (name for name in self.files if name.endswith(".dmn") and "/" not in name))
        return AsFar(None, (error(file, "files", filled(_NO_TABLE, known=there)),), frozenset({()}))

    def parts(self) -> dict[str, PartTexts]:
        """The words of the shared processes that are called, by part."""
        names = {call.part: f"{call.folder()}/{TEXTS}" for call in self.woven.calls}
        read = {part: part_texts_as_far(name, self.files.get(name)) for part, name in names.items()}
        for part in read.values():
            # Words of a part have other names in the case, so nothing is said of any that is missing there.
            self.unread = self.unread.within("texts", [()] if part.unread else [])
        return {part: self.take(f"shared {part}", texts) for part, texts in read.items()}

    def part_rules(self) -> dict[str, PartRules]:
        """The rules of the forms of the shared processes that are called, by part."""
        names = {call.part: f"{call.folder()}/{RULES}" for call in self.woven.calls}
        read = {part: part_rules_as_far(name, self.files[name]) for part, name in names.items() if name in self.files}
        for part in read.values():
            # Which words of a form they would say is not known either.
            self.unread = self.unread.within("service", [("rules",)] if part.unread else [])
        return {part: self.take(f"rules of {part}", rules) for part, rules in read.items()}

    def process(self, look: Callable[[Mapping[str, bytes]], bpmn.Looked]) -> bpmn.ProcessDefinition:
        if PROCESS not in self.files:
            self.problems.append(error(PROCESS, "files", FILE_MISSING))
            self.unread = self.unread.within("process", [()])
            return bpmn.nothing_drawn()
        looked = look(for_the_core(self.files, self.woven))
        # What a missing shared process leaves open is told with the call, and what gives a variable is known here.
        missing = {one.element_id for one in self.woven.problems}
        told = (one for one in looked.problems if one.rule != "call-unknown" or one.element_id not in missing)
        self.problems.extend(from_bpmn(one) for one in told if one.rule != "timer-word")
        if not looked.holds:
            self.unread = self.unread.within("process", [("ways",) if looked.process is not None else ()])
        return looked.process or bpmn.nothing_drawn()

    def named(self, process: bpmn.ProcessDefinition) -> frozenset[str] | None:
        """What is drawn that may have words: elements and sequence flows; None while that is not known."""
        if self.unread.touches("process", "elements"):
            return None
        return frozenset((*process.elements, *(flow.id for flow in bpmn.drawn_flows(process))))

    def decisions(self) -> Iterator[DrawnDecision]:
        for name in sorted(filter(is_decision, self.files)):
            yield from drawn_decisions(name, self.files[name])

    def tasks(
        self, process: bpmn.ProcessDefinition, ministry: MinistryManifest, texts: Texts
    ) -> Mapping[str, TaskSettings]:
        around = Around(
            ministry,
            texts,
            lanes_unread=lambda lane: self.unread.touches("ministry", "lanes", lane),
            words_unread=lambda element: self.unread.touches("texts", "elements", element),
        )
        elements = [one for one in process.elements.values() if not (self.was_published and _says_nothing(one))]
        read = read_tasks(PROCESS, elements, around, {call.id for call in self.woven.calls})
        return self.take("tasks", AsFar(read.tasks, read.problems, frozenset(read.unread)))

    def without_forms(self, tasks: Mapping[str, TaskSettings], forms: Mapping[str, Form]) -> None:
        """A form that is needed and not there is told itself, and no question of it besides."""
        lost = {APPLY, *(task.form for task in tasks.values() if task.form)} - set(forms)
        self.unread = self.unread.within("forms", [(form,) for form in lost])


def _says_nothing(element: bpmn.Element) -> bool:
    """Whether it is a task without a type that says neither its form nor its kind: once that could be published, and no
    case comes past it."""
    return element.type == "task" and not {"form", "kind"} & element.properties.keys()


_NO_KEY: Final = Bilingual(
    "“{key}” មិនអាចជាឈ្មោះទម្រង់បានទេ។ សូមដាក់ឈ្មោះឯកសារដោយអក្សរឡាតាំងតូច លេខ និង “_” ដោយចាប់ផ្តើមដោយអក្សរ។",
    "“{key}” cannot be the name of a form. Name the file in small Latin letters, digits and “_”, starting with a "
    "letter.",
)
_NO_WORDS: Final = Bilingual(
    "texts.yaml គ្មានពាក្យសម្រាប់ទម្រង់នេះទេ (forms: {key})។ សូមបន្ថែមវា។",
    "texts.yaml has no words for this form (forms: {key}); add them.",
)
_NO_TABLE: Final = Bilingual(
    "ខ្វះឯកសារនេះក្នុងកញ្ចប់ ដែលមានតារាងថ្លៃ។ តារាងដែលមាន៖ {known}។ សូមបន្ថែមវា ឬកែ decision ក្នុង service.yaml។",
    "This file is missing from the package, which holds the table of a fee; there are: {known}. Add it, or correct "
    "decision in service.yaml.",
)
