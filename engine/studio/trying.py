"""The scenarios of a draft, tried when somebody asks for it: they take longer than what is said while one types."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from engine.errors import ErrorsFirst, TooManyScenarios
from engine.house import House
from engine.packages import ServicePackage
from engine.packages.package import SCENARIOS
from engine.packages.yaml_files import lines_of
from engine.people.actors import Actor
from engine.studio.problems import looked_at

MOST_SCENARIOS: Final = 100
"""As many as a page waits for; the largest service of the ministries has less than a tenth of it."""


def package_to_try(session: Session, house: House, actor: Actor, key: str) -> ServicePackage:
    """The package of the newest save, to run its scenarios once the transaction has ended. ``ErrorsFirst`` for one that
    could not run, ``TooManyScenarios`` for more than a page waits for."""
    draft, problems = looked_at(session, house, actor, key)
    if any(problem.severity == "error" for problem in problems):
        raise ErrorsFirst
    written = lines_of(SCENARIOS, draft.package.files.get(SCENARIOS, b"")).value.get("scenarios", ())
    if len(written) > MOST_SCENARIOS:
        raise TooManyScenarios(most=MOST_SCENARIOS)
    return draft.package
