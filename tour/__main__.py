"""Runs the tour. The exit status says whether the story held."""

from __future__ import annotations

import sys

from tour.browser import PageProblem
from tour.stage import open_stage
from tour.story import Story

BEGIN = "2026-11-30 08:00"


def main() -> int:
    """Opens the stage, tells the story, says whether it held."""
    print("A guesthouse licence in Battambang, on a private server with a movable clock.")
    with open_stage(BEGIN) as stage:
        try:
            held = Story(stage).tell()
        except PageProblem as problem:
            print(f"\nThe story did not hold: {problem}", file=sys.stderr)
            return 1
    print(f"\nThe story held: {held} facts seen on the pages.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
