"""Refusals about loads of invented cases."""

from __future__ import annotations

from engine.errors.refused import Refused


class LoadInThePast(Refused):
    message = (
        "What happened here goes up to %(until)s and is not what this load would have done until then. "
        "A load begins later than everything else, or in an empty database."
    )

    def __init__(self, until: str) -> None:
        super().__init__(until=until)


class NothingToLoad(Refused):
    message = "None of these offices offers a service of which cases could be invented in these days."
