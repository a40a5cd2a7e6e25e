"""The refusal of something that was typed."""

from __future__ import annotations

from typing import Any


class Fault(Exception):
    """What was typed cannot be accepted. ``error`` is the key of the sentence that says why, ``part`` names the piece
    of a date or an address, ``params`` fill the sentence."""

    def __init__(self, error: str, *, part: str = "", **params: Any) -> None:
        self.error, self.part, self.params = error, part, params
        super().__init__(error)
