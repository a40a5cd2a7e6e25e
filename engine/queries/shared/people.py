"""How people are named on screens."""

from __future__ import annotations

from engine.khmer import Bilingual


def person_name(name_km: str | None, name_latin: str | None) -> Bilingual:
    """A person's name in both spellings; the one that is there stands for the one that is missing."""
    return Bilingual(km=name_km or name_latin or "", en=name_latin or name_km or "")
