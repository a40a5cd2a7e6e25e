"""The numbers that are kept beside the rows (``storage.tallies``): folded behind the work, proved, counted anew."""

from __future__ import annotations

from collections.abc import Sequence

from engine.house import House
from storage import tallying
from storage.sums import Difference


def fold(house: House) -> None:
    """Folds all that changed, some thousands of changes at a time; whoever else does so takes others."""
    for tally in tallying.TALLIES:
        folded = tallying.TOGETHER
        while folded == tallying.TOGETHER:
            with house.database.transaction() as session:
                folded = tallying.fold(session, tally)


def wrong(house: House) -> Sequence[Difference]:
    """Every number that is not what the rows come to."""
    with house.database.reading() as session:
        return tallying.differences(session)


def count_anew(house: House) -> None:
    """Counts all rows. On PostgreSQL whoever would change a number waits meanwhile."""
    with house.database.transaction() as session:
        tallying.rebuild(session)
