"""Parameters that the form macros hand to the GOV.UK macros: labels, legends, hints, errors and the parts of a date.

Jinja macros can only give text, so what must be a mapping is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from engine.packages import ADDRESS_LEVELS, Component, answer_text
from web.wording import current_lang, in_language, sentence

Params = dict[str, Any]
_PHOTOS = "image/jpeg,image/heic,image/heif,image/webp,image/avif"
"""What is accepted as a JPEG, since photos of phones are made into one."""
_MEDIA_TYPES = {"pdf": "application/pdf", "jpg": _PHOTOS, "jpeg": _PHOTOS, "png": "image/png"}
_KILO = 1024


def label_text(label: Any, optional: bool) -> str:
    """The words of a label, with the mark of a question that may stay empty."""
    text = in_language(label)
    return f"{text} {gettext('(optional)')}" if optional else text


def error_message(error: Any) -> Params | None:
    """The error under a field, or None when there is none."""
    return {"text": sentence(error), "visuallyHiddenText": gettext("Error")} if error else None


def field(name: str, label: Any, *, hint: Any, error: Any, alone: bool, optional: bool) -> Params:
    """What every single field has in common; ``alone`` makes the label the page's heading."""
    hint_text = in_language(hint)
    size = "govuk-label--l" if alone else "ow-label"
    return {
        "id": name,
        "name": name,
        "label": {"text": label_text(label, optional), "classes": size, "isPageHeading": alone},
        "hint": {"text": hint_text} if hint_text else None,
        "errorMessage": error_message(error),
    }


def legend(label: Any, alone: bool, optional: bool) -> Params:
    """The fieldset of a group of fields, its legend the page's heading when it stands alone."""
    size = "govuk-fieldset__legend--l" if alone else "govuk-fieldset__legend--s"
    return {"legend": {"text": label_text(label, optional), "classes": size, "isPageHeading": alone}}


def date_parts(value: Any) -> Params:
    """Day, month and year as they go into the three fields; what was typed wrongly comes back as it was typed."""
    if isinstance(value, Mapping):
        return {part: value.get(part) or "" for part in ("day", "month", "year")}
    if isinstance(value, str) and value:
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return {"day": value, "month": "", "year": ""}
    if isinstance(value, date):
        return {"day": value.day, "month": value.month, "year": value.year}
    return {"day": "", "month": "", "year": ""}


def answer_words(component: Component, value: Any) -> str:
    """A kept answer as the reader is told it, by the kind of its question."""
    return answer_text(component, value, current_lang())


def address_levels(level: str) -> tuple[str, ...]:
    """The levels of places that an address asks, down to this one."""
    return ADDRESS_LEVELS[: ADDRESS_LEVELS.index(level) + 1]


def file_size(octets: int) -> str:
    """A file's size as people say it: ``340 KB``, ``2.1 MB``."""
    if octets < _KILO * _KILO:
        return f"{max(1, round(octets / _KILO))} KB"
    return f"{octets / _KILO / _KILO:.1f} MB"


def media_type(extension: str) -> str:
    """What a file field offers for a file name's ending; an unknown ending is shown to the browser as an ending."""
    return _MEDIA_TYPES.get(extension.lower(), f".{extension}")
