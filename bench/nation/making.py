"""Nations of several sizes on one server: made where they are missing, else used as they are.

The clock of each stands at ``NOW``, a Tuesday morning, seven hours before anything is due.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from bench.installation import NOW, PASSWORD, opened
from bench.nation import places, server
from bench.nation.filling import fill
from engine.demonstration.building import build
from engine.house import House
from storage.database import open_database
from storage.migrations import upgrade

GENERATION: Final = 2
"""Grows with every change of what is made, so that an older nation is made anew."""
MODEL: Final = "nation_told"


@dataclass(frozen=True)
class Nation:
    """A database with its data folder, and how many open cases were copied into it."""

    cases: int
    address: str
    data: Path

    def house(self) -> House:
        return opened(self.data, self.address)


@contextmanager
def nations(*sizes: int, where: Path | None = None, processes: Path | None = None) -> Iterator[list[Nation]]:
    """A nation of each size; the server runs meanwhile."""
    folder = where or server.folder()
    with server.postgres(folder) as running:
        yield [_nation(running, folder, size, processes) for size in sizes]


def _nation(running: Any, folder: Path, cases: int, processes: Path | None) -> Nation:
    name = f"nation_{cases}"
    nation = Nation(cases, running.get_uri(name), folder / name)
    note = folder / f"{name}.json"
    if _is_made(note) and name in server.databases(running.get_uri()):
        _upgrade(nation.address)
        return nation
    begun = time.perf_counter()
    print(f"making a nation of {cases:,} open cases in {folder} …", file=sys.stderr, flush=True)
    note.unlink(missing_ok=True)
    _told(running, folder, processes)
    server.drop(running.get_uri(), name)
    server.create(running.get_uri(), name, like=MODEL)
    shutil.rmtree(nation.data, ignore_errors=True)
    shutil.copytree(folder / MODEL, nation.data)
    copies = fill(nation.address, cases)
    note.write_text(json.dumps({"generation": GENERATION, "cases": cases, "copies": copies}), encoding="ascii")
    print(f"  {copies:,} cases in {time.perf_counter() - begun:.0f} s, {_size(nation)}", file=sys.stderr, flush=True)
    return nation


def _is_made(note: Path) -> bool:
    return note.exists() and json.loads(note.read_text(encoding="ascii"))["generation"] == GENERATION


def _told(running: Any, folder: Path, processes: Path | None) -> None:
    """The demonstration with its two hundred offices, from which every nation is copied."""
    note, address = folder / f"{MODEL}.json", running.get_uri(MODEL)
    if _is_made(note) and MODEL in server.databases(running.get_uri()):
        _upgrade(address)
        return
    server.drop(running.get_uri(), MODEL)
    server.create(running.get_uri(), MODEL)
    shutil.rmtree(folder / MODEL, ignore_errors=True)
    house = opened(folder / MODEL, address, processes)
    with server.forgetful(running.get_uri(), MODEL), closing(house.database):
        upgrade(house.database)
        build(house, password=PASSWORD, now=NOW)
        places.open_places(house, now=NOW)
    note.write_text(json.dumps({"generation": GENERATION}), encoding="ascii")


def _upgrade(address: str) -> None:
    database = open_database(address)
    upgrade(database)
    database.close()


def _size(nation: Nation) -> str:
    house = nation.house()
    with house.database.reading() as session:
        size: int = session.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    house.database.close()
    return f"{size / 1e9:.1f} GB"
