"""The names that may be written in a draft, for pickers and completion: nobody should have to know them by heart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import bpmn
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import OFFICE_LEVELS, OUTCOMES, ServicePackage
from engine.packages.answer_expressions import FUNCTIONS
from engine.packages.asked import asked_in
from engine.packages.forms import Component
from engine.packages.house_operations import HOUSE_OPERATIONS, HouseOperation, given_by
from engine.packages.package import PROCESS, TEXTS
from engine.packages.parts import LIBRARY, part_texts_as_far
from engine.packages.task_schema import KINDS
from engine.packages.texts import PLACEHOLDERS
from engine.people.actors import Actor
from engine.studio.problems import looked_at


@dataclass(frozen=True, slots=True)
class Named:
    """Something that may be named by its key, with its words when it has any."""

    key: str
    label: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class NamedLane:
    """A lane that the ministry knows: who works in it, and at the office of which level (empty: that of the case)."""

    name: str
    group: str
    level: str


@dataclass(frozen=True, slots=True)
class NamedQuestion:
    """A question of a form, or what else gives a value: its kind, and the values it can get when those are known."""

    key: str
    label: Bilingual
    kind: str
    values: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class NamedForm:
    """A form: its file, its title, its questions in their order."""

    key: str
    file: str
    title: Bilingual
    questions: tuple[NamedQuestion, ...]


@dataclass(frozen=True, slots=True)
class NamedOperation:
    """An operation of the house, with its parameters; ``others`` when it takes any besides, ``decides`` the outcome."""

    key: str
    needs: tuple[str, ...]
    may_have: tuple[str, ...]
    others: bool
    gives: tuple[str, ...]
    decides: str


@dataclass(frozen=True, slots=True)
class NamedPart:
    """A shared process: what calls name, its words, its files in a package, and whether the draft has them."""

    key: str
    element: str
    title: Bilingual
    summary: Bilingual
    files: tuple[str, ...]
    is_held: bool


@dataclass(frozen=True, slots=True)
class NamedDecision:
    """A decision that business rule tasks may ask: its file, the variables that it reads and gives."""

    key: str
    name: str
    file: str
    reads: tuple[str, ...]
    gives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedVariable:
    """A variable of the case: where it comes from, and as what. ``question`` is known of those that an answer gives."""

    name: str
    source: str
    question: NamedQuestion | None = None


@dataclass(frozen=True, slots=True)
class NamedFunction:
    """A function of expressions, with how many values it takes: at least and at most."""

    name: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that may be named in a draft."""

    groups: tuple[Named, ...]
    levels: tuple[str, ...]
    lanes: tuple[NamedLane, ...]
    kinds: tuple[str, ...]
    outcomes: tuple[str, ...]
    forms: tuple[NamedForm, ...]
    stages: tuple[Named, ...]
    fees: tuple[Named, ...]
    sessions: tuple[str, ...]
    documents: tuple[Named, ...]
    elements: tuple[Named, ...]
    messages: tuple[Named, ...]
    placeholders: tuple[str, ...]
    operations: tuple[NamedOperation, ...]
    connectors: tuple[str, ...]
    shared: tuple[NamedPart, ...]
    decisions: tuple[NamedDecision, ...]
    variables: tuple[NamedVariable, ...]
    functions: tuple[NamedFunction, ...]
    answer_functions: tuple[NamedFunction, ...]


def names_of(session: Session, house: House, actor: Actor, key: str) -> Names:
    """What may be named in the newest save of a draft. What cannot be read of it has no names, and is a problem."""
    package = looked_at(session, house, actor, key)[0].package
    texts, manifest = package.texts, package.manifest
    return Names(
        groups=tuple(Named(name, _group(package, name)) for name in package.ministry.group_names),
        levels=tuple(OFFICE_LEVELS),
        lanes=tuple(NamedLane(name, lane.group, lane.level) for name, lane in package.ministry.lanes.items()),
        kinds=KINDS,
        outcomes=tuple(OUTCOMES),
        forms=tuple(_forms(package)),
        stages=tuple(_stages(package)),
        fees=tuple(Named(rule.key, texts.fee_titles.get(rule.key)) for rule in manifest.fees),
        sessions=tuple(rule.key for rule in manifest.sessions),
        documents=tuple(_documents(package)),
        elements=tuple(Named(element, words) for element, words in texts.elements.items()),
        messages=tuple(Named(message, words.title) for message, words in texts.messages.items()),
        placeholders=PLACEHOLDERS,
        operations=tuple(map(_operation, HOUSE_OPERATIONS.values())),
        connectors=tuple(sorted(house.connectors)),
        shared=tuple(_shared(house, package)),
        decisions=tuple(_decisions(package)),
        variables=tuple(_variables(package)),
        functions=_functions(bpmn.VALUES_TAKEN),
        answer_functions=_functions(FUNCTIONS),
    )


def _group(package: ServicePackage, name: str) -> Bilingual | None:
    return package.ministry.groups.get(package.ministry.group_key(name) or "")


def _forms(package: ServicePackage) -> Iterator[NamedForm]:
    for key, form in sorted(package.forms.items()):
        yield NamedForm(key, form.file, form.title, tuple(map(_question, form.components())))


def _question(component: Component) -> NamedQuestion:
    options = tuple(Named(option.value, option.label) for option in component.options)
    truths = (Named("true"), Named("false")) if component.kind.scalar == "boolean" else ()
    return NamedQuestion(component.key, component.label, component.kind.name, options or truths)


def _stages(package: ServicePackage) -> Iterator[Named]:
    if not package.unread.touches("service", "stages"):
        for stage in package.manifest.stages:
            yield Named(stage, package.texts.stages.get(stage))


def _documents(package: ServicePackage) -> Iterator[Named]:
    for rule in package.manifest.documents:
        words = package.texts.documents.get(rule.key)
        yield Named(rule.key, words.label if words else None)


def _operation(row: HouseOperation) -> NamedOperation:
    return NamedOperation(row.name, row.needs, row.may_have or (), row.may_have is None, row.gives, row.decides)


def _shared(house: House, package: ServicePackage) -> Iterator[NamedPart]:
    """The shared processes of the library of the house, as a package would hold them."""
    for drawing in sorted((house.processes / LIBRARY).glob(f"*/{PROCESS}")):
        folder, part = drawing.parent, drawing.parent.name
        words = part_texts_as_far(TEXTS, (folder / TEXTS).read_bytes() if (folder / TEXTS).is_file() else None).value
        inside = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
        files = tuple(f"{LIBRARY}/{part}/{name}" for name in inside)
        held = f"{LIBRARY}/{part}/{PROCESS}" in package.files
        yield NamedPart(part, f"shared_{part}", words.title, words.summary, files, held)


def _decisions(package: ServicePackage) -> Iterator[NamedDecision]:
    for one in package.decisions:
        reads, gives = (tuple(column.name for column in columns) for columns in (one.inputs, one.outputs))
        yield NamedDecision(one.id, one.name, one.file, reads, gives)


def _variables(package: ServicePackage) -> Iterator[NamedVariable]:
    """Each variable once: those declared, those that tasks decide, those that operations and the drawing give."""
    found: dict[str, NamedVariable] = {}
    for rule in package.manifest.variables:
        source = f"{rule.form}.{rule.field}"
        found.setdefault(rule.name, NamedVariable(rule.name, source, _asked(package, rule.form, rule.field)))
    for task in package.tasks.values():
        if task.decides:
            asked = _asked(package, task.form or "", task.decides)
            found.setdefault(task.decides, NamedVariable(task.decides, f"{task.form}.{task.decides}", asked))
    for name, elements in given_by(package.process).items():
        found.setdefault(name, NamedVariable(name, ", ".join(elements)))
    for name in sorted(package.process.variables_written):
        found.setdefault(name, NamedVariable(name, PROCESS))
    yield from found.values()


def _asked(package: ServicePackage, form: str, field: str) -> NamedQuestion | None:
    asked = asked_in(package, form)
    component = asked.component(field) if asked else None
    return _question(component) if component else None


def _functions(known: Mapping[str, tuple[int, int]]) -> tuple[NamedFunction, ...]:
    return tuple(NamedFunction(name, least, most) for name, (least, most) in sorted(known.items()))
