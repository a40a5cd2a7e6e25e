"""Publishing: a service package that holds becomes the next version of its service; a version never changes again.

Cases that run stay on the version they began with. New applications take the newest version in effect.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.catalog.archives import pack
from engine.errors import NotFound, PackageRefused
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
from engine.people.actors import OPERATOR, Actor, load_actor
from engine.results.certificate_paper import try_out
from engine.versions.standing import meets
from storage.offices import Ministry
from storage.people import Person
from storage.processes import ProcessDefinition

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
    _lock_ministry(session, package)
    # Somebody else may have published the same files while these were examined.
    return _unchanged(session, files) or _added(session, package, author, note=note, remarks=remarks, now=now)


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
    found = session.execute(
        select(Person.id, Person.session_epoch).where(
            or_(Person.phone == login, func.lower(Person.email) == login.lower())
        )
    ).one_or_none()
    actor = None if found is None else load_actor(session, found.id, found.session_epoch, today=today)
    if actor is None:
        raise NotFound
    actor.require(None, ANALYST, ADMINISTRATOR)
    return actor


def _known(session: Session, source: Path | Files) -> frozenset[str]:
    """The services there are: published ones, and those beside the folder, which are published with it."""
    published = frozenset(session.scalars(select(ProcessDefinition.service_key).distinct()))
    return published | (services_beside(source) if isinstance(source, Path) else frozenset())


def _lock_ministry(session: Session, package: ServicePackage) -> None:
    """Takes the name of the ministry from its file. The row stays locked: two publishers number in turn."""
    named = package.ministry
    ministry = session.scalar(select(Ministry).where(Ministry.key == named.key).with_for_update())
    if ministry is None:
        session.add(Ministry(key=named.key, name_km=named.name.km, name_en=named.name.en))
        session.flush()
    else:
        ministry.name_km, ministry.name_en = named.name.km, named.name.en


def _added(
    session: Session, package: ServicePackage, author: Actor, *, note: str, remarks: tuple[Problem, ...], now: datetime
) -> Publication:
    service_key = package.manifest.key
    newest = session.scalar(
        select(ProcessDefinition.version).where(_is_newest(), ProcessDefinition.service_key == service_key)
    )
    row = ProcessDefinition(
        service_key=service_key,
        version=(newest or 0) + 1,
        digest=package.digest,
        archive=pack(package.files),
        note=note.strip()[:LONGEST_NOTE],
        published_by_id=author.person_id,
        published_at=now,
        effective_from=now,
    )
    session.add(row)
    session.flush()
    register(session, row, package.process)
    return Publication(row.id, row.service_key, row.version, row.digest, True, remarks)


def _unchanged(session: Session, files: Files) -> Publication | None:
    """The newest version of a service when it consists of exactly these files."""
    same = session.scalar(select(ProcessDefinition).where(_is_newest(), ProcessDefinition.digest == digest(files)))
    return None if same is None else Publication(same.id, same.service_key, same.version, same.digest, False, ())


def _is_newest() -> ColumnElement[bool]:
    """Whether a version has no successor."""
    newer = aliased(ProcessDefinition)
    return ~exists().where(
        newer.service_key == ProcessDefinition.service_key, newer.version > ProcessDefinition.version
    )
