"""A small, strict reading of YAML: plain values with the line each of them stands on.

What is not needed to describe a service is refused: tags, anchors and aliases, several documents, keys that
are not text, the same key twice, deep nesting and large files. Only ``true``, ``false``, ``null`` and whole numbers
are read as other than text, so that ``no``, ``007``, ``1:30`` and dates stay what the author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from engine.khmer import Bilingual
from engine.packages.problems import PackageRejected, error, reject
from engine.packages.said import filled
from engine.problems import Problem

Place = tuple[str | int, ...]

LARGEST_FILE: Final = 512 * 1024
DEEPEST: Final = 16
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class YamlFile:
    """The values of one file, and where they stand."""

    name: str
    value: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int | None:
        """The line of the value at ``place``, or of the nearest thing around it."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place)


@dataclass
class _Open:
    """A list or mapping that is still being read."""

    place: Place
    into: dict[str, Any] | list[Any]
    key: str | None = None


@dataclass
class _Reading:
    name: str
    lines: dict[Place, int] = field(default_factory=dict)
    open: list[_Open] = field(default_factory=list)
    result: Any = None
    documents: int = 0
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, sentence: Bilingual, event: yaml.Event) -> PackageRejected:
        return reject(self.name, "yaml", sentence, line=_line(event))

    def tell(self, sentence: Bilingual, event: yaml.Event) -> None:
        """A mistake that hides nothing else: the reading goes on."""
        self.problems.append(error(self.name, "yaml", sentence, line=_line(event)))

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.refuse(_SECOND_DOCUMENT, event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self.refuse_tricks(event)
            self.place_value(event)

    def refuse_tricks(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self.tell(_ANCHOR, event)
        if getattr(event, "tag", None) is not None:
            self.tell(_TAG, event)

    def place_value(self, event: yaml.NodeEvent) -> None:
        holder = self.open[-1] if self.open else None
        if holder is not None and isinstance(holder.into, dict) and holder.key is None:
            self.take_key(holder, event)
            return
        place = self.next_place(holder)
        self.lines.setdefault(place, _line(event))
        value = self.open_value(place, event)
        if holder is None:
            self.result = value
        elif isinstance(holder.into, dict):
            holder.into[str(holder.key)] = value
            holder.key = None
        else:
            holder.into.append(value)

    def take_key(self, holder: _Open, event: yaml.NodeEvent) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise self.refuse(_NO_WORD, event)
        key = str(event.value)
        if key in holder.into:
            self.tell(filled(_TWICE, key=key), event)
        holder.key = key
        self.lines[(*holder.place, key)] = _line(event)

    @staticmethod
    def next_place(holder: _Open | None) -> Place:
        if holder is None:
            return ()
        if isinstance(holder.into, dict):
            return (*holder.place, str(holder.key))
        return (*holder.place, len(holder.into))

    def open_value(self, place: Place, event: yaml.NodeEvent) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.AliasEvent):
            return None
        if len(self.open) >= DEEPEST:
            raise self.refuse(_DEEP, event)
        into: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.open.append(_Open(place, into))
        return into


def read_yaml(name: str, data: bytes) -> YamlFile:
    """The values of a YAML file that holds one mapping; raises PackageRejected with file and line otherwise."""
    file, problems = read_yaml_as_far(name, data)
    if problems:
        raise PackageRejected(problems)
    return file


def read_yaml_part(name: str, data: bytes, key: str) -> YamlFile:
    """One key of a YAML file with its value, or an empty mapping; what stands behind it is not read. Raises
    PackageRejected for what stands before it and is wrong."""
    reading = _Reading(name)
    for event in _events(name, data):
        reading.take(event)
        top = reading.open[0] if len(reading.open) == 1 else None
        if top is not None and top.key is None and key in top.into:
            break
    if reading.problems:
        raise PackageRejected(reading.problems)
    found = reading.result if isinstance(reading.result, dict) else {}
    return YamlFile(name, {one: value for one, value in found.items() if one == key}, reading.lines)


def read_yaml_as_far(name: str, data: bytes) -> tuple[YamlFile, tuple[Problem, ...]]:
    """The values of a YAML file, with the mistakes that leave them readable, such as a key that stands there twice (the
    second counts); raises PackageRejected for a file of which nothing is known."""
    reading = _Reading(name)
    for event in _events(name, data):
        reading.take(event)
    if not isinstance(reading.result, dict):
        raise reject(name, "yaml", _NO_LINES, line=1)
    return YamlFile(name, reading.result, reading.lines), tuple(reading.problems)


def lines_of(name: str, data: bytes) -> YamlFile:
    """The same for looking up lines, also in a file with mistakes; of one that is not readable nothing is known."""
    try:
        return read_yaml_as_far(name, data)[0]
    except PackageRejected:
        return YamlFile(name, {}, {})


def decoded(name: str, data: bytes) -> str:
    """The text of a file that must be UTF-8 and not larger than LARGEST_FILE bytes."""
    if len(data) > LARGEST_FILE:
        raise reject(name, "size", _LARGE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as unreadable:
        line = data[: unreadable.start].count(b"\n") + 1
        raise reject(name, "encoding", _NOT_UTF8, line=line) from unreadable


def is_writable(text: str) -> bool:
    """Whether the text can be stored and sent as UTF-8; an escape such as ``\\ud800`` alone cannot."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _events(name: str, data: bytes) -> Iterator[yaml.Event]:
    text = decoded(name, data)
    try:
        yield from yaml.parse(text, Loader=yaml.CSafeLoader)  # libyaml: ten times as fast as the one in Python
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        reason = broken.problem or broken.context or "unreadable"
        sentence = filled(_UNREADABLE, reason=reason, remedy=_remedy(reason))
        raise reject(name, "yaml", sentence, line=mark.line + 1 if mark else None) from broken
    except yaml.reader.ReaderError as broken:
        line = text[: broken.position].count("\n") + 1
        raise reject(name, "yaml", _NO_SIGN, line=line) from broken


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    text = str(event.value)
    if event.style:  # quoted or a block: a text, whatever it looks like
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE.fullmatch(text) else text


def _remedy(reason: str) -> Bilingual:
    """What helps in most cases where libyaml says this."""
    return next((remedy for part, remedy in _REMEDIES.items() if part in reason), _LOOK_ABOVE)


_REMEDIES: Final = {
    "mapping values are not allowed": Bilingual(
        "សូមដាក់អត្ថបទដែលមានសញ្ញា : ក្នុងសញ្ញា “…” ហើយពិនិត្យមើលចន្លោះនៅដើមបន្ទាត់",
        "Put a text with a colon in quotes, and look at the blanks before the line",
    ),
    "cannot start any token": Bilingual(
        "សូមប្រើចន្លោះជំនួស Tab នៅដើមបន្ទាត់ ហើយដាក់អត្ថបទដែលចាប់ផ្តើមដោយសញ្ញាពិសេសក្នុងសញ្ញា “…”",
        "Use blanks instead of tabs before the line, and put a text that begins with a special sign in quotes",
    ),
    "did not find expected ',' or": Bilingual(
        "សូមដាក់សញ្ញាក្បៀសរវាងធាតុ បិទ ] } និងសញ្ញា “…” ទាំងអស់ ហើយដាក់អត្ថបទដែលមានសញ្ញាក្បៀស ឬ : ក្នុងសញ្ញា “…”",
        "Put commas between the entries, close every ] } and quote, and put a text with a comma or colon in quotes",
    ),
    "did not find expected": Bilingual(
        "សូមពិនិត្យចន្លោះនៅដើមបន្ទាត់ និងបន្ទាត់នៅខាងលើ ហើយបិទសញ្ញា “…” ទាំងអស់",
        "Look at the blanks before the line and at the line above, and close every quote",
    ),
    "unexpected end of stream": Bilingual("សូមបិទសញ្ញា “…” ដែលបានបើក", "Close the quote that was opened"),
}
_LOOK_ABOVE: Final = Bilingual("សូមពិនិត្យបន្ទាត់នេះ និងបន្ទាត់នៅខាងលើ", "Look at this line and at the one above")
_SECOND_DOCUMENT: Final = Bilingual(
    "ឯកសារមួយមានតែផ្នែកមួយ។ សូមដក “---” ទីពីរចេញ។", "One file holds one document; remove the second “---”."
)
_ANCHOR: Final = Bilingual(
    "មិនប្រើសញ្ញាភ្ជាប់ (&) និង (*) នៅទីនេះទេ។ សូមសរសេរតម្លៃពេញលេញ ហើយដាក់អត្ថបទដែលចាប់ផ្តើមដោយសញ្ញានោះក្នុងសញ្ញា “…”។",
    "Anchors (&) and aliases (*) are not used here; write the value out, or put a text that begins so in quotes.",
)
_TAG: Final = Bilingual(
    "មិនប្រើសញ្ញា (!) នៅទីនេះទេ។ សូមសរសេរតម្លៃធម្មតា ហើយដាក់អត្ថបទដែលចាប់ផ្តើមដោយសញ្ញានោះក្នុងសញ្ញា “…”។",
    "Tags (!) are not used here; write the plain value, or put a text that begins so in quotes.",
)
_NO_WORD: Final = Bilingual("ពាក្យគន្លឹះត្រូវជាពាក្យមួយ។ សូមកែវា។", "A key must be a word; correct it.")
_TWICE: Final = Bilingual("ពាក្យគន្លឹះ “{key}” មានពីរដងនៅទីនេះ។ សូមទុកតែមួយ។", "The key “{key}” stands here twice; keep one.")
_DEEP: Final = Bilingual(f"ជ្រៅជាង {DEEPEST} ថ្នាក់។ សូមធ្វើឱ្យវារាក់ជាងនេះ។", f"Nested more than {DEEPEST} deep; flatten it.")
_NO_LINES: Final = Bilingual(
    "ឯកសារត្រូវមានបន្ទាត់ “key: value”។ សូមសរសេរវា។", "The file must hold “key: value” lines; write them."
)
_LARGE: Final = Bilingual(
    f"ឯកសារធំជាង {LARGEST_FILE // 1024} kB។ សូមកាត់វាឱ្យខ្លី។",
    f"The file is larger than {LARGEST_FILE // 1024} kB; shorten it.",
)
_NOT_UTF8: Final = Bilingual("ឯកសារមិនមែនជា UTF-8 ទេ។ សូមរក្សាទុកជា UTF-8។", "The file is not UTF-8; save it as UTF-8.")
_UNREADABLE: Final = Bilingual(
    "មិនអាចអានជា YAML បានទេ ({reason})។ {remedy}។", "Not readable as YAML: {reason}. {remedy}."
)
_NO_SIGN: Final = Bilingual(
    "ឯកសារមានតួអក្សរដែល YAML មិនអនុញ្ញាត។ សូមលុបវាចេញ។", "The file holds a character that YAML does not allow; remove it."
)
