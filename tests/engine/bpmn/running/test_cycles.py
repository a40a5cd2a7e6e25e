"""Repetitions on the calendar: the n-th is the beginning and n times the length, in Cambodian time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import bpmn
from engine.bpmn.language.moments import CAMBODIA
from engine.bpmn.running.timers import parse_cycle, repetition_after, repetition_from
from tests.engine.bpmn.drawings.drawing import E, Player, S, boundary, document, flows, timer, user
from tests.properties import given, settings, st

NEW_YEAR = datetime(2025, 12, 31, 17, 0, tzinfo=UTC)
"""Midnight in Cambodia, when the year 2026 begins there."""


def begun(written: str, since: datetime, most: int) -> list[str]:
    """The first moments of a start timer, in Cambodian time."""
    found, moment = [], bpmn.first_start(written, since)
    while moment is not None and len(found) < most:
        found.append(moment.due_at.astimezone(CAMBODIA).isoformat()[:16])
        moment = bpmn.start_after(written, since, moment.due_at, moment.left)
    return found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("R/2026-03-01T00:00:00/P1M", ["2026-03-01T00:00", "2026-04-01T00:00", "2026-05-01T00:00", "2026-06-01T00:00"]),
        ("R/2026-03-01T06:59:59/P1M", ["2026-03-01T06:59", "2026-04-01T06:59", "2026-05-01T06:59", "2026-06-01T06:59"]),
        (
            "R/2026-02-28T17:00:00Z/P1M",
            ["2026-03-01T00:00", "2026-04-01T00:00", "2026-05-01T00:00", "2026-06-01T00:00"],
        ),
        ("R/2026-01-31T17:00:00/P1M", ["2026-01-31T17:00", "2026-02-28T17:00", "2026-03-31T17:00", "2026-04-30T17:00"]),
        (
            "R/2026-01-31T17:00:00Z/P1M",
            ["2026-02-01T00:00", "2026-03-01T00:00", "2026-04-01T00:00", "2026-05-01T00:00"],
        ),
        ("R/2026-01-30/P1M", ["2026-01-30T00:00", "2026-02-28T00:00", "2026-03-30T00:00", "2026-04-30T00:00"]),
        ("R/2024-02-29T08:00:00/P1Y", ["2026-02-28T08:00", "2027-02-28T08:00", "2028-02-29T08:00", "2029-02-28T08:00"]),
        ("R/2025-08-31/P3M", ["2026-02-28T00:00", "2026-05-31T00:00", "2026-08-31T00:00", "2026-11-30T00:00"]),
        ("R/2026-01-31/P1M1D", ["2026-01-31T00:00", "2026-03-01T00:00", "2026-04-02T00:00", "2026-05-03T00:00"]),
        ("R3/2026-01-31/P1M", ["2026-01-31T00:00", "2026-02-28T00:00", "2026-03-31T00:00"]),
        ("R3/2025-11-30/P1M", ["2026-01-30T00:00"]),
        ("R/2026-01-01T03:00:00/P1D", ["2026-01-01T03:00", "2026-01-02T03:00", "2026-01-03T03:00", "2026-01-04T03:00"]),
        ("R/P1M", ["2026-02-01T00:00", "2026-03-01T00:00", "2026-04-01T00:00", "2026-05-01T00:00"]),
        ("R2/P1M", ["2026-02-01T00:00", "2026-03-01T00:00"]),
        ("P1M", ["2026-02-01T00:00"]),
    ],
)
def test_a_start_timer_repeats_on_the_calendar_of_the_house(written: str, expected: list[str]) -> None:
    assert begun(written, NEW_YEAR, 4) == expected


def test_a_month_counted_from_publishing_does_not_drift_either() -> None:
    published = datetime(2026, 1, 31, 10, 0, tzinfo=UTC)
    assert begun("R/P1M", published, 4) == [
        "2026-02-28T17:00",
        "2026-03-31T17:00",
        "2026-04-30T17:00",
        "2026-05-31T17:00",
    ]


BODY = S + user("a") + boundary("b", "a", timer("Cycle", "{}"), interrupting=False) + E + '<endEvent id="r"/>'
BODY += flows("s > a > e", "b > r")


def moments_of(player: Player, **span: float) -> list[str]:
    """When the reminder came in that span, in Cambodian time."""
    player.wait(**span)
    return [one.at.astimezone(CAMBODIA).isoformat()[:16] for one in player.snapshot.passed if one.element_id == "b"]


def at(moment: datetime, written: str) -> Player:
    """The instance begun at that moment, with a reminder that repeats as written."""
    player = Player(document(BODY.replace("{}", written)))
    player.now = moment
    definition = player.definition
    player._step(lambda live: bpmn.start(definition, {}, now=moment, live=live))
    return player


@pytest.mark.parametrize("days", [1, 20, 200], ids=["daily", "rarely", "once"])
def test_a_reminder_repeats_on_the_calendar_however_late_it_is_looked_for(days: int) -> None:
    player = at(datetime(2026, 1, 31, 10, 0, tzinfo=UTC), "R/P1M")
    found = [moment for _ in range(200 // days) for moment in moments_of(player, days=days)]
    assert found == [f"2026-{day}T17:00" for day in ("02-28", "03-31", "04-30", "05-31", "06-30", "07-31")]


def test_a_reminder_with_a_beginning_repeats_from_there() -> None:
    player = at(NEW_YEAR, "R4/2026-03-01T00:00:00/P1M")
    assert moments_of(player, days=365) == [f"2026-{month}-01T00:00" for month in ("03", "04", "05", "06")]
    assert player.snapshot.timers == ()


def test_a_timer_that_an_earlier_version_set_goes_on() -> None:
    player = at(datetime(2026, 1, 31, 10, 0, tzinfo=UTC), "R/P1M")
    now_holds = b"R/2026-01-31T10:00:00+00:00/P1M"
    assert now_holds in player.snapshot.state
    state = player.snapshot.state.replace(now_holds, b"R/P1M")
    later = bpmn.fire_timers(player.definition, state, now=player.now + timedelta(days=60))
    found = [one.at.astimezone(CAMBODIA).isoformat()[5:10] for one in later.passed if one.element_id == "b"]
    assert found == ["02-28", "03-28"], "it does not know when it began, so it counts as it did"


def test_a_date_that_an_earlier_version_counted_wrongly_comes_back_to_the_calendar() -> None:
    cycle = parse_cycle("R/2026-03-01T00:00:00/P1M")
    wrong = datetime(2026, 3, 29, 0, 0, tzinfo=CAMBODIA)
    assert repetition_after(cycle, cycle.begins, wrong) == datetime(2026, 4, 1, 0, 0, tzinfo=CAMBODIA)


def test_a_repetition_due_now_is_due_and_not_passed() -> None:
    cycle = parse_cycle("R3/2026-01-31T00:00:00/P1M")
    assert cycle.begins is not None
    second = datetime(2026, 2, 28, 0, 0, tzinfo=CAMBODIA)
    assert repetition_from(cycle, cycle.begins, second) == (second, 2)
    just_after = repetition_from(cycle, cycle.begins, second + timedelta(microseconds=1))
    assert just_after == (datetime(2026, 3, 31, 0, 0, tzinfo=CAMBODIA), 1)


def test_a_repetition_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(bpmn.NotATimer):
        bpmn.start_after("R/2026-03-01T00:00:00/P9000Y", NEW_YEAR, datetime(2026, 2, 28, 17, 0, tzinfo=UTC), -1)


BEGINNINGS = st.datetimes(timezones=st.just(CAMBODIA)).filter(lambda moment: 2 <= moment.year <= 9000)


@settings(max_examples=200, derandomize=True)
@given(BEGINNINGS, st.integers(1, 30), st.integers(0, 3), st.integers(0, 60), st.integers(0, 10**6))
def test_the_nth_repetition_lies_n_months_after_the_beginning_on_its_day_or_the_last(
    begins: datetime, months: int, days: int, number: int, later: int
) -> None:
    cycle = parse_cycle(f"R/{begins.isoformat()}/P{months}M{days}D")
    due = begins.astimezone(UTC)
    for _ in range(number):
        due = repetition_after(cycle, cycle.begins, due)
    local = due.astimezone(CAMBODIA) - timedelta(days=days * number)
    assert (local.year * 12 + local.month) - (begins.year * 12 + begins.month) == months * number
    assert local.day == begins.day or (local.day < begins.day and (local + timedelta(days=1)).day == 1)
    assert local.timetz() == begins.timetz()
    assert repetition_from(cycle, due, due + timedelta(seconds=later)) is not None
    assert repetition_from(cycle, begins, due) == (due, -1)
