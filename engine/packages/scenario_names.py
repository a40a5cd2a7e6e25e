"""Whether scenarios name what is there: answers, levels, tasks, messages, elements, fees and sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.khmer import Bilingual
from engine.packages.asked import sessions_told
from engine.packages.names import nearest
from engine.packages.package import ServicePackage
from engine.packages.problems import error
from engine.packages.said import filled
from engine.packages.yaml_files import YamlFile
from engine.problems import Problem


def names_that_lack(file: YamlFile, place: int, written: dict[str, Any], package: ServicePackage) -> Iterator[Problem]:
    """Levels, tasks, messages, elements, fees and sessions that are not there."""
    for lacking in (*_of_the_diagram(written, package), *_of_the_service(written, package)):
        yield _wrong(file, place, written, lacking)


def _of_the_diagram(written: dict[str, Any], package: ServicePackage) -> Iterator[_Lacking]:
    if package.unread.touches("process", "elements"):
        return
    elements, expected = tuple(package.process.elements), written["expect"]
    starts = tuple(start.element_id for start in package.process.starts)
    asked = [
        *(("expect", name, elements) for name in (*(expected.path or ()), *(expected.waits_at or ()))),
        *(("begins", name, starts) for name in (written["begins"],) if name),
        *((where, name, elements) for where in ("connectors", "register") for name in written[where]),
    ]
    steps = {"complete": tuple(package.tasks), "send": (*package.process.messages, *package.process.signals)}
    asked += [("steps", step.name, steps[step.action]) for step in written["steps"] if step.action in steps]
    for where, name, there in dict.fromkeys(asked):
        if name not in there:
            yield _Lacking(where, name, there, _NO_ELEMENT)


def _of_the_service(written: dict[str, Any], package: ServicePackage) -> Iterator[_Lacking]:
    manifest, unread = package.manifest, package.unread
    if written["level"] not in ("", *manifest.office_levels) and not unread.touches("service", "office_levels"):
        yield _Lacking("level", written["level"], manifest.office_levels, _NO_LEVEL)
    sessions, told = [rule.key for rule in manifest.sessions], sessions_told(package)
    changed = [("steps", step.name) for step in written["steps"] if step.action == "change"]
    for where, name in dict.fromkeys([*(("sessions", name) for name in written["sessions"]), *changed]):
        if name not in (*sessions, *told) and not unread.touches("service", "sessions"):
            yield _Lacking(where, name, sessions, _NO_SESSION)
    fees = [rule.key for rule in manifest.fees]
    for name in written["expect"].fees or ():
        if name not in fees and not unread.touches("service", "fees"):
            yield _Lacking("expect", name, fees, _NO_FEE)


def sessions_before(file: YamlFile, place: int, written: Mapping[str, Any]) -> Iterator[Problem]:
    """Sessions that begin before the scenario does: nobody publishes what is over."""
    if any(one <= written["starts"] for held in written["sessions"].values() for one in held):
        yield _wrong(file, place, written, _Lacking("sessions", "", (), _OVER))


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
_NO_SESSION: Final = Bilingual(
    "«{scenario}»៖ {where}៖ service.yaml គ្មានពេលណាត់ «{name}» ទេ។ មាន៖ {known}។ សូមសរសេរមួយក្នុងចំណោមនោះ។",
    "“{scenario}”: {where}: service.yaml has no session “{name}”; there are: {known}. Write one of them.",
)
_OVER: Final = Bilingual(
    "«{scenario}»៖ {where}៖ ពេលណាត់ត្រូវចាប់ផ្តើមក្រោយពេលដែលករណីសាកល្បងចាប់ផ្តើម (starts)។ សូមកែម៉ោងមួយ។",
    "“{scenario}”: {where}: its sessions begin later than it starts; correct one of the moments.",
)
