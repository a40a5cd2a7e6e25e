"""``owso cases``: the report, the transfer, the way back, the replay, the rehearsal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.versions.test_transfers import RENAMED, TIMED
from tests.small.cases import SERVICE, Kilns
from web.cli import main


@pytest.fixture
def installation(kilns: Kilns, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kilns:
    """The small service as the command line finds it."""
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))
    return kilns


def test_cases_are_reported_taken_along_and_taken_back(installation: Kilns, capsys: pytest.CaptureFixture[str]) -> None:
    sent = installation.send()
    installation.pay(sent)
    installation.draw(2, TIMED)
    assert main(["cases", "transfer", SERVICE, "2"]) == 1
    told = capsys.readouterr().out
    assert f"{sent.reference}  version 1  blocked  (check: changed)" in told
    assert "check: The case waits there or remembers it" in told
    assert "check: សំណុំរឿងកំពុងរង់ចាំនៅទីនោះ" in told
    assert "Nothing was changed. safe 0, mapped 0, blocked 1." in told
    assert main(["cases", "transfer", SERVICE, "2", "--map", "check=check", "--apply"]) == 1
    assert "Give the reason" in capsys.readouterr().err
    assert main(["cases", "transfer", SERVICE, "2", "--map", "check=check", "--apply", "--reason", "a timer"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"Transfer 1\n1/1  {sent.reference}  version 1  mapped\n")
    assert "Transfer 1: safe 0, mapped 1, blocked 0." in told
    assert main(["cases", "go-on", "1"]) == 0
    assert "Transfer 1: safe 0, mapped 0, blocked 0." in capsys.readouterr().out
    assert main(["cases", "undo", "1"]) == 0
    assert "Went back: 1." in capsys.readouterr().out
    assert main(["cases", "undo", "1"]) == 1
    assert "undone before" in capsys.readouterr().err


def test_a_case_is_replayed_on_its_own_version_and_rehearsed_on_another(
    installation: Kilns, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = installation.send()
    installation.draw(2, RENAMED)
    assert main(["cases", "replay", sent.reference]) == 0
    assert "the same state" in capsys.readouterr().out
    assert main(["cases", "rehearse", sent.reference, "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["waits"] == ["pay"]
    assert main(["cases", "rehearse", sent.reference, "2"]) == 0
    assert "start: begin" in (told := capsys.readouterr().out)
    assert "The same path. It is running." in told
    assert "It waits for: pay." in told
    assert main(["cases", "replay", "02-26-999999-9"]) == 1
    assert main(["cases", "rehearse", sent.reference, "7"]) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_rehearsal_marks_the_step_at_which_the_path_parts(
    installation: Kilns, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = installation.approved()
    installation.draw(2, ('result == "refuse"', 'result == "ok"'))
    assert main(["cases", "rehearse", sent.reference, "2"]) == 1
    told = capsys.readouterr().out
    assert "*" in told
    assert "Stuck at approve" in told


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_mapping_that_is_none_is_misuse(installation: Kilns) -> None:
    with pytest.raises(SystemExit):
        main(["cases", "transfer", SERVICE, "2", "--map", "check"])
    assert installation


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_earlier_names_of_actions_work_and_say_the_present_one(
    installation: Kilns, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = installation.send()
    installation.draw(2, RENAMED)
    main(["cases", "transfer", SERVICE, "2"])
    told = capsys.readouterr()
    main(["cases", "migrate", SERVICE, "2"])
    before = capsys.readouterr()
    assert (before.out, told.err) == (told.out, "")
    assert "is now `owso cases transfer SERVICE VERSION`" in before.err
    main(["cases", "rehearse", sent.reference, "2", "--json"])
    told = capsys.readouterr()
    assert main(["cases", "replay", sent.reference, "--on", "2", "--json"]) == 0
    before = capsys.readouterr()
    assert (before.out, told.err) == (told.out, "")
    assert "is now `owso cases rehearse REFERENCE VERSION`" in before.err
