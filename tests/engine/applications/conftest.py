"""The real packages, published, for what applicants do with them."""

from __future__ import annotations

import pytest

from engine.house import House
from tests.cast import Cast
from tests.journeys.guesthouse import Guesthouse, guesthouse
from tests.small import complaints
from tests.small.cases import Kilns
from tests.ways import ground


@pytest.fixture
def licence(house: House, cast: Cast) -> Guesthouse:
    """The guesthouse licence and account verification, published as they lie in the product."""
    return guesthouse(house, cast)


@pytest.fixture
@ground
def citizens_office(kilns: Kilns) -> Kilns:
    """Complaints are taken in Battambang, by Chan Bopha of the reception and Keo Vannak."""
    return complaints.citizens_office(kilns)
