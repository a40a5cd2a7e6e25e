"""Numbers, money, dates and phones as people in Cambodia read them, in Khmer and in English. Pure.

Khmer official papers write Khmer digits, groups of three parted by spaces and the unit after the amount
(``២០០ ០០០ រៀល``); dates read ``ថ្ងៃទី១៥ ខែកុម្ភៈ ឆ្នាំ២០២៦``. Every moment is shown in Phnom Penh time.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import phonenumbers

from engine.khmer import LANGUAGES, khmer_digits

__all__ = ["LANGUAGES", "clock_time", "day", "local", "moment", "money", "number", "phone", "short_day"]

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
NO_BREAK = "\u00a0"

_MONTHS_KM = ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS_KM = ("ចន្ទ", "អង្គារ", "ពុធ", "ព្រហស្បតិ៍", "សុក្រ", "សៅរ៍", "អាទិត្យ")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def number(value: int | float, lang: str) -> str:
    """A quantity with its thousands grouped: ``1,250`` in English, ``១ ២៥០`` in Khmer."""
    grouped = f"{value:,}"
    return khmer_digits(grouped.replace(",", NO_BREAK).replace(".", ",")) if lang == "km" else grouped


def money(amount: int, lang: str) -> str:
    """Whole Khmer riel: ``KHR 200,000`` in English, ``២០០ ០០០ រៀល`` in Khmer, never broken over two lines."""
    if lang == "km":
        return f"{number(amount, lang)}{NO_BREAK}រៀល"
    return f"KHR{NO_BREAK}{number(amount, lang)}"


def plain_riel(amount: int, lang: str) -> str:
    """Whole Khmer riel for messages: ``200 000 riel``, with the blanks that every telephone has."""
    grouped = f"{amount:,}".replace(",", " ")
    return f"{grouped} riel" if lang == "en" else f"{khmer_digits(grouped)} រៀល"


def plain_day(value: date | datetime, lang: str) -> str:
    """A day for messages: ``15 February 2026`` or ``ថ្ងៃទី១៥ ខែកុម្ភៈ ឆ្នាំ២០២៦``, with the blanks of every telephone."""
    return day(value, lang, weekday=False).replace(NO_BREAK, " ")


def plain_moment(value: datetime, lang: str) -> str:
    """Day and time for messages: ``15 Feb 2026, 14:05``, with the blanks of every telephone."""
    return moment(value, lang).replace(NO_BREAK, " ")


def day_in_digits(value: date | datetime, lang: str) -> str:
    """A day as short as it can be written: ``15/02/2026`` or ``១៥/០២/២០២៦``."""
    text = local(value).strftime("%d/%m/%Y")
    return khmer_digits(text) if lang == "km" else text


def local(value: date | datetime) -> date | datetime:
    """A moment in Phnom Penh time; a plain date stays as it is. A moment without a zone is refused."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone; moments are stored as UTC with their zone")
    return value.astimezone(PHNOM_PENH)


def day(value: date | datetime, lang: str, *, weekday: bool = True) -> str:
    """The calendar day in full: ``Tuesday 15 February 2026`` or ``ថ្ងៃអង្គារ ទី១៥ ខែកុម្ភៈ ឆ្នាំ២០២៦``."""
    that = local(value)
    if lang == "km":
        name = f"ថ្ងៃ{_WEEKDAYS_KM[that.weekday()]} ទី" if weekday else "ថ្ងៃទី"
        return khmer_digits(f"{name}{that.day} ខែ{_MONTHS_KM[that.month - 1]} ឆ្នាំ{that.year}")
    name = f"{_WEEKDAYS_EN[that.weekday()]} " if weekday else ""
    return f"{name}{that.day}{NO_BREAK}{_MONTHS_EN[that.month - 1]}{NO_BREAK}{that.year}"


def short_day(value: date | datetime, lang: str) -> str:
    """The calendar day for tables: ``15 Feb 2026`` or ``១៥ កុម្ភៈ ២០២៦``."""
    that = local(value)
    if lang == "km":
        return khmer_digits(f"{that.day}{NO_BREAK}{_MONTHS_KM[that.month - 1]}{NO_BREAK}{that.year}")
    return f"{that.day}{NO_BREAK}{_MONTHS_EN[that.month - 1][:3]}{NO_BREAK}{that.year}"


def clock_time(value: datetime, lang: str) -> str:
    """The hour and minute in Phnom Penh: ``14:05`` or ``ម៉ោង ១៤:០៥``."""
    text = local(value).strftime("%H:%M")
    return f"ម៉ោង{NO_BREAK}{khmer_digits(text)}" if lang == "km" else text


def moment(value: datetime, lang: str) -> str:
    """Day and time for timelines and tables: ``15 Feb 2026, 14:05`` or ``១៥ កុម្ភៈ ២០២៦ ម៉ោង ១៤:០៥``."""
    separator = " " if lang == "km" else ", "
    return f"{short_day(value, lang)}{separator}{clock_time(value, lang)}"


def phone(value: str) -> str:
    """A stored E.164 number as Cambodians read it (``012 345 678``), a foreign one with its ``+…``; else the text."""
    try:
        parsed = phonenumbers.parse(value, "KH")
    except phonenumbers.NumberParseException:
        return value
    national = parsed.country_code == phonenumbers.country_code_for_region("KH")
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, style))
