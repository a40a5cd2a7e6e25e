"""Whether a case can be decided by silence as its service says: the law must say so, and the diagram must draw it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.law import LAW, readable_law
from engine.packages.operations import SILENCE
from engine.packages.package import PROCESS, SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.said import filled
from engine.problems import Problem


def check_silence(package: ServicePackage) -> Iterator[Problem]:
    """What is wrong with ``clock.silence`` and with the way that is drawn for it."""
    if package.unread.touches("service", "clock") or package.unread.touches("process", "elements"):
        return
    yield from _house_alone(package)
    decides, takers = package.manifest.clock.silence, bpmn.taken(package.process, SILENCE)
    if not decides:
        for key in takers:
            yield error(PROCESS, "silence", _NEVER_COMES, element_id=key)
        return
    yield from _law(package, decides)
    if not takers:
        yield _told(package, filled(_NOT_DRAWN, decides=decides))
    for key in takers:
        if _decided_behind(package, key) != {decides}:
            yield error(PROCESS, "silence", filled(_DECIDES_OTHERWISE, decides=decides), element_id=key)


def _house_alone(package: ServicePackage) -> Iterator[Problem]:
    """No diagram sends the message, or begins with it."""
    said: list[tuple[str, str, str]] = [(one.kind, one.name, one.element_id) for one in bpmn.thrown(package.process)]
    said += [(start.kind, start.name or "", start.element_id) for start in package.process.starts]
    for kind, name, key in said:
        if (kind, name) == ("message", SILENCE):
            yield error(PROCESS, "silence", _HOUSE_ALONE, element_id=key)


def _law(package: ServicePackage, decides: str) -> Iterator[Problem]:
    law = readable_law(package)
    if law is None and LAW in package.files:
        return
    if law is None or law.silence is None or law.silence.decides != decides:
        yield _told(package, filled(_NOT_LAW, decides=decides))


def _decided_behind(package: ServicePackage, key: str) -> set[str]:
    """What the operations decide to which a case comes from an element."""
    elements = package.process.elements
    behind = (elements[one].operation for one in bpmn.behind(package.process, key) if one in elements)
    decisions = (HOUSE_OPERATIONS[operation].decides for operation in behind if operation in HOUSE_OPERATIONS)
    return {decision for decision in decisions if decision}


def _told(package: ServicePackage, sentence: Bilingual) -> Problem:
    place = package.files[SERVICE].find(b"silence")
    line = package.files[SERVICE].count(b"\n", 0, place) + 1 if place >= 0 else None
    return error(SERVICE, "silence", sentence, line=line)


_NOT_LAW: Final = Bilingual(
    "clock.silence ឱ្យសំណុំរឿងក្លាយជា {decides} ពេលផុតរយៈពេលតាមច្បាប់ ប៉ុន្តែ law.yaml មិនបញ្ជាក់ដូច្នេះទេ។ "
    "សូមសរសេរ silence ក្នុង law.yaml ជាមួយប្រភព ឬដកវាចេញពី clock។",
    "clock.silence makes a case {decides} when the term of the law passes, and law.yaml does not say so; write silence "
    "in law.yaml with its source, or leave it out of clock.",
)
_NOT_DRAWN: Final = Bilingual(
    "clock.silence ឱ្យសំណុំរឿងក្លាយជា {decides} ប៉ុន្តែគ្មានព្រឹត្តិការណ៍ណាក្នុងដ្យាក្រាមរង់ចាំសារ “silence” ទេ។ "
    "សូមគូរព្រឹត្តិការណ៍នោះ និងផ្លូវទៅកាន់ការសម្រេច។",
    "clock.silence makes a case {decides}, and no event of the diagram waits for the message “silence”; draw one, and "
    "the way from it to the decision.",
)
_DECIDES_OTHERWISE: Final = Bilingual(
    "ផ្លូវក្រោយសារ “silence” មិននាំទៅកាន់ការសម្រេច {decides} តែមួយគត់ទេ ដូចដែល clock.silence បញ្ជាក់។ សូមកែផ្លូវ ឬ clock.silence។",
    "The way behind the message “silence” does not lead to the one decision that clock.silence says, {decides}; "
    "correct the way, or clock.silence.",
)
_NEVER_COMES: Final = Bilingual(
    "សារ “silence” មិនដែលមកទេ ព្រោះ clock ក្នុង service.yaml គ្មាន silence។ សូមសរសេរវា ឬដកព្រឹត្តិការណ៍នេះចេញ។",
    "The message “silence” never comes, because clock in service.yaml has no silence; write it, or remove the event.",
)
_HOUSE_ALONE: Final = Bilingual(
    "សារ “silence” មកពីប្រព័ន្ធតែម្នាក់ឯង នៅពេលផុតរយៈពេលតាមច្បាប់។ សូមដាក់ឈ្មោះផ្សេងឱ្យសារនេះ។",
    "The message “silence” comes from the house alone, when the term of the law has passed. Give this one "
    "another name.",
)
