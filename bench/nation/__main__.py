"""``make bench-nation``: a nation's cases on PostgreSQL, and what the product costs there.

``--cases 1000 100000`` says how many open cases, the sizes that are compared; ``--only-make`` makes the databases and
measures nothing; names of groups measure those alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from bench.nation import (
    arrivals,
    falling_due,
    files,
    holiday,
    long_history,
    pages,
    peak,
    starting,
    stepping,
    whole_case,
)
from bench.nation.making import Nation, nations
from bench.rows import Row, table, verdict

SIZES: Final = (1_000, 100_000)
GROUPS: Final[dict[str, Callable[[Sequence[Nation]], Iterator[Row]]]] = {
    **{group: partial(pages.rows, group) for group in pages.GROUPS},
    "history": long_history.rows,
    "steps": stepping.rows,
    "case": whole_case.rows,
    "arrivals": arrivals.rows,
    "due": falling_due.rows,
    "holiday": holiday.rows,
    "peak": peak.rows,
    "starting": starting.rows,
    "files": files.rows,
}


def main() -> int:
    """Makes what is missing and measures; 0 when everything held that must."""
    asked = _asked()
    with nations(*asked.cases) as made:
        for nation in made:
            print(f"{nation.cases:>9,} open cases: {nation.address} with {nation.data}")
        if asked.only_make:
            return 0
        found: list[Row] = []
        for group in asked.groups or GROUPS:
            print(f"{group} …", file=sys.stderr, flush=True)
            found += GROUPS[group](made)
    print(table(found))
    return verdict(found)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-nation", description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=SIZES, help="open cases of each nation")
    parser.add_argument("--only-make", action="store_true", help="measure nothing")
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], help="measure these alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
