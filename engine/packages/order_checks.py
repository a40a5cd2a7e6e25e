"""Whether the diagram lets nothing be granted, issued or handed over before what must come first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.guarded import ISSUES
from engine.packages.house_operations import HOUSE_OPERATIONS, given_by
from engine.packages.package import PROCESS, ServicePackage
from engine.packages.problems import error, warning
from engine.packages.said import about, filled
from engine.problems import Problem


@dataclass(frozen=True, slots=True)
class Drawn:
    """The elements of a diagram that take a payment, grant, issue, hand over, and end well; and the ways to them."""

    paying: tuple[str, ...]
    approving: tuple[str, ...]
    deciding: tuple[str, ...]
    issuing: tuple[str, ...]
    handing: tuple[str, ...]
    ending: tuple[str, ...]
    ways: bpmn.Ways

    def without(self, elements: Collection[str]) -> frozenset[str]:
        """Where a case can come although none of these has been completed."""
        return self.ways.without(elements).elements

    @property
    def is_followed(self) -> bool:
        """Whether every way could be followed."""
        return self.ways.without(()).is_followed


def check_order(package: ServicePackage) -> Iterator[Problem]:
    """Results that nobody granted, or that are not there when they should be handed over; what an operation gives, read
    before it."""
    drawn = drawn_of(package)
    yield from _result(package, drawn)
    yield from _given(package, drawn)
    if not drawn.is_followed:
        yield warning(PROCESS, "order", _TOO_MANY_WAYS)


def _given(package: ServicePackage, drawn: Drawn) -> Iterator[Problem]:
    """Elements that read what an operation gives where a case can come without it."""
    process = package.process
    elsewhere = process.variables_written | {variable.name for variable in package.manifest.variables}
    elsewhere |= {task.decides for task in package.tasks.values() if task.decides}
    for name, givers in given_by(process).items():
        early = drawn.without(givers)
        for key, read, need in bpmn.read_at(process):
            is_early = need == "before" or (need == "after" and key not in givers)
            if read == name and name not in elsewhere and key in early and is_early:
                operation = process.elements[givers[0]].operation
                yield told_at(package, key, filled(_NOT_GIVEN, name=_same(name), operation=_same(operation)))


def _same(word: str) -> Bilingual:
    return Bilingual(word, word)


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
        ways=bpmn.Ways(package.process, choices_of(package)),
    )


def choices_of(package: ServicePackage) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The tasks that decide, each with its variable and the values that it may get; not those of a variable that an
    answer of the application gives as well."""
    given = {variable.name for variable in package.manifest.variables}
    found = {}
    for key, task in package.tasks.items():
        form = package.forms.get(task.form) if task.form else None
        component = form.component(task.decides) if form and task.decides else None
        if component is not None and component.required and task.decides and task.decides not in given:
            found[key] = (task.decides, tuple(option.value for option in component.options))
    return found


def _result(package: ServicePackage, drawn: Drawn) -> Iterator[Problem]:
    """Certificates without a decision, and handovers that would find nothing to hand over, or nothing any more."""
    for key in first_reached(drawn.issuing, drawn.without(drawn.approving)):
        yield told_at(package, key, _NOT_APPROVED)
    if package.manifest.certificate is not None:
        for key in first_reached(drawn.handing, drawn.without(drawn.issuing)):
            yield told_at(package, key, _NOTHING_ISSUED)
    for key in drawn.handing:
        if bpmn.comes_again(package.process, key):
            yield told_at(package, key, _HANDED_AGAIN)
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
    return error(element.file or PROCESS, "order", about(name, sentence), element_id=key)


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
_NOT_GIVEN = Bilingual(
    "ទីនេះអាន «{name}» ដែល {operation} ផ្តល់ឱ្យ ប៉ុន្តែមានផ្លូវមួយមិនឆ្លងកាត់ប្រតិបត្តិការនោះទេ។ សូមអានវានៅក្រោយ {operation} លើគ្រប់ផ្លូវ។",
    "“{name}” is read here, which {operation} gives, and a case can come here by a way that does not pass it; "
    "read it behind {operation} on every way.",
)
_HANDED_AGAIN = Bilingual(
    "លទ្ធផលប្រគល់តែម្តងគត់ ប៉ុន្តែមានផ្លូវមួយត្រឡប់មកទីនេះវិញក្រោយពេលប្រគល់ ដូច្នេះលើកទីពីរនឹងមិនអាចបញ្ចប់បានឡើយ។ "
    "សូមដឹកនាំផ្លូវនោះទៅកន្លែងនៅក្រោយការប្រគល់។",
    "A result is handed over once, and a way leads back here after that, so the second time could never be completed; "
    "lead that way to a place behind the handover.",
)
_TOO_MANY_WAYS = Bilingual(
    "គំនូសតាងនេះមានផ្លូវច្រើនពេក មិនអាចពិនិត្យតាមលក្ខខណ្ឌបានទេ ដូច្នេះគ្រប់ផ្លូវត្រូវបានរាប់ថាអាចទៅបាន។ សូមបំបែកវាជាដំណើរការតូចៗ។",
    "This diagram has too many ways to follow what its tasks decide, so every way of a choice counts as open; "
    "part it into smaller processes.",
)
_SECOND_HANDOVER = Bilingual(
    "លទ្ធផលប្រគល់តែម្តងគត់ ហើយ «{first}» ប្រគល់វារួចហើយ ដូច្នេះកិច្ចការនេះនឹងមិនអាចបញ្ចប់បានឡើយ។ សូមដកការប្រគល់មួយចេញ។",
    "A result is handed over once, and “{first}” does it, so this task could never be completed; remove one of them.",
)
