"""The result of a draft as its template draws it: with what a scenario issues, while the template is being written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.documents.pdf import DocumentFailed
from engine.errors import ErrorsFirst, NotFound
from engine.house import House
from engine.packages import ServicePackage
from engine.packages.scenario_issued import issued_in, scenarios_of
from engine.packages.scenarios import Scenario
from engine.packages.trying import office
from engine.people.actors import Actor
from engine.results.specimens import pictures_of
from engine.studio.bounds import check_content
from engine.studio.problems import looked_at
from engine.studio.trying import MOST_SCENARIOS

MOST_PAGES = 6
"""Pages that are shown; a result has one or two."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """The pages of a result as PNG, and the name of the scenario that issued it. No pages: ``why`` it cannot be drawn,
    empty where the scenario issues nothing. ``is_whole``: these are all pages."""

    scenario: str
    pages: tuple[bytes, ...] = ()
    why: str = ""
    is_whole: bool = True


def template_of(session: Session, house: House, actor: Actor, key: str) -> str:
    """The path of the template of a draft; ``NotFound`` for one without, and for results that the house draws."""
    package = looked_at(session, house, actor, key)[0].package
    if package.template is None or package.template not in package.files:
        raise NotFound
    return package.template


def package_to_draw(session: Session, house: House, actor: Actor, key: str) -> ServicePackage:
    """The package of the newest save, to draw its result once the transaction has ended. Errors of its template are
    told by drawing it; ``ErrorsFirst`` for one with others, since nothing could be issued."""
    draft, problems = looked_at(session, house, actor, key)
    if any(problem.severity == "error" and problem.file != draft.package.template for problem in problems):
        raise ErrorsFirst
    return draft.package


def scenario_names(package: ServicePackage) -> tuple[str, ...]:
    """The scenarios that may be chosen."""
    return tuple(scenario.name for scenario in _offered(package))


def specimen(house: House, package: ServicePackage, template: bytes, *, scenario: str) -> Specimen:
    """The result of a scenario drawn with this template, of the first that issues one without a name. Nothing is saved.
    Raises ``FileTooLarge`` and ``NotText``."""
    check_content(package.template or "", template)
    for one in _wanted(package, scenario):
        issued = issued_in(package, one, office())
        if issued is None:
            continue
        try:
            pages = pictures_of(house, package, template, issued, office())
        except DocumentFailed as failed:
            return Specimen(one.name, why=str(failed))
        return Specimen(one.name, tuple(pages[:MOST_PAGES]), is_whole=len(pages) <= MOST_PAGES)
    return Specimen(scenario)


def _wanted(package: ServicePackage, name: str) -> Iterator[Scenario]:
    return (one for one in _offered(package) if not name or one.name == name)


def _offered(package: ServicePackage) -> tuple[Scenario, ...]:
    return scenarios_of(package)[:MOST_SCENARIOS]
