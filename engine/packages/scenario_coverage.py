"""What the scenarios of a package went through and what they leave untried: elements, flows, rows of tables, and pages
of forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final, Literal

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.names import nearest
from engine.packages.package import SCENARIOS, ServicePackage
from engine.packages.parts import LIBRARY, part_of
from engine.packages.problems import error, warning
from engine.packages.said import filled
from engine.packages.scenarios import read_reasons
from engine.packages.tried import Tried
from engine.problems import Problem

Kind = Literal["element", "flow", "row", "page"]
KINDS: Final[tuple[Kind, ...]] = ("element", "flow", "row", "page")


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing that a scenario may try. ``key`` is what it is called in ``coverage: except`` of ``tests.yaml``,
    ``tried_by`` names the scenarios that went through it, ``reason`` says why it needs none; ``part`` is the shared
    process to which it belongs, if it does."""

    kind: Kind
    key: str
    name: Bilingual
    file: str
    tried_by: tuple[str, ...]
    reason: str = ""
    part: str = ""

    @property
    def is_tried(self) -> bool:
        """Whether a scenario went through it."""
        return bool(self.tried_by)

    @property
    def own_key(self) -> str:
        """What it is called in its shared process, whichever call it is of."""
        if not self.part or self.kind == "row":
            return self.key
        if self.kind == "page":
            return ".".join(self.key.split(".")[-2:])
        return self.key.removeprefix(f"{PurePosixPath(self.file).stem}.")

    @property
    def is_covered(self) -> bool:
        """Whether it was tried, or needs not be."""
        return self.is_tried or bool(self.reason)


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a form, and the scenarios in which it was answered."""

    form: str
    page: str
    key: str
    name: Bilingual
    answered_by: tuple[str, ...]


ByScenario = Sequence[tuple[str, Tried]]
"""What each scenario went through, by its name, in the order of the file."""


def spots(package: ServicePackage, tried: ByScenario) -> tuple[Spot, ...]:
    """Everything that may be tried, in the order of the files; raises PackageRejected for scenarios not readable."""
    reasons = {key: reason for key, (reason, _) in _reasons(package).items()}
    found = (*_elements(package, tried), *_flows(package, tried), *_rows(package, tried), *_pages(package, tried))
    return tuple(replace(one, reason=reasons.get(one.key, "")) for one in found)


def questions(package: ServicePackage, tried: ByScenario) -> tuple[Question, ...]:
    """What the forms ask, page by page; notes to read are no questions."""
    return tuple(
        Question(
            form.key,
            page.key,
            part.key,
            part.label,
            tuple(name for name, one in tried if (form.key, part.key) in one.answered),
        )
        for form in package.forms.values()
        for page in form.pages
        for part in page.components
        if part.kind.asks
    )


def check_reasons(package: ServicePackage) -> Iterator[Problem]:
    """Reasons in ``tests.yaml`` for something that is not there."""
    if package.unread.touches("process", "elements"):
        return
    known = {spot.key for spot in spots(package, ())} if SCENARIOS in package.files else set()
    for key, (_, line) in _reasons(package).items():
        # What could not be read of forms and tables may be what is meant.
        if key not in known and not _is_lost(package, key):
            yield error(
                SCENARIOS, "coverage", filled(_NOT_THERE, key=key, known=nearest(key, sorted(known))), line=line
            )


def _is_lost(package: ServicePackage, key: str) -> bool:
    """Whether it may be a page or row of a form or table that could not be read."""
    return package.unread.touches("fees") or package.unread.touches("forms", key.rpartition(".")[0])


def idle_reasons(package: ServicePackage, found: tuple[Spot, ...]) -> Iterator[Problem]:
    """Reasons for what a scenario tries all the same."""
    tried = {spot.key for spot in found if spot.is_tried}
    for key, (_, line) in _reasons(package).items():
        if key in tried:
            yield warning(SCENARIOS, "coverage", filled(_IDLE, key=key), line=line)


def _reasons(package: ServicePackage) -> Mapping[str, tuple[str, int | None]]:
    return read_reasons(SCENARIOS, package.files[SCENARIOS]) if SCENARIOS in package.files else {}


def _elements(package: ServicePackage, tried: ByScenario) -> Iterator[Spot]:
    for element in package.process.elements.values():
        by = tuple(name for name, one in tried if element.id in one.elements)
        name = _name(package, element)
        yield Spot("element", element.id, name, element.file, by, part=_part(package, element.file))


def _flows(package: ServicePackage, tried: ByScenario) -> Iterator[Spot]:
    for way in bpmn.drawn_flows(package.process):
        source, target = (_name(package, package.process.elements[key]) for key in (way.source_id, way.target_id))
        words = Bilingual(f"{source.km} → {target.km}", f"{source.en} → {target.en}")
        by = tuple(name for name, one in tried if _took(one, way))
        yield Spot("flow", way.id, words, way.file, by, part=_part(package, way.file))


def _took(one: Tried, way: bpmn.DrawnFlow) -> bool:
    return (way.id, way.target_id) in one.ways or (way.is_only and way.target_id in one.elements)


def _rows(package: ServicePackage, tried: ByScenario) -> Iterator[Spot]:
    for table in {table.file: table for table in package.fees.values()}.values():
        for row in table.rows:
            key = f"{table.file.removesuffix('.dmn')}.{row.id}"
            by = tuple(name for name, one in tried if (table.file, row.id) in one.rows)
            yield Spot("row", key, Bilingual(row.id, row.id), table.file, by)
    for decision in package.decisions:
        for number, rule in enumerate(decision.rules, 1):
            words, key = Bilingual(decision.name, decision.name), f"{decision.id}.{rule.id}"
            by = tuple(name for name, one in tried if (decision.id, number) in one.rules)
            yield Spot("row", key, words, decision.file, by, part=part_of(decision.file))


def _pages(package: ServicePackage, tried: ByScenario) -> Iterator[Spot]:
    for form in package.forms.values():
        for page in form.pages:
            by = tuple(name for name, one in tried if (form.key, page.key) in one.pages)
            yield Spot("page", f"{form.key}.{page.key}", page.title, form.file, by, part=part_of(form.file))


def _part(package: ServicePackage, file: str) -> str:
    return file.split("/")[1] if file.startswith(f"{LIBRARY}/") and file in package.woven.copies else ""


def _name(package: ServicePackage, element: bpmn.Element) -> Bilingual:
    drawn = element.name or element.id
    return package.texts.elements.get(element.id, Bilingual(drawn, drawn))


_NOT_THERE: Final = Bilingual(
    "coverage៖ គ្មានធាតុ ផ្លូវ ជួរ ឬទំព័រ “{key}” ទេ; មាន៖ {known}។ សូមកែឈ្មោះ ឬដកវាចេញ។",
    "coverage: there is no element, flow, row or page “{key}”; there are: {known}. Correct the name, or remove it.",
)
_IDLE: Final = Bilingual(
    "coverage៖ ករណីសាកល្បងមួយសាក “{key}” រួចហើយ។ សូមដកវាចេញពីទីនេះ។",
    "coverage: a scenario tries “{key}”; remove it here.",
)
