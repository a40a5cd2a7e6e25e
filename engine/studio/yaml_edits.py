"""Changing values of a YAML file and nothing else of it: remarks, order, quotes and line breaks stay as they were.

A file that is read and written anew loses what its author put there for people. So the place of each value is found in
the text, and only that piece of text is put in anew.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import yaml

from engine.khmer import Bilingual
from engine.packages.yaml_files import Place, decoded, read_yaml_as_far

_WIDTH: Final = 110
_STEP: Final = "  "
BOM: Final = "\ufeff"
_PLAIN: Final = re.compile(r"[^\W\d_][^\n\x00-\x1f]*")
_NOT_PLAIN: Final = re.compile(r": |:$| #|\s$|^(?:true|false|null|yes|no|on|off|y|n)$", re.IGNORECASE)
_OF_FLOW: Final = re.compile(r"[\[\]{},]")


def with_words(name: str, data: bytes, words: Mapping[Place, Bilingual]) -> bytes:
    """The file with these texts at their places; what is missing on the way there is added at the end of what is around
    it. Raises PackageRejected for a file that cannot be read."""
    changes: dict[Place, str] = {}
    for place, text in words.items():
        changes |= {(*place, "km"): text.km, (*place, "en"): text.en}
    return with_texts(name, data, changes)


def with_texts(name: str, data: bytes, changes: Mapping[Place, str]) -> bytes:
    """The file with these texts in the place of what stood there; see ``with_words``."""
    read_yaml_as_far(name, data)  # bounds what is read below: no aliases that grow, nothing nested too deep
    text = decoded(name, data)
    marks = data.decode("utf-8").startswith(BOM) * BOM
    root = root_of(text)
    wanted = {place: value for place, value in changes.items() if _value_at(root, place) != value}
    done = _changed(text, wanted, quoted=frozenset())
    root = root_of(done)
    wrong = frozenset(place for place, value in wanted.items() if _value_at(root, place) != value)
    return (marks + (_changed(text, wanted, quoted=wrong) if wrong else done)).encode("utf-8")


def without(name: str, data: bytes, places: Iterable[Place]) -> bytes:
    """The file without what stands at these places, and without what would be empty then. What is not there is no
    matter. Raises PackageRejected for a file that cannot be read."""
    read_yaml_as_far(name, data)
    text = decoded(name, data)
    marks = data.decode("utf-8").startswith(BOM) * BOM
    for place in places:
        text = _cut(text, place)
    return (marks + text).encode("utf-8")


def with_block(name: str, data: bytes, key: str, written: str) -> bytes:
    """The file with what is ``written`` (a value in YAML, one line or several) as the value of a key of its top level;
    an empty text takes the key away. Raises PackageRejected for a file that cannot be read any more."""
    text = decoded(name, data)
    marks = data.decode("utf-8").startswith(BOM) * BOM
    lines = written.strip("\n").rstrip().splitlines()
    if not lines:
        block = ""
    elif len(lines) == 1 and not lines[0].startswith("- "):
        block = f"{key}: {lines[0].strip()}\n"
    else:
        block = "".join([f"{key}:\n", *(f"{_STEP}{line}\n" if line.strip() else "\n" for line in lines)])
    start, end = _span(text, key)
    before = text[:start]
    if start == len(text) and before and not before.endswith("\n"):
        before += "\n"
    done = f"{before}{block}{text[end:]}".encode()
    read_yaml_as_far(name, done)
    return marks.encode() + done


def with_entry(name: str, data: bytes, key: str, entry: Any) -> bytes:
    """The file with one entry more at the end of a list, or (a mapping) of a group, of its top level, which is added
    where it is missing. Raises PackageRejected for a file that cannot be read any more."""
    text = decoded(name, data)
    marks = data.decode("utf-8").startswith(BOM) * BOM
    ends = "\r\n" if text.count("\r\n") > text.count("\n") / 2 else "\n"
    root = root_of(text)
    node = _find(root, (key,))[0]
    is_group = isinstance(node, (yaml.SequenceNode, yaml.MappingNode))
    if node is not None and is_group and node.value:
        done = _appended(text, node, entry, ends)
    else:
        start, end = _span(text, key)
        before = text[:start]
        before += ends if start == len(text) and before and not before.endswith("\n") else ""
        done = f"{before}{key}:{ends}{_dumped(entry, len(_STEP), ends)}{text[end:]}"
    read_yaml_as_far(name, done.encode())
    return (marks + done).encode()


def _appended(text: str, node: Any, entry: Any, ends: str) -> str:
    if node.flow_style:
        close = node.end_mark.index - 1
        return f"{text[:close].rstrip()}, {json.dumps(entry, ensure_ascii=False)[1:-1]}{text[close:]}"
    first = node.value[0]
    indent = node.start_mark.column if isinstance(first, yaml.Node) else first[0].start_mark.column
    at = end_of_line(text, last_of(node))
    before = text[:at] if text[:at].endswith("\n") else f"{text[:at]}{ends}"
    blank = ends if isinstance(first, yaml.Node) else ""
    return f"{before}{blank}{_dumped(entry, indent, ends)}{text[at:]}"


def _dumped(entry: Any, indent: int, ends: str) -> str:
    """An entry (a list of one, or a group of one key) in YAML, what is inside lists and groups on one line each."""
    text = yaml.dump(entry, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=None)
    return "".join(f"{' ' * indent}{line}{ends}" for line in text.rstrip("\n").split("\n"))


class _Dumper(yaml.SafeDumper):
    """Lists stand further in than what they belong to, as in the files that people write."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 (its own shape)
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 (its own shape)
        return True


def blocks(name: str, data: bytes) -> dict[str, str]:
    """The value of each key of the top level as it is written, without the blanks before its lines."""
    text = decoded(name, data)
    found = {}
    for key, _ in _top(text):
        start, end = _span(text, key)
        first, _, rest = text[start:end].partition("\n")
        found[key] = "\n".join(filter(None, (first.partition(":")[2].strip(), textwrap.dedent(rest).rstrip())))
    return found


def _changed(text: str, changes: Mapping[Place, str], *, quoted: frozenset[Place]) -> str:
    """The text with each change put in, what is there from the end on, so that no place moves before its turn."""
    root, there, missing = root_of(text), list[tuple[int, int, str]](), list[Place]()
    for place in changes:
        node, in_flow = _find(root, place)
        if isinstance(node, yaml.ScalarNode):
            value, plain = changes[place], place not in quoted
            if plain and value and node.style in ("|", ">"):
                piece = _folded(text, node, value)
            else:
                piece = _for(node, value, plain=plain, in_flow=in_flow)
            there.append((node.start_mark.index, node.end_mark.index, piece))
        else:
            missing.append(place)
    for start, end, piece in sorted(there, reverse=True):
        text = text[:start] + piece + text[end:]
    for place in missing:
        text = _added(text, place, _quoted(changes[place]))
    return text


def _for(node: yaml.ScalarNode, value: str, *, plain: bool, in_flow: bool) -> str:
    """How a text is written where this one stands: as plainly as that."""
    ended = "\n" if node.style in ("|", ">") else ""
    bare = plain and node.style not in ("'", '"') and _is_plain(value, in_flow=in_flow)
    lead = " " if node.start_mark.index == node.end_mark.index else ""
    return f"{lead}{value if bare else _quoted(value)}{ended}"


def _folded(text: str, node: yaml.ScalarNode, value: str) -> str:
    """A text of several lines, indented like the one that stands there."""
    line = text[text.rfind("\n", 0, node.start_mark.index) + 1 :]
    indent = " " * (len(line) - len(line.lstrip(" "))) + _STEP
    parts = value.split("\n")
    if node.style == ">":
        wrapped = [textwrap.wrap(part, _WIDTH, break_long_words=False, break_on_hyphens=False) for part in parts]
        parts = [line for number, part in enumerate(wrapped) for line in ([""] * (number > 0) + (part or [""]))]
    return "".join([f"{node.style}-\n", *(f"{indent}{part}".rstrip() + "\n" for part in parts)])


def _is_plain(value: str, *, in_flow: bool) -> bool:
    if _PLAIN.fullmatch(value) is None or _NOT_PLAIN.search(value) is not None:
        return False
    return not (in_flow and _OF_FLOW.search(value))


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _added(text: str, place: Place, piece: str) -> str:
    """The text with a value at a place where there is none yet, in what is there of the way to it."""
    root, depth = root_of(text), len(place)
    node: yaml.Node | None = None
    while depth > 0 and not isinstance(node, yaml.MappingNode):
        depth -= 1
        node = _find(root, place[:depth])[0]
    keys = [str(key) for key in place[depth:]]
    if not isinstance(node, yaml.MappingNode):
        return text
    if node.flow_style or not node.value:
        inside = "".join(f"{key}: {{" for key in keys[:-1]) + f"{keys[-1]}: {piece}" + "}" * (len(keys) - 1)
        close = text.rindex("}", 0, node.end_mark.index)
        comma = ", " if node.value else ""
        return f"{text[:close].rstrip(' ')}{comma}{inside}{text[close:]}"
    return _added_to_block(text, node, keys, piece)


def _added_to_block(text: str, node: yaml.MappingNode, keys: list[str], piece: str) -> str:
    indent = " " * int(node.value[0][0].start_mark.column)
    # Words are one group of two languages, written on one line as everywhere.
    keys, piece = (
        (keys[:-1], f"{{{keys[-1]}: {piece}}}") if len(keys) > 1 and keys[-1] in ("km", "en") else (keys, piece)
    )
    lines = [f"{indent}{_STEP * depth}{key}:\n" for depth, key in enumerate(keys[:-1])]
    lines.append(f"{indent}{_STEP * (len(keys) - 1)}{keys[-1]}: {piece}\n")
    at = end_of_line(text, last_of(node))
    before = text[:at] if text[:at].endswith("\n") else f"{text[:at]}\n"
    return before + "".join(lines) + text[at:]


def _cut(text: str, place: Place) -> str:
    root = root_of(text)
    around = _find(root, place[:-1])[0]
    while isinstance(around, yaml.MappingNode) and len(around.value) == 1 and len(place) > 1:
        if str(around.value[0][0].value) != place[-1]:
            return text
        place = place[:-1]
        around = _find(root, place[:-1])[0]
    if not isinstance(around, yaml.MappingNode):
        return text
    pairs = around.value
    at = next((number for number, (key, _) in enumerate(pairs) if str(key.value) == place[-1]), None)
    if at is None:
        return text
    key, value = pairs[at]
    if not around.flow_style:
        start = text.rfind("\n", 0, key.start_mark.index) + 1
        return text[:start] + text[end_of_line(text, last_of(value)) :]
    if at + 1 < len(pairs):
        return text[: key.start_mark.index] + text[pairs[at + 1][0].start_mark.index :]
    start = pairs[at - 1][1].end_mark.index if at else key.start_mark.index
    return text[:start] + text[value.end_mark.index :]


def last_of(node: yaml.Node) -> int:
    """Behind the last sign of a value: the mark of a block stands only where the next thing begins."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return last_of(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return last_of(node.value[-1])
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return int(node.end_mark.index) - 1
    return int(node.end_mark.index)


def end_of_line(text: str, at: int) -> int:
    """Where the line behind that of a place begins."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _top(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    root = root_of(text)
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            yield str(key.value), (key.start_mark.index, end_of_line(text, last_of(value)))


def _span(text: str, key: str) -> tuple[int, int]:
    """From where to where the lines of a key stand; at the end of the text when it is not there."""
    return next((span for name, span in _top(text) if name == key), (len(text), len(text)))


def root_of(text: str) -> Any:
    """The nodes of a text with their places; read_yaml_as_far has bounded it before."""
    return yaml.compose(text, Loader=yaml.CSafeLoader)


def _find(root: yaml.Node | None, place: Place) -> tuple[yaml.Node | None, bool]:
    """What stands at a place, and whether it stands within brackets."""
    node, in_flow = root, False
    for part in place:
        if isinstance(node, yaml.MappingNode):
            in_flow = in_flow or bool(node.flow_style)
            node = next((value for key, value in node.value if str(key.value) == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            in_flow = in_flow or bool(node.flow_style)
            node = node.value[part]
        else:
            return None, in_flow
    return node, in_flow


def _value_at(root: yaml.Node | None, place: Place) -> str | None:
    node = _find(root, place)[0]
    if not isinstance(node, yaml.ScalarNode):
        return None
    return str(node.value).rstrip("\n") if node.style in ("|", ">") else str(node.value)
