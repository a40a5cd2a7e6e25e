"""Whatever bytes stand in a package, they give problems with a file and a sentence, never a traceback."""

from __future__ import annotations

import json

import pytest

from engine.packages import check_files, draft_of
from engine.packages.differing.telling import differences
from engine.packages.yaml_files import read_yaml
from tests.engine.packages.small import FILES
from tests.properties import given, settings, st

GROUPS = b'{"type": "group", "key": "g", "label": "g", "components": ['
"""The beginning of a group in a form."""

HOSTILE = [
    b"",
    b"\x00\x01\x02",
    b"\xff\xfe" + "key: a".encode("utf-16-le"),
    b"[" * 20_000,
    b"{" * 20_000,
    b"a: &a [*a, *a]",
    b"&a [&b [&c [1]]]",
    b"- - - - - - - - - - - - - - - - - - - - - - 1",
    b"!!python/object/apply:os.system ['true']",
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>',
    b"<a>" * 5_000,
    b'{"a": ' * 5_000,
    b'{"type": "default", "id": "x", "components": [{"type": "group"}]}',
    b'{"type": "default", "id": "x", "components": [null, 1, "a", []]}',
    b'{"type": "default", "id": "x", "components": [{"type": "group", "id": "p", "components": [7, {}]}]}',
    b'{"type": "default", "id": "x", "components": [' + GROUPS * 300 + b"]}" * 300 + b"]}",
    b'{"type": "default", "type": "default"}',
    b'{"a": NaN}',
    b'{"a": 1e999999}',
    b'{"a": "\\ud800"}',
    b'"\\ud800": 1',
    b"9" * 10_000,
    b"key: 1\n" * 3,
    "ក: ខ".encode(),
    b"x" * 600_000,
]


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_bytes_in_any_file_give_problems(name: str, place: int) -> None:
    found = check_files({**FILES, name: HOSTILE[place]})
    assert any(problem.severity == "error" and problem.message for problem in found)


@pytest.mark.parametrize("name", sorted(FILES))
def test_hostile_bytes_in_any_file_are_a_difference_to_the_file_that_was(name: str) -> None:
    before = draft_of(FILES).package
    for hostile in HOSTILE:
        after = draft_of({**FILES, name: hostile}).package
        assert name in {one.file for one in differences(before, after)}, hostile[:60]


@pytest.mark.parametrize("odd", ["[1, [2], {a: [3]}]", "{a: {b: 1}}", "[]", "{}", "-1", "true"])
@pytest.mark.parametrize("key", sorted(read_yaml("service.yaml", FILES["service.yaml"]).value))
def test_a_value_of_another_kind_in_any_fact_never_gives_a_traceback(key: str, odd: str) -> None:
    facts = {**read_yaml("service.yaml", FILES["service.yaml"]).value, key: "ODD"}
    text = json.dumps(facts).replace('"ODD"', odd)
    for problem in check_files({**FILES, "service.yaml": text.encode()}):
        assert problem.file
        assert problem.message


@given(st.sampled_from(sorted(FILES)), st.data())
@settings(max_examples=150)
def test_a_damaged_file_never_gives_a_traceback(name: str, data: st.DataObject) -> None:
    whole = FILES[name]
    start = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 40))
    damage = data.draw(st.binary(max_size=12) | st.sampled_from([b"\n", b"null", b"[]", b"{}", b'"', b"-1", b": "]))
    for problem in check_files({**FILES, name: whole[:start] + damage + whole[start + length :]}):
        assert problem.file
        assert problem.message


def test_of_thousands_of_unknown_keys_not_all_are_compared_with_those_that_there_are() -> None:
    service = FILES["service.yaml"] + "".join(f"k{number}: 1\n" for number in range(3000)).encode()
    told = [problem.message for problem in check_files({**FILES, "service.yaml": service})]
    assert 200 <= sum("is not a known key here" in message for message in told) < 2000
