"""An office as anybody may read it: what it offers today, at its level, by ministry."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.queries.public.offices import OfficeInWords, office_in_words
from storage.offices import Office, OfficeLevel, OfficeService
from tests.cast import HIRED, NOW
from tests.small.cases import SERVICE, Kilns
from tests.statements import counted


def office(kilns: Kilns, code: str = "02") -> OfficeInWords:
    with kilns.house.database.reading() as session:
        return office_in_words(session, kilns.house, code, NOW.date(), now=NOW)


def keys(shown: OfficeInWords) -> list[str]:
    return [service.key for sector in shown.sectors for service in sector.services]


def test_an_office_tells_its_services_with_fee_term_and_hours(kilns: Kilns) -> None:
    shown = office(kilns)
    (kiln,) = (service for sector in shown.sectors for service in sector.services if service.key == SERVICE)
    assert (shown.code, shown.open_days[0].first, shown.open_days[0].last) == ("02", 0, 4)
    assert kiln.terms
    assert kiln.title.en == "Brick kiln permit"
    assert "interior.account_verification" not in keys(shown)


def test_what_is_no_longer_offered_or_for_another_level_is_left_out(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        for one in session.query(OfficeService).filter_by(service_key=SERVICE):
            one.offered_to = HIRED
    assert SERVICE not in keys(office(kilns))
    with kilns.house.database.transaction() as session:
        for one in session.query(OfficeService).filter_by(service_key=SERVICE):
            one.offered_to = None
            session.get_one(Office, one.office_id).level = OfficeLevel.DISTRICT
    assert SERVICE not in keys(office(kilns))


def test_it_costs_three_statements_and_an_office_that_is_none_is_not_found(kilns: Kilns) -> None:
    office(kilns)
    with counted(kilns.house.database) as cost:
        office(kilns)
    assert cost.statements == 3
    with pytest.raises(NotFound):
        office(kilns, "99")
