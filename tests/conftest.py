"""What the tests of a folder may ask for. A folder gets the fixtures it needs and no more: a pure test starts without
database, pages and browser, which take longer to load than most tests to run."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

gc.disable()


def _forget(_: int) -> None:
    """Files of tests need not outlast a power cut, and waiting for the disk takes longer than writing them."""


os.fsync = _forget

TESTS = Path(__file__).parent

pytest.register_assert_rewrite("tests.fixtures")

HOUSES, PAGES, BROWSING = "tests.fixtures.houses", "tests.fixtures.pages", "tests.fixtures.browsing"

FIXTURES: dict[str, tuple[str, ...]] = {
    "": (HOUSES, PAGES),
    "engine": (HOUSES,),
    "engine/bpmn": (),
    "engine/connectors": (),
    "engine/documents": (),
    "engine/case/test_promising.py": (HOUSES, PAGES),
    "engine/flow": (HOUSES, PAGES),
    "engine/packages": (),
    "engine/queries/office": (HOUSES, PAGES),
    "engine/working_time": (),
    "engine/working_time/test_promises.py": (HOUSES,),
    "journeys/browser": (HOUSES, PAGES, BROWSING),
    "packaging": (),
    "web/admin": (HOUSES, PAGES, BROWSING),
    "web/assets": (HOUSES, PAGES, BROWSING),
}
"""Where tests lie, and the modules of fixtures that are loaded for them. The file counts, else the nearest folder."""


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Loads what the tests of this module may ask for."""
    if isinstance(collector, pytest.Module):
        for module in fixtures_of(collector.path):
            collector.config.pluginmanager.import_plugin(module)


def pytest_collection_finish() -> None:
    """What was loaded stays to the end: looking through it for what is no longer needed takes longer than many a
    test."""
    gc.freeze()
    gc.enable()


def fixtures_of(file_path: Path) -> tuple[str, ...]:
    """The modules of fixtures for the tests in this file."""
    path = file_path.relative_to(TESTS)
    places = [str(place) for place in (path, *path.parents)]
    return next(FIXTURES[name] for name in (*places[:-1], "") if name in FIXTURES)
