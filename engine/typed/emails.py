"""E-mail addresses."""

from __future__ import annotations

import re
from typing import Any, Final

from engine.typed.fault import Fault
from engine.typed.signs import plain

LONGEST: Final = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets."""
_LONGEST_NAME: Final = 64
# RFC 5322, 3.2.3: the signs that need no quotes; a full stop stands between others (dot-atom).
_NAME: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
# RFC 1035, 2.3.1: letters, digits and hyphens, no hyphen at either end; the last label is no number.
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LAST_LABEL: Final = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9]")


def typed_email(raw: Any) -> str | None:
    """The address that was typed, in small letters; None for nothing; raises Fault."""
    text = plain(raw).lower()
    if not text:
        return None
    name, at, domain = text.rpartition("@")
    labels = domain.split(".")
    whole = (
        at
        and len(text) <= LONGEST
        and len(name) <= _LONGEST_NAME
        and _NAME.fullmatch(name)
        and len(labels) > 1
        and all(map(_LABEL.fullmatch, labels))
        and _LAST_LABEL.fullmatch(labels[-1])
    )
    if not whole:
        raise Fault("not_an_email")
    return text


def known_email(raw: Any) -> str | None:
    """The address to look up for what was typed, None where it cannot be one. Raises nothing."""
    try:
        return typed_email(raw)
    except Fault:
        return None
