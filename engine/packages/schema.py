"""marshmallow fields and schemas for YAML files, and the translation of their errors into problems with lines."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from engine.khmer import Bilingual, tidy
from engine.packages.problems import PackageRejected, error
from engine.packages.yaml_files import Place, YamlFile
from engine.problems import Problem
from engine.working_time.terms import BadTerm, CalendarLength, Share, Term, parse_length, parse_term, parse_warning

KEY: Final = validate.Regexp(
    r"^[a-z][a-z0-9_]{0,59}\Z",
    error="“{input}” is not a key. Use small Latin letters, digits and “_”, starting with a letter.",
)
CHOICE_WRITTEN: Final = r"[a-z][a-z0-9_]{0,59}"
CHOICE: Final = validate.Regexp(
    rf"^{CHOICE_WRITTEN}\Z",
    error="“{input}” cannot be the value of a choice. Use small Latin letters, digits and “_”, starting with a letter, "
    "in the form and wherever it is compared, and here for its words.",
)
ELEMENT: Final = validate.Regexp(
    r"^(?:[^\W\d][\w.-]{0,99}:)?[^\W\d][\w.-]{0,99}\Z",
    error="“{input}” is no id of an element. Write it as in the diagram; where files share one, process:element.",
)
"""Names in XML without a colon (drawing tools choose them), with the called process before those that files share."""
OF_PART: Final = validate.Regexp(
    r"^(?:(?:[^\W\d][\w-]{0,99}\.){1,5}|)[a-z][a-z0-9_]{0,59}\Z",
    error="“{input}” is not a key. Use small Latin letters, digits and “_”, starting with a letter; "
    "for a form of a shared process, call.form.",
)
"""A key, or the name that something of a shared process has in the case: the calls that lead there, and its own."""
_UNKNOWN: Final = "Unknown field."


class StrictSchema(Schema):
    """A mapping whose every key is known; an unknown key is answered with the keys there are."""

    class Meta:
        unknown = RAISE

    error_messages = {"type": "Here stands a group of “key: value” lines."}  # noqa: RUF012 (marshmallow's own form)

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:  # noqa: ARG002
        """Put a sentence with the nearest known key in the place of marshmallow's “Unknown field.”."""
        messages = error.messages
        if not isinstance(messages, dict):
            return
        known = [kind.data_key or name for name, kind in self.fields.items()]
        for key, found in messages.items():
            if found == [_UNKNOWN]:
                messages[key] = [_unknown_key(str(key), known)]


def _unknown_key(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    if near:
        return f"“{key}” is not a known key here. Did you mean “{near[0]}”?"
    return f"“{key}” is not a known key here. Known keys: {', '.join(sorted(known))}."


class PlainText(fields.String):
    """Text that is not empty; a number written without quotes is an error, not a guess."""

    default_error_messages = {  # noqa: RUF012
        "required": "This key is missing.",
        "null": "A value is missing.",
        "invalid": "This must be text; put it in quotes.",
        "empty": "The text is empty.",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = tidy(str(super()._deserialize(value, attr, data, **kwargs)))
        if not text:
            raise self.make_error("empty")
        return text


class _BilingualSchema(StrictSchema):
    km = PlainText(required=True)
    en = PlainText(required=True)


_BILINGUAL: Final = _BilingualSchema()
"""One for all of the thousands of texts of a package: a schema copies its fields whenever it is made."""


class BilingualField(fields.Field[Bilingual]):
    """``{km: …, en: …}``, both languages there."""

    default_error_messages = {  # noqa: RUF012
        "required": "This key is missing.",
        "null": "A value is missing; write {{km: …, en: …}}.",
        "invalid": "Write the text in both languages: {{km: …, en: …}}.",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Bilingual:  # noqa: ARG002
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        return Bilingual(**cast("dict[str, str]", _BILINGUAL.load(value)))


class TermField(fields.Field[Term]):
    """``3 working days``, ``4 working hours`` or ``1 month``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Term:  # noqa: ARG002
        try:
            return parse_term(PlainText().deserialize(value))
        except BadTerm as bad:
            raise ValidationError(str(bad)) from bad


class WarningField(fields.Field[Term | Share]):
    """``2 working days`` from the start, or a share of the term: ``80 %``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Term | Share:  # noqa: ARG002
        try:
            return parse_warning(PlainText().deserialize(value))
        except BadTerm as bad:
            raise ValidationError(str(bad)) from bad


class ShareField(WarningField):
    """A share of a term: ``80 %``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Share:
        read = super()._deserialize(value, attr, data, **kwargs)
        if not isinstance(read, Share):
            raise ValidationError(f"“{value}”: write a share of the term, for example “80 %”.")
        return read


class LengthField(fields.Field[CalendarLength]):
    """``1 year``, ``6 months`` or ``60 days``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> CalendarLength:  # noqa: ARG002
        try:
            return parse_length(PlainText().deserialize(value))
        except BadTerm as bad:
            raise ValidationError(str(bad)) from bad


class MapOf(fields.Field[dict[str, Any]]):
    """A group whose keys the author chooses; every value is read by ``inner``, every key checked by ``keys``."""

    default_error_messages = {  # noqa: RUF012
        "required": "This key is missing.",
        "null": "A value is missing.",
        "invalid": "Here stands a group of “key: value” lines.",
    }

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
    return validate.OneOf(choices, error="“{input}” is not one of: {choices}.")


def load(schema: Schema, file: YamlFile) -> Any:
    """What the schema makes of the file; raises PackageRejected with one problem per wrong place."""
    try:
        return schema.load(file.value)
    except ValidationError as wrong:
        raise PackageRejected(_problems(file, wrong.messages)) from wrong


def _problems(file: YamlFile, messages: Any) -> Iterator[Problem]:
    for place, message in flat(messages, ()):
        where = f"“{'.'.join(str(part) for part in place)}”: " if place else ""
        yield error(file.name, "manifest", f"{where}{sentence(message)}", line=file.line(place))


def flat(messages: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from flat(inner, place if key == "_schema" else (*place, key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from flat(inner, place)
    else:
        yield place, str(messages)


_SENTENCES: Final = {
    "Missing data for required field.": "This key is missing.",
    "Field may not be null.": "A value is missing.",
    "Not a valid boolean.": "Write true or false.",
    "Not a valid integer.": "Write a whole number.",
    "Not a valid list.": "Write a list: [a, b], or one “- …” line each.",
    "Not a valid mapping type.": "Here stands a group of “key: value” lines.",
    "Invalid input type.": "Here stands a group of “key: value” lines.",
}


def sentence(message: str) -> str:
    return _SENTENCES.get(message, message)
