"""The input cells of decision tables, taken apart: each unary test of DMN as a condition about the value tested."""

from __future__ import annotations

import re
from typing import Final

from engine.bpmn.language.decisions import VALUE

_NOT: Final = re.compile(r"not\s*\(")
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
        return f"{VALUE} {low} ({found[2]}) and {VALUE} {high} ({found[3]})", False
    if part.startswith(("<", ">")):
        operator = part[:2] if part[1:2] == "=" else part[:1]
        return f"{VALUE} {operator} ({part[len(operator) :]})", False
    asked = _replaced(part)
    return asked, asked == part


def split(written: str) -> list[str]:
    """The parts between commas that stand outside quotes and brackets."""
    parts, depth, quote, begin = [], 0, "", 0
    for place, character in enumerate(written):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth <= 0:
            parts.append(written[begin:place])
            begin = place + 1
    return [*parts, written[begin:]]


def _closes(written: str, opened: int) -> int:
    """Where the bracket at `opened` is closed; -1 when it is not."""
    depth, quote = 0, ""
    for place in range(opened, len(written)):
        character = written[place]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        else:
            depth += (character == "(") - (character == ")")
            if depth == 0:
                return place
    return -1


def _replaced(part: str) -> str:
    pieces = re.split(r"(\"[^\"]*\"|'[^']*')", part)
    return "".join(piece if piece[:1] in ("'", '"') and piece else piece.replace("?", VALUE) for piece in pieces)
