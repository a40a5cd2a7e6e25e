"""Counts of failed attempts in a Redis or Valkey, which forgets them by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from engine.people.pauses import Count, Pace, moment
from web.counts import CountsAway

PATIENCE_SECONDS: Final = 0.5
_PREFIX: Final = "owso:attempts:"
_SCHEMES: Final = {"valkey": "redis", "valkeys": "rediss"}
_COUNT_UP: Final = """
local at, step, most, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local empty = tonumber(redis.call('HGET', KEYS[1], 'empty_at') or 0)
empty = math.min(math.max(empty, at) + step, at + most)
redis.call('HSET', KEYS[1], 'failed_at', ARGV[1], 'empty_at', string.format('%d', empty))
redis.call('PEXPIRE', KEYS[1], string.format('%d', math.max(empty - at, longest)))
"""
"""As ``pauses.one_more``, in one piece on the server."""


class InRedis:
    """Counts in a Redis or Valkey (``redis://``, ``rediss://``, ``valkey://``, ``unix://``), which forgets them by
    itself."""

    def __init__(self, url: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        # A third of a second to load, for the few who use it.
        from redis import Redis, RedisError
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        scheme, _, rest = url.partition("://")
        self._outages = (RedisError, OSError)
        self._redis = Redis.from_url(
            f"{_SCHEMES.get(scheme, scheme)}://{rest}",
            decode_responses=True,
            socket_timeout=patience_seconds,
            socket_connect_timeout=patience_seconds,
            retry=Retry(NoBackoff(), 1),  # once: a connection that the server closed meanwhile
        )
        self._count_up = self._redis.register_script(_COUNT_UP)

    def of(self, keys: Collection[str], *, now: datetime) -> Mapping[str, Count]:  # noqa: ARG002
        asked = list(keys)
        with self._outages_named(), self._redis.pipeline(transaction=False) as together:
            for key in asked:
                together.hmget(_PREFIX + key, ["failed_at", "empty_at"])
            found = together.execute()
        return {key: Count(int(at), int(empty)) for key, (at, empty) in zip(asked, found, strict=True) if at and empty}

    def count_up(self, failed: Mapping[str, Pace], *, now: datetime) -> None:
        at = moment(now)
        with self._outages_named(), self._redis.pipeline(transaction=False) as together:
            for key, pace in failed.items():
                longest = pace.longest // timedelta(milliseconds=1)
                given = [at, pace.step, pace.most * pace.step, longest]
                self._count_up(keys=[_PREFIX + key], args=given, client=together)
            together.execute()

    def forget(self, keys: Collection[str], *, now: datetime) -> None:  # noqa: ARG002
        with self._outages_named():
            self._redis.delete(*(_PREFIX + key for key in keys))

    def close(self) -> None:
        self._redis.close()

    @contextmanager
    def _outages_named(self) -> Iterator[None]:
        try:
            yield
        except self._outages as away:
            raise CountsAway from away
