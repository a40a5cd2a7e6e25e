"""``make mutants``: small faults put into the modules that keep promises and count money; does a test notice each?

mutmut (https://mutmut.readthedocs.io) makes the faults in a copy of the sources and runs the tests that reach them, on
SQLite. Whatever survives is printed with its explanation; one without, or less than 95 % noticed, ends with status 1.
``make mutants M=clocks`` looks at one module. Each module gets at most ``MINUTES`` (default 20), on ``CHILDREN``
processes (default 2). One fault costs less than a second: a process is forked that has the tests and a migrated
database already, runs the tests that reach the fault, the quick ones first, and stops at the first that notices.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.survivors import explanation

ROOT: Final = Path(__file__).resolve().parent.parent
COPIED: Final = ("engine", "storage", "web", "tests", "processes", "bench", "tour", "setup.cfg", "README.md")
LOOKED_AT: Final[dict[str, tuple[str, ...]]] = {
    "engine/working_time/clocks.py": ("tests/engine/working_time",),
    "engine/working_time/promises.py": (
        *("tests/engine/working_time", "tests/engine/clockwork/test_new_days.py"),
        "tests/engine/clockwork/test_what_the_applicant_owes.py",
    ),
    "engine/clockwork/deadlines.py": ("tests/engine/clockwork",),
    "engine/case/settling.py": (
        *("tests/engine/case/test_settling.py", "tests/engine/tasks/test_side_by_side.py"),
        *("tests/engine/flow/test_bringing_at_once.py", "tests/engine/versions/test_transfers.py"),
        *("tests/engine/applications/test_lapsing_of_cases.py", "tests/engine/case/test_edges_of_settling.py"),
        *("tests/engine/case/test_holding.py", "tests/engine/sessions/test_days_ahead.py"),
    ),
    "engine/packages/fees.py": ("tests/engine/packages/test_fees.py", "tests/engine/packages/test_edges_of_fees.py"),
    "engine/money/payments.py": (
        *("tests/engine/money/test_cash.py", "tests/engine/money/test_khqr.py", "tests/engine/money/test_voids.py"),
        *("tests/engine/money/test_edges_of_payment.py", "tests/engine/money/test_bank_payments.py"),
        *("tests/engine/money/test_several_fees.py", "tests/engine/clockwork/test_what_the_applicant_owes.py"),
    ),
    "engine/flow/bringing.py": (
        *("tests/engine/flow/test_bringing.py", "tests/engine/flow/test_bringing_at_once.py"),
        *("tests/engine/flow/test_edges_of_bringing.py", "tests/engine/flow/test_what_is_looked_for.py"),
        *("tests/engine/flow/test_follow_ups.py", "tests/engine/case/test_settling.py"),
    ),
    "engine/versions/transfers.py": (
        *("tests/engine/versions/test_transfers.py", "tests/engine/versions/test_edges_of_transfers.py"),
        "tests/engine/versions/test_second_look.py",
    ),
    "engine/people/accounts.py": ("tests/engine/people",),
    "engine/results/issuing.py": (
        *("tests/engine/results", "tests/engine/applications/test_new_owners.py"),
        "tests/engine/applications/test_continuing.py",
    ),
    "engine/results/certificates.py": ("tests/engine/results", "tests/engine/applications/test_new_owners.py"),
}
"""The tests that are asked whether they notice, those of the module's own room: fewer are quicker."""
NOTICED_AT_LEAST: Final = 0.95
UNNOTICED: Final = (0, 5, 33)
"""What mutmut writes down of a fault that survived its tests, or had none."""
NOTICED: Final = (1, 3)
"""Of one that a test refused. Everything else (it ran out of time or memory) is noticed too, and counted apart."""
LOOP: Final = {"timeout_multiplier": 10.0, "timeout_constant": 3.0}
"""A fault that loops ends after ten times what its tests take and half a minute; a busy machine is no fault."""
QUICK: Final = (
    *("-k", "not postgresql"),
    "--failed-first",  # who noticed a fault may well notice the next one in the same function
    *("-p", "no:unraisableexception", "-p", "no:threadexception"),  # which go through the whole memory after each fault
)


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the faults of one module: noticed, those of them that ended in a loop, survivors (their names),
    never tried for want of time."""

    noticed: int
    looped: int
    survivors: tuple[str, ...]
    untried: int

    @property
    def share(self) -> float:
        return self.noticed / max(self.noticed + len(self.survivors), 1)


def main(wanted: list[str]) -> int:
    """Looks at the modules whose path holds one of these words, or at all."""
    minutes, children = int(os.environ.get("MINUTES", "20")), int(os.environ.get("CHILDREN", "2"))
    chosen = [path for path in LOOKED_AT if not wanted or any(word in path for word in wanted)]
    if not chosen:
        print(f"No module of that name. There are: {', '.join(LOOKED_AT)}.", file=sys.stderr)
        return 2
    print(f"{len(chosen)} modules, at most {minutes} minutes each.", flush=True)
    return max([_told(path, minutes, children) for path in chosen])


def _told(path: str, minutes: int, children: int) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as made:
        copy = Path(made)
        _copied(copy, path)
        found = _found(copy, path, minutes, children)
        held = found.share >= NOTICED_AT_LEAST
        untried = f", {found.untried} not tried: MINUTES={minutes} were over" if found.untried else ""
        print(
            f"{path}: {found.noticed} noticed ({found.share:.1%}; {found.looped} by not ending),"
            f" {len(found.survivors)} survived{untried}; {time.monotonic() - began:.0f} s",
            flush=True,
        )
        for name in found.survivors:
            diff = list(_changed(copy, name))
            why = explanation(name, diff)
            held = held and bool(why)
            print("", *diff, f"  {name.rpartition('.')[2]}: {why or 'NOT EXPLAINED'}", sep="\n  ", flush=True)
    return 0 if held else 1


def _copied(copy: Path, path: str) -> None:
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
    settings = {
        "source_paths": ["engine"],
        "only_mutate": [path],
        "also_copy": [name for name in COPIED if name not in ("engine", "tests")],
        "pytest_add_cli_args": QUICK,
        "pytest_add_cli_args_test_selection": list(LOOKED_AT[path]),
        **LOOP,
    }
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
    known = (ROOT / "pyproject.toml").read_text(encoding="utf-8").replace("-p no:cacheprovider", "")
    (copy / "pyproject.toml").write_text(f"{known}\n[tool.mutmut]\n{lines}\n", encoding="utf-8")


def _found(copy: Path, path: str, minutes: int, children: int) -> Found:
    said = copy / "said.txt"
    with said.open("wb") as output:
        tool = subprocess.Popen(
            [_tool(), "run", "--max-children", str(children)],
            cwd=copy,
            # What the tests leave goes with the copy. They put nothing back: each reaches all that its rows come from.
            env={**os.environ, "TMPDIR": str(copy), "OWSO_TEST_EVERY_STEP": "1"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            tool.wait(60 * minutes)
        except subprocess.TimeoutExpired:
            os.killpg(tool.pid, signal.SIGKILL)  # those that try a fault at this moment too
            tool.wait()
    kept = copy / "mutants" / f"{path}.meta"
    codes = json.loads(kept.read_text(encoding="utf-8"))["exit_code_by_key"] if kept.exists() else {}
    if all(code is None for code in codes.values()):
        raise SystemExit(f"{path}: no fault was tried.\n{said.read_text(encoding='utf-8', errors='replace')[-2000:]}")
    alive = tuple(name for name, code in codes.items() if code in UNNOTICED)
    untried = sum(code is None for code in codes.values())
    noticed = len(codes) - len(alive) - untried
    return Found(noticed, noticed - sum(code in NOTICED for code in codes.values()), alive, untried)


def _changed(copy: Path, name: str) -> Iterator[str]:
    shown = subprocess.run([_tool(), "show", name], cwd=copy, capture_output=True, text=True, check=False)
    for line in shown.stdout.splitlines():
        if line.startswith(("-", "+")) and not line.startswith(("---", "+++")):
            yield line


def _tool() -> str:
    return str(Path(sys.executable).with_name("mutmut"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
