"""References under which a bank knows a payment."""

from __future__ import annotations

import re
from typing import Any, Final

from engine.typed.fault import Fault
from engine.typed.signs import compact

LONGEST: Final = 80
_REFERENCE: Final = re.compile(r"(?=.*[A-Z0-9])[A-Z0-9/._:#]{3,80}")


def typed_bank_reference(raw: Any) -> str | None:
    """The reference as references are compared: capital letters and Latin digits, no blanks or dashes; None for
    nothing; raises Fault."""
    text = compact(raw)
    if not text:
        return None
    if not _REFERENCE.fullmatch(text):
        raise Fault("not_a_bank_reference")
    return text


def bank_reference_of(answer: str) -> str:
    """The same for what a bank itself says, which is never refused for its signs."""
    return compact(answer[:LONGEST])
