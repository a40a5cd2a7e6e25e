"""Several people at the same moment: never more seats than there are, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from engine.errors import Refused, SessionCancelled, SessionFull, StalePage
from tests.cast import Member
from tests.small.courses import FRIDAY, MONDAY, Courses


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """What became of acts that begin together: what they gave, or their refusal."""
    ready = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        ready.wait()
        try:
            return act()
        except Refused as refused:
            return type(refused)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def people(courses: Courses) -> list[Member]:
    cast = courses.cast
    return [cast.dara, cast.bopha, cast.rithy, cast.mony]


def test_two_people_and_one_seat(courses: Courses) -> None:
    friday = courses.session(seats=1)
    who = people(courses)[:2]
    sent = [(courses.send(one), one) for one in who]
    came = at_once([lambda key=key, one=one: courses.choose(key, friday, who=one) for key, one in sent])  # type: ignore[misc]
    assert sorted(map(str, came)) == sorted(map(str, (None, SessionFull)))
    assert courses.taken() == [1]


def test_two_clicks_take_one_seat(courses: Courses) -> None:
    friday, key = courses.session(), courses.send()
    assert at_once([lambda: courses.choose(key, friday)] * 3) == [None] * 3
    assert courses.taken() == [1]


def test_people_who_change_places_leave_each_session_with_as_many_as_sit_there(courses: Courses) -> None:
    days = [courses.session(FRIDAY), courses.session(MONDAY), courses.session(MONDAY + timedelta(days=1))]
    sent = [(courses.send(one), one) for one in people(courses)]
    for place, (key, one) in enumerate(sent):
        courses.choose(key, days[place % 2], who=one)
    acts = [
        lambda key=key, one=one, day=days[(place + 1 + turn) % 3]: courses.change(key, day, who=one)  # type: ignore[misc]
        for place, (key, one) in enumerate(sent)
        for turn in range(2)
    ]
    assert set(at_once(acts)) <= {None, SessionFull}
    held = [next(day for day, status in courses.seats(key) if status == "held") for key, _ in sent]
    assert courses.taken() == [held.count(day) for day in days]
    assert max(courses.taken()) <= 2


def test_a_seat_taken_while_its_session_is_cancelled_is_refused_or_lost(courses: Courses) -> None:
    friday = courses.session(seats=4)
    sent = [(courses.send(one), one) for one in people(courses)[:3]]
    acts: list[Callable[[], object]] = [
        lambda key=key, one=one: courses.choose(key, friday, who=one)
        for key, one in sent  # type: ignore[misc]
    ]
    came = at_once([*acts, lambda: courses.cancel(friday)])
    assert set(came[:-1]) <= {None, SessionCancelled}
    if came[-1] is StalePage:  # somebody took a seat at this very moment; the officer looks again
        courses.cancel(friday)
    assert courses.taken() == [0]
    assert all(courses.seats(key) in ([], [(friday, "lost")]) for key, _ in sent)
