"""Refusals about chains of escalation."""

from __future__ import annotations

from engine.errors.refused import Refused


class ChainEmpty(Refused):
    message = "Say to whom a late case goes up, or that it goes up as the service says."


class ChainContradicts(Refused):
    message = "Say either to whom a late case goes up, or that it goes up as the service says; not both."


class ChainTimeMissing(Refused):
    message = "Only the first one can be told at once. Write after how many working hours or days each further one is."


class ChainTimeTooLong(Refused):
    message = "Write a time of %(hours)s working hours or %(days)s working days at most."


class ChainBeginsTooEarly(Refused):
    message = "A chain holds from tomorrow on at the earliest: what is late already goes up the chain of its day."


class ChainKnown(Refused):
    message = "There is a chain for this that begins on the same day. Withdraw that first."


class ChainHolds(Refused):
    message = "This chain holds already and stays as it is. Set another from a later day on."
