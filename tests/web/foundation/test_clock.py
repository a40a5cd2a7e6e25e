"""The machine's clock and the movable one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from web.clock import FileClock, SystemClock, clock_for


def test_a_moment_is_always_aware_and_in_utc(tmp_path: Path) -> None:
    for clock in (SystemClock(), FileClock(tmp_path / "clock")):
        assert clock.now().tzinfo is UTC


def test_a_movable_clock_without_a_file_shows_the_machines_time(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    assert before <= FileClock(tmp_path / "clock").now() <= datetime.now(UTC)


def test_a_moved_clock_runs_on_from_the_given_moment_for_everybody_who_reads_the_file(tmp_path: Path) -> None:
    moment = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
    FileClock(tmp_path / "clock").advance_to(moment)
    shown = FileClock(tmp_path / "clock").now()
    assert moment - timedelta(seconds=1) <= shown < moment + timedelta(minutes=1)


def test_the_clock_is_the_machines_unless_a_file_is_named(tmp_path: Path) -> None:
    assert clock_for(None) == SystemClock()
    assert clock_for(tmp_path / "clock") == FileClock(tmp_path / "clock")
