"""``owso simulate``: expected dates at invented offices, and what would come if at one of here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small.cases import Kilns
from tests.small.finished import finish
from web.cli import main


def test_invented_offices_say_how_often_dates_held(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["simulate", "prove", "--offices", "2", "--cases", "300", "--seed", "a"]
    main(asked)
    once = capsys.readouterr().out
    assert "Office 2, 3 officers, 70 % busy: of " in once
    assert "Together: of " in once
    main(asked)
    assert capsys.readouterr().out == once


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_office_is_played_with_officers_away(
    kilns: Kilns,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))
    finish(kilns, [1] * 6)
    kilns.pay(kilns.send())
    assert main(["simulate", "what-if", "02", "--more", "front_office=1"]) == 0
    assert "Promises that break as things are: " in capsys.readouterr().out
    assert main(["simulate", "what-if", "99", "--more", "front_office=1"]) == 1
    with pytest.raises(SystemExit):
        main(["simulate", "what-if", "02", "--away", "front_office=1"])
