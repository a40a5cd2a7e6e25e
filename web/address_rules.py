"""Rules of addresses that learn only when asked how their addresses are written.

Werkzeug compiles two functions for every rule when it is added, to write addresses with and without a query. For five
hundred rules that is a third of what building the application takes; of most of them a process writes no address in its
first minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from werkzeug.routing import Rule

NAMES: Final = {False: "_build", True: "_build_unknown"}
"""Where a rule keeps the function, by whether it appends what the address has no place for."""


class AddressRule(Rule):
    """A rule that compiles how its addresses are written when the first one is."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder

        def first(rule: AddressRule, /, **values: Any) -> tuple[str, str]:
            build = compiled(append_unknown).__get__(rule, None)
            setattr(rule, NAMES[append_unknown], build)
            written: tuple[str, str] = build(**values)
            return written

        return first
