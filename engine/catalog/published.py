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
from engine.packages import Draft, PackageRejected, ServicePackage, build_package, digest, draft_of
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

    ``drafts`` are packages already read, by digest; several catalogs of one process may share them.
    """

    def __init__(self, drafts: dict[str, Draft] | None = None) -> None:
        self._kept: dict[int, Published] = {}
        self._drafts = {} if drafts is None else drafts

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

    def draft(self, files: Mapping[str, bytes]) -> Draft:
        """The package of these files, mistakes or not; one without mistakes is read once."""
        key = digest(files)
        draft = self._drafts.get(key) or draft_of(files)
        if draft.is_whole:
            self._drafts[key] = draft
        return draft

    def _published(self, files: Mapping[str, bytes]) -> ServicePackage:
        """The package of files that passed the checks when they were published, whatever is checked today."""
        key = digest(files)
        if key not in self._drafts:
            self._drafts[key] = Draft(build_package(files, was_published=True), ())
        return self._drafts[key].package

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
        rows = session.execute(
            select(ProcessDefinition.service_key, ProcessDefinition.id)
            .where(ProcessDefinition.effective_from <= now)
            .order_by(ProcessDefinition.service_key, ProcessDefinition.version)
        )
        newest = {row.service_key: row.id for row in rows}
        return tuple(found for one in newest.values() if (found := self._readable(session, one)) is not None)

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
