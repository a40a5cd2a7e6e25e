"""Whether the diagram lets nothing be granted, issued or handed over before what must come first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.feel import BadExpression
from engine.packages.fees import FeeTable
from engine.packages.guarded import ISSUES
from engine.packages.house_operations import HOUSE_OPERATIONS, given_by
from engine.packages.package import PROCESS, SERVICE, ServicePackage
from engine.packages.problems import error, warning
from engine.problems import Problem

_FEE: Final = re.compile(rb"^fee\s*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Drawn:
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
        return self.ways.without(()).is_followed


def check_order(package: ServicePackage) -> Iterator[Problem]:
    """Fees that nobody would have to pay, or not when it is promised; results that nobody granted, or that are not
    there when they should be handed over."""
    drawn = _drawn(package)
    misplaced = list(_moment(package, drawn))
    yield from misplaced or _payment(package, drawn)
    yield from _result(package, drawn)
    yield from _given(package, drawn)
    if not drawn.is_followed:
        yield replace(warning(PROCESS, "order", _TOO_MANY_WAYS.en), message_km=_TOO_MANY_WAYS.km)


def _given(package: ServicePackage, drawn: _Drawn) -> Iterator[Problem]:
    """Elements that read what an operation gives where a case can come without it."""
    process = package.process
    elsewhere = process.variables_written | {variable.name for variable in package.manifest.variables}
    elsewhere |= {task.decides for task in package.tasks.values() if task.decides}
    for name, givers in given_by(process).items():
        early = drawn.without(givers)
        for key, read, leaving in bpmn.read_at(process):
            if read == name and name not in elsewhere and key in early and not (leaving and key in givers):
                operation = process.elements[givers[0]].operation
                yield _told(package, key, _filled(_NOT_GIVEN, name=_same(name), operation=_same(operation)))


def _same(word: str) -> Bilingual:
    return Bilingual(word, word)


def _drawn(package: ServicePackage) -> _Drawn:
    elements = package.process.elements.values()
    operations = {element.id: element.operation for element in elements}
    decides = {key: HOUSE_OPERATIONS[name].decides for key, name in operations.items() if name in HOUSE_OPERATIONS}
    return _Drawn(
        paying=tuple(key for key, task in package.tasks.items() if task.kind == "payment"),
        approving=tuple(key for key, outcome in decides.items() if outcome == "approved"),
        deciding=tuple(key for key, outcome in decides.items() if outcome),
        issuing=tuple(key for key, name in operations.items() if name == ISSUES),
        handing=tuple(key for key, task in package.tasks.items() if task.kind == "handover"),
        ending=tuple(element.id for element in elements if element.properties.get("outcome") == "approved"),
        ways=bpmn.Ways(package.process, _choices(package)),
    )


def _choices(package: ServicePackage) -> dict[str, tuple[str, tuple[str, ...]]]:
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


def _payment(package: ServicePackage, drawn: _Drawn) -> Iterator[Problem]:
    fee, table = package.manifest.fee, package.fees
    if fee is None or table is None or not any(_costs(table)):
        return
    if not drawn.paying:
        place = _FEE.search(package.files[SERVICE])
        line = package.files[SERVICE].count(b"\n", 0, place.start()) + 1 if place else None
        yield replace(error(SERVICE, "fee", _NO_PAYMENT.en, line=line), message_km=_NO_PAYMENT.km)
    elif all(_costs(table)):
        given = (*drawn.issuing, *drawn.handing, *drawn.ending)
        kept = given if fee.pay == "on_approval" else (*drawn.approving, *given)
        for key in _first(kept, drawn.without(drawn.paying)):
            yield _told(package, key, _filled(_UNPAID, task=package.tasks[drawn.paying[0]].name))


def _moment(package: ServicePackage, drawn: _Drawn) -> Iterator[Problem]:
    """Payments that come at another time than applicants are told."""
    fee = package.manifest.fee
    if fee is None or not drawn.paying:
        return
    if fee.pay == "on_submission":
        early = drawn.without(drawn.deciding)
        yield from (_told(package, key, _PAYS_LATE) for key in drawn.paying if key not in early)
    else:
        early = drawn.without(drawn.approving)
        yield from (_told(package, key, _PAYS_EARLY) for key in drawn.paying if key in early)


def _result(package: ServicePackage, drawn: _Drawn) -> Iterator[Problem]:
    """Certificates without a decision, and handovers that would find nothing to hand over, or nothing any more."""
    for key in _first(drawn.issuing, drawn.without(drawn.approving)):
        yield _told(package, key, _NOT_APPROVED)
    if package.manifest.certificate is not None:
        for key in _first(drawn.handing, drawn.without(drawn.issuing)):
            yield _told(package, key, _NOTHING_ISSUED)
    for key in drawn.handing:
        if bpmn.comes_again(package.process, key):
            yield _told(package, key, _HANDED_AGAIN)
    for key in drawn.handing[1:]:
        yield _told(package, key, _filled(_SECOND_HANDOVER, first=package.tasks[drawn.handing[0]].name))


def _costs(table: FeeTable) -> Iterator[bool]:
    """Of each rule whether it costs something; a rule whose amount depends on the answers does."""
    for row in table.rows:
        amounts = (row.quantity, row.unit_amount)
        try:
            yield all(amount.names or amount.value({}) != 0 for amount in amounts)
        except BadExpression:
            yield True


def _first(wanted: Collection[str], reached: Collection[str]) -> Iterator[str]:
    """What comes first of those that are reached: what comes behind it is reached with it."""
    yield from [key for key in wanted if key in reached][:1]


def _told(package: ServicePackage, key: str, sentence: Bilingual) -> Problem:
    element = package.process.elements[key]
    drawn = element.name or element.id
    name = package.texts.elements.get(key, Bilingual(drawn, drawn))
    found = error(element.file or PROCESS, "order", f"“{name.en}”: {sentence.en}", element_id=key)
    return replace(found, message_km=f"«{name.km}»៖ {sentence.km}")


def _filled(sentence: Bilingual, **blanks: Bilingual) -> Bilingual:
    km, en = ({key: words(language) for key, words in blanks.items()} for language in ("km", "en"))
    return Bilingual(sentence.km.format(**km), sentence.en.format(**en))


_NO_PAYMENT = Bilingual(
    "សេវានេះមានថ្លៃ ប៉ុន្តែគ្មានកិច្ចការណាទទួលប្រាក់ទេ ដូច្នេះគ្មាននរណាអាចបង់បានឡើយ។ "
    "សូមគូរកិច្ចការដែលមាន kind = payment ក្នុងគន្លងរបស់បេឡាករ ឬដកថ្លៃសេវា (fee) ចេញ។",
    "The service has a fee, and no task takes the payment, so nobody could pay it; draw a user task with "
    "kind = payment in the lane of the cashier, or remove the fee.",
)
_UNPAID = Bilingual(
    "សំណុំរឿងអាចមកដល់ទីនេះដោយមិនបានបង់ថ្លៃសេវា ព្រោះមានផ្លូវមួយមិនឆ្លងកាត់ «{task}»។ "
    "សូមដឹកនាំគ្រប់ផ្លូវមកទីនេះឆ្លងកាត់ការបង់ប្រាក់ ឬឱ្យថ្លៃក្នុងតារាងស្មើ 0 សម្រាប់អ្នកដែលមិនត្រូវបង់។",
    "A case can come here without the fee being paid, by a way that does not pass “{task}”; lead every way here "
    "through the payment, or let the fee table give 0 for those who do not pay.",
)
_PAYS_LATE = Bilingual(
    "service.yaml ប្រាប់អ្នកដាក់ពាក្យថាបង់ពេលដាក់ពាក្យ (pay: on_submission) ប៉ុន្តែការបង់ប្រាក់នេះមកដល់តែក្រោយសេចក្តីសម្រេចប៉ុណ្ណោះ។ "
    "សូមគូរវានៅមុខសេចក្តីសម្រេច ឬសរសេរ pay: on_approval។",
    "service.yaml tells applicants that they pay on submission (pay: on_submission), and this payment comes only after "
    "the decision; draw it before that, or write pay: on_approval.",
)
_PAYS_EARLY = Bilingual(
    "service.yaml ប្រាប់អ្នកដាក់ពាក្យថាបង់ពេលពាក្យសុំត្រូវបានយល់ព្រម (pay: on_approval) ប៉ុន្តែការបង់ប្រាក់នេះអាចមកដល់មុន "
    "applications.approve។ សូមគូរវានៅក្រោយប្រតិបត្តិការនោះ ឬសរសេរ pay: on_submission។",
    "service.yaml tells applicants that they pay when the application is approved (pay: on_approval), and this payment "
    "can come before applications.approve; draw it after that, or write pay: on_submission.",
)
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
