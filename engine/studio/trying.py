"""A draft tried when somebody asks for it, which takes longer than what is said while one types: its scenarios, and
what it would have done with cases that were."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.errors import ErrorsFirst, PackageRefused, TooManyScenarios
from engine.house import House
from engine.packages import ServicePackage
from engine.packages.package import SCENARIOS
from engine.packages.yaml_files import lines_of
from engine.people.actors import Actor
from engine.studio.problems import looked_at
from engine.versions import trials

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


def ask_trial(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    *,
    service_key: str = "",
    office_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    most: int = trials.USUAL,
    now: datetime,
) -> str:
    """Fixes the newest cases of the service (``engine.versions.trials``), to be tried on the newest save; the key of
    the trial. ``PackageRefused`` while the draft has errors, ``NotAllowed`` for an office that is not theirs,
    ``OtherService`` for a draft of another service than this one, where one is named."""
    draft, problems = looked_at(session, house, actor, key)
    if any(problem.severity == "error" for problem in problems):
        raise PackageRefused(problems)
    package = draft.package
    return trials.ask(
        session,
        house,
        actor,
        service_key or package.manifest.key,
        package.files,
        office_id=office_id,
        since=since,
        until=until,
        most=most,
        now=now,
    )
