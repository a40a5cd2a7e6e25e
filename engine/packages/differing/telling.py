"""Every difference between two packages, by the part of the service that it is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from engine import bpmn
from engine.bpmn import XmlRefused
from engine.khmer import Bilingual
from engine.packages.differing.drawn import DRAWING, decisions, diagram
from engine.packages.differing.parts import Part, part_of_place
from engine.packages.differing.trees import Change, Leaf, Place, leaves
from engine.packages.differing.values import said
from engine.packages.differing.words import words_for
from engine.packages.form_json import json_of
from engine.packages.package import PROCESS, ServicePackage
from engine.packages.parts import LIBRARY, part_of
from engine.packages.problems import PackageRejected
from engine.packages.yaml_files import decoded, read_yaml_as_far

DIAGRAM: Final = ".bpmn"
LAYOUT: Final = ("layout",)
"""The place of a file that says the same and is written otherwise: comments, blanks, identifiers for programs."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that another package has otherwise: where it stands (``place``: keys from the outside inwards), and
    what was and is written there; None where there is nothing. ``name`` are the words of what it is about, ``element``
    is its id in the diagrams."""

    part: Part
    file: str
    place: Place
    change: Change
    before: Bilingual | None
    after: Bilingual | None
    name: Bilingual | None = None
    element: str = ""


def differences(before: ServicePackage, after: ServicePackage) -> tuple[Difference, ...]:
    """Everything in which ``after`` differs from ``before``, in the order of the parts. A file that differs is never
    left out: what no other part explains is told by its name."""
    told = [*_of_files(before, after), *_of_groups(before, after)]
    told += _of_sources(before, after, {one.file for one in told})
    order = {part: number for number, part in enumerate(Part)}
    return tuple(sorted(told, key=lambda one: order[one.part]))


def _of_files(before: ServicePackage, after: ServicePackage) -> Iterator[Difference]:
    old, new = _compared(before), _compared(after)
    flows = {flow.id for package in (before, after) for flow in bpmn.drawn_flows(package.process)}
    for name in sorted(old.keys() | new.keys(), key=lambda name: (name != PROCESS, name)):
        one, other = old.get(name), new.get(name)
        if one is None or other is None:
            yield _of_whole_file(name, one, before if other is None else after)
        elif one != other:
            found = list(_of_file(name, one, other))
            yield from (_told(name, leaf, words_for(name, leaf, before, after), flows) for leaf in found)
            if not found:
                yield _told(name, Leaf(LAYOUT, "changed", None, None), None)


def _compared(package: ServicePackage) -> dict[str, bytes]:
    """The files with the copies of shared processes as they run in this service, in place of what they are copied
    from."""
    called = {part_of(name) for name in package.files if part_of(name)}
    sources = {f"shared/{part}/{PROCESS}" for part in called} if package.woven.copies else set()
    return {name: data for name, data in package.files.items() if name not in sources} | dict(package.woven.copies)


def _of_sources(before: ServicePackage, after: ServicePackage, told: Collection[str]) -> Iterator[Difference]:
    """Shared processes whose drawing differs where none of their copies in the service does."""
    for name in sorted(before.files.keys() & after.files.keys()):
        if name.startswith(f"{LIBRARY}/") and name.endswith(PROCESS) and before.files[name] != after.files[name]:
            copies = {call.file for call in after.woven.calls if call.part == part_of(name)}
            if not copies & set(told):
                yield _told(name, Leaf(LAYOUT, "changed", None, None), None)


def _of_whole_file(name: str, one: bytes | None, holder: ServicePackage) -> Difference:
    change: Change = "added" if one is None else "removed"
    leaf = Leaf((), change, None if one is None else name, name if one is None else None)
    return _told(name, leaf, words_for(name, leaf, holder, holder))


def _of_file(name: str, before: bytes, after: bytes) -> Iterator[Leaf]:
    read = _READERS.get(name.rpartition(".")[2])
    try:
        if read is not None:
            yield from _without_noise(name, leaves(read(name, before), read(name, after)))
        else:
            yield from _lines(before.decode(), after.decode())
    except (PackageRejected, XmlRefused, ValueError):
        yield Leaf((), "changed", None, None)


def _without_noise(name: str, found: Iterator[Leaf]) -> Iterator[Leaf]:
    """What moved in the drawing is one difference, whatever was moved how far; what is new or gone is told itself."""
    moved = []
    for leaf in found:
        if name.endswith(DIAGRAM) and leaf.place[:1] == (DRAWING,):
            moved += [leaf.place[1]] if len(leaf.place) > 1 and leaf.change == "changed" else []
        else:
            yield leaf
    if moved:
        yield Leaf((DRAWING,), "changed", None, list(dict.fromkeys(moved)))


def _lines(before: str, after: str) -> Iterator[Leaf]:
    """Texts line by line, each stretch that differs with the number of its first line."""
    old, new = before.splitlines(), after.splitlines()
    for kind, low, high, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            change: Change = "added" if low == high else "removed" if first == last else "changed"
            gone, come = "\n".join(old[low:high]), "\n".join(new[first:last])
            there = (gone if high > low else None, come if last > first else None)
            yield Leaf(("line", str(first + 1)), change, *there)


def _told(name: str, leaf: Leaf, words: Bilingual | None, flows: Collection[str] = ()) -> Difference:
    element = leaf.place[0] if name.endswith(DIAGRAM) and leaf.place and leaf.place[0] != DRAWING else ""
    return Difference(
        part=part_of_place(name, leaf, flows),
        file=name,
        place=leaf.place,
        change=leaf.change,
        before=None if leaf.before is None else said(leaf.before),
        after=None if leaf.after is None else said(leaf.after),
        name=words,
        element=element,
    )


def _of_groups(before: ServicePackage, after: ServicePackage) -> Iterator[Difference]:
    """Tasks that go to other people or to another level, whether their lane says so or the ministry."""
    for element, task in after.tasks.items():
        old = before.tasks.get(element)
        for fact in ("group", "level"):
            was, now = str(getattr(old, fact, "")), str(getattr(task, fact))
            if old is not None and was != now:
                leaf = Leaf((element, fact), "changed", was, now)
                yield _told(task.file, leaf, words_for(task.file, leaf, before, after))


def _yaml(name: str, data: bytes) -> Any:
    return read_yaml_as_far(name, data)[0].value


def _json(name: str, data: bytes) -> Any:
    return json_of(name, decoded(name, data))


_READERS: Final[Mapping[str, Callable[[str, bytes], Any]]] = {
    "yaml": _yaml,
    "json": _json,
    "bpmn": lambda _name, data: diagram(data),
    "dmn": lambda _name, data: decisions(data),
}
