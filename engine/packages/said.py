"""Sentences for libraries that take nothing but text: English, with the Khmer at hand."""

from __future__ import annotations

from typing import Self

from engine.khmer import Bilingual


class Said(str):
    """A sentence in English that is also known in Khmer (``km``); filling its places fills both."""

    __slots__ = ("km",)
    km: str

    def __new__(cls, km: str, en: str) -> Self:
        """The sentence in both languages, in the order in which ``Bilingual`` has them."""
        made = super().__new__(cls, en)
        made.km = km
        return made

    def format(self, *values: object, **names: object) -> Said:
        """The same sentence with its places filled."""
        return Said(self.km.format(*values, **names), super().format(*values, **names))


def said(sentence: Bilingual) -> Said:
    """A sentence where text is expected."""
    return Said(sentence.km, sentence.en)


def in_both(text: str) -> Bilingual:
    """What was said, in both languages; a word that is the same in both stands for itself."""
    return Bilingual(text.km, str(text)) if isinstance(text, Said) else Bilingual(text, text)


def filled(sentence: Bilingual, **places: str | Bilingual) -> Bilingual:
    """A sentence with its places filled, each in the language of the sentence."""
    km, en = (
        {name: word(language) if isinstance(word, Bilingual) else word for name, word in places.items()}
        for language in ("km", "en")
    )
    return Bilingual(sentence.km.format(**km), sentence.en.format(**en))


def about(name: Bilingual, sentence: Bilingual) -> Bilingual:
    """A sentence about something with a name."""
    return Bilingual(f"«{name.km}»៖ {sentence.km}", f"“{name.en}”: {sentence.en}")
