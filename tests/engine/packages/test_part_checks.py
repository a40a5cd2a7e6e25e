"""A shared process by itself: what is wrong with it, and whom a change of it reaches."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.packages import callers, check_part, load_package, parts_in
from tests.engine.packages.looks import FILES, LIBRARY, RULED
from tests.engine.packages.test_shared_processes import library

PROCESSES = Path(__file__).parents[3] / "processes"
PARTS = parts_in(PROCESSES)

MISTAKES = [
    ("process.bpmn", 'id="shared_look"', 'id="look_at_it"', "shared_look"),
    ("process.bpmn", 'targetRef="tell"', 'targetRef="tall"', "tall"),
    ("process.bpmn", "&quot;looked&quot;", "&quot;seen&quot;", "The diagram sends “seen”"),
    ("process.bpmn", 'sourceRef="sign" targetRef="tell"', 'sourceRef="sign" targetRef="look"', "tell"),
    ("texts.yaml", "summary: {km: សម្រាប់សាកល្បង, en: For tests.}\n", "", "summary"),
    ("texts.yaml", "  sign: {km: ចុះហត្ថលេខា, en: Sign}\n", "", "write it under elements: sign"),
    ("texts.yaml", "  sign: {km: ចុះហត្ថលេខា, en: Sign}\n", "  sing: {km: ច្រៀង, en: Sing}\n", "is called “sing”"),
    ("texts.yaml", "  sign:\n    title", "  sing:\n    title", "write them under forms: sign"),
    ("forms/look.json", '"seen"', '"soon"', "has no label for this component"),
    ("rules.yaml", "sign:", "sing:", "no form “sing”"),
    ("rules.yaml", "remark != null", "remork != null", "does not ask “remork”"),
    ("rules.yaml", "message: said", "message: sad", "has no words for “sad”"),
    ("rules.yaml", "rules:", "rule:", "Did you mean “rules”"),
]


def part(folder: Path) -> Path:
    library(folder)
    return folder / "shared" / "look"


def with_rules(folder: Path) -> None:
    for name, content in RULED.items():
        (folder / name.removeprefix("shared/look/")).write_bytes(content)


def test_a_shared_process_by_itself_is_right(tmp_path: Path) -> None:
    folder = part(tmp_path)
    assert check_part(folder) == ()
    with_rules(folder)
    assert check_part(folder) == ()


@pytest.mark.parametrize(("file", "before", "after", "message"), MISTAKES)
def test_a_mistake_in_it_is_named(tmp_path: Path, file: str, before: str, after: str, message: str) -> None:
    folder = part(tmp_path)
    with_rules(folder)
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after))
    found = [str(problem) for problem in check_part(folder) if problem.severity == "error"]
    assert any(message in problem for problem in found), found


def test_a_file_that_is_no_part_of_it_is_named(tmp_path: Path) -> None:
    folder = part(tmp_path)
    (folder / "service.txt").write_text("x")
    assert [problem.file for problem in check_part(folder)] == ["service.txt"]


def test_a_lane_that_a_ministry_lacks_is_said_for_it(tmp_path: Path) -> None:
    folder = part(tmp_path)
    (folder / "process.bpmn").write_text((folder / "process.bpmn").read_text().replace("Front office", "Governor"))
    assert [(one.severity, "“Governor” in ministry.yaml" in one.message) for one in check_part(folder)] == [
        ("note", True)
    ]


def test_the_services_that_a_change_reaches_are_known_also_through_another_part(tmp_path: Path) -> None:
    folder = part(tmp_path)
    assert callers(folder) == [tmp_path / "tourism" / "stall"]
    between = FILES["shared/look/process.bpmn"].decode().replace('id="shared_look"', 'id="shared_between"')
    calling = between.replace("<userTask", "<callActivity").replace("</userTask", "</callActivity")
    calling = calling.replace('id="look" name="Look"', 'id="look" name="Look" calledElement="shared_look"')
    (tmp_path / "shared" / "between").mkdir()
    (tmp_path / "shared" / "between" / "process.bpmn").write_text(calling)
    stall = tmp_path / "tourism" / "stall" / "process.bpmn"
    stall.write_text(stall.read_text().replace("shared_look", "shared_between"))
    assert callers(folder) == [tmp_path / "tourism" / "stall"]


def test_a_folder_that_is_no_library_has_no_shared_processes(tmp_path: Path) -> None:
    (tmp_path / "process.bpmn").write_bytes(LIBRARY["shared/look/process.bpmn"])
    assert parts_in(tmp_path) == []


@pytest.mark.parametrize("folder", PARTS, ids=lambda folder: folder.name)
def test_the_library_is_right(folder: Path) -> None:
    assert [str(one) for one in check_part(folder) if one.severity != "note"] == []


@pytest.mark.parametrize("folder", PARTS, ids=lambda folder: folder.name)
def test_everything_that_the_library_draws_has_a_name_in_both_languages_and_a_place(folder: Path) -> None:
    source, words = (folder / "process.bpmn").read_text(), (folder / "texts.yaml").read_text()
    named = re.findall(r'<bpmn:(?:\w+Task|\w+Event|\w+Gateway|callActivity) id="(\w+)" name="', source)
    assert named
    for key in named:
        assert f"  {key}: {{km:" in words, key
        assert f'bpmnElement="{key}"' in source


def test_the_service_that_stands_on_the_library_names_what_it_calls() -> None:
    package = load_package(Path(__file__).parents[2] / "small" / "industry" / "well_permit")
    assert [call.id for call in package.woven.calls] == [
        "payment",
        "reception",
        "reception.correction",
        "signature",
        "collection",
    ]
