"""Words for what differs between packages: for every part, and for what is written in them."""

from __future__ import annotations

from engine.packages import Part
from web.difference_words import PARTS


def test_every_part_of_a_service_has_words() -> None:
    assert set(PARTS) == set(Part)
