"""Times pieces of work turn and turn about, so that what else the machine does burdens all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from statistics import mean

Work = Callable[[], object]
Clock = Callable[[], float]
PROCESSOR: Clock = time.process_time
"""Counts what this process computes, not how long it waits for its turn: for work that does nothing but compute."""
WALL: Clock = time.perf_counter


def seconds(work: Work, clock: Clock = PROCESSOR) -> float:
    """How long the work takes once."""
    begun = clock()
    work()
    return clock() - begun


def quickest(rounds: int, *works: Work, clock: Clock = PROCESSOR) -> list[float]:
    """The least seconds of each work in so many rounds, after one that is not counted."""
    times: list[list[float]] = [[] for _ in works]
    gc.collect()  # what was built before is not cleared up at the expense of what is measured
    for counted in range(rounds + 1):
        for work, kept in zip(works, times, strict=True):
            taken = seconds(work, clock)
            if counted:
                kept.append(taken)
    return [min(kept) for kept in times]


def undisturbed(cases: Sequence[Sequence[float]]) -> float:
    """Seconds of a step on average, from cases that take the same steps: each step as quick as it was in any of them.

    Medians would not do: on a busy machine long steps are interrupted more often than short ones.
    """
    return mean(min(times) for times in zip(*cases, strict=True))
