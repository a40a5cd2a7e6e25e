from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, render_template_string

from engine.khmer import Bilingual
from web.fields import date_parts, file_size

MOMENT = datetime(2026, 2, 17, 2, 30, tzinfo=UTC)


def written(gallery: Flask, lang: str, expression: str, **values: Any) -> str:
    with gallery.test_request_context(f"/?lang={lang}"):
        return render_template_string("{{ " + expression + " }}", **values)


@pytest.mark.parametrize(
    ("expression", "km", "en"),
    [
        ("200000 | money", "២០០\u00a0០០០\u00a0រៀល", "KHR\u00a0200,000"),
        ("12 | number", "១២", "12"),
        ("'02-26' | digits", "០២-២៦", "02-26"),
        ("moment | short_day", "១៧\u00a0កុម្ភៈ\u00a0២០២៦", "17\u00a0Feb\u00a02026"),
        ("moment | clock_time", "ម៉ោង\u00a0០៩:៣០", "09:30"),
        ("moment | iso", "2026-02-17T02:30:00+00:00", "2026-02-17T02:30:00+00:00"),
        ("none | money", "", ""),
        ("none | moment", "", ""),
        ("missing | in_language", "", ""),
        ("name | in_language", "ដារ៉ា", "Dara"),
        ("{'km': 'ក', 'en': 'k'} | in_language", "ក", "k"),
        ("{'km': 'ក', 'en': ''} | in_language", "ក", "ក"),
        ("'plain' | in_language", "plain", "plain"),
    ],
)
def test_values_are_written_in_the_readers_language(expression: str, km: str, en: str, gallery: Flask) -> None:
    values = {"moment": MOMENT, "name": Bilingual("ដារ៉ា", "Dara")}
    assert written(gallery, "km", expression, **values) == km
    assert written(gallery, "en", expression, **values) == en


@dataclass
class Problem:
    """Looks like the error of a form's field."""

    def text(self, language: str) -> str:
        return f"said in {language}"


def test_the_error_of_a_field_is_said_in_the_readers_language(gallery: Flask) -> None:
    assert written(gallery, "km", "problem | sentence", problem=Problem()) == "said in km"


def test_an_unknown_language_reads_khmer(gallery: Flask) -> None:
    assert written(gallery, "fr", "current_lang()") == "km"


def test_bilingual_text_is_escaped_like_any_other(gallery: Flask) -> None:
    shown = written(gallery, "en", "name | in_language", name=Bilingual("<b>", "<i>"))
    assert shown == "&lt;i&gt;"


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("2026-02-07", (7, 2, 2026)),
        ("soon", ("soon", "", "")),
        ({"day": "៧", "month": None}, ("៧", "", "")),
        (None, ("", "", "")),
        (MOMENT.date(), (17, 2, 2026)),
    ],
)
def test_a_date_is_split_into_its_three_fields(value: object, parts: tuple[object, ...]) -> None:
    assert tuple(date_parts(value).values()) == parts


@pytest.mark.parametrize(("octets", "text"), [(1, "1 KB"), (230_000, "225 KB"), (2_202_010, "2.1 MB")])
def test_a_files_size_is_said_as_people_say_it(octets: int, text: str) -> None:
    assert file_size(octets) == text


def test_a_text_written_out_in_a_page_follows_each_reader(gallery: Flask) -> None:
    constant = "{'km': 'ក', 'en': 'k'} | in_language ~ (1500 | money)"
    pages = [written(gallery, lang, constant) for lang in ("km", "en", "km")]
    assert pages == ["ក១\u00a0៥០០\u00a0រៀល", "kKHR\u00a01,500", "ក១\u00a0៥០០\u00a0រៀល"]
