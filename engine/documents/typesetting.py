"""Draws documents of one template in a process of its own, which cannot do more than that.

Run as a program by ``engine.documents.pdf``, never imported: it reads what to draw as JSON from standard input and
writes each PDF, or each page as a picture, to standard output behind its length. Its arguments say how many there are,
and where Typst is installed. A template that calls itself without end, fills the memory or never comes to an end takes
this process with it and nothing else; it has no network, writes no file and sees no secret of the product.
Exit status: 0 drawn, 3 the template failed (standard error says why).
"""

from __future__ import annotations

import json
import re
import resource
import sys
from typing import Any, Final

FAILED: Final = 3
_PLACE: Final = re.compile(r"main\.typ:(\d+)")
LARGEST_DOCUMENT: Final = 20 * 1024 * 1024
CPU_SECONDS: Final = 5
"""For the first, and one more for each other: a certificate takes a fifth of a second, most of it to begin."""
LENGTH: Final = 8
"""Bytes of the length before each PDF or picture."""
MEMORY: Final = 1024**3
"""Address space, of which fonts and libraries take a quarter."""
OPEN_FILES: Final = 64


def main() -> int:
    """Draws what standard input asks for."""
    documents: list[dict[str, Any]] = json.load(sys.stdin)
    sys.path.append(sys.argv[2])
    import typst  # once the limits stand, its threads have them too

    for asked in documents:
        try:
            drawn = typst.compile(asked.pop("main"), **asked)
        except typst.TypstError as failed:
            return _fail(_said(str(failed.message), str(failed.diagnostic)))
        parts = drawn if isinstance(drawn, list) else [drawn]  # a PDF is one, pictures are one for each page
        if not all(isinstance(part, bytes) for part in parts):
            return _fail("The template drew no page.")
        if sum(map(len, parts)) > LARGEST_DOCUMENT:
            return _fail(f"The document is larger than {LARGEST_DOCUMENT // 1024 // 1024} MB.")
        for part in parts:
            sys.stdout.buffer.write(len(part).to_bytes(LENGTH) + part)
    return 0


def limit(documents: int) -> None:
    """Takes from this process what drawing so many documents does not need."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS + documents - 1),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def _said(message: str, diagnostic: str) -> str:
    """The first line of what is wrong, behind the line of the template."""
    place = _PLACE.search(diagnostic)
    words = message.partition("\n")[0]
    return f"Line {place[1]}: {words}" if place else words


def _fail(why: str) -> int:
    sys.stderr.write(why)
    return FAILED


if __name__ == "__main__":
    limit(int(sys.argv[1]))
    sys.exit(main())
