"""Where failed attempts are counted: the same everywhere, and still somewhere when the store is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from engine.house import House
from engine.people.pauses import Pace, one_more
from tests import patience
from tests.cast import Cast
from tests.fixtures.houses import SetClock
from tests.redis import redis
from tests.web.foundation.conftest import build_app
from web import counts
from web.attempts import attempts_of
from web.counts import ASKED_AGAIN, Counts, CountsAway, InDatabase, InMemory, WithReserve
from web.redis_counts import InRedis

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
PACE = Pace(3, cools=timedelta(minutes=2), longest=timedelta(seconds=8))
SLOW = Pace(100, cools=timedelta(hours=1), longest=timedelta(minutes=15))
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with redis() as address:
        yield address


@pytest.fixture(params=["memory", "database", "redis"])
def store(request: pytest.FixtureRequest, house: House, tmp_path: Path) -> Iterator[Counts]:
    """Each kind of store, empty."""
    if request.param == "redis":
        there = InRedis(request.getfixturevalue("address"), patience.SECONDS)
        there.forget(["a key", "mine", "of a stranger"], now=NOW)
        yield there
        there.close()
        return
    with build_app(tmp_path, house).app_context():
        yield InMemory() if request.param == "memory" else InDatabase()


def test_every_store_reckons_as_the_arithmetic_does(store: Counts) -> None:
    count, now = None, NOW
    for minutes in (0, 0, 1, 0, 0, 0, 0, 0, 0, 30, 0, 5, 1, 0):
        now += timedelta(minutes=minutes, milliseconds=7)
        store.count_up({"a key": PACE}, now=now)
        count = one_more(count, PACE, now=now)
        assert store.of(["a key", "another"], now=now) == {"a key": count}


def test_every_store_clears_one_count_and_leaves_the_others(store: Counts) -> None:
    store.count_up({"mine": PACE, "of a stranger": PACE}, now=NOW)
    store.forget(["mine"], now=NOW)
    assert set(store.of(["mine", "of a stranger"], now=NOW)) == {"of a stranger"}


def test_two_servers_that_count_in_redis_at_once_lose_nothing(address: str) -> None:
    servers = [InRedis(address, patience.SECONDS) for _ in range(2)]

    def count(server: InRedis) -> None:
        for _ in range(20):
            server.count_up({"both": SLOW}, now=NOW)

    threads = [Thread(target=count, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert servers[0].of(["both"], now=NOW)["both"].failures(SLOW) == 40
    for server in servers:
        server.close()


def test_redis_forgets_by_itself(address: str) -> None:
    store = InRedis(address, patience.SECONDS)
    brief = Pace(0, cools=timedelta(milliseconds=1), longest=timedelta(milliseconds=1))
    store.count_up({"brief": brief}, now=NOW)
    patience.until(lambda: not store.of(["brief"], now=NOW), "an empty Redis")
    store.close()


def test_memory_is_bounded_and_gives_up_what_failed_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST_IN_MEMORY", 3)
    store = InMemory()
    for key in ("one", "two", "three", "one", "four"):
        store.count_up({key: PACE}, now=NOW)
    assert set(store.of(["one", "two", "three", "four"], now=NOW)) == {"three", "one", "four"}


def test_while_the_store_is_away_a_server_counts_by_itself() -> None:
    store = WithReserve(InRedis(NOBODY))
    for _ in range(5):
        store.count_up({"a key": PACE}, now=NOW)
    assert store.of(["a key"], now=NOW)["a key"].failures(PACE) == 5
    store.forget(["a key"], now=NOW)
    assert store.of(["a key"], now=NOW) == {}


def test_a_store_that_is_away_is_not_asked_with_every_page_and_what_was_counted_meanwhile_still_holds() -> None:
    shared = Flickering()
    store = WithReserve(shared)
    store.count_up({"a key": PACE}, now=NOW)
    shared.is_away = True
    for _ in range(4):
        store.count_up({"a key": PACE}, now=NOW)
    assert shared.asked == 2
    assert store.of(["a key"], now=NOW)["a key"].failures(PACE) == 4
    shared.is_away, later = False, NOW + ASKED_AGAIN
    assert store.of(["a key"], now=later)["a key"].failures(PACE) == 4
    store.count_up({"a key": PACE}, now=later)
    assert shared.asked == 4


class Flickering(InMemory):
    """A shared store that comes and goes."""

    is_away, asked = False, 0

    def _asked(self, act: Callable[[], object]) -> object:
        self.asked += 1
        if self.is_away:
            raise CountsAway
        return act()

    def of(self, keys, *, now):  # type: ignore[no-untyped-def]
        return self._asked(lambda: super(Flickering, self).of(keys, now=now))

    def count_up(self, failed, *, now):  # type: ignore[no-untyped-def]
        return self._asked(lambda: super(Flickering, self).count_up(failed, now=now))


def test_people_sign_in_and_guessing_slows_while_redis_is_away(house: House, tmp_path: Path, cast: Cast) -> None:
    app = build_app(tmp_path, house, rate_limits=True, counts_url=NOBODY, WTF_CSRF_ENABLED=False)
    attempts_of(app).clock = SetClock()
    dara = cast.dara
    right, wrong = ({"login": dara.phone, "password": password} for password in (dara.password, "wrong"))
    assert app.test_client().post("/sign-in", data=right).status_code == 303
    tries = [app.test_client().post("/sign-in", data=wrong).status_code for _ in range(7)]
    assert tries == [422] * 6 + [429]


def test_servers_that_share_a_redis_share_their_counts(house: House, tmp_path: Path, cast: Cast, address: str) -> None:
    servers = [build_app(tmp_path / name, house, rate_limits=True, WTF_CSRF_ENABLED=False) for name in ("one", "two")]
    for app in servers:
        attempts_of(app).clock, attempts_of(app).shared = SetClock(), InRedis(address, patience.SECONDS)
    wrong = {"login": cast.dara.phone, "password": "wrong"}
    tries = [servers[n % 2].test_client().post("/sign-in", data=wrong).status_code for n in range(7)]
    assert tries == [422] * 6 + [429]
