"""A Redis (or Valkey) of our own on this machine, where one is installed: on a socket in a folder, keeping nothing."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import patience


@contextmanager
def redis() -> Iterator[str]:
    """Its address, until the end of the block; the test is skipped with a plain line where there is none."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("There is no Redis here: its tests are left out. Install it: apt-get install redis-server")
    with tempfile.TemporaryDirectory(prefix="owso-redis-") as folder:  # short: the address of a socket has few signs
        place = Path(folder) / "socket"
        server = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", str(place), "--save", "", "--appendonly", "no"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        try:
            patience.until(place.exists, "Redis")
            yield f"unix://{place}"
        finally:
            server.terminate()
            server.wait()
