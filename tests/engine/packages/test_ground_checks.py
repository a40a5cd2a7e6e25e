"""Grounds of a refusal in a package: what could not be chosen, or means nothing, is refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.packages import build_package, check_files, read_files
from engine.problems import Problem
from tests.small.files import PRODUCT, changed
from tests.small.grounds import FOUND, FOUND_WORDS, WHY, WORDS, form_with, texts

FOLDER = "industry/kiln_permit"
REJECTS = 'id="applications.reject"'


def files_with(*parts: Any, form: str = "check", **other: bytes) -> dict[str, bytes]:
    files = dict(changed(FOLDER)) | {"texts.yaml": texts()}
    if form == "check":
        files["forms/check.json"] = form_with(*parts)
    else:
        whole = json.loads(files["forms/apply.json"])
        whole["components"][0]["components"] += parts
        files["forms/apply.json"] = json.dumps(whole).encode()
        words = "      kilns: {label: {km: ចំនួនឡ, en: Number of kilns}}\n"
        more = "      why: {label: {km: ក, en: Why}, options: {kiln_name: {km: ក, en: A}, kilns: {km: ខ, en: B}}}\n"
        files["texts.yaml"] = dict(changed(FOLDER))["texts.yaml"].replace(words.encode(), (words + more).encode())
    return files | other


def grounds_found(files: dict[str, bytes]) -> list[Problem]:
    return [one for one in check_files(files) if one.rule == "ground"]


@pytest.mark.parametrize("kind", ["checklist", "radio", "select"])
def test_a_choice_that_is_made_where_something_is_refused_is_a_ground(kind: str) -> None:
    files = files_with(WHY | {"type": kind})
    assert grounds_found(files) == []
    assert [part.key for part in build_package(files).forms["check"].grounds()] == ["why"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"type": "textfield", "values": None}, "is a choice: a radio, select or checklist"),
        ({"validate": {}}, "must be given whenever something is refused"),
    ],
)
def test_a_ground_that_is_no_choice_or_may_be_left_out_is_refused(part: dict[str, Any], said: str) -> None:
    written = {key: value for key, value in (WHY | part).items() if value is not None}
    (problem,) = grounds_found(files_with(written))
    assert said in problem.message
    assert (problem.file, problem.element_id) == ("forms/check.json", "why")
    assert "មូលហេតុ" in problem.message_km


def test_a_ground_that_the_applicant_would_choose_is_refused() -> None:
    plain = {key: value for key, value in WHY.items() if key != "conditional"}
    (problem,) = grounds_found(files_with(plain, form="apply"))
    assert "is chosen by an officer" in problem.message


def test_a_ground_at_a_task_that_refuses_nothing_is_refused() -> None:
    process = dict(changed(FOLDER))["process.bpmn"].replace(REJECTS.encode(), b'id="cases.draw"')
    (problem,) = grounds_found(files_with(WHY) | {"process.bpmn": process})
    assert "nothing is refused" in problem.message


def test_a_ground_in_a_row_is_refused() -> None:
    part = {"type": "radio", "key": "inner", "values": [{"value": "a"}], "properties": {"ground": "true"}}
    rows = {"type": "dynamiclist", "path": "rows", "label": "Rows", "components": [part]}
    found = grounds_found(files_with(rows))
    assert ["cannot stand in a row" in one.message for one in found] == [True]


def found(files: dict[str, bytes]) -> list[str]:
    return [one.message for one in check_files(files) if one.rule == "finding"]


def test_what_was_found_is_a_choice_that_is_always_made_where_something_is_decided() -> None:
    files = files_with(WHY, FOUND) | {"texts.yaml": texts(WORDS + FOUND_WORDS)}
    assert found(files) == []
    assert [part.key for part in build_package(files).forms["check"].findings()] == ["found"]
    left_out = {key: value for key, value in FOUND.items() if key != "validate"}
    (said,) = found(files | {"forms/check.json": form_with(WHY, left_out)})
    assert "must always be said" in said
    (said,) = found(files | {"forms/check.json": form_with(WHY, {**FOUND, "type": "textfield"})})
    assert "is a choice" in said
    process = files["process.bpmn"]
    for decides in (b"applications.reject", b"applications.approve"):
        process = process.replace(b'id="' + decides + b'"', b'id="cases.draw"')
    (said,) = found(files | {"process.bpmn": process})
    assert "nothing is decided" in said


def test_the_complaint_counts_what_was_found() -> None:
    package = build_package(dict(read_files(PRODUCT / "interior/complaint")))
    (part,) = package.forms["answer"].findings()
    assert part.told
    assert package.manifest.provenance["findings"].startswith("illustrative")


def test_the_packages_that_have_grounds_offer_what_they_ask_for() -> None:
    for key in ("culture/film_shooting", "culture/heritage_image"):
        package = build_package(dict(read_files(PRODUCT / key)))
        (part,) = package.forms["decide"].grounds()
        assert {option.value for option in part.options} - {"other"} <= {
            rule.key for rule in package.manifest.documents
        }
        assert package.manifest.provenance["grounds"].startswith("illustrative")
