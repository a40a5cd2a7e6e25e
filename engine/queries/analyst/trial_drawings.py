"""A trial on drawings: where paths part and cases get stuck, on what was tried and on the version the cases ran on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.people.actors import Actor
from engine.queries.analyst.definitions import drawings_of
from engine.queries.analyst.trials import TrialShown
from engine.versions import trials
from storage.processes import ProcessInstance
from storage.trials import Trial, TrialCase, TrialVerdict


@dataclass(frozen=True, slots=True)
class TrialDrawn:
    """By element, on how many cases the path ``parted`` and how many were ``stuck``. ``before`` is the version on which
    most of the cases ran, so many as ``before_cases``, with its BPMN files; None where there is no case."""

    parted: Mapping[str, int]
    stuck: Mapping[str, int]
    before: int | None
    before_cases: int
    drawings_before: tuple[str, ...]

    @property
    def cases(self) -> dict[str, int]:
        """By element, how many cases parted or were stuck there."""
        return dict(Counter(self.parted) + Counter(self.stuck))


def drawn(session: Session, house: House, shown: TrialShown) -> TrialDrawn:
    """The same trial for its drawings; one statement more."""
    most = session.execute(
        select(ProcessInstance.definition_id, func.count())
        .join(TrialCase, TrialCase.application_id == ProcessInstance.application_id)
        .join(Trial, Trial.id == TrialCase.trial_id)
        .where(Trial.key == shown.line.key)
        .group_by(ProcessInstance.definition_id)
        .order_by(func.count().desc(), ProcessInstance.definition_id.desc())
        .limit(1)
    ).one_or_none()
    before = house.catalog.of(session, most[0]) if most else None
    return TrialDrawn(
        parted=_at(shown, TrialVerdict.OTHER),
        stuck=_at(shown, TrialVerdict.STUCK),
        before=before.version if before else None,
        before_cases=most[1] if most else 0,
        drawings_before=drawings_of(before.package) if before else (),
    )


def drawing(session: Session, house: House, actor: Actor, key: str, file: str) -> bytes:
    """A BPMN file of the package that was tried; ``NotFound``, ``NotAllowed``."""
    package = trials.published_for(session, house, trials.readable(session, actor, key)).package
    if file not in package.drawings:
        raise NotFound
    return package.drawings[file]


def _at(shown: TrialShown, verdict: TrialVerdict) -> dict[str, int]:
    found: Counter[str] = Counter()
    for group in shown.groups:
        if group.verdict == verdict and group.element:
            found[group.element.id] += group.cases
    return dict(found)
