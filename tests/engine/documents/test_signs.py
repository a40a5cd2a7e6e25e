"""Whatever can be typed can be printed, or is refused where it is typed; nothing typed stops a paper."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from engine.documents import pdf
from engine.signs import BREAK, UNKNOWN, drawable, printable, undrawable
from tests.properties import given, settings, st

SHOWS = b'#let d = json(bytes(sys.inputs.data))\n#set text(font: "Kantumruy Pro", lang: "km")\n#d.text'
MOMENT = datetime(2026, 2, 17, 2, 30, tzinfo=UTC)


def drawn(text: str, fonts: Path) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.render(SHOWS, {"text": text}, fonts=fonts, issued_at=MOMENT)))


def test_the_list_of_signs_is_what_the_fonts_have(fonts: Path) -> None:
    letters = {chr(code) for font in fonts.glob("*.ttf") for code in TTFont(font).getBestCmap()}
    assert drawable() == {sign for sign in letters if unicodedata.category(sign) not in ("Cc", "Cs")}


def test_every_sign_of_the_list_can_be_drawn(fonts: Path) -> None:
    assert len(drawn(" ".join(sorted(drawable())), fonts).pages) > 1


@pytest.mark.parametrize(
    "text",
    [
        "សុខ ដារ៉ា",
        "金边饭店",
        "โรงแรม",
        "Nguyễn Văn Đức",
        "Łukasz Šimić",
        "D’Angelo",
        "Müller",
        "㎡",
        "€ 5",
        "ផ្ទះ\u200bថ្មី",
    ],
)
def test_names_of_people_and_businesses_are_drawn(text: str, fonts: Path) -> None:
    assert undrawable(text) == ""
    assert printable(text) == text
    assert len(drawn(text, fonts).pages) == 1


@pytest.mark.parametrize(
    ("text", "signs"),
    [("😀 Hotel 😀🎉", "😀🎉"), ("مطعم", "مطع"), ("호텔", "호텔"), ("❤\ufe0f", "❤"), ("a\ue000", "\ue000")],
)
def test_signs_that_no_font_has_are_named_once(text: str, signs: str) -> None:
    assert undrawable(text) == signs


@settings(max_examples=60)
@given(text=st.text(max_size=60) | st.text(alphabet="កខ្ាេអ😀\u200b \n", max_size=60))
def test_no_text_stops_a_paper(text: str, fonts: Path) -> None:
    drawn(text, fonts)


@pytest.mark.parametrize("sign", ["a", "W", "ក", "កា", "ស្រី", "饭", "១", "😀"])
def test_ten_thousand_signs_without_a_blank_stay_on_the_paper(sign: str, fonts: Path) -> None:
    text = printable(sign * (10_000 // len(sign)))
    assert max(map(len, text.split(BREAK))) < 20
    assert not any(unicodedata.category(part[0]).startswith("M") for part in text.split(BREAK))
    assert len(drawn(text, fonts).pages) > 1


@pytest.mark.parametrize("text", ["https://owso.example/verify/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "ក" * 150, "a" * 40])
def test_addresses_and_words_are_not_broken(text: str) -> None:
    assert printable(text) == text


def test_the_mark_for_a_sign_that_nobody_has_is_drawn() -> None:
    assert UNKNOWN in drawable()
    assert printable("a😀\x00\ufe0f") == f"a{UNKNOWN}"
