"""Threads of a server take memory from one store."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from tests.guards.sources import ROOT

THREADS = """
import threading
{before}
together = threading.Barrier(4)
def work():
    kept = [b"." * 100_000 for _ in range(20)]
    together.wait()
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
together.wait()
with open("/proc/self/maps") as maps:
    held = [line.split() for line in maps]
reserved = [place for place in held if place[1] == "---p" and len(place) == 5]
ends = [[int(end, 16) for end in place[0].split("-")] for place in reserved]
print(sum(end - start > 2**25 for start, end in ends))
"""
"""How many large stretches of addresses threads reserved for stores of their own."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library gives threads their own")
def test_threads_share_one_store_where_the_system_would_give_each_its_own() -> None:
    assert _reserved("pass") > 0
    assert _reserved("from web.memory import one_store_for_all_threads; one_store_for_all_threads()") == 0


def _reserved(before: str) -> int:
    program = THREADS.format(before=before)
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(said.stdout)
