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
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.package import PROCESS, SERVICE, ServicePackage
from engine.packages.problems import error
from engine.problems import Problem

_FEE: Final = re.compile(rb"^fee\s*:", re.MULTILINE)
_ISSUES: Final = "certificates.issue"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The elements of a diagram that take a payment, grant, issue, hand over, and end well."""

    paying: tuple[str, ...]
    approving: tuple[str, ...]
    deciding: tuple[str, ...]
    issuing: tuple[str, ...]
    handing: tuple[str, ...]
    ending: tuple[str, ...]


def check_order(package: ServicePackage) -> Iterator[Problem]:
    """Fees that nobody would have to pay."""
    drawn = _drawn(package)
    yield from _payment(package, drawn)


def _drawn(package: ServicePackage) -> _Drawn:
    operations = bpmn.services(package.process)
    decides = {key: HOUSE_OPERATIONS[name].decides for key, name in operations.items() if name in HOUSE_OPERATIONS}
    elements = package.process.elements.values()
    return _Drawn(
        paying=tuple(key for key, task in package.tasks.items() if task.kind == "payment"),
        approving=tuple(key for key, outcome in decides.items() if outcome == "approved"),
        deciding=tuple(key for key, outcome in decides.items() if outcome),
        issuing=tuple(key for key, name in operations.items() if name == _ISSUES),
        handing=tuple(key for key, task in package.tasks.items() if task.kind == "handover"),
        ending=tuple(element.id for element in elements if element.properties.get("outcome") == "approved"),
    )


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
        for key in _first(kept, bpmn.reached_without(package.process, drawn.paying)):
            yield _told(package, key, _filled(_UNPAID, task=package.tasks[drawn.paying[0]].name))


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
