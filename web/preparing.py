"""Lists of pages read for files that are made behind them: the page is asked for its list once more, by the worker, as
the person who asked for the file (decision 77)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import Final

from flask import Flask, g, request

from engine.clockwork.schedule import Part, Work
from engine.errors import NotFound
from engine.exports import making
from web.clock import Clock
from web.prepared import Prepared

PAUSE_SECONDS: Final = 0.02
"""So long a file waits after each thousand lines for pages and promises."""


class Preparing:
    """Makes the files that were asked for, beside what time does: ``part`` is what the metronome sweeps with the
    others, ``stop`` has a file that is being made end within a thousand lines. ``pages`` gives the application, when
    the first file is to be made."""

    def __init__(self, pages: Callable[[], Flask], clock: Clock) -> None:
        self._pages = cache(pages)
        self._stopping = threading.Event()
        maker = making.Maker(self.read, clock.now, partial(self._stopping.wait, PAUSE_SECONDS))
        self.part: Final = Part("files", (Work(maker.make_due, "files", "files", making.next_due),))

    def stop(self) -> None:
        """No file is gone on with."""
        self._stopping.set()

    @contextmanager
    def read(self, *, address: str, person_id: int) -> Iterator[Iterator[Sequence[object]]]:
        """The list of the page at this address, as this person may see it now. What the page refuses is raised."""
        app = self._pages()
        with app.test_request_context(address, base_url=app.extensions["owso"].settings.base_url):
            g.prepared = asked = Prepared(person_id)
            if request.endpoint is None:  # a page of an older version
                raise NotFound
            app.view_functions[request.endpoint](**(request.view_args or {}))
            if asked.rows is None:
                raise NotFound
            yield asked.rows
