"""What offices, services, tasks and stages are called, for lists that show many of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import told_apart
from engine.packages import ServicePackage
from storage import asking
from storage.asking import Question
from storage.offices import Office

_OFFICES: Final = Question(
    select(Office.id, Office.code, Office.name_km, Office.name_en, Office.namesakes.label("namesakes")).order_by(
        Office.code
    )
)


@dataclass(frozen=True, slots=True)
class OfficeName:
    """An office as lists name it; ``code`` is its address."""

    id: int
    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id and key. Services by the version in effect now; what it does not know is shown by its key."""

    offices: Mapping[int, OfficeName]
    services: Mapping[str, ServicePackage]

    def service(self, key: str) -> Bilingual:
        """The title of a service."""
        package = self.services.get(key)
        return package.manifest.title if package else Bilingual(key, key)

    def element(self, service_key: str, element_id: str, fallback: str = "") -> Bilingual:
        """The name of an element of a service's process: a user task, else what the texts call it."""
        return self.known_element(service_key, element_id) or Bilingual(fallback or element_id, fallback or element_id)

    def known_element(self, service_key: str, element_id: str) -> Bilingual | None:
        """The same; ``None`` for an element that the version in effect does not know."""
        package = self.services.get(service_key)
        task = package.tasks.get(element_id) if package else None
        if task is not None:
            return task.name
        return package.texts.elements.get(element_id) if package else None

    def stage(self, service_key: str, stage: str) -> Bilingual:
        """The name of a stage."""
        package = self.services.get(service_key)
        text = package.texts.stages.get(stage) if package else None
        return text or Bilingual(stage, stage)


def read_names(session: Session, house: House, *, now: datetime) -> Names:
    """All names in two statements (more the first time a package is seen by this process)."""
    offices = asking.rows(session, _OFFICES)
    published = house.catalog.all_current(session, now=now)
    return Names(
        offices={
            row.id: OfficeName(row.id, row.code, told_apart(row.name_km, row.name_en, row.code, row.namesakes))
            for row in offices
        },
        services={each.service_key: each.package for each in published},
    )


def _office(row: Any) -> OfficeName:
    return OfficeName(row.id, row.code, told_apart(row.name_km, row.name_en, row.code, row.namesakes))
