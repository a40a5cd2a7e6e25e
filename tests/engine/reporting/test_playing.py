"""An office played ahead in its open minutes."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.reporting.open_minutes import OpenMinutes
from engine.reporting.playing import Job, Officer, Visit, play
from engine.working_time.calendar import USUAL_WEEK, WorkingTime

DESK = frozenset({"desk"})
WORK = Visit("check", "desk", 60)


def ends(jobs: list[Job], *officers: Officer, until: int = 10_000) -> list[int | None]:
    return [each.ended for each in play(jobs, officers, until=until)]


def test_what_presses_most_is_taken_up_first_and_what_was_begun_before_all() -> None:
    jobs = [Job("a", 1, 3, (WORK,)), Job("b", 1, 1, (WORK,)), Job("c", 1, 9, (WORK,), begun=True)]
    assert ends([Job("first", 0, 0, (WORK,)), *jobs], Officer(DESK)) == [60, 240, 180, 120]


def test_two_officers_share_the_work_and_one_who_is_away_rests() -> None:
    jobs = [Job(str(n), 0, n, (WORK,)) for n in range(4)]
    assert ends(jobs, Officer(DESK), Officer(DESK)) == [60, 60, 120, 120]
    assert ends(jobs, Officer(DESK), Officer(DESK, ((0, 500),))) == [60, 120, 180, 240]
    assert ends(jobs[:1], Officer(DESK, ((30, 100),))) == [130], "what was begun is finished after the absence"


def test_everybody_away_is_waited_for_and_a_group_of_nobody_is_not() -> None:
    jobs = [Job("a", 0, 0, (Visit("sign", "governor", 5, lasts=70), WORK))]
    assert ends(jobs, Officer(DESK, ((0, 400),))) == [460]


def test_time_between_two_steps_passes_without_officers() -> None:
    jobs = [Job("a", 5, 0, (WORK, Visit("sign", "desk", 10, after=100)))]
    found = play(jobs, [Officer(DESK)], until=10_000)[0]
    assert (found.ready, found.done, found.ended) == ([5, 165], [65, 175], 175)


def test_what_is_not_over_in_time_has_no_end() -> None:
    assert ends([Job("a", 0, 0, (WORK,)), Job("b", 0, 1, (WORK,))], Officer(DESK), until=100) == [60, None]


def test_open_minutes_are_moments_and_back() -> None:
    monday = datetime(
        2026, 2, 2, 2, 0, tzinfo=UTC
    )  # 9:00 at the office, which opens at 7:30, 14:00 and closes at 17:00
    axis = OpenMinutes(WorkingTime(USUAL_WEEK), monday, 7)
    assert axis.end == 150 + 180 + 4 * 420
    assert axis.moment(150) == datetime(2026, 2, 2, 4, 30, tzinfo=UTC), "the end of the morning, not the afternoon"
    assert axis.at(datetime(2026, 2, 2, 5, 0, tzinfo=UTC)) == 150, "at noon nothing passes"
    assert all(axis.at(axis.moment(minute)) == minute for minute in range(0, axis.end, 7))
