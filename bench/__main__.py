"""``make bench``: every benchmark of the product in one run, and whether each held what it must.

Ends with 0 when all did, with 1 when something did not or could not be measured.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

from bench import catalogue, corrections, large, officer_step, other_engine, product, reading
from bench.nation import small
from bench.rows import Row, table, verdict

SUBJECTS: tuple[Callable[[], Iterator[Row]], ...] = (
    officer_step.rows,
    other_engine.rows,
    corrections.rows,
    reading.rows,
    large.rows,
    product.rows,
    catalogue.rows,
    small.rows,
)


def main() -> int:
    """Runs the subjects and prints the table."""
    begun = time.perf_counter()
    rows: list[Row] = []
    for subject in SUBJECTS:
        print(f"{subject.__module__} …", file=sys.stderr, flush=True)
        rows.extend(subject())
    print(table(rows))
    print(f"\n{time.perf_counter() - begun:.0f} seconds; ", end="")
    return verdict(rows)


if __name__ == "__main__":
    sys.exit(main())
