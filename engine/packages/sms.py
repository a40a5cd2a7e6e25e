"""How many SMS a message takes, with the longest values that its places usually have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.khmer import LANGUAGES
from engine.packages.texts import MessageTexts

_ONE_PART, _OF_SEVERAL = 70, 67
"""Signs of an SMS in UCS-2 (3GPP TS 23.040): of one that is alone, and of each part of a longer one."""
_ONE_LATIN, _OF_SEVERAL_LATIN = 160, 153
"""The same of one that has nothing but signs of the 7-bit alphabet (3GPP TS 23.038)."""
_LATIN: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Of that alphabet, without the few that count twice."""
_ALIKE: Final = {
    "reference": "0203-26-000123-7",
    "tracking_code": "7KQ2M9XW4T",
    "certificate": "GL-0203-2026-000045",
    "code": "123456",
    "contact": "+855 12 345 678",
    "link": "https://owso.gov.kh/i/abcdefghijklmnopqrstuv",
}
USUAL: Final[Mapping[str, Mapping[str, str]]] = {
    "km": _ALIKE
    | {
        "service": "អាជ្ញាបណ្ណប្រកបអាជីវកម្មផ្ទះសំណាក់",
        "office": "ការិយាល័យច្រកចេញចូលតែមួយ បាត់ដំបង",
        "applicant": "ចាន់ សុភមង្គល",
        "person": "ចាន់ សុភមង្គល",
        "stage": "ពិនិត្យឯកសារ",
        "amount": "១ ២០០ ០០០ រៀល",
        "date": "ថ្ងៃទី១៥ ខែវិច្ឆិកា ឆ្នាំ២០២៦",
        "short_date": "១៥/១១/២០២៦",
        "reason": "រូបថតអត្តសញ្ញាណប័ណ្ណមិនច្បាស់ សូមផ្ញើម្តងទៀត",
        "grounds": "ប្លង់ ឬរូបថតទីតាំងមិនគ្រប់គ្រាន់",
        "session_day": "ថ្ងៃទី១៥ ខែវិច្ឆិកា ឆ្នាំ២០២៦",
        "session_time": "ម៉ោង ១៤:៣០",
        "session_place": "សាលប្រជុំ អគារ ក ជាន់ទី១",
        "visit_day": "ថ្ងៃទី១៥ ខែវិច្ឆិកា ឆ្នាំ២០២៦",
        "visit_short_day": "១៥/១១/២០២៦",
    },
    "en": _ALIKE
    | {
        "service": "Licence to run a guesthouse",
        "office": "One Window Service Office Battambang",
        "applicant": "Chan Sopheakmongkol",
        "person": "Chan Sopheakmongkol",
        "stage": "Check of the documents",
        "amount": "1 200 000 riel",
        "date": "15 November 2026",
        "short_date": "15/11/2026",
        "reason": "The photo of the identity card is not clear",
        "grounds": "The sketch of the place does not suffice",
        "session_day": "15 November 2026",
        "session_time": "14:30",
        "session_place": "Meeting hall, building A, first floor",
        "visit_day": "15 November 2026",
        "visit_short_day": "15/11/2026",
    },
}
"""The longest that each place usually has, by language; the references are those of a district."""


def sms_parts(text: str) -> int:
    """How many SMS a text takes, counted as networks count: in units of UTF-16 as soon as a letter is not of the 7-bit
    alphabet; none for no text."""
    units = len(text.encode("utf-16-le")) // 2
    one, of_several = (_ONE_LATIN, _OF_SEVERAL_LATIN) if _LATIN.issuperset(text) else (_ONE_PART, _OF_SEVERAL)
    return min(units, 1) if units <= one else -(-units // of_several)


def filled_as_usual(text: str, language: str) -> str:
    """The text with every place filled; one with a broken place as it is."""
    try:
        return text.format_map(USUAL[language])
    except (ValueError, KeyError, IndexError, AttributeError):
        return text


def parts_of(message: MessageTexts, language: str) -> int:
    """The SMS that a message takes in a language: its own words for an SMS, else its body."""
    return sms_parts(filled_as_usual((message.sms or message.body)(language), language))


def long_messages(messages: Mapping[str, MessageTexts]) -> Iterator[tuple[str, str, int]]:
    """Which messages take more than one SMS: key, language, how many."""
    for key, message in sorted(messages.items()):
        for language in LANGUAGES:
            if (parts := parts_of(message, language)) > 1:
                yield key, language, parts
