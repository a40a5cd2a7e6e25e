from __future__ import annotations

from lxml import etree

from engine.documents import qr

LINK = "https://owso.example/verify/7F3K9Q"


def test_a_code_for_documents_is_a_picture_that_scales() -> None:
    root = etree.fromstring(qr.svg(LINK))
    assert etree.QName(root).localname == "svg"
    assert root.get("viewBox") is not None
    assert root.get("width") is None


def test_a_code_for_messages_is_a_png() -> None:
    assert qr.png(LINK).startswith(b"\x89PNG\r\n\x1a\n")


def test_a_code_on_a_page_needs_no_style_attribute_and_says_what_it_is() -> None:
    drawn = qr.inline_svg(LINK, 'Verify "this" <now>')
    root = etree.fromstring(drawn)
    assert "style" not in drawn
    assert root.get("class") == "ow-qr"
    assert root.get("role") == "img"
    assert root.findtext("{*}title") == 'Verify "this" <now>'


def test_the_same_text_gives_the_same_code() -> None:
    assert qr.svg(LINK) == qr.svg(LINK)
    assert qr.svg(LINK) != qr.svg(LINK + "x")
