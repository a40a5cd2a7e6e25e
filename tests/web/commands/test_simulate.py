"""``owso simulate``: dates at invented offices, what would come if at one of here, and days that are played."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.house import House
from engine.localise import PHNOM_PENH
from storage.applications import Application
from storage.people import Person
from tests.small.cases import Kilns
from tests.small.files import few_services_in
from tests.small.finished import finish
from web.cli import main
from web.commands import simulate_load

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


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


@pytest.fixture
def demonstration(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty installation in which a demonstration may be made; its data folder."""
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("OWSO_DEMO", "1")
    monkeypatch.setenv(
        "OWSO_PROCESSES_DIR", str(few_services_in(tmp_path / "processes", "interior/account_verification"))
    )
    return tmp_path / "var"


LOAD = ["simulate", "load", "--cases", "4", "--days", "2", "--offices", "02", "--until", "2026-11-05"]


@ON_SQLITE
def test_a_load_is_played_gone_on_with_and_counted(
    demonstration: Path, house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stops(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(simulate_load, "TOLD_EVERY", timedelta(0))
    with monkeypatch.context() as patched:
        patched.setattr(simulate_load, "_Told", lambda: stops)
        assert main(LOAD) == 130
    assert "goes on from here" in capsys.readouterr().err
    assert main([*LOAD[:2], "--seed", "another"]) == 1
    assert "begun here with --seed one window" in capsys.readouterr().err
    assert main(["simulate", "load"]) == 0
    said = capsys.readouterr()
    assert "4 cases were filed" in said.out
    assert "moves, " in said.err
    assert (demonstration / "demo_password").read_text() in said.out
    with house.database.reading() as session:
        submitted = session.scalars(select(Application.submitted_at)).all()
    assert {moment.astimezone(PHNOM_PENH).date() for moment in submitted if moment} == {
        date(2026, 11, 4),
        date(2026, 11, 5),
    }
    assert main(["audit", "verify"]) == 0
    assert main(LOAD) == 0
    assert "0 moves were made" in capsys.readouterr().out
    assert main(["simulate", "prove", "--here"]) == 0
    assert "Office 02: of no date it is known" in capsys.readouterr().out


@ON_SQLITE
def test_a_load_that_cannot_be_begun_stands_in_the_way_of_none(
    demonstration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(LOAD) == 0
    kept = (demonstration / simulate_load.KEPT_IN).read_text(encoding="utf-8")
    assert main([*LOAD, "--seed", "another"]) == 1
    assert "goes up to 2026-11-05" in capsys.readouterr().err
    assert (demonstration / simulate_load.KEPT_IN).read_text(encoding="utf-8") == kept
    assert main(LOAD) == 0
    assert "0 moves were made" in capsys.readouterr().out


@ON_SQLITE
@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--offices", "02,77"], "no office of the demonstration is 77"),
        (["--cases", "0"], "--cases is 1 to"),
        (["--days", "401"], "--days 1 to 400"),
        (["--until", "2999-01-01"], "--until lies in the future"),
    ],
)
def test_what_is_no_load_is_refused_before_anything_is_made(
    demonstration: Path, house: House, options: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "load", *options]) == 1
    assert why in capsys.readouterr().err
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


@ON_SQLITE
def test_no_invented_case_is_put_among_real_ones(
    demonstration: Path, kilns: Kilns, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kilns.pay(kilns.send())
    assert main(LOAD) == 1
    assert "never put among real ones" in capsys.readouterr().err
    monkeypatch.setenv("OWSO_DEMO", "0")
    assert main(LOAD) == 1
    assert "OWSO_DEMO=1" in capsys.readouterr().err
    assert not (demonstration / simulate_load.KEPT_IN).exists()
