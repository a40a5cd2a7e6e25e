"""Refusals about taking back a task that was completed."""

from __future__ import annotations

from engine.errors.refused import Refused


class RecallTooLate(Refused):
    message = "This cannot be taken back any more: the case has gone on since. Tell whoever has it now."


class RecallTooFar(Refused):
    message = (
        "This cannot be taken back: completing it did more than give the case to the next officer. "
        "An administrator can change the case by hand."
    )
