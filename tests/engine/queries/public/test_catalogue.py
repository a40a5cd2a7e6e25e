"""The catalogue by ministry, level of offices and place, and how it is searched."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from engine.house import House
from engine.queries.public.catalogue import Catalogue, Wanted, catalogue, every_service
from storage.offices import Office, OfficeLevel, OfficeService
from tests.cast import HIRED, NOW, Cast
from tests.small.files import changed
from tests.small.services import SmallService
from tests.statements import counted

Look = Callable[[Wanted], Catalogue]
KILN, SCALE = "industry.kiln_permit", "industry.scale_check"


@pytest.fixture
def look(house: House, cast: Cast) -> Look:
    """Kilns are for provinces and offered in Battambang; scales too, and in a district of Kampong Cham."""
    kilns, scales = SmallService(house, cast, KILN), SmallService(house, cast, SCALE)
    kilns.publish(changed("industry/kiln_permit"))
    kilns.offer(cast.battambang)
    levels = ("service.yaml", "office_levels: [province]", "office_levels: [province, district]")
    scales.publish(changed("industry/scale_check", levels))
    with house.database.transaction() as session:
        district = _district(session)
    scales.offer(district)

    def shown(wanted: Wanted) -> Catalogue:
        with house.database.reading() as session:
            return catalogue(session, house, wanted, today=NOW.date(), now=NOW)

    return shown


def _district(session: Session) -> int:
    office = Office(code="0301", level=OfficeLevel.DISTRICT, name_km="ស្រុកបាធាយ", name_en="Batheay", hours=[])
    session.add(office)
    session.flush()
    return office.id


def keys(shown: Catalogue) -> list[str]:
    return [one.key for ministry in shown.ministries for one in ministry.services]


def test_everything_is_shown_by_ministry(look: Look) -> None:
    shown = look(Wanted())
    assert keys(shown) == [KILN, SCALE]
    assert [key for key, _name in shown.sectors] == ["industry"]
    assert not shown.is_near


def test_one_ministry_and_one_level_can_be_chosen(look: Look) -> None:
    assert keys(look(Wanted(ministry="industry"))) == [KILN, SCALE]
    assert keys(look(Wanted(level="district"))) == [SCALE]
    assert keys(look(Wanted(level="ministry"))) == []


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("02", [KILN]),
        ("0203", [KILN]),
        ("020301", [KILN]),
        ("03", [SCALE]),
        ("030101", [SCALE]),
        ("0302", []),
        ("12", []),
    ],
)
def test_a_place_has_what_its_offices_and_those_above_it_offer(look: Look, place: str, found: list[str]) -> None:
    assert keys(look(Wanted(place=place))) == found


def test_level_and_place_hold_together(look: Look) -> None:
    assert keys(look(Wanted(place="03", level="province"))) == []
    assert keys(look(Wanted(place="03", level="district"))) == [SCALE]


@pytest.mark.parametrize("nonsense", ["x", "99", "%", "02030101", "' or 1=1"])
def test_what_is_no_place_ministry_or_level_is_not_asked(look: Look, nonsense: str) -> None:
    shown = look(Wanted(ministry=nonsense, level=nonsense, place=nonsense))
    assert keys(shown) == [KILN, SCALE]
    assert not shown.wanted.is_anything


def test_an_offer_that_has_ended_is_no_offer(look: Look, house: House) -> None:
    with house.database.transaction() as session:
        for one in session.query(OfficeService).filter_by(service_key=KILN):
            one.offered_to = HIRED
    assert keys(look(Wanted(place="02"))) == []


def test_a_wrong_letter_is_forgiven_and_said_only_where_nothing_fits_exactly(look: Look) -> None:
    exact, near = look(Wanted("kiln")), look(Wanted("permitt klin"))
    assert (keys(exact), exact.is_near) == ([KILN], False)
    assert (keys(near), near.is_near) == ([KILN], True)
    assert keys(look(Wanted("casino"))) == []


def test_many_services_cost_as_many_statements_as_two(look: Look, house: House, cast: Cast) -> None:
    def statements(wanted: Wanted) -> int:
        look(wanted)
        with counted(house.database) as cost:
            look(wanted)
        return cost.statements

    asked = (Wanted(), Wanted("klin"), Wanted(place="0203"))
    before = [statements(one) for one in asked]
    for number in range(20):
        key = f"industry.kiln_{number}"
        service = SmallService(house, cast, key)
        service.publish(changed("industry/kiln_permit", ("service.yaml", f"key: {KILN}", f"key: {key}")))
        service.offer(cast.battambang)
    assert len(keys(look(Wanted(place="02")))) == 21
    assert [statements(one) for one in asked] == before == [1, 1, 2]


def test_a_long_list_is_shown_page_by_page(look: Look, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.queries.public.catalogue.ON_A_PAGE", 1)
    pages = [look(Wanted(page=number)) for number in (1, 2, 3)]
    assert [keys(one) for one in pages] == [[KILN], [SCALE], [SCALE]]
    assert [(one.wanted.page, one.pages, one.found) for one in pages] == [(1, 2, 2), (2, 2, 2), (2, 2, 2)]
    with house.database.reading() as session:
        assert [one.key for one in every_service(session, house, now=NOW)] == [KILN, SCALE]


def test_a_version_that_comes_into_effect_is_in_the_list_at_once(look: Look, house: House, cast: Cast) -> None:
    assert keys(look(Wanted())) == [KILN, SCALE]
    titled = ("service.yaml", "title: {km: ", "title: {km: ថ្មី ")
    SmallService(house, cast, KILN).publish(changed("industry/kiln_permit", titled), version=2)
    (ministry,) = look(Wanted("ថ្មី")).ministries
    assert [one.key for one in ministry.services] == [KILN]
