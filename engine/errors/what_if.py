"""Refusals about playing an office ahead."""

from __future__ import annotations

from engine.errors.refused import Refused


class OfficeTooLarge(Refused):
    message = "At this office more than %(most)s cases are open: too many to be played ahead on a page."

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class NothingToPlay(Refused):
    message = "Choose at least one thing that would be different."


class DaysUnreadable(Refused):
    message = "Enter two days that exist, the first not after the last, from today to three months ahead."


class TooManyOfficers(Refused):
    message = "Enter a number from 0 to %(most)s."

    def __init__(self, most: int) -> None:
        super().__init__(most=most)
