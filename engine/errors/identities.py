"""Refusals about identity papers that more than one person shows."""

from __future__ import annotations

from engine.errors.refused import Refused


class PersonKnown(Refused):
    message = (
        "Somebody is verified with this identity document already. Nobody else can be, until a dispute is decided at "
        "the counter with the paper in hand."
    )


class PersonKnownSince(PersonKnown):
    message = (
        "Somebody was verified with this identity document on %(day)s at %(office)s. Nobody else can be, until a "
        "dispute is decided at the counter with the paper in hand."
    )


class VerifiedOtherwise(Refused):
    message = (
        "This account was verified with another identity document meanwhile, and stays so. Refuse this application."
    )


class ClaimsMeet(Refused):
    message = "Somebody else claims this number too. Compare both and decide which of them is real."


class DisputeWaits(Refused):
    message = (
        "A dispute about this number waits for the head of an office already. Nothing else can be asked meanwhile."
    )


class OriginalNotSeen(Refused):
    message = "Only whoever holds the original paper and sees its owner begins a dispute. Tick that you do."
