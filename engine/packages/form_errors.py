"""What can be wrong with an answer, and how it is said: keys with parameters, and their sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Final

from engine.khmer import Bilingual, khmer_digits

SENTENCES: Final[Mapping[str, Bilingual]] = {
    "required": Bilingual("សូមបំពេញ «{label}»", "Answer “{label}”"),
    "must_agree": Bilingual("សូមគូសយល់ព្រម «{label}»", "Tick “{label}” to go on"),
    "not_text": Bilingual("«{label}» ត្រូវតែជាអក្សរ", "“{label}” must be text"),
    "too_long": Bilingual("«{label}» មិនត្រូវលើសពី {limit} តួអក្សរ", "“{label}” must have at most {limit} characters"),
    "too_short": Bilingual("«{label}» ត្រូវមានយ៉ាងតិច {limit} តួអក្សរ", "“{label}” must have at least {limit} characters"),
    "pattern": Bilingual("«{label}» មិនត្រឹមត្រូវតាមទម្រង់", "“{label}” is not written the right way"),
    "not_a_number": Bilingual("«{label}» ត្រូវតែជាលេខ", "“{label}” must be a number"),
    "ambiguous_number": Bilingual(
        "«{label}» អាចយល់បានពីរយ៉ាង៖ សូមសរសេរពាន់ដោយដកឃ្លា ដូចជា ១០ ០០០",
        "“{label}” can be read in two ways: part thousands by a blank, like 10 000",
    ),
    "not_whole": Bilingual("«{label}» ត្រូវតែជាចំនួនគត់", "“{label}” must be a whole number"),
    "too_many_decimals": Bilingual(
        "«{label}» អាចមានលេខក្រោយក្បៀសត្រឹម {limit} ខ្ទង់", "“{label}” may have at most {limit} decimal places"
    ),
    "too_small": Bilingual("«{label}» ត្រូវមានយ៉ាងតិច {limit}", "“{label}” must be {limit} or more"),
    "too_large": Bilingual("«{label}» មិនត្រូវលើសពី {limit}", "“{label}” must be {limit} or less"),
    "not_a_date": Bilingual("«{label}» ត្រូវតែជាកាលបរិច្ឆេទពិតប្រាកដ", "“{label}” must be a real date"),
    "too_early": Bilingual("«{label}» ត្រូវចាប់ពីថ្ងៃ {limit} ឬក្រោយនោះ", "“{label}” must be {limit} or later"),
    "too_late": Bilingual("«{label}» ត្រូវត្រឹមថ្ងៃ {limit} ឬមុននោះ", "“{label}” must be {limit} or earlier"),
    "not_a_time": Bilingual(
        "«{label}» ត្រូវតែជាម៉ោង និងនាទី ពី ០០:០០ ដល់ ២៣:៥៩ ដូចជា ០៧:៣០",
        "“{label}” must be hours and minutes from 00:00 to 23:59, like 07:30",
    ),
    "too_early_in_the_day": Bilingual("«{label}» ត្រូវចាប់ពីម៉ោង {limit} ឬក្រោយនោះ", "“{label}” must be {limit} or later"),
    "too_late_in_the_day": Bilingual("«{label}» ត្រូវត្រឹមម៉ោង {limit} ឬមុននោះ", "“{label}” must be {limit} or earlier"),
    "not_a_position": Bilingual(
        "«{label}» ត្រូវតែជាទីតាំង ដូចជា ១១.៥៥៦៤០, ១០៤.៩២៨២០",
        "“{label}” must be a position, like 11.55640, 104.92820",
    ),
    "not_a_phone": Bilingual(
        "«{label}» ត្រូវតែជាលេខទូរស័ព្ទ ដូចជា ០១២ ៣៤៥ ៦៧៨", "“{label}” must be a telephone number, like 012 345 678"
    ),
    "not_an_email": Bilingual(
        "«{label}» ត្រូវតែជាអាសយដ្ឋានអ៊ីមែល ដូចជា name@example.com",
        "“{label}” must be an e-mail address, like name@example.com",
    ),
    "not_a_name": Bilingual("«{label}» ត្រូវតែជាឈ្មោះមនុស្ស សរសេរជាអក្សរ", "“{label}” must be a name, written in letters"),
    "not_khmer_letters": Bilingual("«{label}» ត្រូវសរសេរជាអក្សរខ្មែរ", "“{label}” must be written in Khmer letters"),
    "not_latin_letters": Bilingual(
        "«{label}» ត្រូវសរសេរជាអក្សរឡាតាំង ដូចជា SOK DARA", "“{label}” must be written in Latin letters, like SOK DARA"
    ),
    "not_an_identity_number": Bilingual(
        "«{label}» ត្រូវតែជាលេខលើអត្តសញ្ញាណប័ណ្ណ ឬលិខិតឆ្លងដែន ដូចជា ០១០២០៣០៤៥ ឬ N1234567",
        "“{label}” must be the number on an identity card or passport, like 010203045 or N1234567",
    ),
    "not_a_bank_reference": Bilingual("«{label}» មិនមែនជាលេខយោងរបស់ធនាគារទេ", "“{label}” is not a reference of a bank"),
    "not_an_option": Bilingual("សូមជ្រើសរើស «{label}» ពីក្នុងបញ្ជី", "Choose “{label}” from the list"),
    "not_a_place": Bilingual("សូមជ្រើសរើស «{label}» ពីក្នុងបញ្ជី", "Choose “{label}” from the list"),
    "too_few": Bilingual("«{label}» ត្រូវមានយ៉ាងតិច {limit}", "“{label}” needs at least {limit}"),
    "too_many": Bilingual("«{label}» មិនត្រូវលើសពី {limit}", "“{label}” may have at most {limit}"),
    "no_font": Bilingual(
        "ឯកសាររបស់យើងមិនអាចបោះពុម្ពសញ្ញា {signs} ក្នុង «{label}» បានទេ។ សូមសរសេរជាអក្សរខ្មែរ ឬឡាតាំង",
        "Our papers cannot print {signs} in “{label}”. Write it in Khmer or Latin letters",
    ),
    "unchanged": Bilingual(
        "«{label}» ត្រូវបានបញ្ជូនមកឱ្យកែតម្រូវ។ សូមកែវាសិន មុនពេលផ្ញើម្តងទៀត",
        "“{label}” was sent back to be corrected. Correct it before you send the application again",
    ),
    "came_up": Bilingual(
        "សំណួរ «{label}» មកតាមចម្លើយរបស់អ្នក។ សូមមើលវា មុនពេលបន្ត",
        "“{label}” comes with your answers. Look at it before you go on",
    ),
    "not_readable": Bilingual("«{label}» មិនអាចអានបាន", "“{label}” could not be read"),
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong answer: the HTML field it belongs to, the key of what is wrong, and the values of the sentence."""

    field: str
    error: str
    label: Bilingual
    params: Mapping[str, Any] = dataclass_field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in that language, with Khmer digits in Khmer."""
        values = {name: str(value) for name, value in self.params.items()}
        if language != "en":
            values = {name: khmer_digits(value) for name, value in values.items()}
        return SENTENCES[self.error](language).format(label=self.label(language), **values)


class BrokenRule(FieldError):
    """A rule across questions that does not hold; its label is what its author says about it."""

    def text(self, language: str) -> str:
        """The words of the rule."""
        return self.label(language)
