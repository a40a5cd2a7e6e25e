"""The packages of the product as publishing stores them. Publishing itself is tested elsewhere, and takes its time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from engine.catalog.archives import pack
from engine.flow.start_events import register
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.packages.package import SCENARIOS
from engine.packages.scenarios import Scenario, read_scenarios
from storage.offices import Ministry
from storage.processes import ProcessDefinition
from tests.parsed import package_in

OPENED = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


@cache
def scenarios_of(folder: Path) -> tuple[Scenario, ...]:
    package = package_in(folder)
    return read_scenarios(SCENARIOS, package.files[SCENARIOS], package)


def publish(house: House, folders: Iterable[Path]) -> None:
    """The package of each folder as its first version."""
    packages = [package_in(folder) for folder in folders]
    with house.database.transaction() as session:
        named = {package.ministry.key: package.ministry.name for package in packages}
        session.add_all(Ministry(key=key, name_km=name.km, name_en=name.en) for key, name in named.items())
        for package in packages:
            row = ProcessDefinition(
                service_key=package.manifest.key,
                version=1,
                digest=package.digest,
                archive=pack(package.files),
                published_at=OPENED,
                effective_from=OPENED,
            )
            session.add(row)
            session.flush()
            register(session, row, package.process)


def moment(local: datetime) -> datetime:
    """A local moment of a scenario as the product keeps moments."""
    return local.replace(tzinfo=PHNOM_PENH).astimezone(UTC)
