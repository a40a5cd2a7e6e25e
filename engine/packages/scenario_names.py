"""Whether scenarios name what is there: answers, levels, tasks, messages, elements and fees."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.khmer import Bilingual
from engine.packages.names import nearest
from engine.packages.package import ServicePackage
from engine.packages.problems import error
from engine.packages.said import filled
from engine.packages.yaml_files import YamlFile
from engine.problems import Problem


def names_that_lack(file: YamlFile, place: int, written: dict[str, Any], package: ServicePackage) -> Iterator[Problem]:
    """Levels, tasks, messages and elements that are not there."""
    levels = package.manifest.office_levels
    if written["level"] not in ("", *levels) and not package.unread.touches("service", "office_levels"):
        yield _wrong(file, place, written, _Lacking("level", written["level"], levels, _NO_LEVEL))
    elements, process = package.process.elements, ("process", "elements")
    expected = written["expect"]
    starts = [start.element_id for start in package.process.starts]
    asked = [
        *(("expect", name, elements, process) for name in (*(expected.path or ()), *(expected.waits_at or ()))),
        *(("begins", name, starts, process) for name in (written["begins"],) if name),
        *((where, name, elements, process) for where in ("connectors", "register") for name in written[where]),
    ]
    for step in written["steps"]:
        known = {"complete": package.tasks, "send": package.process.messages, "wait": (step.name,)}[step.action]
        asked.append(("steps", step.name, known, process))
    for where, name, there, part in dict.fromkeys((*one[:2], tuple(one[2]), one[3]) for one in asked):
        if name not in there and not package.unread.touches(*part):
            yield _wrong(file, place, written, _Lacking(where, name, there, _NO_ELEMENT))
    fees = [rule.key for rule in package.manifest.fees]
    for name in expected.fees or ():
        if name not in fees and not package.unread.touches("service", "fees"):
            yield _wrong(file, place, written, _Lacking("expect", name, fees, _NO_FEE))


def no_answers(file: YamlFile, place: int, written: Mapping[str, Any], answers: Collection[str]) -> Problem:
    """The answers that a scenario starts from are not there."""
    return _wrong(file, place, written, _Lacking("answers", written["answers"], answers, _NO_ANSWERS))


@dataclass(frozen=True, slots=True)
class _Lacking:
    """A name that is not there: under which key of the scenario, what is there, and how it is said."""

    where: str
    name: str
    known: Collection[str]
    sentence: Bilingual


def _wrong(file: YamlFile, place: int, written: Mapping[str, Any], lacking: _Lacking) -> Problem:
    places = {"scenario": written["name"], "where": lacking.where, "name": lacking.name}
    sentence = filled(lacking.sentence, **places, known=nearest(lacking.name, lacking.known))
    return error(file.name, "scenario", sentence, line=file.line(("scenarios", place, lacking.where)))


_NO_ANSWERS: Final = Bilingual(
    "«{scenario}» ចាប់ផ្តើមពីចម្លើយ «{name}» ដែលគ្មាន។ ចម្លើយដែលមាន៖ {known}។ សូមសរសេរមួយ ឬបន្ថែមវាក្រោម answers។",
    "“{scenario}” starts from the answers “{name}”, which are not there; there are: {known}. Write one of them, or add "
    "it under answers.",
)
_NO_LEVEL: Final = Bilingual(
    "«{scenario}»៖ សំណុំរឿងមិនអាចទទួលនៅថ្នាក់ {name} បានទេ។ office_levels មាន៖ {known}។ សូមសរសេរមួយ។",
    "“{scenario}”: the case cannot come in at the level {name}; office_levels has: {known}. Write one of them.",
)
_NO_ELEMENT: Final = Bilingual(
    "«{scenario}»៖ {where}៖ គំនូសតាងគ្មាន «{name}» ទេ។ មាន៖ {known}។ សូមសរសេរមួយក្នុងចំណោមនោះ។",
    "“{scenario}”: {where}: the diagram has no “{name}”; there are: {known}. Write one of them.",
)
_NO_FEE: Final = Bilingual(
    "«{scenario}»៖ {where}៖ service.yaml គ្មានថ្លៃ «{name}» ទេ។ មាន៖ {known}។ សូមសរសេរមួយក្នុងចំណោមនោះ។",
    "“{scenario}”: {where}: service.yaml has no fee “{name}”; there are: {known}. Write one of them.",
)
