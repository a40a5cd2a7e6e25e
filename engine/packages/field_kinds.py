"""The kinds of questions a form can ask, one row each: what the rest of the product knows of a kind, it reads here.

How a kind is drawn is the macro of its name in ``web/templates/components/kinds.html``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.khmer import Bilingual
from engine.packages import answer_words as words
from engine.packages import typed_values as typed
from engine.packages.forms import FieldKind
from engine.packages.limits import days_beside, number_limit, time_limit, times_beside, written_day_limit

_NUMBER: Final = number_limit
_TEXT: Final = ("minLength", "maxLength", "pattern")
_BOUNDS: Final = ("min", "max")

# What is kept: text, textarea and email str; phone str (E.164); number int, or float where decimals are allowed; money
# int (riel); date str (ISO); time str (`07:30`); position str (degrees); select and radio str; checkbox bool; checklist
# list[str]; address dict of province, district, commune (codes) and street; file list[str] (keys of documents); repeat
# list[dict].
_ROWS: Final = (
    FieldKind(
        "text",
        ("textfield",),
        words.plain_words,
        _NUMBER,
        typed.clean_text,
        longest=200,
        scalar="text",
        takes=_TEXT,
        names=True,
        called=Bilingual("អត្ថបទមួយបន្ទាត់", "Line of text"),
    ),
    FieldKind(
        "textarea",
        ("textarea",),
        words.plain_words,
        _NUMBER,
        typed.clean_lines,
        longest=4000,
        takes=_TEXT,
        called=Bilingual("អត្ថបទច្រើនបន្ទាត់", "Several lines"),
    ),
    FieldKind(
        "number",
        ("number",),
        words.number_words,
        _NUMBER,
        typed.clean_number,
        scalar="number",
        takes=(*_BOUNDS, "decimalDigits"),
        reads_as="number",
        called=Bilingual("លេខ", "Number"),
    ),
    FieldKind(
        "money",
        ("number", "textfield"),
        words.riel_words,
        _NUMBER,
        typed.clean_money,
        mark=("kind", "money"),
        scalar="number",
        takes=_BOUNDS,
        reads_as="number",
        called=Bilingual("ទឹកប្រាក់", "Money"),
    ),
    FieldKind(
        "date",
        ("datetime",),
        words.day_words,
        written_day_limit,
        typed.clean_date,
        posted=("day", "month", "year"),
        scalar="text",
        beside=days_beside,
        is_day=True,
        takes=_BOUNDS,
        reads_as="day",
        called=Bilingual("ថ្ងៃ", "Day"),
    ),
    FieldKind(
        "time",
        ("datetime",),
        words.time_words,
        time_limit,
        typed.clean_time,
        mark=("subtype", "time"),
        scalar="text",
        beside=times_beside,
        takes=_BOUNDS,
        reads_as="time",
        called=Bilingual("ម៉ោង", "Time of day"),
    ),
    FieldKind(
        "phone",
        ("textfield",),
        words.phone_words,
        _NUMBER,
        typed.clean_phone,
        mark=("validationType", "phone"),
        called=Bilingual("លេខទូរស័ព្ទ", "Telephone number"),
    ),
    FieldKind(
        "email",
        ("textfield",),
        words.plain_words,
        _NUMBER,
        typed.clean_email,
        mark=("validationType", "email"),
        longest=254,
        takes=_TEXT,
        called=Bilingual("អ៊ីមែល", "E-mail"),
    ),
    FieldKind(
        "name_km",
        ("textfield",),
        words.plain_words,
        _NUMBER,
        typed.clean_khmer_name,
        mark=("kind", "name_km"),
        longest=200,
        takes=_TEXT,
        names=True,
        called=Bilingual("ឈ្មោះជាអក្សរខ្មែរ", "Name in Khmer letters"),
    ),
    FieldKind(
        "name_latin",
        ("textfield",),
        words.plain_words,
        _NUMBER,
        typed.clean_latin_name,
        mark=("kind", "name_latin"),
        longest=200,
        takes=_TEXT,
        names=True,
        called=Bilingual("ឈ្មោះជាអក្សរឡាតាំង", "Name in Latin letters"),
    ),
    FieldKind(
        "id_number",
        ("textfield",),
        words.plain_words,
        _NUMBER,
        typed.clean_identity,
        mark=("kind", "id_number"),
        longest=20,
        takes=_TEXT,
        called=Bilingual("លេខអត្តសញ្ញាណ", "Identity number"),
    ),
    FieldKind(
        "select",
        ("select",),
        words.option_words,
        _NUMBER,
        typed.clean_choice,
        options="one",
        scalar="text",
        takes=("values",),
        called=Bilingual("ជ្រើសមួយពីបញ្ជី", "One of a list"),
    ),
    FieldKind(
        "radio",
        ("radio",),
        words.option_words,
        _NUMBER,
        typed.clean_choice,
        options="one",
        scalar="text",
        takes=("values",),
        called=Bilingual("ជ្រើសមួយ ឃើញទាំងអស់", "One of all to be seen"),
    ),
    FieldKind(
        "checkbox",
        ("checkbox",),
        words.ticked_words,
        _NUMBER,
        typed.clean_checkbox,
        scalar="boolean",
        missing="must_agree",
        heads_page=False,
        reads_as="boolean",
        called=Bilingual("ប្រអប់សម្រាប់គូសធីក", "Box to tick"),
    ),
    FieldKind(
        "checklist",
        ("checklist",),
        words.option_words,
        _NUMBER,
        typed.clean_checklist,
        options="several",
        takes=("values",),
        reads_as="list",
        called=Bilingual("ជ្រើសច្រើនពីបញ្ជី", "Several of a list"),
    ),
    FieldKind(
        "address",
        ("textfield",),
        words.address_words,
        _NUMBER,
        typed.clean_address,
        mark=("kind", "address"),
        is_place=True,
        posted=("province", "district", "commune", "village", "street"),
        takes=("level",),
        reads_as="parts",
        called=Bilingual("អាសយដ្ឋាន", "Address"),
    ),
    FieldKind(
        "position",
        ("textfield",),
        words.position_words,
        _NUMBER,
        typed.clean_position,
        mark=("kind", "position"),
        is_position=True,
        called=Bilingual("ទីតាំង (GPS)", "Position"),
    ),
    FieldKind(
        "file",
        ("filepicker",),
        words.plain_words,
        _NUMBER,
        typed.clean_file,
        uploads=True,
        takes=("accept", "multiple"),
        reads_as="list",
        called=Bilingual("ឯកសារ", "File"),
    ),
    FieldKind(
        "repeat",
        ("dynamiclist",),
        words.item_words,
        _NUMBER,
        keyed_by="path",
        repeats=True,
        heads_page=False,
        takes=("min_items", "max_items", "components"),
        reads_as="list",
        called=Bilingual("សំណួរសួរច្រើនដង", "Questions several times"),
    ),
    FieldKind(
        "note",
        ("text",),
        words.plain_words,
        _NUMBER,
        keyed_by="id",
        asks=False,
        heads_page=False,
        reads_as="parts",
        called=Bilingual("កំណត់សម្គាល់សម្រាប់អាន", "Note to read"),
    ),
)

OF_THE_ACCOUNT: Final = ("name_km", "name_latin", "id_number")
"""Kinds that a text has by itself where it takes over what the account says under this name."""
FIELD_KINDS: Final[Mapping[str, FieldKind]] = MappingProxyType({kind.name: kind for kind in _ROWS})
WRITTEN: Final = tuple(dict.fromkeys(written for kind in _ROWS for written in kind.written))
"""The components of form-js that a form may hold."""


def marks(place: str) -> tuple[str, ...]:
    """What may stand at this place to tell kinds of the same component apart."""
    return tuple(value for where, value in (kind.mark for kind in _ROWS) if where == place)


def kind_written(written: str, said: Mapping[str, str | None]) -> FieldKind:
    """The kind of a component of form-js with these marks: the one that is marked so, else the plain one.

    A property ``kind`` is what the author says it is; on a component that cannot be so the caller refuses it.
    """
    marked = {kind.mark: kind for kind in _ROWS if kind.mark[0] == "kind" or (kind.mark[0] and written in kind.written)}
    found = (marked.get((place, said.get(place) or "")) for place in ("kind", "subtype", "validationType"))
    plain = (kind for kind in _ROWS if not kind.mark[0] and written in kind.written)
    return next(filter(None, found), None) or next(plain)
