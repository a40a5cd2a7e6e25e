"""marshmallow fields and schemas for YAML files; ``engine.packages.loading`` makes problems of what they refuse."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, cast

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from engine.khmer import Bilingual, tidy
from engine.packages.names import nearest
from engine.packages.said import Said, said
from engine.working_time.terms import BadTerm, CalendarLength, Share, Term, parse_length, parse_term, parse_warning

KEY: Final = validate.Regexp(
    r"^[a-z][a-z0-9_]{0,59}\Z",
    error=Said(
        "“{input}” មិនអាចជាពាក្យគន្លឹះបានទេ។ សូមប្រើអក្សរឡាតាំងតូច លេខ និង “_” ដោយចាប់ផ្តើមដោយអក្សរ។",
        "“{input}” is not a key. Use small Latin letters, digits and “_”, starting with a letter.",
    ),
)
CHOICE_WRITTEN: Final = r"[a-z][a-z0-9_]{0,59}"
CHOICE: Final = validate.Regexp(
    rf"^{CHOICE_WRITTEN}\Z",
    error=Said(
        "“{input}” មិនអាចជាតម្លៃនៃជម្រើសបានទេ។ សូមប្រើអក្សរឡាតាំងតូច លេខ និង “_” ដោយចាប់ផ្តើមដោយអក្សរ "
        "ក្នុងទម្រង់ នៅគ្រប់កន្លែងដែលប្រៀបធៀបវា និងនៅទីនេះសម្រាប់ពាក្យរបស់វា។",
        "“{input}” cannot be the value of a choice. Use small Latin letters, digits and “_”, starting with a letter, "
        "in the form and wherever it is compared, and here for its words.",
    ),
)
ELEMENT: Final = validate.Regexp(
    r"^(?! )[^\x00-\x1f\x7f]{1,255}(?<! )\Z",
    error=Said(
        "“{input}” មិនមែនជា id នៃធាតុទេ។ សូមសរសេរវាដូចក្នុងគំនូសតាង (យ៉ាងច្រើន ២៥៥ តួ); "
        "បើឯកសារច្រើនប្រើ id ដូចគ្នា សូមសរសេរ process:element។",
        "“{input}” is no id of an element. Write it as in the diagram (at most 255 characters); where files share one, "
        "process:element.",
    ),
)
"""What drawing tools choose, which need not be a name in XML, with the called process before those that files share."""
OF_PART: Final = validate.Regexp(
    r"^(?:(?:[^\W\d][\w-]{0,99}\.){1,5}|)[a-z][a-z0-9_]{0,59}\Z",
    error=Said(
        "“{input}” មិនអាចជាពាក្យគន្លឹះបានទេ។ សូមប្រើអក្សរឡាតាំងតូច លេខ និង “_” ដោយចាប់ផ្តើមដោយអក្សរ; "
        "សម្រាប់ទម្រង់នៃដំណើរការរួម សូមសរសេរ call.form។",
        "“{input}” is not a key. Use small Latin letters, digits and “_”, starting with a letter; "
        "for a form of a shared process, call.form.",
    ),
)
"""A key, or the name that something of a shared process has in the case: the calls that lead there, and its own."""
_UNKNOWN: Final = "Unknown field."
_MOST_UNKNOWN: Final = 200
"""So many unknown keys of one mapping are told: nobody reads more, and a file may hold tens of thousands."""
MISSING: Final = Said("ខ្វះពាក្យគន្លឹះនេះ។ សូមសរសេរវា។", "This key is missing.")
NO_VALUE: Final = Said("ខ្វះតម្លៃ។ សូមសរសេរវា។", "A value is missing.")
GROUP: Final = Said("ទីនេះត្រូវជាក្រុមបន្ទាត់ “key: value”។", "Here stands a group of “key: value” lines.")


class StrictSchema(Schema):
    """A mapping whose every key is known; an unknown key is answered with the keys there are."""

    class Meta:
        unknown = RAISE

    error_messages = {"type": GROUP}  # noqa: RUF012 (marshmallow's own form)

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:  # noqa: ARG002
        """Put a sentence with the nearest known key in the place of marshmallow's “Unknown field.”."""
        messages = error.messages
        if not isinstance(messages, dict):
            return
        known = [kind.data_key or name for name, kind in self.fields.items()]
        unknown = [key for key, found in messages.items() if found == [_UNKNOWN]]
        for key in unknown[:_MOST_UNKNOWN]:
            messages[key] = [_unknown_key(str(key), known)]
        for key in unknown[_MOST_UNKNOWN:]:
            del messages[key]


class Misspelt(Said):
    """Says of a key that it is not known, and that another one, ``meant``, seems to be."""

    __slots__ = ("meant",)
    meant: str


def _unknown_key(key: str, known: list[str]) -> Said:
    near = difflib.get_close_matches(key, known, 1)
    if near:
        sentence = Misspelt(
            f"“{key}” មិនមែនជាពាក្យគន្លឹះដែលស្គាល់នៅទីនេះទេ។ តើចង់សរសេរ “{near[0]}” មែនទេ?",
            f"“{key}” is not a known key here. Did you mean “{near[0]}”?",
        )
        sentence.meant = near[0]
        return sentence
    there = nearest(key, sorted(known), most=len(known))
    return Said(
        f"“{key}” មិនមែនជាពាក្យគន្លឹះដែលស្គាល់នៅទីនេះទេ។ ពាក្យគន្លឹះដែលមាន៖ {there}។",
        f"“{key}” is not a known key here. Known keys: {there}.",
    )


class PlainText(fields.String):
    """Text that is not empty; a number written without quotes is an error, not a guess."""

    default_error_messages = {  # noqa: RUF012
        "required": MISSING,
        "null": NO_VALUE,
        "invalid": Said("ទីនេះត្រូវជាអត្ថបទ។ សូមដាក់វាក្នុងសញ្ញា “…”។", "This must be text; put it in quotes."),
        "empty": Said("អត្ថបទទទេ។ សូមសរសេរវា។", "The text is empty."),
    }

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, (dict, list)):
            raise ValidationError(_ONE_TEXT)
        text = tidy(str(super()._deserialize(value, attr, data, **kwargs)))
        if not text:
            raise self.make_error("empty")
        return text


_ONE_TEXT: Final = Said(
    "ទីនេះត្រូវជាពាក្យ ឬអត្ថបទតែមួយ មិនមែនបញ្ជី ឬក្រុមទេ។",
    "One word or text stands here, no list and no group of lines.",
)


class _BilingualSchema(StrictSchema):
    km = PlainText(required=True)
    en = PlainText(required=True)


@cache
def made(schema: type[Schema]) -> Schema:
    """The one schema of a kind: making one costs more than a hundred readings of a small group."""
    return schema()


class BilingualField(fields.Field[Bilingual]):
    """``{km: …, en: …}``, both languages there."""

    default_error_messages = {  # noqa: RUF012
        "required": MISSING,
        "null": Said("ខ្វះតម្លៃ។ សូមសរសេរ {{km: …, en: …}}។", "A value is missing; write {{km: …, en: …}}."),
        "invalid": Said(
            "សូមសរសេរអត្ថបទជាភាសាទាំងពីរ៖ {{km: …, en: …}}។",
            "Write the text in both languages: {{km: …, en: …}}.",
        ),
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Bilingual:  # noqa: ARG002
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        return Bilingual(**cast("dict[str, str]", made(_BilingualSchema).load(value)))


_TEXT: Final = PlainText()


class TermField(fields.Field[Term]):
    """``3 working days``, ``4 working hours`` or ``1 month``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Term:  # noqa: ARG002
        try:
            return parse_term(_TEXT.deserialize(value))
        except BadTerm as bad:
            raise ValidationError(said(bad.why)) from bad


class WarningField(fields.Field[Term | Share]):
    """``2 working days`` from the start, or a share of the term: ``80 %``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Term | Share:  # noqa: ARG002
        try:
            return parse_warning(_TEXT.deserialize(value))
        except BadTerm as bad:
            raise ValidationError(said(bad.why)) from bad


class ShareField(WarningField):
    """A share of a term: ``80 %``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Share:
        read = super()._deserialize(value, attr, data, **kwargs)
        if not isinstance(read, Share):
            raise ValidationError(
                Said(
                    f"“{value}”៖ សូមសរសេរភាគរយនៃរយៈពេល ឧទាហរណ៍ “80 %”។",
                    f"“{value}”: write a share of the term, for example “80 %”.",
                )
            )
        return read


class LengthField(fields.Field[CalendarLength]):
    """``1 year``, ``6 months`` or ``60 days``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> CalendarLength:  # noqa: ARG002
        try:
            return parse_length(_TEXT.deserialize(value))
        except BadTerm as bad:
            raise ValidationError(said(bad.why)) from bad


class MapOf(fields.Field[dict[str, Any]]):
    """A group whose keys the author chooses; every value is read by ``inner``, every key checked by ``keys``."""

    default_error_messages = {"required": MISSING, "null": NO_VALUE, "invalid": GROUP}  # noqa: RUF012

    def __init__(self, inner: fields.Field[Any], *, keys: validate.Validator = KEY, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner, self.keys = inner, keys

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002
        data: Any,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        read: dict[str, Any] = {}
        wrong: dict[str, Any] = {}
        for key, held in value.items():
            try:
                self.keys(key)
                read[key] = self.inner.deserialize(held)
            except ValidationError as refused:
                wrong[key] = refused.messages
        if wrong:
            raise ValidationError(wrong)
        return read


def one_of(*choices: str) -> validate.OneOf:
    """The value must be one of these words; the message says which they are."""
    return validate.OneOf(
        choices,
        error=Said("“{input}” មិនមែនជាពាក្យមួយក្នុងចំណោម៖ {choices}។", "“{input}” is not one of: {choices}."),
    )


def within(least: int, most: int | None = None) -> validate.Range:
    """The number lies between these; the message says so."""
    if most is None:
        return validate.Range(least, error=Said(f"ត្រូវមានយ៉ាងតិច {least}។", f"Write at least {least}."))
    sentence = Said(
        f"“{{input}}”៖ សូមសរសេរលេខពី {least} ដល់ {most}។", f"“{{input}}”: write a number between {least} and {most}."
    )
    return validate.Range(least, most, error=sentence)


def at_least_one() -> validate.Length:
    """The list is not empty."""
    return validate.Length(1, error=Said("បញ្ជីទទេ។ សូមសរសេរយ៉ាងតិចមួយ។", "The list is empty; write at least one entry."))


def of_length(least: int, most: int) -> validate.Length:
    """The text, or the list, has so many characters or entries."""
    sentence = Said(
        f"ប្រវែងត្រូវនៅចន្លោះ {least} និង {most}។ សូមកែវា។", f"Its length must lie between {least} and {most}; change it."
    )
    return validate.Length(least, most, error=sentence)
