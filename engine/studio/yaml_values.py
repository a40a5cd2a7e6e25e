"""The value of a key of a YAML file as other values, with no other change: lines of what stays are not touched.

Of a list, each entry that is as it was keeps its lines, wherever it is moved, with the remarks above it; one in which
something changed is changed in that place. So remarks, quotes and the way of writing stay what their author chose.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import yaml

from engine.packages import PackageRejected
from engine.packages.yaml_files import decoded, read_yaml_as_far
from engine.studio.yaml_edits import BOM, end_of_line, last_of, root_of, with_block

_WIDTH: Final = 110
_STEP: Final = "  "
_NAME: Final = 100
"""What it counts that two entries have the same key: more than all that may be alike in them."""

_MOST_PAIRS: Final = 40_000
"""So many pairs of entries are compared at most; beyond, entries that changed are new ones."""

Edit = tuple[int, int, str]


class _WrittenAnew(Exception):
    """What changed cannot be changed in its place."""


def with_value(name: str, data: bytes, key: str, value: Any) -> bytes:
    """The file with this value of a key of its top level; None takes the key away. Raises PackageRejected for a file
    that cannot be read."""
    before = read_yaml_as_far(name, data)[0].value
    if value is not None and key in before and (flow(value) == block(value) or _is_of_kind(before[key], value)):
        try:
            done = _edited(decoded(name, data), key, before[key], value)
            if same(read_yaml_as_far(name, done.encode())[0].value, {**before, key: value}):
                return (data.decode("utf-8").startswith(BOM) * BOM + done).encode()
        except (_WrittenAnew, PackageRejected):
            pass
    return with_block(name, data, key, "" if value is None else block(value))


def same(one: Any, other: Any) -> bool:
    """Whether two values are written alike: ``1`` is not ``true``, and the order counts."""
    return json.dumps(one) == json.dumps(other)


def aligned(before: Sequence[Any], after: Sequence[Any]) -> list[int | None]:
    """For each entry of a list as it is now, where it stood before: those that are the same, then the most alike, each
    once; None for what is new."""
    places: dict[str, list[int]] = {}
    for place in reversed(range(len(before))):
        places.setdefault(json.dumps(before[place]), []).append(place)
    there = [places.get(json.dumps(entry)) for entry in after]
    found = [held.pop() if held else None for held in there]
    left = sorted(place for held in places.values() for place in held)
    new = [place for place, at in enumerate(found) if at is None]
    if len(left) * len(new) > _MOST_PAIRS:
        return found
    for place in new:
        best = max(left, key=lambda at: (_likeness(before[at], after[place]), -at), default=None)
        if best is not None and (_likeness(before[best], after[place]) or len(before) == len(after)):
            found[place] = best
            left.remove(best)
    return found


def block(value: Any) -> str:
    """A value as it is written for the first time: an entry of a list on each line, as far as it fits."""
    if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        return "\n".join(f"- {flow(entry)}" for entry in value)
    if isinstance(value, dict) and any(isinstance(held, dict | list) for held in value.values()):
        lines = [line for key, held in value.items() for line in _pair(key, held).splitlines()]
        return "\n".join(lines) if len(lines) > 1 else flow(value)
    return flow(value)


def flow(value: Any) -> str:
    """A value in brackets on one line; texts without quotes where they are read as the same text."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _pair(key: str, held: Any) -> str:
    if isinstance(held, list) and any(isinstance(entry, dict) for entry in held):
        return f"{flow(key)}:\n" + "\n".join(f"{_STEP}- {flow(entry)}" for entry in held)
    return f"{flow(key)}: {flow(held)}"


def _is_plain(text: str) -> bool:
    if not text or len(text) > _WIDTH or text != text.strip() or not text.isprintable():
        return False
    try:
        read, problems = read_yaml_as_far("text", f"text: [{text}, end]\nbare: {text}\n".encode())
    except PackageRejected:
        return False
    return not problems and same(read.value, {"text": [text, "end"], "bare": text})


def _likeness(one: Any, other: Any) -> int:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _NAME * int(one[0] == other[0]) + _likeness(one[1], other[1])
    if isinstance(one, dict) and isinstance(other, dict):
        return sum(2 - (place > 0) for place, (key, held) in enumerate(one.items()) if same(held, other.get(key)))
    return int(same(one, other))


def _edited(text: str, key: str, old: Any, new: Any) -> str:
    node = next(value for name, value in root_of(text).value if str(name.value) == key)
    for start, end, piece in sorted(_edits(text, node, old, new), reverse=True):
        text = text[:start] + piece + text[end:]
    return text


def _edits(text: str, node: yaml.Node, old: Any, new: Any) -> Iterator[Edit]:
    """The pieces of text to be put in so that a node has another value: as small as they can be."""
    if same(old, new):
        return
    is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    if isinstance(node, yaml.CollectionNode) and isinstance(new, type(old)) and _stand(old, new):
        pairs = zip(_held(node), _members(old), _members(new), strict=True)
        try:
            yield from [edit for held, before, after in pairs for edit in _edits(text, held, before, after)]
        except _WrittenAnew:
            yield _rewritten(text, node, _entries(text, node, old), new)
    elif not is_block:
        yield _in_place(node, new)
    elif new and isinstance(new, type(old)):
        yield _rewritten(text, node, _entries(text, node, old), new)
    else:
        raise _WrittenAnew


def _in_place(node: yaml.Node, new: Any) -> Edit:
    """Another value for what stands in brackets or bare."""
    start, end = node.start_mark.index, node.end_mark.index
    ended = "\n" if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">") else ""
    return start, end, f"{' ' * (start == end)}{flow(new)}{ended}"


def _held(node: yaml.CollectionNode) -> list[yaml.Node]:
    return [held for _, held in node.value] if isinstance(node, yaml.MappingNode) else list(node.value)


class _Entry:
    """An entry of a block: its node, its value (with its key, in a mapping), and where its lines begin and end."""

    def __init__(self, node: yaml.Node, value: Any, key: yaml.Node | None) -> None:
        self.node, self.value, self.key = node, value, key
        self.start = self.end = 0


def _entries(text: str, node: Any, old: Any) -> list[_Entry]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else [(None, held) for held in node.value]
    entries = [_Entry(held, value, key) for (key, held), value in zip(pairs, _members(old), strict=True)]
    above = text.rfind("\n", 0, node.start_mark.index) + 1
    for entry in entries:
        first = (entry.key or entry.node).start_mark.index
        entry.start = text.rfind("\n", 0, first) + 1
        if entry.start < above or (entry.key is not None and text[entry.start : first].strip()):
            raise _WrittenAnew  # several on one line
        entry.end = above = end_of_line(text, last_of(entry.node))
    entries[0].start = _with_remarks(text, 0, entries[0].start)
    for before, entry in pairwise(entries):
        before.end = entry.start = _with_remarks(text, before.end, entry.start)
    return entries


def _with_remarks(text: str, least: int, start: int) -> int:
    """Where the remarks begin that stand right above an entry."""
    while start > least:
        line = text.rfind("\n", 0, start - 1) + 1
        if line < least or not text[line:start].lstrip().startswith("#"):
            break
        start = line
    return start


def _rewritten(text: str, node: yaml.Node, entries: Sequence[_Entry], new: Any) -> Edit:
    """All lines of a block, those of each entry that was there taken along."""
    indent = " " * int(node.start_mark.column)
    wanted = list(new.items()) if isinstance(new, dict) else list(new)
    there = [(str(one.key.value), one.value) if one.key is not None else one.value for one in entries]
    lines = []
    for at, value in zip(aligned(there, wanted), wanted, strict=True):
        kept = None if at is None else _kept(text, entries[at], value)
        written = _pair(*value) if isinstance(value, tuple) else f"- {flow(value)}"
        lines.append(kept or "".join(f"{indent}{line}\n" for line in written.splitlines()))
    return entries[0].start, entries[-1].end, "".join(lines)


def _kept(text: str, entry: _Entry, wanted: Any) -> str | None:
    """The lines of an entry with what changed in it; None when they have to be written anew."""
    name, value = wanted if isinstance(wanted, tuple) else ("", wanted)
    try:
        edits = list(_edits(text, entry.node, entry.value, value))
    except _WrittenAnew:
        return None
    if entry.key is not None and str(entry.key.value) != name:
        edits.append((entry.key.start_mark.index, entry.key.end_mark.index, flow(name)))
    lines = text[entry.start : entry.end]
    for start, end, piece in sorted(edits, reverse=True):
        lines = lines[: start - entry.start] + piece + lines[end - entry.start :]
    return lines if lines.endswith("\n") else f"{lines}\n"


def _is_of_kind(before: Any, value: Any) -> bool:
    """Whether a value with lines of its own takes the place of one that has some."""
    return bool(before) and isinstance(value, type(before))


def _stand(old: Any, new: Any) -> bool:
    """Whether each entry stands where it stood."""
    if isinstance(old, dict):
        return list(old) == list(new)
    return len(old) == len(new) and aligned(old, new) == list(range(len(old)))


def _members(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)
