"""Publishing: a service package that holds becomes the next version of its service; a version never changes again.

Cases that run stay on the version they began with. New applications take the newest version in effect.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalog.archives import pack
from engine.errors import NoSuchMinistry, NotFound, PackageRefused
from engine.flow.start_events import register
from engine.house import House
from engine.packages import (
    Draft,
    PackageRejected,
    Problem,
    ServicePackage,
    check_draft,
    digest,
    read_files,
    scenario_problems,
    services_beside,
)
from engine.packages.groups import ADMINISTRATOR, ANALYST
from engine.people import security_log
from engine.people.accounts import person_of_login
from engine.people.actors import OPERATOR, Actor, load_actor
from engine.results.certificate_paper import try_out
from engine.versions.history import lock_ministry, record
from engine.versions.standing import meets
from storage.offices import Ministry
from storage.processes import ProcessDefinition
from storage.releases import PilotOffice
from storage.security_log import SecurityKind

ERROR: Final = "error"
LONGEST_NOTE = 1000

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing came to: the version that is now the newest, whether it is new, and what to look at in it."""

    definition_id: int
    service_key: str
    version: int
    digest: str
    is_new: bool
    remarks: tuple[Problem, ...]


def publish(
    session: Session,
    house: House,
    source: Path | Files,
    *,
    author: Actor = OPERATOR,
    note: str = "",
    now: datetime,
) -> Publication:
    """Publishes a package, given as its folder or as its files by name (the ministry's file under ``ministry.yaml``).

    The same files as the newest version change nothing. Raises ``PackageRefused`` with every problem when the package
    has an error, and ``NotAllowed`` when the author is not an analyst.
    """
    author.require(None, ANALYST, ADMINISTRATOR)
    files = files_of(source)
    unchanged = _unchanged(session, files)
    if unchanged is not None:
        return unchanged
    draft = house.catalog.draft(files)
    remarks = examine(draft, fonts=house.fonts, known=_known(session, source), now=now)
    if any(remark.severity == ERROR for remark in remarks):
        raise PackageRefused(remarks)
    package = draft.package
    remarks = (*remarks, *meets(session, house, package, now=now))
    if any(remark.severity == ERROR for remark in remarks):
        raise PackageRefused(remarks)
    ministry = named_ministry(session, package)
    # Somebody else may have published the same files while these were examined.
    unchanged = _unchanged(session, files)
    if unchanged is not None:
        return unchanged
    row = add_version(session, ministry, package, author, note=note, now=now)
    return Publication(row.id, row.service_key, row.version, row.digest, True, remarks)


def files_of(source: Path | Files) -> Files:
    """The files of a package by name, read from its folder; ``PackageRefused`` for a folder that is none."""
    if not isinstance(source, Path):
        return source
    try:
        return read_files(source)
    except PackageRejected as rejected:
        raise PackageRefused(rejected.problems) from rejected


def examine(draft: Draft, *, fonts: Path, known: Collection[str] | None = None, now: datetime) -> tuple[Problem, ...]:
    """Everything to know before publishing: what is wrong between the files and, when nothing is, whether the
    package's own scenarios come out as expected and its certificate can be drawn. ``known`` are the keys of the
    services there are, as in ``check_files``. Never raises."""
    problems = check_draft(draft, known=known)
    if any(problem.severity == ERROR for problem in problems):
        return problems
    package = draft.package
    drawn = try_out(package, fonts=fonts, now=now)
    return (*problems, *scenario_problems(package), *([drawn] if drawn else []))


def author_of(session: Session, login: str, *, today: date) -> Actor:
    """The analyst with this phone number or e-mail. ``NotFound`` for nobody, ``NotAllowed`` for somebody else."""
    person = person_of_login(session, login)
    actor = None if person is None else load_actor(session, person.id, today=today)
    if actor is None:
        raise NotFound
    actor.require(None, ANALYST, ADMINISTRATOR)
    return actor


def _known(session: Session, source: Path | Files) -> frozenset[str]:
    """The services there are: published ones, and those beside the folder, which are published with it."""
    published = frozenset(session.scalars(select(ProcessDefinition.service_key).distinct()))
    return published | (services_beside(source) if isinstance(source, Path) else frozenset())


def named_ministry(session: Session, package: ServicePackage) -> Ministry:
    """The row of the ministry, locked, with the name that the package's file gives it; a new one the first time."""
    named = package.ministry
    try:
        ministry = lock_ministry(session, named.key)
    except NoSuchMinistry:
        ministry = Ministry(key=named.key, name_km=named.name.km, name_en=named.name.en, event_seq=0, event_hash="")
        session.add(ministry)
    else:
        ministry.name_km, ministry.name_en = named.name.km, named.name.en
    session.flush()
    return ministry


def add_version(
    session: Session,
    ministry: Ministry,
    package: ServicePackage,
    author: Actor,
    *,
    note: str = "",
    effective_from: datetime | None = None,
    pilots: Collection[int] = (),
    release_id: int | None = None,
    now: datetime,
) -> ProcessDefinition:
    """The package as the next version of its service, whatever it holds: in effect at once or from a moment on, for all
    offices or for these. The caller holds the ministry (``named_ministry``), whose history says so."""
    service_key = package.manifest.key
    last = session.scalar(
        select(func.max(ProcessDefinition.version)).where(ProcessDefinition.service_key == service_key)
    )
    row = ProcessDefinition(
        service_key=service_key,
        version=(last or 0) + 1,
        digest=package.digest,
        archive=pack(package.files),
        note=note.strip()[:LONGEST_NOTE],
        published_by_id=author.person_id,
        published_at=now,
        effective_from=effective_from or now,
        is_pilot=bool(pilots),
    )
    session.add(row)
    session.flush()
    session.add_all(PilotOffice(definition_id=row.id, office_id=office_id) for office_id in sorted(pilots))
    register(session, row, package.process)
    by = {} if release_id else {"by": OPERATOR.name_latin}  # only the command line publishes without a release
    told = {"service": service_key, "version": row.version, "digest": row.digest, **by}
    record(session, ministry, "published", author, at=now, release_id=release_id, data=told)
    published = {"service": service_key, "version": row.version, "was": last, "reason": row.note}
    security_log.note(session, SecurityKind.VERSION_PUBLISHED, author, data=published, at=now)
    return row


def newest_version(session: Session, service_key: str) -> ProcessDefinition | None:
    """The version of a service that was published last and not withdrawn, in effect or not; ``None`` for a new one."""
    return session.scalar(
        select(ProcessDefinition)
        .where(ProcessDefinition.service_key == service_key, ProcessDefinition.withdrawn_at.is_(None))
        .order_by(ProcessDefinition.version.desc())
        .limit(1)
    )


def _unchanged(session: Session, files: Files) -> Publication | None:
    """The newest version of a service when it consists of exactly these files and every office has it."""
    same = select(ProcessDefinition.service_key).where(ProcessDefinition.digest == digest(files)).limit(1)
    service_key = session.scalar(same)
    newest = newest_version(session, service_key) if service_key is not None else None
    if newest is None or newest.is_pilot or newest.digest != digest(files):
        return None
    return Publication(newest.id, newest.service_key, newest.version, newest.digest, False, ())
