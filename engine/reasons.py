"""Reasons that people must give for what they do to a case; they become part of its history."""

from __future__ import annotations

from typing import Final

from engine.errors import ReasonMissing
from engine.khmer import tidy

LONGEST: Final = 500


def reason_given(typed: str, *, longest: int = LONGEST) -> str:
    """The reason as it is recorded, cut at so many characters; ``ReasonMissing`` when nothing was written."""
    reason = tidy(typed)[:longest]
    if not reason:
        raise ReasonMissing
    return reason
