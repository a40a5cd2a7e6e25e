"""Processes of their own. They begin as copies of one that has loaded what they need, because loading it takes longer
than all that they do; that the product starts by itself is asked of its wheel (``tests/packaging``)."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests import patience

PROCESSES: Final = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["pytest", "tests.journeys.hammer", "web.commands.serve", "storage.migrations"])


class Command:
    """``owso`` with these arguments, in a process with no other settings of the product than those given."""

    def __init__(self, arguments: Sequence[str], settings: Mapping[str, str], folder: Path) -> None:
        self._said, self._logged = folder / "said", folder / "logged"
        given = (tuple(arguments), dict(settings), self._said, self._logged)
        self._process = PROCESSES.Process(target=_run, args=given)
        self._process.start()

    def poll(self) -> int | None:
        """Its exit status, once it has ended."""
        return self._process.exitcode

    def stop(self) -> tuple[str, str]:
        """Asks it to end, and waits; what it said and what it logged."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGTERM)
        return self.communicate()

    def communicate(self) -> tuple[str, str]:
        """Waits until it has ended; what it said and what it logged."""
        self._process.join(patience.SECONDS)
        return self._said.read_text(encoding="utf-8"), self._logged.read_text(encoding="utf-8")


def _run(arguments: Sequence[str], settings: Mapping[str, str], said: Path, logged: Path) -> None:
    for variable in [name for name in os.environ if name.startswith("OWSO_")]:
        del os.environ[variable]
    os.environ.update(settings)
    for number, file in ((1, said), (2, logged)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    from web.cli import main

    sys.exit(main(arguments))
