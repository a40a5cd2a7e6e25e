"""What waits for a thread of the server, and who is told to come again when more comes than can be answered.

What somebody sent, the files of pages and what asks how the server is come first, in their order, and nobody of them is
sent away. Pages come after them: in their order as long as none waits for long. When the server falls behind, the
newest first, so that whoever is answered is answered at once; and who waited for too long is told to try again in a
moment, instead of waiting for as long as the queue is (Maurer, Fail at Scale, ACM Queue 13/8, 2015: adaptive LIFO).
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

import structlog
from waitress.task import Task, ThreadedTaskDispatcher, WSGITask

log = structlog.get_logger("web")

BEHIND: Final = 0.5
"""Seconds that the oldest page waits when the newest ones are answered first."""
PATIENCE: Final = 5.0
"""Seconds after which somebody is told that their page does not come now."""
MOST_PAGES: Final = 200
"""Pages that wait at once; with one more, the oldest is not waited for any longer."""
SOONEST, LATEST = 5, 15
"""Seconds after which a program tries again: each another while, so that they do not all come at the same moment."""
TOLD_EVERY: Final = 10.0
"""Seconds between two lines of the log that say how many were sent away."""
_FILES: Final = "/static/"
_HEALTH: Final = "/health"
_READING: Final = ("GET", "HEAD")


class Line:
    """Connections with a request that waits. Waitress asks it under its lock."""

    def __init__(self) -> None:
        self._first: deque[Any] = deque()
        self._pages: deque[Any] = deque()

    def __len__(self) -> int:
        return len(self._first) + len(self._pages)

    def append(self, connection: Any) -> None:
        """Somebody comes last."""
        connection.waits_since, connection.is_sent_away = time.monotonic(), False
        (self._pages if _is_page(connection.requests) else self._first).append(connection)

    def popleft(self) -> Any:
        """Whose turn it is: who waited for too long and ``is_sent_away``, which is done at once, or the next."""
        waited = time.monotonic() - self._pages[0].waits_since if self._pages else 0.0
        if self._pages and (waited > PATIENCE or len(self._pages) > MOST_PAGES):
            oldest = self._pages.popleft()
            oldest.is_sent_away = True
            return oldest
        if self._first:
            return self._first.popleft()
        return self._pages.pop() if waited > BEHIND else self._pages.popleft()


def _is_page(requests: Any) -> bool:
    """Whether the next request of a connection only asks for a page; one that cannot be read asks for nothing."""
    asked = requests[0] if requests else None
    if asked is None or asked.error:
        return False
    return asked.command in _READING and asked.path != _HEALTH and not asked.path.startswith(_FILES)


class Threads(ThreadedTaskDispatcher):  # type: ignore[misc]
    """The threads of a server, and what waits for one."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = Line()
        self._sent_away, self._told_at = 0, 0.0

    def count(self) -> None:
        """Somebody was sent away; the log says so now and then, for whoever runs the server."""
        with self.lock:
            self._sent_away += 1
            if time.monotonic() - self._told_at < TOLD_EVERY:
                return
            sent_away, self._sent_away, self._told_at = self._sent_away, 0, time.monotonic()
            waiting = len(self.queue)
        log.warning("too busy", sent_away=sent_away, waiting=waiting)


class Answer(WSGITask):  # type: ignore[misc]
    """An answer of the application, or of the server to somebody who is sent away."""

    def execute(self) -> None:
        """Writes the answer."""
        if self.channel.is_sent_away:
            send_away(self, *self.channel.server.busy_page)
            self.channel.server.task_dispatcher.count()
        else:
            super().execute()


def send_away(task: Task, headers: Mapping[str, str], page: bytes) -> None:
    """503 with the seconds after which to try again (RFC 9110, 15.6.4 and 10.2.3), and the connection is closed: its
    place is for whoever comes next."""
    seconds = SOONEST + secrets.randbelow(LATEST - SOONEST + 1)
    task.complete, task.status = True, "503 Service Unavailable"
    task.response_headers += [*headers.items(), ("Retry-After", str(seconds))]
    task.content_length = len(page)
    task.set_close_on_finish()
    task.write(b"" if task.request.command == "HEAD" else page)
