"""A service package as a whole: all its files, read, joined and known by one digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from engine import bpmn
from engine.packages.decisions import DrawnDecision, drawn_decisions
from engine.packages.fees import FeeTable, read_fees
from engine.packages.form_files import read_form
from engine.packages.form_rules import WrittenRule
from engine.packages.forms import APPLY, Form
from engine.packages.manifest import DocumentRule, ServiceManifest, read_service
from engine.packages.ministry import MinistryManifest, read_ministry
from engine.packages.parts import (
    LIBRARY,
    RULES,
    PartTexts,
    from_library,
    joined_rules,
    joined_words,
    part_forms,
    part_of,
    read_part_rules,
    read_part_texts,
    ruled,
)
from engine.packages.problems import PackageRejected, error, reject
from engine.packages.result_rules import TEMPLATES
from engine.packages.task_settings import TaskSettings, read_tasks
from engine.packages.texts import Texts, read_texts
from engine.packages.weaving import Woven, weave
from engine.problems import Problem

SERVICE, MINISTRY, PROCESS, TEXTS = "service.yaml", "ministry.yaml", "process.bpmn", "texts.yaml"
SCENARIOS, CERTIFICATE = "tests.yaml", "certificate.typ"
_LARGEST: Final = 4 * 1024 * 1024
_MOST_FILES: Final = 100
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class ServicePackage:
    """One version of a service, ready to run. ``digest`` is the SHA-256 over the names and contents of all files."""

    manifest: ServiceManifest
    ministry: MinistryManifest
    texts: Texts
    forms: Mapping[str, Form] = field(repr=False)
    fees: Mapping[str, FeeTable] = field(repr=False)
    tasks: Mapping[str, TaskSettings] = field(repr=False)
    process: bpmn.ProcessDefinition = field(repr=False)
    decisions: tuple[DrawnDecision, ...] = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    digest: str
    woven: Woven = field(repr=False)

    @property
    def template(self) -> str | None:
        """The file that draws the result, None for a service without one and for what the house draws itself."""
        return TEMPLATES.get(self.manifest.result) if self.manifest.certificate is not None else None

    @property
    def certificate(self) -> bytes | None:
        """The Typst source of the result, None for a service without one."""
        return self.files.get(self.template or CERTIFICATE)

    @property
    def is_applied_for(self) -> bool:
        """Whether a case begins when somebody sends an application; others begin by a message, a signal or a timer."""
        return any(start.kind == "none" for start in self.process.starts) or not self.process.starts

    @property
    def asked_later(self) -> frozenset[str]:
        """The documents that a task asks of the applicant in the middle of a case, and not the application itself."""
        later = {task.form for task in self.tasks.values() if task.form and task.is_asked_of_applicant}
        return _uploads(self.forms, later) - _uploads(self.forms, {APPLY})

    @property
    def documents_to_send(self) -> tuple[DocumentRule, ...]:
        """The documents that belong to the application when it is sent."""
        later = self.asked_later
        return tuple(rule for rule in self.manifest.documents if rule.key not in later)

    @property
    def drawings(self) -> Mapping[str, bytes]:
        """The BPMN files by name: ``process.bpmn``, which runs, those with processes that it calls, and of shared
        processes the copy for each call."""
        return {name: data for name, data in self.files.items() if is_drawing(name)} | dict(self.woven.copies)


def _uploads(forms: Mapping[str, Form], keys: Collection[str]) -> frozenset[str]:
    named = (form for key, form in forms.items() if key in keys)
    return frozenset(part.key for form in named for part in form.components() if part.kind.uploads)


def read_files(path: Path) -> dict[str, bytes]:
    """The files of the package in a folder, by their names: with the ``ministry.yaml`` beside the folder, and with the
    shared processes that it uses, from the library beside the folder of the ministry.

    Hidden files are left out. Raises PackageRejected for a folder that is none or is too large for a package.
    """
    if not path.is_dir():
        raise reject(str(path), "files", "This is not a folder with a service package.")
    found = {str(file.relative_to(path).as_posix()): file for file in sorted(path.rglob("*")) if file.is_file()}
    found = {name: file for name, file in found.items() if not any(part.startswith(".") for part in name.split("/"))}
    home = path.resolve().parent
    if (home / MINISTRY).is_file():
        found[MINISTRY] = home / MINISTRY
    files = _within_bounds(path, found)
    return _within_bounds(path, found | from_library(files, home.parent / LIBRARY))


def _within_bounds(path: Path, found: Mapping[str, Path]) -> dict[str, bytes]:
    if len(found) > _MOST_FILES or sum(file.stat().st_size for file in found.values()) > _LARGEST:
        raise reject(path.name, "files", f"A package has at most {_MOST_FILES} files and {_LARGEST // 1024} kB.")
    return {name: file.read_bytes() for name, file in sorted(found.items())}


def is_drawing(name: str) -> bool:
    """Whether a file of a package is a BPMN file: they lie beside ``process.bpmn``."""
    return name.endswith(".bpmn") and "/" not in name


def is_decision(name: str) -> bool:
    """Whether a file of a package holds decisions for business rule tasks."""
    own = name.removeprefix(f"{LIBRARY}/{part_of(name)}/")
    return own.startswith("decisions/") and own.endswith(".dmn")


def woven(files: Mapping[str, bytes]) -> Woven:
    """The drawings of a package as they run, with a copy of a shared process for each call."""
    return weave(files, {name: data for name, data in files.items() if is_drawing(name)})


def for_the_core(files: Mapping[str, bytes], drawn: Woven) -> dict[str, bytes]:
    """The files that the BPMN core reads together: the processes, and the decisions that they ask."""
    return {name: data for name, data in files.items() if is_decision(name)} | dict(drawn.drawings)


def digest(files: Mapping[str, bytes]) -> str:
    """The SHA-256 over the names and contents of all files, in hexadecimal."""
    total = hashlib.sha256()
    for name, data in sorted(files.items()):
        for part in (name.encode(), data):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def load_package(path: Path) -> ServicePackage:
    """The package in a folder; raises PackageRejected. ``check_package`` finds more than what makes it unreadable."""
    return build_package(read_files(path))


def build_package(files: Mapping[str, bytes], *, was_published: bool = False) -> ServicePackage:
    """The package that these files are; raises PackageRejected with every reason why they are none.

    What ``was_published`` before is not held to rules of drawing that came later; see ``bpmn.parse``.
    """
    building = _Building(files, was_published, woven(files))
    service = building.read(SERVICE, read_service)
    ministry = building.read(MINISTRY, read_ministry)
    texts = building.read(TEXTS, read_texts)
    if service is not None:
        service = replace(service, rules=joined_rules(service.rules, building.woven.calls, building.part_rules()))
    process = building.process()
    if texts is not None:
        texts = joined_words(texts, building.woven.calls, building.parts(), _named(process))
    forms = building.forms(texts) if texts is not None else {}
    if service is not None and texts is not None:
        forms = ruled(forms, service.rules, texts)
    fees = building.fees(service) if service is not None else {}
    tasks: Mapping[str, TaskSettings] = {}
    if process is not None and ministry is not None and texts is not None:
        tasks = building.tasks(process, ministry, texts)
    if building.problems or service is None or ministry is None or texts is None or process is None:
        raise PackageRejected(building.problems)
    return ServicePackage(
        manifest=service,
        ministry=ministry,
        texts=texts,
        forms=MappingProxyType(forms),
        fees=MappingProxyType(fees),
        tasks=MappingProxyType(dict(tasks)),
        process=process,
        decisions=tuple(building.decisions()),
        files=MappingProxyType(dict(files)),
        digest=digest(files),
        woven=building.woven,
    )


def _named(process: bpmn.ProcessDefinition | None) -> frozenset[str] | None:
    """What is drawn that may have words: elements and sequence flows; None while that is not known."""
    return None if process is None else frozenset((*process.elements, *(flow.id for flow in bpmn.drawn_flows(process))))


@dataclass
class _Building:
    """A package being put together, with the problems found so far."""

    files: Mapping[str, bytes]
    was_published: bool
    woven: Woven
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.problems.extend(self.woven.problems)

    def read(self, name: str, reader: Callable[[str, bytes], _Read]) -> _Read | None:
        if name not in self.files:
            self.problems.append(error(name, "files", "This file is missing from the package."))
            return None
        try:
            return reader(name, self.files[name])
        except PackageRejected as rejected:
            self.problems.extend(rejected.problems)
            return None

    def forms(self, texts: Texts) -> dict[str, Form]:
        forms: dict[str, Form] = {}
        named = [name for name in sorted(self.files) if name.startswith("forms/") and name.endswith(".json")]
        found = [(name, name.removeprefix("forms/").removesuffix(".json")) for name in named]
        found += [form for call in self.woven.calls for form in part_forms(call, self.files)]
        for name, key in found:
            words = texts.forms.get(key)
            if words is None:
                self.problems.append(error(name, "texts", f"texts.yaml has no words for this form (forms: {key})."))
                continue
            form = self.read(name, partial(read_form, key=key, texts=words))
            if form is not None:
                forms[key] = form
        return forms

    def fees(self, service: ServiceManifest) -> dict[str, FeeTable]:
        """The table of each fee, by its key; several fees may share one."""
        tables = {file: self.read(file, read_fees) for file in dict.fromkeys(rule.file for rule in service.fees)}
        read = {rule.key: tables[rule.file] for rule in service.fees}
        return {key: table for key, table in read.items() if table is not None}

    def parts(self) -> dict[str, PartTexts]:
        """The words of the shared processes that are called, by part."""
        names = {call.part: f"{call.folder()}/{TEXTS}" for call in self.woven.calls}
        read = {part: self.read(name, read_part_texts) for part, name in names.items()}
        return {part: texts for part, texts in read.items() if texts is not None}

    def part_rules(self) -> dict[str, Mapping[str, tuple[WrittenRule, ...]]]:
        """The rules of the forms of the shared processes that are called, by part."""
        names = {call.part: f"{call.folder()}/{RULES}" for call in self.woven.calls}
        read = {part: self.read(name, read_part_rules) for part, name in names.items() if name in self.files}
        return {part: rules for part, rules in read.items() if rules is not None}

    def process(self) -> bpmn.ProcessDefinition | None:
        if PROCESS not in self.files:
            self.problems.append(error(PROCESS, "files", "This file is missing from the package."))
            return None
        try:
            return bpmn.parse(for_the_core(self.files, self.woven), was_published=self.was_published)
        except bpmn.DefinitionRejected as rejected:
            self.problems.extend(from_bpmn(problem) for problem in rejected.problems)
            return None

    def decisions(self) -> Iterator[DrawnDecision]:
        for name in sorted(filter(is_decision, self.files)):
            yield from drawn_decisions(name, self.files[name])

    def tasks(
        self, process: bpmn.ProcessDefinition, ministry: MinistryManifest, texts: Texts
    ) -> Mapping[str, TaskSettings]:
        try:
            calls = {call.id for call in self.woven.calls}
            return read_tasks(PROCESS, process.elements.values(), ministry, texts, calls)
        except PackageRejected as rejected:
            self.problems.extend(rejected.problems)
            return {}


def from_bpmn(problem: bpmn.Problem) -> Problem:
    """A finding of the BPMN core as a finding of the package."""
    return Problem(
        problem.severity,
        problem.file,
        problem.rule,
        problem.message,
        element_id=problem.element_id,
        message_km=problem.message_km,
        element_name=problem.element_name,
    )


def routing_variables(package: ServicePackage, form: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the diagram and the fee table may see of a form's answers, by variable name."""
    rules = (rule for rule in package.manifest.variables if rule.form == form)
    return {rule.name: answers.get(rule.field) for rule in rules}
