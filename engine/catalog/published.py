"""The published packages, parsed once and kept: what a case runs on, and what is offered today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.catalog.archives import unpack
from engine.catalog.in_effect import InEffect, Mark, mark_of, newest_for, read_in_effect
from engine.errors import NoSuchVersion, NotFound
from engine.khmer import Bilingual
from engine.packages import (
    Departure,
    Draft,
    PackageRejected,
    ServicePackage,
    build_package,
    departures,
    digest,
    draft_of,
    readable_law,
)
from engine.packages.covers import Cover, cover_of, read_cover
from storage.processes import ProcessDefinition

log = structlog.get_logger("owso.catalog")


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """One published version of a service: its row, its package, and its parsed process. There is one of each version
    in a catalog, so that what follows from it can be kept beside it."""

    definition_id: int
    service_key: str
    version: int
    package: ServicePackage
    process: bpmn.ProcessDefinition


@dataclass(frozen=True, slots=True)
class ByOffice:
    """The version of a service that offices have outside of every pilot (None: they have none), and by office what
    those of a pilot have instead."""

    everywhere: Published | None
    pilots: Mapping[int, Published]

    def at(self, office_id: int) -> Published | None:
        """The version that an office has."""
        return self.pilots.get(office_id, self.everywhere)


class Catalog:
    """Published packages by definition. A definition never changes, so what was parsed once stays right.

    ``drafts`` are packages already read, by digest; several catalogs of one process may share them.
    """

    def __init__(self, drafts: dict[str, Draft] | None = None) -> None:
        self._kept: dict[int, Published] = {}
        self._drafts = {} if drafts is None else drafts
        self._files: dict[bytes, bytes] = {}
        self._departures: dict[str, tuple[Departure, ...]] = {}
        self._in_effect: tuple[Mark, InEffect] = ((0, 0), InEffect())
        self._offered: dict[tuple[int, ...], tuple[Published, ...]] = {}
        self._reading: dict[int, Lock] = {}
        self._covers: dict[int, Cover | None] = {}

    def of(self, session: Session, definition_id: int) -> Published:
        """The published version with this id: no statement when it was used before in this process."""
        kept = self._kept.get(definition_id)
        if kept is not None:
            return kept
        with self._reading.setdefault(definition_id, Lock()):  # others wait for it instead of parsing it too
            return self._kept.get(definition_id) or self._read(session, definition_id)

    def _read(self, session: Session, definition_id: int) -> Published:
        row = session.get(ProcessDefinition, definition_id)
        if row is None:
            raise NotFound
        package = self._published(unpack(row.archive))
        self._kept[definition_id] = kept = Published(row.id, row.service_key, row.version, package, package.process)
        return kept

    def draft(self, files: Mapping[str, bytes]) -> Draft:
        """The package of these files, mistakes or not; one without mistakes is read once."""
        key = digest(files)
        draft = self._drafts.get(key) or draft_of(files)
        if draft.is_whole:
            self._drafts[key] = draft
        return draft

    def _published(self, files: Mapping[str, bytes]) -> ServicePackage:
        """The package of files that passed the checks when they were published, whatever is checked today. A file that
        several packages have, as all have those of the library that they call, is kept once."""
        key = digest(files)
        if key not in self._drafts:
            files = {name: self._files.setdefault(data, data) for name, data in files.items()}
            self._drafts[key] = Draft(build_package(files, was_published=True), ())
        return self._drafts[key].package

    def departures(self, package: ServicePackage) -> tuple[Departure, ...]:
        """Where the service departs from its law, found once; nothing where its ``law.yaml`` cannot be read."""
        if package.digest not in self._departures:
            self._departures[package.digest] = () if readable_law(package) is None else departures(package)
        return self._departures[package.digest]

    def current(self, session: Session, service_key: str, *, now: datetime, office_id: int | None = None) -> Published:
        """The newest version in effect at this office, or in general (``InEffect``); ``NotFound`` when there is
        none."""
        definition_id = newest_for(session, service_key, office_id, now=now)
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

    def all_current(self, session: Session, *, now: datetime, office_id: int | None = None) -> tuple[Published, ...]:
        """The newest version in effect at this office, or in general, of every service, by service key; one short
        statement until another version comes into effect, and the same tuple."""
        newest = self._newest(session, now).at(office_id)
        kept = self._offered.get(newest)
        if kept is None:
            read = (self._readable(session, one) for one in newest)
            kept = tuple(published for published in read if published is not None)
            self._offered[newest] = kept
        return kept

    def all_anywhere(self, session: Session, *, now: datetime) -> tuple[Published, ...]:
        """Every version in effect, those of pilots too; one short statement until another version comes into effect."""
        read = (self._readable(session, one) for one in self._newest(session, now).anywhere)
        return tuple(published for published in read if published is not None)

    def by_office(self, session: Session, published: Published, *, now: datetime) -> ByOffice:
        """What each office has of a service, of which this version is what is told in general; one short statement."""
        newest = self._newest(session, now)
        pilots: dict[int, Published] = {}
        for office_id, theirs in newest.pilots.items():
            for one in theirs:
                read = None if one in newest.everywhere else self._readable(session, one)
                if read is not None and read.service_key == published.service_key:
                    pilots[office_id] = read
        return ByOffice(published if published.definition_id in newest.everywhere else None, pilots)

    def _newest(self, session: Session, now: datetime) -> InEffect:
        """Which versions are in effect: the same until another one comes into effect."""
        mark = mark_of(session, now)
        if self._in_effect[0] != mark:
            self._in_effect, self._offered = (mark, read_in_effect(session, now)), {}
        return self._in_effect[1]

    def covers(self, session: Session, *, now: datetime) -> tuple[Cover, ...]:
        """The covers of what ``all_current`` gives, for lists: a program that has just begun reads no package as a
        whole for them. One statement once all are known, and one for those that are not."""
        return self._covers_of(session, self._newest(session, now).general)

    def overview(self, session: Session, *, now: datetime) -> tuple[tuple[Cover, ...], frozenset[str]]:
        """The same covers, and the services of which offices of a pilot have another version than all others; no
        statement more."""
        newest = self._newest(session, now)
        ids = {one for theirs in newest.pilots.values() for one in theirs} - {*newest.everywhere}
        read = (self._readable(session, one) for one in sorted(ids))
        piloted = frozenset(published.service_key for published in read if published is not None)
        return self._covers_of(session, newest.general), piloted

    def _covers_of(self, session: Session, newest: tuple[int, ...]) -> tuple[Cover, ...]:
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
