"""The strict reading of YAML."""

from __future__ import annotations

import pytest

from engine.packages import PackageRejected
from engine.packages.yaml_files import read_yaml, read_yaml_part


def read(text: str) -> object:
    return read_yaml("a.yaml", text.encode()).value


def test_words_and_codes_stay_what_the_author_wrote() -> None:
    assert read("a: [no, 007, 1:30, 2026-01-02, 1e3, 0x1F, 1_000]") == {
        "a": ["no", "007", "1:30", "2026-01-02", "1e3", "0x1F", "1_000"]
    }


def test_true_null_and_whole_numbers_are_read_as_such() -> None:
    assert read('a: [true, null, ~, 12, -3, "12"]') == {"a": [True, None, None, 12, -3, "12"]}


def test_every_value_knows_its_line() -> None:
    file = read_yaml("a.yaml", b"a: 1\nb:\n  - c\n  - d: 2\n")
    assert [file.line(("a",)), file.line(("b", 1, "d")), file.line(("b", 1, "missing"))] == [1, 4, 4]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x 1", "Anchors"),
        ("a: 1\nb: *x", "Anchors"),
        ("a: !!int '1'", "Tags"),
        ("a: 1\na: 2", "stands here twice"),
        ("[a]: 1", "A key must be a word"),
        ("- a", "key: value"),
        ("a: 1\n---\nb: 1", "One file holds one document"),
        ("a: [1", "Not readable as YAML"),
        ('a: "\\ud800"', "invalid Unicode character"),
        ("a: " + "[" * 40, "Nested more than"),
        ("a: " + "x" * 600_000, "larger than"),
    ],
)
def test_what_is_not_needed_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(PackageRejected, match=said):
        read(text)


def test_a_mistake_in_the_second_line_is_told_there() -> None:
    with pytest.raises(PackageRejected) as refused:
        read("a: 1\nb: *x")
    assert refused.value.problems[0].line == 2


def test_of_a_file_one_key_is_read_and_nothing_behind_it() -> None:
    text = b"first: {a: [1, 2]}\nwanted:\n  km: x\n  en: y\nrest: *never\n"
    part = read_yaml_part("some.yaml", text, "wanted")
    assert (part.value, part.line(("wanted", "en"))) == ({"wanted": {"km": "x", "en": "y"}}, 4)
    assert read_yaml_part("some.yaml", b"first: 1\n", "wanted").value == {}
    assert read_yaml_part("some.yaml", b"- wanted\n", "wanted").value == {}
    with pytest.raises(PackageRejected):
        read_yaml_part("some.yaml", b"a: *never\nwanted: 1\n", "wanted")
