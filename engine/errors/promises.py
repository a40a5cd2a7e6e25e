"""What is refused about promised days."""

from __future__ import annotations

from engine.errors.refused import Refused


class NoMoreTime(Refused):
    message = "The rules of this service allow no more time, or it was given as often as they allow."


class NothingPromised(Refused):
    message = "No day is promised for this case: nothing runs that could be given more time."


class PromiseBroken(Refused):
    message = "The promised day has passed. A promise that was not kept is given no more time; a new day is told."


class PromiseStandsStill(Refused):
    message = "The clock stands still. Give more time when it runs on."


class TooMuchTime(Refused):
    message = "Write a whole number from 1 to %(most)s."
