"""``make bench-nation``: a nation's cases on PostgreSQL, and what the product costs there.

``--cases 1000 100000`` says how many open cases, the sizes that are compared; ``--only-make`` makes the databases and
measures nothing; names of groups measure those alone.
"""

from __future__ import annotations

import argparse
import sys

from bench.nation.making import nations

SIZES = (1_000, 100_000, 1_000_000)


def main() -> int:
    """Makes what is missing and measures; 0 when everything held that must."""
    asked = _asked()
    with nations(*asked.cases) as made:
        for nation in made:
            print(f"{nation.cases:>9,} open cases: {nation.address} with {nation.data}")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-nation", description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=SIZES[:2], help="open cases of each nation")
    parser.add_argument("--only-make", action="store_true", help="measure nothing")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
