"""Places of one name are told apart: where they are chosen by their codes, in an address by what they lie in."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.packages.gazetteer import address_text, choices, communes, districts, place, provinces

LANGUAGES = ("km", "en")
CITIES = [district for province in provinces() for district in districts(province.code)]
PARENTS = [None, *(unit.code for unit in provinces()), *(unit.code for unit in CITIES)]


def parents_with_villages() -> list[str]:
    return [commune.code for city in CITIES for commune in communes(city.code)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_list_of_places_says_the_same_twice(language: str) -> None:
    for parent in [*PARENTS, *parents_with_villages()]:
        names = Counter(name(language) for _, name in choices(parent))
        assert [name for name, times in names.items() if times > 1] == [], parent


def test_two_villages_of_one_name_in_one_commune_say_their_codes() -> None:
    names = dict(choices("081106"))
    first, second = names["08110603"], names["08110605"]
    assert (first.km, second.km) == ("ព្រែករាំង (08110603)", "ព្រែករាំង (08110605)")
    assert (first.en, second.en) == ("Preaek Reang", "Preaek Reang Muoy")
    assert "(" not in "".join(name.km for code, name in names.items() if code not in ("08110603", "08110605"))


def test_what_is_nowhere_offers_nothing() -> None:
    for parent in ("", "9", "99", "9999", "999999", "99999999", "x"):
        assert choices(parent) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_commune_and_district_has_an_address_of_its_own(language: str) -> None:
    addresses: Counter[str] = Counter()
    for city in CITIES:
        above = {"province": city.code[:2], "district": city.code}
        addresses[address_text(above, language)] += 1
        for commune in communes(city.code):
            addresses[address_text({**above, "commune": commune.code}, language)] += 1
    assert [address for address, times in addresses.items() if times > 1] == []


def test_two_communes_of_one_name_are_told_apart_by_what_they_lie_in() -> None:
    by_name: dict[str, list[str]] = {}
    for city in CITIES:
        for commune in communes(city.code):
            by_name.setdefault(commune.name.en, []).append(commune.code)
    twins = next(codes for codes in by_name.values() if len(codes) > 1)
    texts = [address_text({"province": code[:2], "district": code[:4], "commune": code}, "en") for code in twins]
    assert len(set(texts)) == len(twins)
    for code, text in zip(twins, texts, strict=True):
        district = place(code[:4])
        assert district is not None
        assert district.name.en in text
