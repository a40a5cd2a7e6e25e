"""Times pieces of work turn and turn about, so that what else the machine does burdens all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from statistics import fmean

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
    return least(rounds, *(partial(seconds, work, clock) for work in works))


def least(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """The least that each measure gives in so many rounds, after one that is not counted.

    As with Python's own ``timeit``, garbage is not collected meanwhile, only between one and the next.
    """
    found: list[list[float]] = [[] for _ in measures]
    with _collected_between():
        for counted in range(rounds + 1):
            for measure, kept in zip(measures, found, strict=True):
                taken = measure()
                gc.collect()
                if counted:
                    kept.append(taken)
    return [min(kept) for kept in found]


@contextmanager
def _collected_between() -> Iterator[None]:
    """Leaves collecting to the block, and what was there before it out of every collection."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def undisturbed(cases: Sequence[Sequence[float]]) -> float:
    """Seconds of a step on average, from cases that take the same steps: each step as quick as it was in any of them.

    Medians would not do: on a busy machine long steps are interrupted more often than short ones.
    """
    return fmean(min(times) for times in zip(*cases, strict=True))
