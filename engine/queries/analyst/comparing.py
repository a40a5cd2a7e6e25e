"""Two versions of a service side by side: what differs in the execution, and which files do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from engine import bpmn
from engine.catalog.published import Published
from engine.house import House
from engine.khmer import Bilingual
from engine.queries.analyst.definitions import PROCESS_FILE, drawings_of
from engine.queries.analyst.elements import ElementShown, shown

Change = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class ElementChange:
    """One element: ``type`` as in BPMN (empty for a correlation key), and for a changed one the facts that differ."""

    element: ElementShown
    type: str
    change: Change
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of the package that is new, gone or has other contents."""

    name: str
    change: Change


@dataclass(frozen=True, slots=True)
class Comparison:
    """What version ``new`` does otherwise than ``old``. Files may differ where nothing in the execution does.
    ``drawings`` are the BPMN files of the new one, ``drawings_before`` those of the old."""

    service_key: str
    title: Bilingual
    old: int
    new: int
    elements: tuple[ElementChange, ...]
    files: tuple[FileChange, ...]
    drawings: tuple[str, ...]
    drawings_before: tuple[str, ...]

    def ids(self, *changes: Change) -> tuple[str, ...]:
        """The elements with one of these changes, for the marks in a diagram."""
        return tuple(each.element.id for each in self.elements if each.change in changes)


def compare(session: Session, house: House, service_key: str, old: int, new: int) -> Comparison:
    """The differences between two versions; ``NoSuchVersion``."""
    before, after = (house.catalog.numbered(session, service_key, number) for number in (old, new))
    return Comparison(
        service_key=service_key,
        title=after.package.manifest.title,
        old=old,
        new=new,
        elements=tuple(_elements(before, after)),
        files=tuple(_files(before, after)),
        drawings=drawings_of(after.package),
        drawings_before=drawings_of(before.package),
    )


def _elements(before: Published, after: Published) -> Iterator[ElementChange]:
    found = bpmn.compare(before.process, after.process)
    listed: tuple[tuple[Change, frozenset[str], Published], ...] = (
        ("changed", found.changed, after),
        ("added", found.added, after),
        ("removed", found.removed, before),
    )
    for change, ids, published in listed:
        for one in sorted(ids):
            element = published.process.elements.get(one)
            facts = found.what.get(one, ())
            kind = element.type if element else "process" if one == published.process.process_id else ""
            yield ElementChange(shown(one, published), kind, change, facts)


def _files(before: Published, after: Published) -> Iterator[FileChange]:
    old, new = before.package.files, after.package.files
    for name in sorted(old.keys() | new.keys(), key=lambda name: (name != PROCESS_FILE, name)):
        if old.get(name) != new.get(name):
            yield FileChange(name, "added" if name not in old else "removed" if name not in new else "changed")
