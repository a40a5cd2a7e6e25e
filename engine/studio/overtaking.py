"""Several small texts of one file on one page: only those count that somebody changed, so two change different ones.

What somebody saw is remembered as a short digest of each text; it goes with the page and comes back with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from engine.errors import PlacesOvertaken

Seen = Mapping[str, str]
"""The digest of each text as it was shown, by the digest of its name."""
_SIGNS: Final = 8


def seen(texts: Mapping[str, str]) -> dict[str, str]:
    """What somebody sees to whom these texts are shown by their names."""
    return {_short(name): _short(text) for name, text in texts.items()}


def changed_since(shown: Seen, mine: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Those of my texts that I changed since they were shown and that are not so already.

    Raises ``PlacesOvertaken`` with the texts of the other where somebody else changed one of these meanwhile.
    """
    changed = {name: text for name, text in mine.items() if shown.get(_short(name)) != _short(text)}
    changed = {name: text for name, text in changed.items() if now.get(name, "") != text}
    theirs = {name: now.get(name, "") for name in changed if shown.get(_short(name)) != _short(now.get(name, ""))}
    if theirs:
        raise PlacesOvertaken(theirs)
    return changed


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_SIGNS]
