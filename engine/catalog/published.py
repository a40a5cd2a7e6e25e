"""The published packages, parsed once and kept: what a case runs on, and what is offered today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.catalog.archives import unpack
from engine.errors import NoSuchVersion, NotFound
from engine.khmer import Bilingual
from engine.packages import PackageRejected, ServicePackage, build_package, digest
from engine.packages.covers import Cover, cover_of, read_cover
from storage.processes import ProcessDefinition

log = structlog.get_logger("owso.catalog")


@dataclass(frozen=True, slots=True)
class Published:
    """One published version of a service: its row, its package, and its parsed process."""

    definition_id: int
    service_key: str
    version: int
    package: ServicePackage
    process: bpmn.ProcessDefinition


class Catalog:
    """Published packages by definition. A definition never changes, so what was parsed once stays right.

    ``packages`` are those already parsed, by digest; several catalogs of one process may share them.
    """

    def __init__(self, packages: dict[str, ServicePackage] | None = None) -> None:
        self._kept: dict[int, Published] = {}
        self._packages = {} if packages is None else packages
        self._covers: dict[int, Cover | None] = {}

    def of(self, session: Session, definition_id: int) -> Published:
        """The published version with this id: no statement when it was used before in this process."""
        kept = self._kept.get(definition_id)
        if kept is None:
            row = session.get(ProcessDefinition, definition_id)
            if row is None:
                raise NotFound
            package = self._published(unpack(row.archive))
            kept = Published(row.id, row.service_key, row.version, package, package.process)
            self._kept[definition_id] = kept
        return kept

    def package(self, files: Mapping[str, bytes]) -> ServicePackage:
        """The package of these files, parsed once. Raises ``PackageRejected`` when they are none."""
        key = digest(files)
        if key not in self._packages:
            self._packages[key] = build_package(files)
        return self._packages[key]

    def _published(self, files: Mapping[str, bytes]) -> ServicePackage:
        """The same for files that passed the checks when they were published, whatever is checked today."""
        key = digest(files)
        if key not in self._packages:
            self._packages[key] = build_package(files, was_published=True)
        return self._packages[key]

    def current(self, session: Session, service_key: str, *, now: datetime) -> Published:
        """The newest version in effect; ``NotFound`` when the service was never published."""
        definition_id = session.scalar(
            select(ProcessDefinition.id)
            .where(ProcessDefinition.service_key == service_key, ProcessDefinition.effective_from <= now)
            .order_by(ProcessDefinition.version.desc())
            .limit(1)
        )
        if definition_id is None:
            raise NotFound
        return self.of(session, definition_id)

    def numbered(self, session: Session, service_key: str, version: int) -> Published:
        """This version of a service; ``NoSuchVersion``."""
        definition_id = session.scalar(
            select(ProcessDefinition.id).where(
                ProcessDefinition.service_key == service_key, ProcessDefinition.version == version
            )
        )
        if definition_id is None:
            raise NoSuchVersion(service=service_key, version=version)
        return self.of(session, definition_id)

    def all_current(self, session: Session, *, now: datetime) -> tuple[Published, ...]:
        """The newest version in effect of every service, by service key; one statement once all are known."""
        newest = self._newest(session, now)
        return tuple(found for one in newest if (found := self._readable(session, one)) is not None)

    def _newest(self, session: Session, now: datetime) -> tuple[int, ...]:
        """Which versions are in effect, by service key."""
        rows = session.execute(
            select(ProcessDefinition.service_key, ProcessDefinition.id)
            .where(ProcessDefinition.effective_from <= now)
            .order_by(ProcessDefinition.service_key, ProcessDefinition.version)
        )
        return tuple({row.service_key: row.id for row in rows}.values())

    def covers(self, session: Session, *, now: datetime) -> tuple[Cover, ...]:
        """The covers of what ``all_current`` gives, for lists: a program that has just begun reads no package as a
        whole for them. One statement once all are known, and one for those that are not."""
        newest = self._newest(session, now)
        unknown = [one for one in newest if one not in self._covers]
        wanted = select(ProcessDefinition).where(ProcessDefinition.id.in_(unknown))
        self._covers |= {row.id: self._cover(session, row) for row in (session.scalars(wanted) if unknown else ())}
        return tuple(cover for one in newest if (cover := self._covers[one]) is not None)

    def _cover(self, session: Session, row: ProcessDefinition) -> Cover | None:
        if row.id not in self._kept:
            try:
                cover = read_cover(unpack(row.archive))
            except (PackageRejected, bpmn.XmlRefused):
                cover = None  # said once, below
            if cover is not None:
                return cover
        whole = self._readable(session, row.id)
        return None if whole is None else cover_of(whole.package)

    @property
    def group_names(self) -> Mapping[str, Bilingual]:
        """The names of the groups that ministries declare, as the newest of the versions in hand has them."""
        found: dict[str, Bilingual] = {}
        for definition_id in sorted(self._kept):
            found |= self._kept[definition_id].package.ministry.groups
        return found

    def _readable(self, session: Session, definition_id: int) -> Published | None:
        """None, and a line in the log, for a version that this program cannot read: it must not close the others."""
        try:
            return self.of(session, definition_id)
        except PackageRejected as rejected:
            log.error("version_unreadable", definition=definition_id, problems=[str(one) for one in rejected.problems])
            return None
