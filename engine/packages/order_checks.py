"""Whether the diagram lets nothing be granted, issued or handed over before what must come first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.guarded import ISSUES
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.package import PROCESS, ServicePackage
from engine.packages.problems import error
from engine.problems import Problem


@dataclass(frozen=True, slots=True)
class Drawn:
    """The elements of a diagram that take a payment, grant, issue, hand over, and end well."""

    paying: tuple[str, ...]
    approving: tuple[str, ...]
    deciding: tuple[str, ...]
    issuing: tuple[str, ...]
    handing: tuple[str, ...]
    ending: tuple[str, ...]


def drawn_of(package: ServicePackage) -> Drawn:
    """These elements of the diagram of a package."""
    elements = package.process.elements.values()
    operations = {element.id: element.operation for element in elements}
    decides = {key: HOUSE_OPERATIONS[name].decides for key, name in operations.items() if name in HOUSE_OPERATIONS}
    return Drawn(
        paying=tuple(key for key, task in package.tasks.items() if task.kind == "payment"),
        approving=tuple(key for key, outcome in decides.items() if outcome == "approved"),
        deciding=tuple(key for key, outcome in decides.items() if outcome),
        issuing=tuple(key for key, name in operations.items() if name == ISSUES),
        handing=tuple(key for key, task in package.tasks.items() if task.kind == "handover"),
        ending=tuple(element.id for element in elements if element.properties.get("outcome") == "approved"),
    )


def check_order(package: ServicePackage) -> Iterator[Problem]:
    """Results that nobody granted, or that are not there when they should be handed over."""
    yield from _result(package, drawn_of(package))


def _result(package: ServicePackage, drawn: Drawn) -> Iterator[Problem]:
    """Certificates without a decision, and handovers that would find nothing to hand over, or nothing any more."""
    for key in first_reached(drawn.issuing, bpmn.reached_without(package.process, drawn.approving)):
        yield told_at(package, key, _NOT_APPROVED)
    if package.manifest.certificate is not None:
        for key in first_reached(drawn.handing, bpmn.reached_without(package.process, drawn.issuing)):
            yield told_at(package, key, _NOTHING_ISSUED)
    for key in drawn.handing[1:]:
        yield told_at(package, key, filled(_SECOND_HANDOVER, first=package.tasks[drawn.handing[0]].name))


def first_reached(wanted: Collection[str], reached: Collection[str]) -> Iterator[str]:
    """What comes first of those that are reached: what comes behind it is reached with it."""
    yield from [key for key in wanted if key in reached][:1]


def told_at(package: ServicePackage, key: str, sentence: Bilingual) -> Problem:
    """A sentence about an element, with its name in both languages."""
    element = package.process.elements[key]
    drawn = element.name or element.id
    name = package.texts.elements.get(key, Bilingual(drawn, drawn))
    found = error(element.file or PROCESS, "order", f"“{name.en}”: {sentence.en}", element_id=key)
    return replace(found, message_km=f"«{name.km}»៖ {sentence.km}")


def filled(sentence: Bilingual, **blanks: Bilingual) -> Bilingual:
    """The sentence with its blanks filled in, each in its language."""
    km, en = ({key: words(language) for key, words in blanks.items()} for language in ("km", "en"))
    return Bilingual(sentence.km.format(**km), sentence.en.format(**en))


_NOT_APPROVED = Bilingual(
    "វិញ្ញាបនបត្រអាចចេញនៅទីនេះដោយគ្មានការយល់ព្រម ព្រោះមានផ្លូវមួយមិនឆ្លងកាត់ applications.approve។ "
    "សូមគូរកិច្ចការសេវា applications.approve នៅមុខវា លើគ្រប់ផ្លូវ។",
    "The certificate could be issued here without an approval, by a way that does not pass applications.approve; "
    "draw a service task with that operation before it, on every way.",
)
_NOTHING_ISSUED = Bilingual(
    "កិច្ចការនេះនឹងគ្មានអ្វីត្រូវប្រគល់ទេ ព្រោះមានផ្លូវមួយមិនឆ្លងកាត់ certificates.issue។ "
    "សូមគូរកិច្ចការសេវា certificates.issue នៅមុខវា លើគ្រប់ផ្លូវ។",
    "There would be nothing to hand over here, by a way that does not pass certificates.issue; "
    "draw a service task with that operation before it, on every way.",
)
_SECOND_HANDOVER = Bilingual(
    "លទ្ធផលប្រគល់តែម្តងគត់ ហើយ «{first}» ប្រគល់វារួចហើយ ដូច្នេះកិច្ចការនេះនឹងមិនអាចបញ្ចប់បានឡើយ។ សូមដកការប្រគល់មួយចេញ។",
    "A result is handed over once, and “{first}” does it, so this task could never be completed; remove one of them.",
)
