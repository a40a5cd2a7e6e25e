"""The gate of a release: every package that it changes is checked, tested, covered and compared; ``replaying`` has the
fifth step.

Nothing is written, and it may take a while: whoever asks holds no lock meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalog.published import Published
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import PackageRejected, ServicePackage, Trial, check_draft, differences, try_package
from engine.problems import Problem
from engine.results.certificate_paper import try_out
from engine.versions.standing import meets
from storage.processes import ProcessDefinition
from storage.releases import GateStep, GateVerdict

MOST: Final = 30
"""So many findings of one package are kept for a step; how many more there are is said."""
LONGEST_VALUE: Final = 200
"""Signs of what was and is written somewhere."""
log = structlog.get_logger("owso.releases")


@dataclass(frozen=True, slots=True)
class Changed:
    """A package that a release changes, with the version that it was made from."""

    package: ServicePackage
    problems: tuple[Problem, ...]
    base: Published | None

    @property
    def service_key(self) -> str:
        return self.package.manifest.key


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a step found in a package: where, in both languages, and whether it holds the release up."""

    service: str
    place: str
    said: Bilingual
    holds: bool
    trial: str = ""
    """The key of the trial of many cases that found it."""

    def kept(self) -> dict[str, object]:
        """As a row of ``GateResult`` keeps it."""
        told: dict[str, object] = {"service": self.service, "place": self.place, "km": self.said.km, "en": self.said.en}
        return told | {"holds": self.holds} | ({"trial": self.trial} if self.trial else {})


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step came to for all packages of a release."""

    step: GateStep
    verdict: GateVerdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _At:
    """Where and when the gate looks."""

    session: Session
    house: House
    known: frozenset[str]
    now: datetime


def go_through(session: Session, house: House, changed: Sequence[Changed], *, now: datetime) -> tuple[StepResult, ...]:
    """Every step but the replay, for every package. A package whose check fails is not tried further."""
    published = frozenset(session.scalars(select(ProcessDefinition.service_key).distinct()))
    at = _At(session, house, published | {one.service_key for one in changed}, now)
    steps = (GateStep.CHECKED, *_LOOKS)
    found: dict[GateStep, list[Finding]] = {step: [] for step in steps}
    undone: set[GateStep] = set()
    for one in changed:
        checked = list(_checked(at, one))
        found[GateStep.CHECKED] += _first(one, checked)
        if any(finding.holds for finding in checked):
            undone |= {*_LOOKS}
            continue
        trial = _tried(one)
        for step, look in _LOOKS.items():
            found[step] += _first(one, list(look(at, one, trial)))
    return tuple(StepResult(step, verdict_of(found[step], step in undone), tuple(found[step])) for step in steps)


def verdict_of(findings: Iterable[Finding], is_undone: bool) -> GateVerdict:
    """What a step comes to with these findings."""
    if any(finding.holds for finding in findings):
        return GateVerdict.FAILED
    return GateVerdict.NOT_DONE if is_undone else GateVerdict.PASSED


def _first(one: Changed, findings: Sequence[Finding]) -> list[Finding]:
    """Those that hold the release up before others, and no more than can be read."""
    ordered = sorted(findings, key=lambda finding: not finding.holds)
    more = len(ordered) - MOST
    return [*ordered[:MOST], *([_said(one, "", _MORE, holds=False, count=more)] if more > 0 else [])]


def _checked(at: _At, one: Changed) -> Iterable[Finding]:
    problems = [*one.problems, *check_draft(at.house.catalog.draft(one.package.files), known=at.known)]
    if not any(problem.severity == "error" for problem in problems):
        drawn = try_out(one.package, fonts=at.house.fonts, now=at.now)
        problems += [*([drawn] if drawn else []), *meets(at.session, at.house, one.package, now=at.now)]
    return [_of_problem(one, problem) for problem in dict.fromkeys(problems)]


def _tried(one: Changed) -> Trial | PackageRejected:
    try:
        return try_package(one.package)
    except PackageRejected as rejected:
        return rejected


def _tested(_at: _At, one: Changed, trial: Trial | PackageRejected) -> Iterable[Finding]:
    if isinstance(trial, PackageRejected):
        yield from (_of_problem(one, problem) for problem in trial.problems)
        return
    if not trial.tales:
        yield _said(one, "tests.yaml", _NO_SCENARIO)
    for tale in trial.tales:
        yield from (_of_problem(one, problem) for problem in tale.problems)


def _covered(_at: _At, one: Changed, trial: Trial | PackageRejected) -> Iterable[Finding]:
    if isinstance(trial, PackageRejected):
        yield _said(one, "tests.yaml", _NO_SCENARIO)
        return
    for spot in trial.spots:
        if not spot.part and not spot.is_covered:
            yield Finding(one.service_key, spot.file, filled(_UNTRIED, key=spot.key, name=spot.name), holds=True)


def _compared(_at: _At, one: Changed, _trial: Trial | PackageRejected) -> Iterable[Finding]:
    if one.base is None:
        yield _said(one, "", NEW_SERVICE, holds=False)
        return
    for each in differences(one.base.package, one.package):
        about = each.name or Bilingual(each.element, each.element)
        place = " › ".join(map(str, each.place))
        before, after = (Bilingual("–", "–") if side is None else side for side in (each.before, each.after))
        km, en = f"{about.km} {place}".strip(), f"{about.en} {place}".strip()
        told = Bilingual(
            f"{km}: {_short(before.km)} → {_short(after.km)}", f"{en}: {_short(before.en)} → {_short(after.en)}"
        )
        yield Finding(one.service_key, each.file, told, holds=False)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


_LOOKS: Final[Mapping[GateStep, Callable[[_At, Changed, Trial | PackageRejected], Iterable[Finding]]]] = {
    GateStep.TESTED: _tested,
    GateStep.COVERED: _covered,
    GateStep.COMPARED: _compared,
}


def _of_problem(one: Changed, problem: Problem) -> Finding:
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    return Finding(one.service_key, place, Bilingual(problem.message_km, problem.message), problem.severity == "error")


def _said(one: Changed, place: str, sentence: Bilingual, *, holds: bool = True, **facts: object) -> Finding:
    return Finding(one.service_key, place, filled(sentence, **facts), holds)


def filled(sentence: Bilingual, **facts: object) -> Bilingual:
    """A sentence with its facts in both languages."""
    km = {name: fact.km if isinstance(fact, Bilingual) else fact for name, fact in facts.items()}
    en = {name: fact.en if isinstance(fact, Bilingual) else fact for name, fact in facts.items()}
    return Bilingual(sentence.km.format(**km), sentence.en.format(**en))


_MORE: Final = Bilingual("និងចំណុចផ្សេងទៀតចំនួន {count}។", "and {count} more.")
_NO_SCENARIO: Final = Bilingual("គ្មានករណីសាកល្បងណាមួយទេ។ សូមសរសេរយ៉ាងហោចណាស់មួយ។", "There is no scenario; write at least one.")
_UNTRIED: Final = Bilingual("មិនទាន់បានសាក៖ {name} ({key})។", "Not tried by any scenario: {name} ({key}).")
NEW_SERVICE: Final = Bilingual("ជាសេវាថ្មី គ្មានកំណែមុនដើម្បីប្រៀបធៀបទេ។", "A new service; there is no version before it.")
