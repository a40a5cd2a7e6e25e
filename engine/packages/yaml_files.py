"""A small, strict reading of YAML: plain values with the line each of them stands on.

What is not needed to describe a service is refused: tags, anchors and aliases, several documents, keys that
are not text, the same key twice, deep nesting and large files. Only ``true``, ``false``, ``null`` and whole numbers
are read as other than text, so that ``no``, ``007``, ``1:30`` and dates stay what the author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import yaml

from engine.packages.problems import PackageRejected, error, reject

Place = tuple[str | int, ...]

LARGEST_FILE: Final = 512 * 1024
DEEPEST: Final = 16
_TWICE_KM: Final = "ពាក្យគន្លឹះ “{key}” មានពីរដងនៅទីនេះ។ សូមទុកតែមួយ។"
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

    def refuse(self, message: str, event: yaml.Event, message_km: str = "") -> PackageRejected:
        found = error(self.name, "yaml", message, line=_line(event))
        return PackageRejected([replace(found, message_km=message_km)])

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.refuse("One file holds one document; remove the second “---”.", event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self.refuse_tricks(event)
            self.place_value(event)

    def refuse_tricks(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self.refuse("Anchors (&) and aliases (*) are not used here; write the value out.", event)
        if getattr(event, "tag", None) is not None:
            raise self.refuse("Tags (!) are not used here; write the plain value.", event)

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
            raise self.refuse("A key must be a word.", event)
        key = str(event.value)
        if key in holder.into:
            raise self.refuse(f"The key “{key}” stands here twice; keep one.", event, _TWICE_KM.format(key=key))
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
        if len(self.open) >= DEEPEST:
            raise self.refuse(f"Nested more than {DEEPEST} deep; flatten it.", event)
        into: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.open.append(_Open(place, into))
        return into


def read_yaml(name: str, data: bytes) -> YamlFile:
    """The values of a YAML file that holds one mapping; raises PackageRejected with file and line otherwise."""
    reading = _Reading(name)
    for event in _events(name, data):
        reading.take(event)
    if not isinstance(reading.result, dict):
        raise reject(name, "yaml", "The file must hold “key: value” lines.", line=1)
    return YamlFile(name, reading.result, reading.lines)


def decoded(name: str, data: bytes) -> str:
    """The text of a file that must be UTF-8 and not larger than LARGEST_FILE bytes."""
    if len(data) > LARGEST_FILE:
        raise reject(name, "size", f"The file is larger than {LARGEST_FILE // 1024} kB; shorten it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as unreadable:
        line = data[: unreadable.start].count(b"\n") + 1
        raise reject(name, "encoding", "The file is not UTF-8; save it as UTF-8.", line=line) from unreadable


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
        raise reject(name, "yaml", f"Not readable as YAML: {reason}.", line=mark.line + 1 if mark else None) from broken
    except yaml.reader.ReaderError as broken:
        line = text[: broken.position].count("\n") + 1
        raise reject(name, "yaml", "The file holds a character that YAML does not allow.", line=line) from broken


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    text = str(event.value)
    if event.style:  # quoted or a block: a text, whatever it looks like
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE.fullmatch(text) else text
