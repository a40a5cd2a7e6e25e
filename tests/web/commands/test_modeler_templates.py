"""``owso modeler-templates``: files for other editors."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.cli import main


def test_the_files_are_written_into_a_folder_that_is_made_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "folder"
    assert main(["modeler-templates", str(folder), "--lang", "en"]) == 0
    written = {path.name for path in folder.iterdir()}
    assert written == {"camunda-platform.json", "camunda-cloud.json", "spiffworkflow.json"}
    assert {Path(line).name for line in capsys.readouterr().out.splitlines()} == written
    assert b"Due in" in (folder / "camunda-cloud.json").read_bytes()
