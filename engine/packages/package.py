"""A service package as a whole: all its files, read, joined and known by one digest."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.decisions import DrawnDecision
from engine.packages.fees import FeeTable
from engine.packages.forms import APPLY, Form
from engine.packages.manifest import DocumentRule, ServiceManifest
from engine.packages.ministry import MinistryManifest
from engine.packages.parts import LIBRARY, from_library, part_of
from engine.packages.problems import reject
from engine.packages.result_rules import TEMPLATES
from engine.packages.task_settings import TaskSettings
from engine.packages.texts import Texts
from engine.packages.unread import ALL_READ, Unread
from engine.packages.weaving import Woven, weave
from engine.problems import Problem

SERVICE, MINISTRY, PROCESS, TEXTS = "service.yaml", "ministry.yaml", "process.bpmn", "texts.yaml"
SCENARIOS, CERTIFICATE = "tests.yaml", "certificate.typ"
LARGEST: Final = 4 * 1024 * 1024
MOST_FILES: Final = 100


@dataclass(frozen=True, slots=True)
class ServicePackage:
    """One version of a service, ready to run. ``digest`` is the SHA-256 over the names and contents of all files.

    One with something ``unread`` stands for files with mistakes, and is for checks only.
    """

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
    unread: Unread = field(default=ALL_READ, repr=False)

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
    def is_collected(self) -> bool:
        """Whether somebody comes to an office for the result; a notice and a complaint, say, are answered without."""
        return any(task.kind == "handover" for task in self.tasks.values())

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
        raise reject(str(path), "files", _NO_FOLDER)
    found = {str(file.relative_to(path).as_posix()): file for file in sorted(path.rglob("*")) if file.is_file()}
    found = {name: file for name, file in found.items() if not any(part.startswith(".") for part in name.split("/"))}
    home = path.resolve().parent
    if (home / MINISTRY).is_file():
        found[MINISTRY] = home / MINISTRY
    files = _within_bounds(path, found)
    return _within_bounds(path, found | from_library(files, home.parent / LIBRARY))


def _within_bounds(path: Path, found: Mapping[str, Path]) -> dict[str, bytes]:
    if len(found) > MOST_FILES or sum(file.stat().st_size for file in found.values()) > LARGEST:
        raise reject(path.name, "files", _TOO_LARGE)
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


def from_bpmn(problem: bpmn.Problem) -> Problem:
    """A finding of the BPMN core as a finding of the package."""
    return Problem(
        problem.severity,
        problem.file,
        problem.rule,
        problem.message,
        problem.message_km,
        element_id=problem.element_id,
        element_name=problem.element_name,
    )


def routing_variables(package: ServicePackage, form: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the diagram and the fee table may see of a form's answers, by variable name."""
    rules = (rule for rule in package.manifest.variables if rule.form == form)
    return {rule.name: answers.get(rule.field) for rule in rules}


_NO_FOLDER: Final = Bilingual(
    "នេះមិនមែនជាថតដែលមានកញ្ចប់សេវាទេ។ សូមពិនិត្យផ្លូវ។", "This is not a folder with a service package; look at the path."
)
_TOO_LARGE: Final = Bilingual(
    f"កញ្ចប់មួយមានយ៉ាងច្រើន {MOST_FILES} ឯកសារ និង {LARGEST // 1024} kB។ សូមដកអ្វីដែលលើសចេញ។",
    f"A package has at most {MOST_FILES} files and {LARGEST // 1024} kB; remove what is too much.",
)
