"""Refusals about versions of a service and transfers between them."""

from __future__ import annotations

from engine.errors.refused import Refused
from engine.problems import Problem


class NoSuchVersion(Refused):
    message = "There is no version %(version)s of %(service)s."


class AlreadyUndone(Refused):
    message = "This transfer was undone before."


class TakenFurther(Refused):
    message = "Transfer %(transfer)s took cases of this one further. Undo transfer %(transfer)s first."


class ElementUnknown(Refused):
    message = "There is no element “%(element)s” in the versions concerned."


class OtherService(Refused):
    message = "These files are of %(found)s, and not of %(service)s."


class PackageRefused(Refused):
    """A package that cannot be published. ``problems`` names each place and its remedy."""

    message = "The package has problems and was not published."

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self.problems = problems
