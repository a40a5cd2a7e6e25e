"""Papers that are drawn once and asked for often: kept in memory by what stands on them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

MOST_BYTES: Final = 32 * 1024 * 1024
"""About three hundred pages."""


class KeptPapers:
    """Papers by their digest, those that were asked for longest ago dropped first. One is drawn at a time, and whoever
    asks for the same one meanwhile gets it too: nobody can have the server draw all day on all its processors."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._drawing, self._looking = Lock(), Lock()

    def get(self, digest: str, draw: Callable[[], bytes]) -> bytes:
        """The paper with this digest, drawn now unless it is kept. What ``draw`` raises is raised and keeps nothing."""
        kept = self._known(digest)
        if kept is not None:
            return kept
        with self._drawing:
            return self._known(digest) or self._keep(digest, draw())

    def _known(self, digest: str) -> bytes | None:
        with self._looking:
            if digest in self._kept:
                self._kept.move_to_end(digest)
            return self._kept.get(digest)

    def _keep(self, digest: str, paper: bytes) -> bytes:
        with self._looking:
            self._kept[digest] = paper
            self._bytes += len(paper)
            while self._bytes > self._most and len(self._kept) > 1:
                _oldest, dropped = self._kept.popitem(last=False)
                self._bytes -= len(dropped)
        return paper


def digest_of(*parts: object) -> str:
    """The digest of what stands on a paper: equal parts give equal digests (their ``repr`` says all of them)."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()
