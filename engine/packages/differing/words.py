"""The words of what a difference is about: of an element, a document, a fee, a question, a stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import bpmn
from engine.khmer import LANGUAGES, Bilingual
from engine.packages.differing.trees import Leaf
from engine.packages.package import SERVICE, ServicePackage


def words_for(file: str, leaf: Leaf, before: ServicePackage, after: ServicePackage) -> Bilingual | None:
    """The words that the newer package has for it, else the older; None where it has none but its key."""
    return _words(file, leaf, after) or _words(file, leaf, before)


def _words(file: str, leaf: Leaf, package: ServicePackage) -> Bilingual | None:
    place = leaf.place
    if not place:
        return None
    if file.endswith(".bpmn"):
        return _of_element(place[0], package)
    if file == SERVICE:
        return _of_service(leaf, package)
    if "forms/" in file:
        return _of_form(file, leaf, package)
    if file.endswith(".dmn"):
        keys = [rule.key for rule in package.manifest.fees if rule.file == file]
        return package.texts.fee_titles.get(keys[0]) if keys else None
    return None


def _of_element(element: str, package: ServicePackage) -> Bilingual | None:
    """The words of an element; a flow without any is called by the elements that it joins."""
    flow = next((flow for flow in bpmn.drawn_flows(package.process) if flow.id == element), None)
    if flow is not None and element not in package.texts.elements:
        ends = [_of_element(end, package) or Bilingual(end, end) for end in (flow.source_id, flow.target_id)]
        return Bilingual(*(" → ".join(end(language) for end in ends) for language in LANGUAGES))
    task, drawn = package.tasks.get(element), package.process.elements.get(element)
    name = task.name if task else package.texts.elements.get(element)
    return name or (Bilingual(drawn.name, drawn.name) if drawn is not None and drawn.name else None)


def _of_service(leaf: Leaf, package: ServicePackage) -> Bilingual | None:
    group, key = leaf.place[0], leaf.place[1] if len(leaf.place) > 1 else ""
    texts = package.texts
    known: Mapping[str, Mapping[str, Any]] = {
        "documents": {name: words.label for name, words in texts.documents.items()},
        "fees": texts.fee_titles,
        "sessions": {rule.key: rule.title for rule in package.manifest.sessions},
        "legal_basis": {one.key: one.cite for one in package.manifest.legal_basis},
        "rules": {name: words.title for name, words in texts.forms.items()},
    }
    found: Bilingual | None = known.get(group, {}).get(key)
    return found


def _of_form(file: str, leaf: Leaf, package: ServicePackage) -> Bilingual | None:
    """The label of the question, else the title of its page."""
    form = next((form for form in package.forms.values() if form.file == file), None)
    if form is None:
        return None
    labels = {part.key: part.label for part in form.components()}
    labels |= {inside.key: inside.label for part in form.components() for inside in part.components}
    titles = {page.key: page.title for page in form.pages}
    asked = [place for place in leaf.place if place in labels]
    return labels[asked[-1]] if asked else next((titles[place] for place in leaf.place if place in titles), form.title)
