"""A fee that depends on the day is the one that was shown: on another day the page is shown again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.applications import drafts, submitting
from engine.catalog.archives import pack
from engine.errors import StalePage
from engine.house import House
from engine.packages import digest as digest_of
from engine.queries.citizen.drafts import draft_to_check
from tests.cast import NOW, Cast
from tests.small.cases import ANSWERS, PAGE, SERVICE, Kilns, definition, kilns
from tests.small.fees import Row, with_fee

HALF_PRICE: list[Row] = [(("<= 2026-03-02",), "kiln", "kilns", "10000"), (("> 2026-03-02",), "kiln", "kilns", "20000")]
LATER = NOW + timedelta(days=1)


@pytest.fixture
def service(house: House, cast: Cast) -> Kilns:
    """The permit at half its price until the second of March."""
    service, files = kilns(house, cast), with_fee(("submitted_on",), HALF_PRICE)
    with house.database.transaction() as session:
        session.add(definition(2, digest_of(files), pack(files), NOW))
    return service


def test_a_fee_of_another_day_is_shown_before_it_is_sent(service: Kilns) -> None:
    house, dara, office = service.house, service.cast.dara.actor, service.cast.battambang
    with house.database.transaction() as session:
        key = drafts.start_draft(session, house, dara, SERVICE, office, now=NOW)
    with house.database.transaction() as session:
        drafts.save_page(session, house, dara, key, PAGE, raw=dict(ANSWERS), now=NOW)
    with house.database.reading() as session:
        today = draft_to_check(session, house, dara, key, now=NOW)
        tomorrow = draft_to_check(session, house, dara, key, now=LATER)
    assert [fee.fee.total for page in (today, tomorrow) for fee in page.fees or () if fee.fee] == [20_000, 40_000]
    with pytest.raises(StalePage), house.database.transaction() as session:
        submitting.submit(session, house, dara, key, shown=today.shown, now=LATER)
    with house.database.transaction() as session:
        sent = submitting.submit(session, house, dara, key, shown=tomorrow.shown, now=LATER)
    assert sent.fee_total == 40_000
