"""Offices of one name told apart: Samraong of Takeo and Samraong of Otdar Meanchey, wherever either is named."""

from __future__ import annotations

from engine.khmer import LANGUAGES, Bilingual
from engine.packages.gazetteer import DISTRICT_DIGITS, PROVINCE_DIGITS, place
from storage.offices import Namesakes, Office


def office_name(office: Office) -> Bilingual:
    """The name of an office as every page, paper and message writes it."""
    return told_apart(office.name_km, office.name_en, office.code, office.namesakes)


def told_apart(name_km: str, name_en: str, code: str, namesakes: int) -> Bilingual:
    """A name with what tells its office from ``namesakes``: the places around it, as far as its code names them, and
    the code itself where another office of its province has the name too, or where no place is known."""
    if namesakes == Namesakes.NONE:
        return Bilingual(name_km, name_en)
    around = [
        unit for digits in (DISTRICT_DIGITS, PROVINCE_DIGITS) if len(code) > digits and (unit := place(code[:digits]))
    ]
    with_code = namesakes == Namesakes.NEAR or not around
    added = {
        language: ", ".join([*(unit.titled(language) for unit in around), *([code] if with_code else [])])
        for language in LANGUAGES
    }
    return Bilingual(f"{name_km} ({added['km']})", f"{name_en} ({added['en']})")
