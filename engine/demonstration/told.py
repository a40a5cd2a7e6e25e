"""A scenario as far as it was told, and who takes part in telling it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.demonstration.people import Sample
from engine.localise import PHNOM_PENH
from engine.packages import Form
from engine.packages.scenarios import Scenario
from engine.people.actors import Actor

Staff = Mapping[tuple[str, int], Sequence[Actor]]
"""Who works where: by group and office id."""
Answers = Mapping[str, Any]


class CannotGoOn(Exception):
    """The house does not wait for this step of the scenario; the message says which one and what it waits for."""


def as_written(form: Form, answers: Answers) -> Answers:  # noqa: ARG001
    """The answers as the scenario has them."""
    return answers


def as_told(local: datetime) -> datetime:
    """The moment that the scenario has, by the clock of the offices."""
    return local.replace(tzinfo=PHNOM_PENH).astimezone(UTC)


@dataclass
class Told:
    """A scenario as far as it was told: who applies at which office, and the key of the application once filed.

    ``fits`` makes the answers of the scenario those of this applicant on these days, ``moves`` its local moments those
    at which they happen. ``continues`` is the number of the certificate that is renewed or changed.
    """

    service: str
    scenario: Scenario
    applicant: Sample
    office_id: int
    fits: Callable[[Form, Answers], Answers] = as_written
    at_counter: bool = False
    continues: str = ""
    moves: Callable[[datetime], datetime] = as_told
    person: Actor | None = None
    key: str = ""
