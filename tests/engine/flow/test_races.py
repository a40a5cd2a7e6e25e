"""Two at the same moment: both go through, one after the other, and nothing happens twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from engine.house import House
from engine.references import next_number

AT_ONCE = 6


def test_the_first_numbers_of_a_year_are_given_to_everybody_who_asks_at_once(house: House) -> None:
    together = Barrier(AT_ONCE)

    def ask(_: int) -> int:
        together.wait()
        with house.database.transaction() as session:
            return next_number(session, "application/02/2027")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sorted(pool.map(ask, range(AT_ONCE))) == list(range(1, AT_ONCE + 1))
