"""How many SMS a message takes."""

from __future__ import annotations

import pytest

from engine.khmer import Bilingual
from engine.packages import PackageRejected
from engine.packages.sms import filled_as_usual, long_messages, parts_of, sms_parts
from engine.packages.texts import MessageTexts, read_messages


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("ក", 1),
        ("ក" * 70, 1),
        ("ក" * 71, 2),
        ("ក" * 134, 2),
        ("ក" * 135, 3),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("x" * 70 + "’", 2),
        ("\U0001f600" * 35, 1),
        ("\U0001f600" * 36, 2),
    ],
)
def test_sms_are_counted_as_networks_count_them(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


def test_places_are_counted_with_what_they_usually_hold() -> None:
    title, body = Bilingual("ក", "a"), Bilingual("ក" * 60 + "{reference}", "Now {short_date}.")
    message = MessageTexts(title, body)
    assert (parts_of(message, "km"), parts_of(message, "en")) == (2, 1)
    short = MessageTexts(title, body, Bilingual("ក{short_date}", "x"))
    assert parts_of(short, "km") == 1
    assert list(long_messages({"long": message, "short": short})) == [("long", "km", 2)]


@pytest.mark.parametrize("broken", ["{", "{nowhere}", "{reference.x}", "{0}"])
def test_a_broken_place_is_counted_as_it_stands(broken: str) -> None:
    assert filled_as_usual(broken, "km") == broken


def test_an_sms_says_its_own_words_where_it_has_some() -> None:
    facts = {"reference": "02-26-000001-3", "short_date": "១៥/១១/២០២៦"}
    message = MessageTexts(
        Bilingual("ក", "a"), Bilingual("ខ", "b"), Bilingual("{reference} {short_date}", "{reference}")
    )
    assert message.short("km", facts) == "02-26-000001-3 ១៥/១១/២០២៦"
    assert MessageTexts(Bilingual("ក", "a"), Bilingual("ខ", "b")).short("km", facts) == ""


def test_the_words_of_an_sms_have_known_places_and_both_languages() -> None:
    written = "messages: {x: {title: {km: ក, en: a}, body: {km: ក, en: a}, sms: {km: ក, en: '%s'}}}"
    assert read_messages("m.yaml", (written % "{short_date}").encode())["x"].sms is not None
    for wrong in ("{nowhere}", ""):
        with pytest.raises(PackageRejected):
            read_messages("m.yaml", (written % wrong).encode())
