"""Versions of services, kept as publishing keeps them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from engine.house import House
from engine.people.actors import OPERATOR
from engine.versions import publishing
from tests.cast import NOW
from tests.ways import step


@step
def released(
    house: House,
    source: Path | publishing.Files,
    *,
    now: datetime = NOW,
    effective_from: datetime | None = None,
    pilots: Collection[int] = (),
) -> publishing.Publication:
    """The next version of the service in this folder, or of these files, for all offices or those of a pilot. It is not
    examined: whether a package holds is asked where publishing is tested and where the packages are, and takes longer
    than most tests."""
    package = house.catalog.draft(publishing.files_of(source)).package
    with house.database.transaction() as session:
        row = publishing.add_version(
            session,
            publishing.named_ministry(session, package),
            package,
            OPERATOR,
            effective_from=effective_from,
            pilots=pilots,
            now=now,
        )
    return publishing.Publication(row.id, row.service_key, row.version, row.digest, True, ())
