"""Pages of papers are drawn as pictures by a process that has little time and memory."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from engine.documents.examiner import WIDEST_PAGE
from engine.documents.page_pictures import page_picture
from engine.errors import DocumentBroken


def paper(*sizes: tuple[float, float]) -> bytes:
    made = pikepdf.new()
    for size in sizes:
        made.add_blank_page(page_size=size)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_page_is_a_picture_of_the_page_that_was_asked_for() -> None:
    shown = page_picture(paper((600, 800), (800, 400)), 2)
    assert (shown.number, shown.pages) == (2, 2)
    with Image.open(io.BytesIO(shown.jpeg)) as picture:
        assert picture.size == (WIDEST_PAGE, WIDEST_PAGE // 2)


@pytest.mark.parametrize(("asked", "shown"), [(0, 1), (-3, 1), (99, 2), (10**9, 2)])
def test_a_page_that_is_not_there_is_the_nearest_one(asked: int, shown: int) -> None:
    assert page_picture(paper((600, 800), (800, 400)), asked).number == shown


def test_a_page_of_any_size_is_no_larger_than_a_screen_needs() -> None:
    with Image.open(io.BytesIO(page_picture(paper((14_400, 3)), 1).jpeg)) as picture:
        assert max(picture.size) <= WIDEST_PAGE


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing of it", paper((600, 800))[:200]])
def test_of_a_broken_file_nothing_is_drawn(content: bytes) -> None:
    with pytest.raises(DocumentBroken):
        page_picture(content, 1)
