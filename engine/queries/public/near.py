"""Finding words in texts: however they are typed, and with one wrong letter where nothing else fits."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from storage.normal_form import words_of

SHORTEST: Final = 4
"""Signs of a word that may have a wrong one: shorter words would find everything."""


def joined(text: str) -> str:
    """A text in its normal form without blanks, as words are looked for in it: Khmer is written without them."""
    return "".join(words_of(text))


def holds(texts: str, wanted: Collection[str]) -> bool:
    """Whether every word stands in one of the texts (``joined``, each in a line of its own)."""
    return all(word in texts for word in wanted)


def nearly_holds(texts: str, wanted: Collection[str]) -> bool:
    """The same where a word may have a wrong letter: one other, one too many, one too few, or two changed over."""
    return all(_nearly_in(word, texts) for word in wanted)


def _nearly_in(word: str, text: str) -> bool:
    """One of the two halves of a word with one mistake is right: only around it the other is compared."""
    if word in text:
        return True
    if len(word) < SHORTEST:
        return False
    middle = len(word) // 2
    first, second = word[:middle], word[middle:]
    for at in _places(first, text):
        behind = text[at + middle :]
        if any(_one_apart(second, behind[: len(second) + more]) for more in (-1, 0, 1)):
            return True
    for at in _places(second, text):
        if any(_one_apart(first, text[max(0, at - middle - more) : at]) for more in (-1, 0, 1)):
            return True
    return _changed_over_in_the_middle(word, middle, text)


def _changed_over_in_the_middle(word: str, middle: int, text: str) -> bool:
    return f"{word[: middle - 1]}{word[middle]}{word[middle - 1]}{word[middle + 1 :]}" in text


def _places(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _one_apart(one: str, other: str) -> bool:
    """Whether at most one letter is other, missing, too many, or changed over with the next."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    same = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return len(long) - len(short) == 1 and short[same:] == long[same + 1 :]
    is_other = short[same + 1 :] == long[same + 1 :]
    is_over = short[same : same + 2] == long[same : same + 2][::-1] and short[same + 2 :] == long[same + 2 :]
    return is_other or is_over
