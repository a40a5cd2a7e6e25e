"""What an attack tried, what was answered, and whether that held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

TRIED_WIDTH: Final = 78


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried and what came of it. ``held`` is None where it could not be tried on this server."""

    tried: str
    answered: str
    held: bool | None


def held(tried: str, answered: object, good: bool) -> Finding:
    """What was tried, with what was answered, and whether that is good."""
    return Finding(tried, str(answered), good)


def not_tried(tried: str, why: str) -> Finding:
    return Finding(tried, why, None)


def table(title: str, findings: Iterable[Finding]) -> str:
    """An attack as the lines of a table."""
    words = {True: "held", False: "OPEN", None: "not tried"}
    lines = [f"  {words[one.held]:<9}  {one.tried:<{TRIED_WIDTH}}  {one.answered}" for one in findings]
    return "\n".join([title, *lines])


def verdict(findings: Sequence[Finding]) -> tuple[str, int]:
    """The closing line, and the exit status: 1 when anything was open, or when nothing was tried at all."""
    open_ones = [one.tried for one in findings if one.held is False]
    tried = [one for one in findings if one.held is not None]
    said = f"{len(tried)} things tried, {len(tried) - len(open_ones)} held, {len(open_ones)} open"
    left = len(findings) - len(tried)
    return said + (f", {left} not tried on this server." if left else "."), int(bool(open_ones) or not tried)
