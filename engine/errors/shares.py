"""Refusals about the shares of the income."""

from __future__ import annotations

from engine.errors.refused import Refused


class SharesNotWhole(Refused):
    message = "The shares must be 100 percent together. They are %(percent)s percent."


class SharesBeginTooEarly(Refused):
    message = "Shares hold from tomorrow on at the earliest: receipts that were given are divided already."


class SharesKnown(Refused):
    message = "There are shares for this that begin on the same day. Withdraw those first."


class SharesHold(Refused):
    message = "These shares hold already and stay as they are. Set others from a later day on."
