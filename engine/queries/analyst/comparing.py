"""Two packages of a service side by side: what runs differently, everything else that differs, and what that costs
example cases. Two versions, or what an analyst has in hand and the version that it began from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import (
    Amounts,
    Difference,
    Part,
    ServicePackage,
    Told,
    amounts,
    differences,
    scenarios_told,
)
from engine.people.actors import Actor
from engine.queries.analyst.definitions import drawings_of
from engine.queries.analyst.elements import ElementShown, shown_in
from engine.studio.keeping import find
from engine.studio.problems import looked_at
from storage.processes import ProcessDefinition

Change = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class ElementChange:
    """One element: ``type`` as in BPMN (empty for a correlation key), and for a changed one the facts that differ."""

    element: ElementShown
    type: str
    change: Change
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackagesCompared:
    """What ``after`` does otherwise than ``before``: ``elements`` are what runs differently, ``differences`` all that
    is written otherwise, ``amounts`` the fees with examples. ``scenarios`` None: they were not asked for. ``drawings``
    are the BPMN files of the newer one, ``drawings_before`` those of the older."""

    elements: tuple[ElementChange, ...]
    differences: tuple[Difference, ...]
    amounts: tuple[Amounts, ...]
    scenarios: tuple[Told, ...] | None
    drawings: tuple[str, ...]
    drawings_before: tuple[str, ...]

    @property
    def parts(self) -> tuple[tuple[Part, tuple[Difference, ...]], ...]:
        """The differences by part, in the order of the parts; only those with one."""
        return tuple((part, tuple(held)) for part, held in groupby(self.differences, lambda one: one.part))

    def ids(self, *changes: Change) -> tuple[str, ...]:
        """The elements and flows with one of these changes, for the marks in a diagram."""
        found = {each.element.id: each.change for each in self.elements}
        for one in self.differences:
            if one.element:
                found.setdefault(one.element, one.change if len(one.place) == 1 else "changed")
        return tuple(sorted(element for element, change in found.items() if change in changes))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Version ``new`` of a service beside version ``old``; ``versions`` are all that there are, newest first."""

    service_key: str
    title: Bilingual
    old: int
    new: int
    versions: tuple[int, ...]
    found: PackagesCompared


def compare(
    session: Session, house: House, service_key: str, old: int, new: int, *, with_scenarios: bool = False
) -> Comparison:
    """The differences between two versions; ``NoSuchVersion``."""
    before, after = (house.catalog.numbered(session, service_key, number).package for number in (old, new))
    found = packages_compared(before, after, with_scenarios=with_scenarios)
    numbers = select(ProcessDefinition.version).where(ProcessDefinition.service_key == service_key)
    versions = tuple(session.scalars(numbers.order_by(ProcessDefinition.version.desc())))
    return Comparison(service_key, after.manifest.title, old, new, versions, found)


@dataclass(frozen=True, slots=True)
class DraftAgainst:
    """A draft beside version ``based_on``, from which it began. ``has_errors``: it is told as far as it can be read."""

    key: str
    service_key: str
    title: Bilingual
    based_on: int
    has_errors: bool
    found: PackagesCompared


def compare_draft(
    session: Session, house: House, actor: Actor, key: str, *, with_scenarios: bool = False
) -> DraftAgainst:
    """The newest save of a draft beside the version from which it began; ``NotFound`` for one that began from none."""
    row = find(session, actor, key)
    if row.based_on_id is None:
        raise NotFound
    draft, problems = looked_at(session, house, actor, key)
    base = house.catalog.of(session, row.based_on_id)
    has_errors = any(problem.severity == "error" for problem in problems)
    found = packages_compared(
        base.package, draft.package, with_scenarios=with_scenarios and not has_errors, with_amounts=not has_errors
    )
    title = base.package.manifest.title if has_errors else draft.package.manifest.title
    return DraftAgainst(row.key, base.service_key, title, base.version, has_errors, found)


def packages_compared(
    before: ServicePackage, after: ServicePackage, *, with_scenarios: bool = False, with_amounts: bool = True
) -> PackagesCompared:
    """The same of two packages, published or not. Playing the scenarios takes a second or two; amounts need a package
    without errors."""
    return PackagesCompared(
        elements=tuple(_elements(before, after)),
        differences=differences(before, after),
        amounts=amounts(before, after) if with_amounts else (),
        scenarios=scenarios_told(before, after) if with_scenarios else None,
        drawings=drawings_of(after),
        drawings_before=drawings_of(before),
    )


def _elements(before: ServicePackage, after: ServicePackage) -> Iterator[ElementChange]:
    found = bpmn.compare(before.process, after.process)
    listed: tuple[tuple[Change, frozenset[str], ServicePackage], ...] = (
        ("changed", found.changed, after),
        ("added", found.added, after),
        ("removed", found.removed, before),
    )
    for change, ids, package in listed:
        for one in sorted(ids):
            element = package.process.elements.get(one)
            facts = found.what.get(one, ())
            kind = element.type if element else "process" if one == package.process.process_id else ""
            yield ElementChange(shown_in(one, package), kind, change, facts)
