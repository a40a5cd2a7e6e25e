"""A page of a PDF as a picture, to be read beside one's work: no program of the file and no viewer is between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.documents.intake import looked_into

FARTHEST: Final = 9_999
"""No paper has so many pages."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """Page ``number`` of ``pages`` as a JPEG."""

    number: int
    pages: int
    jpeg: bytes


def page_picture(content: bytes, number: int) -> PagePicture:
    """The page with this number, from 1; the last one where the paper has fewer.

    Drawn by a process of its own with little time and memory, few at once: never while a transaction is open.
    ``DocumentBroken`` for a file of which nothing can be drawn.
    """
    facts, _, jpeg = looked_into(f"page:{min(max(number, 1), FARTHEST)}", content).partition(b"\n")
    shown, pages = facts.split()
    return PagePicture(int(shown), int(pages), jpeg)
