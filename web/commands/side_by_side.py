"""Work on many things in several processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final, TypeVar

_MOST_WORKERS: Final = 4
_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


def side_by_side(work: Callable[[_Given], _Made], given: Sequence[_Given]) -> Iterator[_Made]:
    """What the work makes of each, in their order; several at once where there are several."""
    workers = min(len(given), _MOST_WORKERS, os.cpu_count() or 1)
    if workers <= 1:
        yield from map(work, given)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(work, given)
