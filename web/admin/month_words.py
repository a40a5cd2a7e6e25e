"""Months in words."""

from __future__ import annotations

from datetime import date

from engine import localise
from web.wording import current_lang


def month_text(month: str) -> str:
    """``2026-11`` as ``Nov 2026`` or ``វិច្ឆិកា ២០២៦``."""
    words = localise.short_day(date.fromisoformat(f"{month}-01"), current_lang())
    return words.partition(localise.NO_BREAK)[2]
