"""Failed attempts are counted in rows, as the arithmetic says, by any number of servers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

from engine.house import House
from engine.people import attempts
from engine.people.attempts import LONGEST_KEPT
from engine.people.pauses import Count, Pace, one_more

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
PACE = Pace(3, cools=timedelta(minutes=2), longest=timedelta(seconds=8))
SLOW_AND_MANY = Pace(100, cools=timedelta(hours=1), longest=timedelta(minutes=15))


def fail(house: House, *keys: str, pace: Pace = PACE, now: datetime = NOW) -> None:
    with house.database.transaction() as session:
        attempts.count_up(session, dict.fromkeys(keys, pace), now=now)


def found(house: House, *keys: str) -> dict[str, Count]:
    with house.database.reading() as session:
        return dict(attempts.counts_of(session, keys))


def test_the_database_reckons_as_the_arithmetic_does(house: House) -> None:
    count, now = None, NOW
    for minutes in (0, 0, 1, 0, 0, 0, 0, 0, 0, 30, 0, 5, 1, 0):
        now += timedelta(minutes=minutes, milliseconds=7)
        fail(house, "a key", now=now)
        count = one_more(count, PACE, now=now)
        assert found(house, "a key") == {"a key": count}


def test_what_never_failed_has_no_count(house: House) -> None:
    fail(house, "one")
    assert found(house, "another") == {}


def test_two_servers_that_count_at_once_lose_nothing(house: House) -> None:
    together = Barrier(2)

    def count(keys: tuple[str, ...]) -> None:
        together.wait()
        for _ in range(10):
            fail(house, *keys, pace=SLOW_AND_MANY)

    threads = [Thread(target=count, args=(keys,)) for keys in (("a", "b", "c"), ("c", "b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key: count.failures(SLOW_AND_MANY) for key, count in found(house, "a", "b", "c").items()} == {
        "a": 20,
        "b": 20,
        "c": 20,
    }


def test_a_count_that_is_cleared_leaves_the_others(house: House) -> None:
    fail(house, "mine", "of a stranger")
    with house.database.transaction() as session:
        attempts.forget(session, ("mine",))
    assert set(found(house, "mine", "of a stranger")) == {"of a stranger"}


def test_upkeep_clears_what_is_long_forgotten(house: House) -> None:
    fail(house, "old")
    fail(house, "new", now=NOW + LONGEST_KEPT + timedelta(seconds=1))
    with house.database.transaction() as session:
        attempts.clear(session)
    assert set(found(house, "old", "new")) == {"new"}


def test_upkeep_of_a_house_where_nothing_failed_does_nothing(house: House) -> None:
    with house.database.transaction() as session:
        attempts.clear(session)
    assert found(house, "old") == {}
