"""What a server needs before and while it serves: seconds to the first answer, and memory once it has served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from bench.nation.making import Nation
from bench.nation.plan import BUSY
from bench.nation.served import Served, signed_in
from bench.nation.stepping import processor_seconds
from bench.rows import Row

STARTS: Final = 5
VISITED: Final = ("/office", "/office?show=late", "/office/handover", "/office/search?q=sok", "/", "/services")


def rows(nations: Sequence[Nation]) -> Iterator[Row]:
    """Memory and start in the largest nation."""
    nation = nations[-1]
    served, starts, computed, weights = Served(nation.address, nation.data), [], [], []
    for _ in range(STARTS):
        with served.server() as server:
            starts.append(server.first_answer)
            computed.append(processor_seconds(server.pid))
            browser = signed_in(server, f"front_office.{BUSY}")
            for address in VISITED * 3:
                browser.open(address)
            weights.append(memory(server.pid))
    note = f"{min(starts):.2f} to {max(starts):.2f} s; {median(computed):.2f} s of processor"
    yield Row("first answer after the start", median(starts), " s", 1, sense="at most", note=note)
    note = f"PSS; {median(resident for _, resident in weights):.0f} MB resident"
    proportional = median(proportional for proportional, _ in weights)
    yield Row("memory of a server that has served", proportional, " MB", 120, sense="at most", note=note)


def memory(pid: int) -> tuple[float, float]:
    """Megabytes of a process: its proportional share, and what is resident."""
    said = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    )
    proportional, resident = (int(said[name].split()[0]) / 1000 for name in ("Pss", "Rss"))
    return proportional, resident
