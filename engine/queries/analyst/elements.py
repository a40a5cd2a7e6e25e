"""Elements of a diagram by their words, as screens show them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.catalog.published import Published
from engine.khmer import Bilingual
from engine.packages import ServicePackage


@dataclass(frozen=True, slots=True)
class ElementShown:
    """An element by its words: those of the package, else the name in the drawing, else its id."""

    id: str
    name: Bilingual


def shown(element_id: str, published: Published) -> ElementShown:
    """The words for an element; a process, a correlation key or a stranger is called by its id."""
    return shown_in(element_id, published.package)


def shown_in(element_id: str, package: ServicePackage) -> ElementShown:
    """The same in a package that may not be published."""
    element = package.process.elements.get(element_id)
    task = package.tasks.get(element_id)
    drawn = (element.name if element else None) or element_id
    name = task.name if task else package.texts.elements.get(element_id)
    return ElementShown(element_id, name or Bilingual(drawn, drawn))
