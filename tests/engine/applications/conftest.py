"""The real packages, published, for what applicants do with them."""

from __future__ import annotations

import pytest

from engine.house import House
from tests.cast import Cast
from tests.journeys.guesthouse import Guesthouse, guesthouse


@pytest.fixture
def licence(house: House, cast: Cast) -> Guesthouse:
    """The guesthouse licence and account verification, published as they lie in the product."""
    return guesthouse(house, cast)
