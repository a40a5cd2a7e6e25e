"""What the editor of forms says: what fields take over from an account, how deep an address goes, and its panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from web.analyst.drawing_words import in_readers_language


def _l(sentence: str) -> str:
    """Marks a sentence for the catalogue; it is said in the language of each reader."""
    return sentence


PREFILLED: Final[Mapping[str, str]] = {
    "name_km": _l("Name in Khmer letters"),
    "name_latin": _l("Name in Latin letters"),
    "sex": _l("Sex"),
    "birth_date": _l("Date of birth"),
    "id_kind": _l("Kind of identity paper"),
    "id_number": _l("Identity number"),
    "phone": _l("Telephone number"),
    "email": _l("E-mail"),
    "address": _l("Address"),
}
"""What an account holds."""
DEEP: Final[Mapping[str, str]] = {
    "province": _l("Province or capital"),
    "district": _l("District, town or khan"),
    "commune": _l("Commune or sangkat"),
    "village": _l("Village"),
}
"""How deep an address is asked."""


_OURS: Final[tuple[str, ...]] = (
    _l("(none)"),
    _l("A document of service.yaml."),
    _l("Add a choice"),
    _l("Add a field"),
    _l("As people see it"),
    _l("At least"),
    _l("At most"),
    _l("Choice {number}"),
    _l("Choices"),
    _l("Choose a field or a page to see and change its settings."),
    _l("Copy"),
    _l("Correct it in its text."),
    _l("Digits behind the point"),
    _l("Document"),
    _l("Drag a field here."),
    _l("Down"),
    _l("Download mine and show theirs"),
    _l("Error:"),
    _l("Field or page"),
    _l("Forms here have no field of this kind. It is kept as it is until you remove it."),
    _l("Hint below it"),
    _l("How deep"),
    _l("In other files: {number}"),
    _l("Key of the field"),
    _l("Kind"),
    _l("Mine"),
    _l("Move to the page"),
    _l("Must be answered"),
    _l("Names that fit"),
    _l("Nobody types it then. Such as length * width."),
    _l("Not asked when"),
    _l("Not saved yet."),
    _l("Not saved: {reason}"),
    _l("Note:"),
    _l("Nothing is wrong in this draft."),
    _l("Page"),
    _l("On these grounds an application is refused"),
    _l("Pattern"),
    _l("Personal data"),
    _l("Problems"),
    _l("This says what was found"),
    _l("Counted in reports, and on the page of the office."),
    _l("Question"),
    _l("Redo"),
    _l("Remove"),
    _l("Rows, at least"),
    _l("Rows, at most"),
    _l("Save mine as the newest"),
    _l("Saved as number {save}."),
    _l("Saving…"),
    _l("Settings of the field"),
    _l("Several files"),
    _l("Shown only, not typed"),
    _l("Signs, at least"),
    _l("Signs, at most"),
    _l("Small Latin letters, digits and _. Conditions, variables and texts name it so."),
    _l("Somebody else changed the same"),
    _l("Such as [0-9]{9}."),
    _l('Such as kind = "other", with keys of earlier questions.'),
    _l("Such as pdf,jpg,png."),
    _l("Such as today, 2026-01-31 or 18 years ago."),
    _l("Such as today, 2026-01-31 or 2 years."),
    _l("Take theirs"),
    _l("Taken over from the account"),
    _l("Text of the file"),
    _l("The applicant may read what the officer writes"),
    _l("The form"),
    _l("The form cannot be shown as fields: {reason}"),
    _l("The form itself"),
    _l("The page as people see it"),
    _l("The server does not answer. It is tried again; leave this page open."),
    _l("Theirs"),
    _l("They are counted, and the message of the refusal can say them."),
    _l("Title of the form"),
    _l("Title of the page"),
    _l("Tools"),
    _l("Types of files"),
    _l("Undo"),
    _l("Up"),
    _l("Value"),
    _l("Warning:"),
    _l("What people read"),
    _l("Worked out from"),
    _l("{name} (not known)"),
    _l("it has no list of pages."),
)


def editor_words() -> Mapping[str, str]:
    """The words of the editor in the reader's language by their English, which the script says where none is there."""
    return in_readers_language(_OURS)
