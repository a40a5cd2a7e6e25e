"""What is wrong with packages that are being written, kept for a while: a draft is looked at often between saves."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from threading import Lock
from typing import Final

from engine.packages import Draft, Problem, check_draft, digest, draft_of

_KEPT: Final = 32


class Examined:
    """The packages looked at last, as far as they can be read, with what is wrong with them, by digest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, frozenset[str]], tuple[Draft, tuple[Problem, ...]]] = OrderedDict()
        self._lock = Lock()

    def look(self, files: Mapping[str, bytes], *, known: Collection[str]) -> tuple[Draft, tuple[Problem, ...]]:
        """The package of these files and everything that is wrong with it; ``known`` are the keys of the services
        there are. Files that were looked at lately cost nothing."""
        key = (digest(files), frozenset(known))
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        draft = draft_of(files)
        found = draft, check_draft(draft, known=known)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found
