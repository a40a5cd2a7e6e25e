"""Amounts in Khmer words, as receipts write them beside the figures. Pure.

Khmer counts in tens of thousands (ម៉ឺន) and hundreds of thousands (សែន) below the million (លាន).
"""

from __future__ import annotations

from typing import Final

_ONES: Final = ("", "មួយ", "ពីរ", "បី", "បួន", "ប្រាំ", "ប្រាំមួយ", "ប្រាំពីរ", "ប្រាំបី", "ប្រាំបួន")
_TENS: Final = ("", "ដប់", "ម្ភៃ", "សាមសិប", "សែសិប", "ហាសិប", "ហុកសិប", "ចិតសិប", "ប៉ែតសិប", "កៅសិប")
_SCALE: Final = ((100_000, "សែន"), (10_000, "ម៉ឺន"), (1_000, "ពាន់"), (100, "រយ"))
_MILLION: Final = 1_000_000


def khmer_words(number: int) -> str:
    """A whole number in Khmer words: 180,000 → ``មួយសែនប្រាំបីម៉ឺន``. Raises ValueError below zero."""
    if number < 0:
        raise ValueError(f"{number} is below zero")
    if number == 0:
        return "សូន្យ"
    millions, rest = divmod(number, _MILLION)
    words = khmer_words(millions) + "លាន" if millions else ""
    for size, name in _SCALE:
        count, rest = divmod(rest, size)
        words += _ONES[count] + name if count else ""
    return words + _TENS[rest // 10] + _ONES[rest % 10]


def riel_in_words(amount: int) -> str:
    """An amount of riel in Khmer words: ``មួយសែនប្រាំបីម៉ឺនរៀល``."""
    return f"{khmer_words(amount)}រៀល"
