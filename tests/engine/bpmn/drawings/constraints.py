"""One constraint of the standard in one drawing: as it should be, and with that constraint broken.

A drawing holds one or more choices ``«good¦bad»``; the good drawing takes the first of each, the bad one the second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, S, document, flows, user

_CHOICE = re.compile(r"«([^¦»]*)¦([^»]*)»")
GOOD, BAD = 1, 2
PLAIN = S + user("a") + E + flows("s > a > e")
"""A sound body for constraints that lie outside it."""


@dataclass(frozen=True)
class Constraint:
    """What the standard says, the rule that finds it broken, and the drawing with its choices."""

    says: str
    rule: str
    body: str = PLAIN
    root: str = ""
    severity: str = "error"
    tail: str = ""

    def __str__(self) -> str:
        return self.says.replace(" ", "-")

    def drawn(self, which: int) -> bytes:
        """The file as it should be, or with the constraint broken."""
        body, root, tail = (_CHOICE.sub(rf"\{which}", part) for part in (self.body, self.root, self.tail))
        return document(body, root).replace(b"</definitions>", tail.encode() + b"</definitions>")

    def check(self) -> None:
        """The good drawing is accepted; the bad one is found out by the rule."""
        good = [str(one) for one in found(self.drawn(GOOD)) if one.severity == "error" or one.rule == self.rule]
        assert good == []
        broken = {(one.rule, one.severity) for one in found(self.drawn(BAD))}
        assert (self.rule, self.severity) in broken
        if self.severity != "error":
            assert not {rule for rule, severity in broken if severity == "error"}


def found(source: bytes) -> tuple[bpmn.Problem, ...]:
    """Everything found in one file."""
    return bpmn.check({"drawing.bpmn": source})
