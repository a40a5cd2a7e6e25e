"""The input cells of decision tables, taken apart: each unary test of DMN as a condition about the value tested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

VALUE: Final = "the_value_tested"
"""The name under which a cell sees the value it tests."""

_NOT: Final = re.compile(r"not\s*\(")
_COMPARED: Final = re.compile(r"(<=|>=|<|>|!=|==)(.*)", re.DOTALL)
_QUOTED: Final = re.compile(r"\"[^\"]*(\"|$)|'[^']*('|$)")
_END: Final = r"""(?:[^\[\](),"'.]|\.(?!\.)|"[^"]*"|'[^']*')+"""
_PLAIN_RANGE: Final = re.compile(rf"[\[\](]{_END}\.\.{_END}[\[\])]")
_RANGE: Final = re.compile(r"([\[\](])(.+?)\.\.(.+)([\[\])])", re.DOTALL)


def tests_of(written: str) -> tuple[list[tuple[str, bool]], bool]:
    """The tests of a cell, of which one must hold, and whether instead none may. No test: any value passes.

    Each is a condition about VALUE, or (True) an expression that gives the value wanted.
    """
    if written in ("", "-"):
        return [], False
    opened = written.find("(")
    negated = _NOT.match(written) is not None and _closes(written, opened) == len(written) - 1
    inner = written[opened + 1 : -1] if negated else written
    return [test_of(part) for part in split(inner)], negated


def test_of(part: str) -> tuple[str, bool]:
    """A unary test as a condition about VALUE, or (True) as an expression that gives the value wanted."""
    part = part.strip()
    found = _RANGE.fullmatch(part)
    if found:
        low = ">=" if found[1] == "[" else ">"
        high = "<=" if found[4] == "]" else "<"
        return f"{VALUE} {low} {_group(found[2])} and {VALUE} {high} {_group(found[3])}", False
    found = _COMPARED.fullmatch(part)
    if found:
        return f"{VALUE} {found[1]} {_group(found[2])}", False
    asked = _replaced(part)
    return asked, asked == part


def _group(written: str) -> str:
    """In brackets; nothing stays nothing, which cannot be read, where ``()`` would be an empty list."""
    return f"({written})" if written.strip() else ""


def split(written: str) -> list[str]:
    """The parts between commas that stand outside quotes and brackets."""
    parts, depth, begin = [], 0, 0
    for place, character in _outside(written, 0):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth <= 0:
            parts.append(written[begin:place])
            begin = place + 1
    return [*parts, written[begin:]]


def _closes(written: str, opened: int) -> int:
    """Where the round bracket at ``opened`` is closed; -1 when it is not."""
    depth = 1
    for place, character in _outside(written, opened + 1):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place
    return -1


def _outside(written: str, begin: int) -> Iterator[tuple[int, str]]:
    """The characters, with their places, outside quotes and outside ranges: brackets of those need not match."""
    place = begin
    while place < len(written):
        inside = _QUOTED.match(written, place) or _PLAIN_RANGE.match(written, place)
        if inside:
            place = inside.end()
        else:
            yield place, written[place]
            place += 1


def _replaced(part: str) -> str:
    pieces = re.split(r"(\"[^\"]*\"|'[^']*')", part)
    return "".join(piece if piece[:1] in ("'", '"') and piece else piece.replace("?", VALUE) for piece in pieces)
