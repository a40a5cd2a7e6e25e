"""From what a schema makes of a file to problems with lines; and as much of a file as can be read, mistakes or not.

A mistake in one place must not hide what is wrong in another. So what a schema refuses is told and taken out, or a
stand-in is put in its place, and the rest is read again: what is found then is told as well, unless it follows from
what was told before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from marshmallow import Schema, ValidationError

from engine.khmer import Bilingual
from engine.packages.problems import PackageRejected, error
from engine.packages.said import Said, in_both
from engine.packages.schema import GROUP, MISSING, NO_VALUE, Misspelt
from engine.packages.yaml_files import Place, YamlFile, read_yaml_as_far
from engine.problems import Problem

_Read = TypeVar("_Read")
_Made = TypeVar("_Made")
_MOST_ROUNDS: Final = 8
WORDS: Final[Mapping[str, Any]] = {"km": "?", "en": "?"}
STAND_INS: Final[Mapping[str, Any]] = {
    **WORDS,
    **dict.fromkeys(("title", "summary", "label", "cite", "body", "source"), WORDS),
}
"""What stands for words that could not be read, by the last key of their place."""


@dataclass(frozen=True)
class AsFar(Generic[_Read]):
    """What could be read of a file: ``value`` has stand-ins for what could not, which lies at the places ``unread``
    (the empty place: nothing of it)."""

    value: _Read
    problems: tuple[Problem, ...] = ()
    unread: frozenset[Place] = frozenset()

    def whole(self) -> _Read:
        """The value of a file without a mistake; raises PackageRejected."""
        if self.problems:
            raise PackageRejected(self.problems)
        return self.value

    def then(self, change: Callable[[_Read], _Made]) -> AsFar[_Made]:
        """The same with another value."""
        return AsFar(change(self.value), self.problems, self.unread)


def load(schema: Schema, file: YamlFile) -> Any:
    """What the schema makes of the file; raises PackageRejected with one problem per wrong place."""
    return load_file(schema, file, STAND_INS).whole()


def load_as_far(
    schema: Schema, name: str, data: bytes | None, stand_ins: Mapping[str, Any] = STAND_INS
) -> tuple[YamlFile, AsFar[Any]]:
    """What the schema makes of a file, mistakes or not, with its values; ``data`` None for one that is not there.
    ``stand_ins`` stand for what cannot be left out, by the last key of its place."""
    nothing = YamlFile(name, {}, {})
    if data is None:
        missing = error(name, "files", FILE_MISSING)
        return nothing, AsFar(_nothing(schema, stand_ins), (missing,), frozenset({()}))
    try:
        file, told = read_yaml_as_far(name, data)
    except PackageRejected as rejected:
        return nothing, AsFar(_nothing(schema, stand_ins), rejected.problems, frozenset({()}))
    read = load_file(schema, file, stand_ins)
    return file, AsFar(read.value, (*told, *read.problems), read.unread)


def load_file(schema: Schema, file: YamlFile, stand_ins: Mapping[str, Any]) -> AsFar[Any]:
    """What the schema makes of the values of a file, mistakes or not."""
    read = load_values(schema, file.value, stand_ins)
    problems = tuple(_problem(file, place, message) for place, message in read.told)
    if read.value is not None:
        return AsFar(read.value, problems, read.unread)
    return AsFar(_nothing(schema, stand_ins), problems, frozenset({()}))


def _nothing(schema: Schema, stand_ins: Mapping[str, Any]) -> Any:
    """What the schema makes of stand-ins alone."""
    return load_values(schema, {}, stand_ins).value


@dataclass(frozen=True, slots=True)
class Values:
    """What a schema makes of values as far as they can be read, None where nothing can be; what is ``told`` of which
    place, and the places that are ``unread``."""

    value: Any
    told: tuple[tuple[Place, str], ...]
    unread: frozenset[Place]


def load_values(schema: Schema, value: Any, stand_ins: Mapping[str, Any]) -> Values:
    """What the schema makes of values, mistakes or not."""
    told, tried, unread = list[tuple[Place, str]](), dict[Place, int](), set[Place]()
    for _ in range(_MOST_ROUNDS):
        try:
            return Values(schema.load(_swept(value)), tuple(told), frozenset(unread))
        except ValidationError as wrong:
            found = [(_written(value, place), message) for place, message in flat(wrong.messages, ())]
        meant = {(*place[:-1], said.meant) for place, said in found if isinstance(said, Misspelt)}
        unread |= {place for place in meant if not _touches(unread, place)}
        told += [(place, message) for place, message in found if not _touches(unread, place)]
        for place in dict.fromkeys(place for place, _ in found):
            tried[place] = tried.get(place, 0) + 1
            around = place[: 2 - tried[place]] if tried[place] > 2 else place
            if place and not around:
                return Values(None, tuple(told), frozenset(unread))
            stand_in = stand_ins.get(str(place[-1]), _GONE) if place and tried[place] == 1 else _GONE
            value = _with(value, around, stand_in)
        unread.update(place for place, _ in found)
    return Values(None, tuple(told), frozenset(unread))


def _touches(unread: set[Place], place: Place) -> bool:
    """Whether something there, in it or around it was told before: then this follows from it."""
    return any(one[: len(place)] == place or place[: len(one)] == one for one in unread)


_GONE: Final = object()
"""What was taken out; it keeps the places of what stands behind it in a list."""


def _with(value: Any, place: Place, other: Any) -> Any:
    """The value with something else at a place; what is on the way there and no group becomes one."""
    if not place:
        return {} if other is _GONE else other
    key, rest = place[0], place[1:]
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return [*value[:key], _with(value[key], rest, other) if rest else other, *value[key + 1 :]]
    held = dict(value) if isinstance(value, dict) else {}
    held[str(key)] = _with(held.get(str(key)), rest, other) if rest else other
    return held


def _swept(value: Any) -> Any:
    """The value without what was taken out."""
    if isinstance(value, dict):
        return {key: _swept(held) for key, held in value.items() if held is not _GONE}
    if isinstance(value, list):
        return [_swept(held) for held in value if held is not _GONE]
    return value


def _written(value: Any, place: Place) -> Place:
    """Where something stands in the file, given where it stands in what was swept."""
    found: list[str | int] = []
    for key in place:
        if isinstance(value, list) and isinstance(key, int):
            key = next(iter([at for at, held in enumerate(value) if held is not _GONE][key:]), key)
            value = value[key] if key < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
        found.append(key)
    return tuple(found)


def _problem(file: YamlFile, place: Place, message: str) -> Problem:
    where, sentence = ".".join(str(part) for part in place), in_both(message)
    if where:
        sentence = Bilingual(f"“{where}”៖ {sentence.km}", f"“{where}”: {sentence.en}")
    return error(file.name, "manifest", sentence, line=file.line(place))


def flat(messages: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Every message with the place to which it belongs."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from flat(inner, place if key == "_schema" else (*place, key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from flat(inner, place)
    else:
        yield place, _SENTENCES.get(messages, messages)


_SENTENCES: Final[Mapping[str, Said]] = {
    "Missing data for required field.": MISSING,
    "Field may not be null.": NO_VALUE,
    "Not a valid boolean.": Said("សូមសរសេរ true ឬ false។", "Write true or false."),
    "Not a valid integer.": Said("សូមសរសេរចំនួនគត់។", "Write a whole number."),
    "Not a valid number.": Said("សូមសរសេរលេខ។", "Write a number."),
    "Not a valid string.": Said("ទីនេះត្រូវជាអត្ថបទ។ សូមដាក់វាក្នុងសញ្ញា “…”។", "This must be text; put it in quotes."),
    "Not a valid list.": Said(
        "សូមសរសេរបញ្ជី៖ [a, b] ឬបន្ទាត់ “- …” មួយសម្រាប់នីមួយៗ។", "Write a list: [a, b], or one “- …” line each."
    ),
    "Not a valid mapping type.": GROUP,
    "Invalid input type.": GROUP,
}
FILE_MISSING: Final = Bilingual("ខ្វះឯកសារនេះក្នុងកញ្ចប់។ សូមបន្ថែមវា។", "This file is missing from the package; add it.")
