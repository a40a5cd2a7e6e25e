"""Values of a YAML file become others, and every line of what stays is as its author wrote it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from engine.packages.yaml_files import read_yaml
from engine.studio.yaml_values import aligned, with_value
from tests.properties import given, settings, st

FILES = sorted(Path(__file__).parents[3].glob("processes/*/*/service.yaml"))
FILE = """key: a.b
# What is asked
documents:
  # always
  - {key: id_card, required: true}   # the identity
  - {key: plan, accepts: [pdf], required: "rooms > 10"}
laws:
- key: one
  cite:
    km: ក
    en: >-
      First
      law
- key: two
  cite: {km: ខ, en: Second}
term: 10 working days # by law
fees:
  exam: {decision: exam, pay: on_submission}
  # the second
  licence: {decision: licence, pay: on_approval}
rules:
  apply:
    - {rule: "a < b", message: m, at: a}
empty: []
last: x"""


def read(data: bytes) -> dict[str, Any]:
    value: dict[str, Any] = read_yaml("service.yaml", data).value
    return value


def changed(key: str, value: Any) -> list[str]:
    """The lines that are not there before, ``-`` and those that are gone: what a person sees as the difference."""
    done = with_value("service.yaml", FILE.encode(), key, value)
    assert read(done) == read(FILE.encode()) | {key: value}
    before, after = FILE.splitlines(), done.decode().splitlines()
    return [line for line in after if line not in before] + [f"-{line}" for line in before if line not in after]


ID_CARD = {"key": "id_card", "required": True}
PLAN = {"key": "plan", "accepts": ["pdf"], "required": "rooms > 10"}


def test_one_value_changes_in_its_place_and_remarks_stay() -> None:
    assert changed("term", "12 working days") == [
        "term: 12 working days # by law", "-term: 10 working days # by law",
    ]  # fmt: skip
    assert changed("documents", [ID_CARD | {"required": False}, PLAN]) == [
        "  - {key: id_card, required: false}   # the identity", "-  - {key: id_card, required: true}   # the identity",
    ]  # fmt: skip
    laws = [{"key": "one", "cite": {"km": "ក", "en": "The first law"}}, read(FILE.encode())["laws"][1]]
    assert changed("laws", laws) == ["    en: The first law", "-    en: >-", "-      First", "-      law"]


def test_entries_are_added_taken_away_and_moved_with_their_remarks() -> None:
    assert changed("documents", [ID_CARD, PLAN, {"key": "portrait", "copies": 2}]) == [
        "  - {key: portrait, copies: 2}",
    ]  # fmt: skip
    assert changed("documents", [PLAN]) == [
        "-  # always", "-  - {key: id_card, required: true}   # the identity",
    ]  # fmt: skip
    moved = with_value("service.yaml", FILE.encode(), "documents", [PLAN, ID_CARD]).decode()
    assert moved == FILE.replace(
        FILE[FILE.index("  # always") : FILE.index("laws:")],
        '  - {key: plan, accepts: [pdf], required: "rooms > 10"}\n  # always\n'
        "  - {key: id_card, required: true}   # the identity\n",
    )


def test_an_entry_that_gets_more_is_written_anew_and_the_others_stay() -> None:
    laws = read(FILE.encode())["laws"]
    assert changed("laws", [laws[0], laws[1] | {"more": "x"}])[0] == "- {key: two, cite: {km: ខ, en: Second}, more: x}"
    longer = [laws[0] | {"more": "x"}, laws[1]]
    assert "- {key: one, cite: {km: ក, en: First law}, more: x}" in changed("laws", longer)


def test_keys_of_a_group_are_renamed_added_and_moved() -> None:
    exam, licence = (
        {"decision": name, "pay": pay} for name, pay in (("exam", "on_submission"), ("licence", "on_approval"))
    )
    assert changed("fees", {"test": exam, "licence": licence}) == [
        "  test: {decision: exam, pay: on_submission}", "-  exam: {decision: exam, pay: on_submission}",
    ]  # fmt: skip
    assert changed("fees", {"exam": exam, "licence": licence, "visit": {"decision": "visit", "pay": "on_request"}}) == [
        "  visit: {decision: visit, pay: on_request}",
    ]  # fmt: skip
    done = with_value("service.yaml", FILE.encode(), "fees", {"licence": licence, "exam": exam}).decode()
    assert done.index("# the second") < done.index("licence:") < done.index("exam:")
    rule = {"rule": "a < b", "message": "m", "at": "a"}
    assert changed("rules", {"apply": [rule, rule | {"at": "b"}]}) == ["    - {rule: a < b, message: m, at: b}"]


def test_what_is_new_what_is_of_another_kind_and_what_goes() -> None:
    assert changed("empty", ["a", "b"]) == ["empty: [a, b]", "-empty: []"]
    assert changed("stages", ["a", "b c", "no: x"]) == ['stages: [a, b c, "no: x"]']
    assert changed("term", [{"when": "a = 1", "term": "1 day"}, {"term": "2 days"}])[:3] == [
        "term:", "  - {when: a = 1, term: 1 day}", "  - {term: 2 days}",
    ]  # fmt: skip
    gone = with_value("service.yaml", FILE.encode(), "documents", None)
    assert "documents" not in read(gone)


def test_line_ends_and_the_mark_of_windows_stay() -> None:
    windows = b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()
    done = with_value("service.yaml", windows, "term", "12 working days")
    assert done == windows.replace(b"10 working days", b"12 working days")


def test_entries_find_where_they_stood() -> None:
    a, b, c = {"key": "a", "x": 1}, {"key": "b", "x": 1}, {"key": "c", "x": 1}
    assert aligned([a, b, c], [c, a, b]) == [2, 0, 1]
    assert aligned([a, b, c], [a, c | {"x": 2}]) == [0, 2]
    assert aligned([a, b], [a, {"key": "new", "y": 3}, b]) == [0, None, 1]
    assert aligned(["a", "b"], ["a", "z"]) == [0, 1]


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_value_of_every_service_stays_byte_for_byte(path: Path) -> None:
    data = path.read_bytes()
    for key, value in read(data).items():
        assert with_value("service.yaml", data, key, copy.deepcopy(value)) == data, key


@given(st.data())
@settings(max_examples=150)
def test_one_text_of_any_service_changes_in_its_own_lines(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(FILES)).read_bytes()
    before = read(file)
    key = data.draw(st.sampled_from([key for key in before if key != "key"]))
    around, at, text = {key: copy.deepcopy(before[key])}, key, data.draw(TEXT)
    holder: Any = around
    while isinstance(holder[at], dict | list) and holder[at]:
        holder = holder[at]
        at = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
    holder[at] = text
    value = around[key]
    done = with_value("service.yaml", file, key, value)
    assert read(done) == before | {key: value}
    old, new = file.splitlines(), done.splitlines()
    first = next((place for place, line in enumerate(new) if old[place : place + 1] != [line]), len(new))
    assert old[:first] == new[:first]
    assert old[len(old) - len(new[first + 1 :]) :] == new[first + 1 :]
