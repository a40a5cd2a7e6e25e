"""Versions of services, kept as publishing keeps them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from engine.house import House
from engine.people.actors import OPERATOR
from engine.versions import publishing
from tests.cast import NOW


def released(house: House, source: Path | publishing.Files, *, now: datetime = NOW) -> publishing.Publication:
    """The next version of the service in this folder, or of these files. It is not examined: whether a package holds is
    asked where publishing is tested and where the packages are, and takes longer than most tests."""
    package = house.catalog.draft(publishing.files_of(source)).package
    with house.database.transaction() as session:
        publishing._lock_ministry(session, package)
        return publishing._added(session, package, OPERATOR, note="", remarks=(), now=now)
