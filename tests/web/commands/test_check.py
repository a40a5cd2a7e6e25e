"""``owso check`` on files that lie about: several, folders, what is missing, what is no process, and what reads it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.engine.bpmn.drawings.drawing import E, S, document, flows, user
from tests.engine.packages.test_shared_processes import library
from tests.small.files import changed
from web.cli import main

GOOD = document(S + user("t") + E + flows("s > t > e"))
CALLING = document(S + '<callActivity id="k" name="Ask the expert" calledElement="asked"/>' + E + flows("s > k > e"))
CALLED = document(user("asked_task"), process_id="asked")

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in (("good.bpmn", GOOD), ("calling.bpmn20.xml", CALLING), ("called.BPMN2", CALLED)):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "notes.txt").write_text("not looked at")
    return tmp_path


def test_each_finding_is_one_line_with_the_file_the_element_and_its_name(folder: Path, capsys: Capture) -> None:
    path = folder / "calling.bpmn20.xml"
    assert main(["check", str(path)]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith(f"{path}: error k (Ask the expert): The called process asked is not in the files.")


def test_a_folder_without_packages_is_checked_drawing_by_drawing(folder: Path, capsys: Capture) -> None:
    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "Checked: 3. Errors: 1." in said
    assert "notes.txt" not in said


def test_files_that_belong_together_may_be_checked_together(folder: Path, capsys: Capture) -> None:
    (folder / "good.bpmn").unlink()
    assert main(["check", "--together", str(folder)]) == 0
    assert "Checked: 2. Errors: 0." in capsys.readouterr().out


def test_an_imported_file_is_found_beside_the_file_that_imports_it(folder: Path, capsys: Capture) -> None:
    imported = '<import importType="http://www.omg.org/spec/BPMN/20100524/MODEL" location="called.BPMN2" namespace='
    importing = CALLING.replace(b"<process ", f'{imported}"http://test"/><process '.encode(), 1)
    (folder / "importing.bpmn").write_bytes(importing.replace(b'id="s"', b'id="other"').replace(b'"s"', b'"other"'))
    assert main(["check", str(folder / "importing.bpmn")]) == 0
    assert "Errors: 0." in capsys.readouterr().out


def test_files_in_two_folders_may_import_each_other(folder: Path, capsys: Capture) -> None:
    model = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    for name, other in (("one", "two"), ("two", "one")):
        (folder / name).mkdir()
        importing = f'<import importType="{model}" location="../{other}/drawing.bpmn" namespace="http://test"/>'
        missing = f'<import importType="x" location="{"y" * 5000}" namespace="z"/>'
        drawn = document(user(f"task_{name}"), importing + missing, process_id=name)
        (folder / name / "drawing.bpmn").write_bytes(drawn)
    assert main(["check", str(folder / "one" / "drawing.bpmn")]) == 0
    assert "one" in capsys.readouterr().out


def test_what_is_not_there_is_said_and_the_rest_is_checked(folder: Path, capsys: Capture) -> None:
    assert main(["check", str(folder / "good.bpmn"), str(folder / "gone.bpmn")]) == 2
    said = capsys.readouterr()
    assert "Checked: 1. Errors: 0." in said.out
    assert f"owso check: no such file or folder: {folder / 'gone.bpmn'}" in said.err


def test_a_folder_with_nothing_to_check_is_a_misuse(tmp_path: Path, capsys: Capture) -> None:
    assert main(["check", str(tmp_path)]) == 2
    assert "no package and no BPMN or DMN file in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "sentence"), [(b"", "The file is empty."), (b"{}", "The file is JSON, not BPMN 2.0.")]
)
def test_a_file_that_is_no_process_is_refused_in_words(
    tmp_path: Path, data: bytes, sentence: str, capsys: Capture
) -> None:
    (tmp_path / "a.bpmn").write_bytes(data)
    assert main(["check", str(tmp_path / "a.bpmn")]) == 1
    assert sentence in capsys.readouterr().out


def test_a_drawing_may_come_through_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(GOOD)))
    assert main(["check", "-"]) == 0
    assert "Checked: 1. Errors: 0." in capsys.readouterr().out


def test_programs_read_one_record_for_each_finding(folder: Path, capsys: Capture) -> None:
    assert main(["check", "--json", str(folder / "calling.bpmn20.xml")]) == 1
    (record,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (record["rule"], record["element_id"], record["element_name"]) == ("call-unknown", "k", "Ask the expert")
    assert record["message_km"].startswith("ដំណើរការដែលហៅ asked")


@pytest.fixture
def ministries(tmp_path: Path) -> Path:
    """A service and the shared process that it calls, as analysts keep them."""
    library(tmp_path)
    return tmp_path


def test_a_shared_process_names_the_services_that_its_change_reaches(ministries: Path, capsys: Capture) -> None:
    assert main(["check", str(ministries / "shared" / "look")]) == 0
    said = capsys.readouterr().out
    assert "note: tourism/stall calls it" in said
    assert "Checked: 1. Errors: 0." in said


def test_a_service_names_the_shared_processes_that_it_calls(ministries: Path, capsys: Capture) -> None:
    assert main(["check", str(ministries / "tourism")]) == 0
    assert "It calls the shared processes look." in capsys.readouterr().out


def test_a_folder_with_everything_is_checked_with_its_library(ministries: Path, capsys: Capture) -> None:
    assert main(["check", str(ministries)]) == 0
    assert "Checked: 2. Errors: 0." in capsys.readouterr().out


def test_a_finding_in_a_shared_process_or_the_ministry_names_the_path_that_exists(
    ministries: Path, capsys: Capture
) -> None:
    for file, before, after in (
        ("shared/look/process.bpmn", 'value="4 working days"', 'value="soon"'),
        ("tourism/ministry.yaml", "Applicant: applicant", "Applicant: nobody"),
    ):
        place = ministries / file
        place.write_text(place.read_text().replace(before, after))
        assert main(["check", str(ministries / "tourism" / "stall")]) == 1
        assert any(line.startswith(f"{place}:") for line in capsys.readouterr().out.splitlines())


def test_standard_input_is_read_beside_other_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(CALLING)))
    assert main(["check", str(folder / "good.bpmn"), "-"]) == 1
    said = capsys.readouterr().out
    assert "The called process asked is not in the files" in said
    assert "Checked: 2. Errors: 1." in said


def test_departures_from_the_law_are_named_when_asked_for(tmp_path: Path, capsys: Capture) -> None:
    law = "days: {term: 1 working day, source: {km: ច្បាប់, en: A law}, mark: I}\n"
    folder = tmp_path / "industry" / "kiln_permit"
    for name, data in changed("industry/kiln_permit", more={"law.yaml": law.encode()}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    assert main(["check", str(folder)]) == 0
    assert "[law]" not in capsys.readouterr().out
    assert main(["check", "--law", str(folder)]) == 1
    said = capsys.readouterr().out
    assert f"{folder}/service.yaml" in said
    assert "longer than the 1 working day of the law (A law)" in said
    (folder / "law.yaml").write_text(law.replace("1 working day", "10 working days"))
    assert main(["check", "--law", str(folder)]) == 0
    assert "It keeps to its law.yaml. By a source: nothing; by an example: term. [law]" in capsys.readouterr().out
    assert main(["check", "--law", "--lang", "km", str(folder)]) == 0
    assert "វាអនុវត្តតាម law.yaml របស់វា។ តាមប្រភព៖ គ្មាន; តាមឧទាហរណ៍៖ term។ [law]" in capsys.readouterr().out
    (folder / "law.yaml").unlink()
    assert main(["check", "--law", "--json", str(folder)]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["message"] for one in told if one["rule"] == "law"] == ["It has no law.yaml, so nothing was compared."]


MANY = document(
    S + "".join(f'<serviceTask id="t{n}" name="Ask {n}"/>' for n in range(7)) + E + flows("s > t0 > t1 > t2 > t3 > t4")
)


def test_equal_findings_about_many_elements_are_one_line_and_programs_get_each(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "many.bpmn").write_bytes(MANY)
    assert main(["check", str(tmp_path)]) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if "[operator-missing]" in line]
    assert len(told) == 1
    assert "error 7 × t0 (Ask 0), t1 (Ask 1), t2 (Ask 2), t3 (Ask 3), t4 (Ask 4), …: The service task names" in told[0]
    assert main(["check", "--json", str(tmp_path)]) == 1
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(record["rule"] == "operator-missing" for record in records) == 7


def test_findings_are_said_in_khmer_when_asked_for(ministries: Path, capsys: Capture) -> None:
    place = ministries / "tourism" / "stall" / "service.yaml"
    place.write_text(place.read_text().replace("term: 20 working days", "term: soon"))
    assert main(["check", "--lang", "km", str(ministries / "tourism")]) == 1
    said = capsys.readouterr().out
    assert "កំហុស: “term”៖ “soon” មិនមែនជារយៈពេលទេ" in said
    assert "is not a term" not in said


def test_messages_that_take_more_than_one_sms_are_named(tmp_path: Path, capsys: Capture) -> None:
    shared = tmp_path / "messages.yaml"
    words = "messages: {late: {title: {km: ក, en: a}, body: {km: '%s', en: Late.}}}"
    shared.write_text(words % ("ក" * 71), encoding="utf-8")
    assert main(["check", str(shared)]) == 0
    assert "The message “late” (km) takes 2 SMS" in capsys.readouterr().out
    shared.write_text(words % ("ក" * 70), encoding="utf-8")
    main(["check", str(shared)])
    assert "SMS" not in capsys.readouterr().out
