"""Who takes part in a demonstration. All of them are invented: the family name Kumru (គំរូ) means "sample"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER, CASHIER, FRONT_OFFICE, HEAD, INSPECTOR, SPECIALIST

PILOT: Final = ("12", "02", "0203", "0205", "03", "08")
"""Phnom Penh, Battambang, Kampong Cham, Kandal: where the online programme began in February 2024; and of Battambang
the municipality and the district Ek Phnom. The office of each ministry is opened beside them."""
SHOWN: Final = ("02", "0203", "tourism")
"""One office of each level, whose accounts are told to whoever tries the demonstration."""
COMMUNES: Final = {
    "12": "120101",
    "02": "020301",
    "0203": "020301",
    "0205": "020501",
    "03": "030501",
    "08": "080101",
}
"""A commune of each, for addresses."""
OFFICE_ROLES: Final = (FRONT_OFFICE, CASHIER, SPECIALIST, INSPECTOR, HEAD)
EVERYWHERE: Final = (ADMINISTRATOR, ANALYST, APPROVER)
DOMAIN: Final = "owso.example"
"""Reserved for examples (RFC 2606): nobody receives what is sent there."""

_GIVEN: Final = (
    ("បុប្ផា", "Bopha"), ("សុភាព", "Sopheap"), ("ឫទ្ធី", "Rithy"), ("មុនី", "Mony"), ("គន្ធា", "Kunthea"),
    ("ផល្លី", "Phally"), ("ពិសិដ្ឋ", "Piseth"), ("វណ្ណា", "Vanna"), ("សំណាង", "Samnang"), ("ចាន់ថា", "Chantha"),
    ("វាសនា", "Veasna"), ("ស្រីមុំ", "Sreymom"), ("រតនា", "Ratana"), ("បញ្ញា", "Panha"), ("ធីតា", "Thida"),
    ("សុជាតា", "Socheata"), ("វិបុល", "Vibol"), ("កល្យាណ", "Kalyan"), ("នារី", "Neary"), ("ភក្ដី", "Pheakdey"),
    ("ដារា", "Dara"), ("មករា", "Makara"), ("ច័ន្ទ", "Chan"), ("លក្ខិណា", "Leakhena"), ("សុវណ្ណ", "Sovann"),
    ("ចរិយា", "Chariya"), ("ណារិទ្ធ", "Narith"), ("ម៉ាលី", "Maly"), ("បូរី", "Borey"), ("កុសល", "Kosal"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """An invented person. ``login`` is the e-mail they sign in with."""

    name: Bilingual
    login: str
    phone: str = ""


def officer(role: str, office_code: str | None, *, number: int = 1) -> Sample:
    """The officer of a role at an office (a ministry's by its key), or of one that works everywhere (None); from
    ``number`` 2 on colleagues in the same role."""
    if office_code is None:
        return Sample(_named(EVERYWHERE.index(role) + 20), f"{role}@{DOMAIN}")
    offset = PILOT.index(office_code) if office_code in PILOT else sum(map(ord, office_code))
    place = OFFICE_ROLES.index(role) if role in OFFICE_ROLES else sum(map(ord, role))
    login = f"{role}{number if number > 1 else ''}.{office_code}@{DOMAIN}"
    return Sample(_named(offset * len(OFFICE_ROLES) + place + 11 * (number - 1)), login)


def applicant(number: int) -> Sample:
    """The applicant with this number, from 1; the telephone numbers are not in use."""
    return Sample(_named(number + 6), f"citizen{number}@{DOMAIN}", f"01200{number:04d}")


def comer(number: int) -> Sample:
    """An applicant of a load, from 1 to 999,999; the telephone numbers are not in use, and none of ``applicant``."""
    return Sample(_named(number), f"applicant{number}@{DOMAIN}", f"0120{number:06d}")


def _named(place: int) -> Bilingual:
    km, latin = _GIVEN[place % len(_GIVEN)]
    return Bilingual(f"គំរូ {km}", f"Kumru {latin}")
