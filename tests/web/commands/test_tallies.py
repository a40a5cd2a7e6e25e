"""``owso tallies``: says which kept numbers are wrong, and counts them anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from engine.clockwork import tallies
from tests.small.cases import Kilns
from web.cli import main


def test_a_wrong_number_is_named_and_mended(
    kilns: Kilns,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))
    kilns.pay(kilns.send())
    tallies.fold(kilns.house)
    assert main(["tallies", "check"]) == 0
    assert "Every number holds." in capsys.readouterr().out
    with kilns.house.database.transaction() as session:
        session.execute(text("UPDATE month_tally SET paid = 3, received = 0"))
    assert main(["tallies", "check"]) == 1
    told = capsys.readouterr().out
    place = f"month_tally (2026-03, {kilns.cast.battambang}, industry.kiln_permit)"
    assert f"{place}: paid is 2 too high" in told
    assert f"{place}: received is 1 too low" in told
    assert "Wrong numbers: 2." in told
    assert main(["tallies", "rebuild"]) == 0
    assert "Every number holds." in capsys.readouterr().out
