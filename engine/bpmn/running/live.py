"""Keeps cases that were just stepped in memory, so that the next step need not read their state again."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from engine.bpmn.spiff.tokens import Instance

CASE_BYTES: Final = 2_500
MEMORY_PER_BYTE: Final = 25
"""Bytes of memory that a case takes at least, and for each byte of its stored state: 1,200 and 14 were measured, and 20
where a variable holds many small records."""


def memory_of(state: bytes) -> int:
    """Bytes of memory that the case of this state takes at most, as far as one can reckon."""
    return CASE_BYTES + len(state) * MEMORY_PER_BYTE


class LiveCache:
    """Cases by the very bytes of their state, the least recently used dropped first.

    The stored state is the truth and the key: a case can only be found by the exact bytes it would be read from, so
    a cache can be wrong neither after a rollback nor when another process stepped the case. A case is taken out while
    it is being stepped and put back under its new state; a step that fails leaves nothing behind. Safe to share by
    threads.
    """

    def __init__(self, most_bytes: int = 64_000_000) -> None:
        self._most = most_bytes
        self._size = 0
        self._cases: OrderedDict[bytes, Instance] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._cases)

    def take(self, state: bytes) -> Instance | None:
        """The case of this state, which is now the taker's alone; None when it is not here."""
        with self._lock:
            instance = self._cases.pop(state, None)
            if instance is not None:
                self._size -= memory_of(state)
            return instance

    def keep(self, state: bytes, instance: Instance) -> None:
        """Put a case under the state it was just stored as; old ones make room."""
        with self._lock:
            if self._cases.pop(state, None) is None:
                self._size += memory_of(state)
            self._cases[bytes(memoryview(state))] = instance  # a copy: orjson leaves room for more behind its bytes
            while self._size > self._most and self._cases:
                dropped, _ = self._cases.popitem(last=False)
                self._size -= memory_of(dropped)
