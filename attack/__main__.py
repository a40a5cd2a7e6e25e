"""Runs the attacks and prints what held. The exit status is 1 when anything did not.

On a server of our own, or on one with the demonstration data that runs on this machine already:
``make attack URL=http://127.0.0.1:8080 PASSWORD=…`` (its password is that of all demonstration accounts).
``ONLY=guessing,sessions`` leaves the others out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from types import ModuleType
from typing import Final

from attack import (
    bodies,
    caches,
    enumeration,
    forgery,
    grants,
    guessing,
    helping,
    names,
    one_time_codes,
    rights,
    second_factor,
    sessions,
    squatting,
    twins,
    ways_out,
)
from attack.findings import Finding, held, not_tried, table, verdict
from attack.target import Target, Unable, own_server, running_server
from attack.wire import NotLoopback
from tour.browser import PageProblem

ATTACKS: Final = (
    squatting, twins, grants, guessing, one_time_codes, enumeration, sessions, second_factor, helping, forgery, rights,
    ways_out, names, bodies, caches,
)  # fmt: skip
"""Each with its TITLE, a sentence, and its findings."""


def main() -> int:
    """Attacks the server, prints the table, says whether all held."""
    url, only = os.environ.get("URL", ""), os.environ.get("ONLY", "")
    wanted = [one for one in ATTACKS if not only or _name(one) in only.split(",")]
    try:
        place = nullcontext(running_server(url, os.environ.get("PASSWORD", ""))) if url else own_server()
    except NotLoopback:
        print(f"{url} is not an address of this machine. Nothing was sent.", file=sys.stderr)
        return 2
    with place as target:
        return run(target, wanted)


def run(target: Target, attacks: Sequence[ModuleType], say: Callable[[str], None] = print) -> int:
    """The exit status after these attacks; what they found is said as it comes."""
    found: list[Finding] = []
    for attack in attacks:
        here = list(_found_by(attack, target))
        say(table(attack.TITLE, here) + "\n")
        found += here
    said, status = verdict(found)
    say(said)
    return status


def _found_by(attack: ModuleType, target: Target) -> Iterator[Finding]:
    """Its findings. What breaks an attack is an open door until somebody has looked."""
    try:
        yield from attack.findings(target)
    except Unable as reason:
        yield not_tried("the rest of it", str(reason))
    except (PageProblem, OSError, ValueError, LookupError) as problem:
        yield held("the rest of it", f"{type(problem).__name__}: {problem}"[:400], False)


def _name(attack: ModuleType) -> str:
    return attack.__name__.rpartition(".")[2]


if __name__ == "__main__":
    sys.exit(main())
