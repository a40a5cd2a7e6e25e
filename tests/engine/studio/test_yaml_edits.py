"""Values of YAML files are changed in their places, and nothing else of the file is."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.khmer import Bilingual
from engine.packages import PackageRejected
from engine.packages.yaml_files import Place, read_yaml
from engine.studio.yaml_edits import blocks, with_block, with_entry, with_texts, with_words, without
from tests.properties import given, settings, st

FILES = sorted(Path(__file__).parents[3].glob("processes/*/*/service.yaml"))
TEXTS = """# Ours
stages:
  sent: {km: បានផ្ញើ, en: "Sent"}   # the first
summary:
  km: >-
    មួយ
    ពីរ
  en: |
    One
    two
forms:
  apply:
    title: {km: ពាក្យ, en: Application}
# The end
"""


def at(data: bytes, *place: str) -> object:
    value: object = read_yaml("texts.yaml", data).value
    for part in place:
        assert isinstance(value, dict)
        value = value[part]
    return value


def changed(**places: str) -> str:
    """The file with texts at places written ``stages__sent__en``."""
    changes: dict[Place, str] = {tuple(place.split("__")): text for place, text in places.items()}
    return with_texts("texts.yaml", TEXTS.encode(), changes).decode()


def test_one_text_changes_and_every_other_sign_stays() -> None:
    assert changed(forms__apply__title__en="Request form") == TEXTS.replace("en: Application", "en: Request form")
    assert changed(stages__sent__en="Gone") == TEXTS.replace('"Sent"', '"Gone"')
    assert changed(stages__sent__km="ក") == TEXTS.replace("បានផ្ញើ", "ក")


def test_what_is_the_same_changes_nothing() -> None:
    assert changed(stages__sent__en="Sent", summary__km="មួយ ពីរ", summary__en="One\ntwo") == TEXTS


@pytest.mark.parametrize(
    "text", ["a: b", "yes", "true", "- x", "a, b}", "{", "#", "a #b", '"', "'", "\\", "", "12", " a ", "a\nb", "null",
             "&a", "*a", "!x", "%", "@", "`", "a:", "ក៖ ខ", "\u2028", "[x]", "? x", "|", ">-"],
)  # fmt: skip
def test_any_text_comes_back_from_any_place(text: str) -> None:
    places = (("stages", "sent", "km"), ("summary", "km"), ("summary", "en"), ("forms", "apply", "title", "en"))
    done = with_texts("texts.yaml", TEXTS.encode(), dict.fromkeys(places, text))
    for place in places:
        found = at(done, *place)
        assert found == text or (place[0] == "summary" and found == f"{text}\n"), (place, done.decode())
    assert b"# Ours\n" in done
    assert b"# the first\n" in done
    assert done.endswith(b"# The end\n")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
@settings(max_examples=150)
def test_any_text_at_all_comes_back(text: str) -> None:
    places = (("stages", "sent", "km"), ("summary", "km"), ("forms", "apply", "title", "en"))
    done = with_texts("texts.yaml", TEXTS.encode(), dict.fromkeys(places, text))
    assert [at(done, *place) for place in places] == [text] * 3


def test_a_text_of_several_lines_keeps_its_form() -> None:
    long = "word " * 40 + "end"
    done = changed(summary__km=long)
    assert at(done.encode(), "summary", "km") == long
    assert "  km: >-\n    word" in done
    assert max(map(len, done.splitlines())) < 120


def test_what_is_missing_is_added_where_it_belongs() -> None:
    words = {
        ("forms", "apply", "fields", "rooms", "label"): Bilingual("បន្ទប់", "Rooms"),
        ("forms", "apply", "fields", "beds", "label"): Bilingual("គ្រែ", "Beds"),
        ("stages", "paid"): Bilingual("បង់", "Paid"),
        ("documents", "plan", "label"): Bilingual("ប្លង់", "Plan"),
    }
    done = with_words("texts.yaml", TEXTS.encode(), words)
    for place, text in words.items():
        assert at(done, *place) == {"km": text.km, "en": text.en}
    kept = [line for line in done.decode().splitlines() if line in TEXTS.splitlines()]
    assert kept == TEXTS.splitlines()
    assert '  paid: {km: "បង់", en: "Paid"}\n' in done.decode()


def test_line_ends_and_the_mark_of_windows_stay() -> None:
    windows = b"\xef\xbb\xbf" + TEXTS.replace("\n", "\r\n").encode()
    done = with_texts("texts.yaml", windows, {("stages", "sent", "en"): "Gone"})
    assert done == windows.replace(b'"Sent"', b'"Gone"')


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_blocks_of_every_service_are_put_back_without_a_change_of_meaning(path: Path) -> None:
    data = path.read_bytes()
    before = read_yaml("service.yaml", data).value
    for key, block in blocks("service.yaml", data).items():
        assert read_yaml("service.yaml", with_block("service.yaml", data, key, block)).value == before, key


def test_one_block_changes_and_the_others_stay() -> None:
    data = b"key: a.b\nterm: 1 day # by law\n\n# What is kept\nstages:\n  - sent\nnorm: 2 days\n"
    assert with_block("s", data, "stages", "[sent, done]").decode().splitlines()[3:] == [
        "# What is kept", "stages: [sent, done]", "norm: 2 days",
    ]  # fmt: skip
    assert with_block("s", data, "term", "- when: x\n  term: 3 days").startswith(b"key: a.b\nterm:\n  - when: x\n")
    assert with_block("s", data, "norm", "") == data.replace(b"norm: 2 days\n", b"")
    assert with_block("s", data, "validity", "1 year") == data + b"validity: 1 year\n"


@pytest.mark.parametrize("written", ["{", "a: b: c", "[", '"', "&x y: *z"])
def test_what_is_no_yaml_is_refused(written: str) -> None:
    with pytest.raises(PackageRejected):
        read_yaml("s", with_block("s", b"key: a.b\nterm: 1 day\n", "term", written))


def left(*places: str) -> str:
    """The file without what stands at places written ``stages__sent__en``."""
    return without("texts.yaml", TEXTS.encode(), [tuple(place.split("__")) for place in places]).decode()


def test_what_is_taken_away_goes_with_its_lines_and_nothing_else_does() -> None:
    assert left("stages__sent__en") == TEXTS.replace(', en: "Sent"', "")
    assert left("stages__sent__km") == TEXTS.replace("km: បានផ្ញើ, ", "")
    assert left("summary__km") == TEXTS.replace("  km: >-\n    មួយ\n    ពីរ\n", "")
    assert left("summary__en") == TEXTS.replace("  en: |\n    One\n    two\n", "")


def test_what_would_be_empty_goes_too() -> None:
    assert left("forms__apply__title") == TEXTS.replace(
        "forms:\n  apply:\n    title: {km: ពាក្យ, en: Application}\n", ""
    )
    assert left("forms__apply__title__en", "forms__apply__title__km") == left("forms")


def test_what_is_not_there_cannot_be_taken_away() -> None:
    assert left("forms__apply__pages", "stages__gone__en", "summary__en__deep", "nothing") == TEXTS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\nlist:\n  - {x: 1}\n# end\n", "a: 1\nlist:\n  - {x: 1}\n\n  - {x: 2}\n# end\n"),
        ("list:\n- {x: 1}", "list:\n- {x: 1}\n\n- {x: 2}\n"),
        ("list: [{x: 1}]\n", 'list: [{x: 1}, {"x": 2}]\n'),
        ("list: []\nb: 1\n", "list:\n  - {x: 2}\nb: 1\n"),
        ("b: 1", "b: 1\nlist:\n  - {x: 2}\n"),
        ("a: 1\r\nlist:\r\n  - {x: 1}\r\n", "a: 1\r\nlist:\r\n  - {x: 1}\r\n\r\n  - {x: 2}\r\n"),
        ("\ufefflist:\n  - {x: 1}\n", "\ufefflist:\n  - {x: 1}\n\n  - {x: 2}\n"),
    ],
)
def test_an_entry_is_added_at_the_end_of_a_list_and_nothing_else_is_touched(before: str, after: str) -> None:
    assert with_entry("x.yaml", before.encode(), "list", [{"x": 2}]).decode() == after


@pytest.mark.parametrize("before", ["group:\n  one: 1\nb: 1\n", "group: {one: 1}\n", "group: {}\n", "b: 1"])
def test_a_key_is_added_at_the_end_of_a_group_whatever_signs_its_text_has(before: str) -> None:
    strange = {"y": "a\u2028b: [c]\n- d # e", "z": [None, True, "1", "2026-01-01"]}
    done = with_entry("x.yaml", before.encode(), "group", {"two": strange})
    held = read_yaml("x.yaml", before.encode()).value
    assert read_yaml("x.yaml", done).value == {**held, "group": {**held.get("group", {}), "two": strange}}
