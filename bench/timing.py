"""Times pieces of work turn and turn about, so that what else the machine does burdens all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from statistics import median

Work = Callable[[], object]


def seconds(work: Work) -> float:
    """How long the work takes once."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turns(rounds: int, *works: Work) -> list[list[float]]:
    """Seconds of each work in each round, after one round that is not counted."""
    times: list[list[float]] = [[] for _ in works]
    for counted in range(rounds + 1):
        for work, kept in zip(works, times, strict=True):
            gc.collect()  # nobody clears up after somebody else
            taken = seconds(work)
            if counted:
                kept.append(taken)
    return times


def quickest(rounds: int, *works: Work) -> list[float]:
    """The least seconds of each work: what it costs when nothing else disturbs it."""
    return [min(times) for times in in_turns(rounds, *works)]


def typical(rounds: int, *works: Work) -> list[float]:
    """The median seconds of each work."""
    return [median(times) for times in in_turns(rounds, *works)]
