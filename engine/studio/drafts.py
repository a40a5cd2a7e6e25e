"""Beginning a draft of a service, putting it away and opening it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.errors import DraftUnreadable, NoSuchMinistry, ServiceKeyRefused
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import PackageRejected, read_files
from engine.packages.manifest import service_as_far
from engine.packages.new_package import Named, free_series, is_name, renamed, title_of
from engine.packages.package import MINISTRY, PROCESS, SERVICE, TEXTS
from engine.packages.parts import LIBRARY, with_library
from engine.people.actors import Actor
from engine.references import new_key
from engine.studio.beginnings import EMPTY_SERVICE, EMPTY_TEXTS, empty_process
from engine.studio.bounds import Files, check_files
from engine.studio.keeping import find, require_ministry
from engine.studio.saving import first_save
from engine.studio.whole import files_from_archive
from storage.package_drafts import DraftStatus, PackageDraft

SHAPES_FOLDER: Final = "shapes"


def begin_from_version(
    session: Session,
    house: House,
    actor: Actor,
    service_key: str,
    *,
    words: str,
    number: int | None = None,
    now: datetime,
) -> str:
    """A draft of the next version of a service, from its newest or another version; the key of the draft.
    ``NotFound`` and ``NoSuchVersion`` for one that was never published."""
    published = (
        house.catalog.current(session, service_key, now=now)
        if number is None
        else house.catalog.numbered(session, service_key, number)
    )
    files = dict(published.package.files)
    return begin(session, actor, service_key, files, based_on_id=published.definition_id, words=words, now=now)


def begin_like(
    session: Session, house: House, actor: Actor, named: str, like: str, *, title: Bilingual, words: str, now: datetime
) -> str:
    """A draft of a new service ``MINISTRY/SERVICE`` with the files of another service (its key) or of a shape (its
    name), as ``owso new`` makes them."""
    ministry, service = _parts(named)
    other = _shape(house, like) or dict(house.catalog.current(session, like, now=now).package.files)
    theirs = _ministry_file(session, house, ministry, now=now)
    called = Named(named, free_series(service, _taken(session, house, now=now)), _titled(title, service))
    try:
        files = with_library(renamed(other, theirs, called), house.processes / LIBRARY)
    except PackageRejected as rejected:
        raise DraftUnreadable(why=str(rejected.problems[0])) from rejected
    return begin(session, actor, f"{ministry}.{service}", files, words=words, now=now)


def begin_empty(
    session: Session, house: House, actor: Actor, named: str, *, title: Bilingual, words: str, now: datetime
) -> str:
    """A draft of a new service ``MINISTRY/SERVICE`` with its title, and a drawing with the lanes of its ministry.
    All else is still missing."""
    ministry, service = _parts(named)
    key, called = f"{ministry}.{service}", _titled(title, service)
    theirs = _ministry_file(session, house, ministry, now=now)
    files = {
        MINISTRY: theirs,
        SERVICE: EMPTY_SERVICE.format(key=key, km=_quoted(called.km or called.en), en=_quoted(called.en)).encode(),
        TEXTS: EMPTY_TEXTS.encode(),
        PROCESS: empty_process(service, theirs),
    }
    return begin(session, actor, key, files, words=words, now=now)


def begin_from_archive(
    session: Session, house: House, actor: Actor, archive: bytes, *, words: str, now: datetime
) -> str:
    """A draft of the service in a ZIP archive, of the key that its ``service.yaml`` has. What does not lie in the
    folder of a service, the file of the ministry and the shared processes that it calls, is added when it is missing.
    Raises what ``files_from_archive`` raises, and ``DraftUnreadable`` when no key can be read."""
    files = files_from_archive(archive)
    read = service_as_far(SERVICE, files[SERVICE])
    if any(place[:1] in ((), ("key",)) for place in read.unread):
        raise DraftUnreadable(why=str(read.problems[0]))
    key = read.value.key
    files = {MINISTRY: _ministry_file(session, house, key.partition(".")[0], now=now)} | files
    if not any(name.startswith(f"{LIBRARY}/") for name in files):
        files = with_library(files, house.processes / LIBRARY)
    return begin(session, actor, key, files, words=words, now=now)


def begin(
    session: Session,
    actor: Actor,
    service_key: str,
    files: Files,
    *,
    based_on_id: int | None = None,
    words: str,
    now: datetime,
) -> str:
    """A draft with these files as its first save. ``NotAllowed`` for services of a ministry that is not theirs."""
    ministry, service = _parts(service_key.replace(".", "/", 1))
    require_ministry(session, actor, ministry)
    check_files(files)
    draft = PackageDraft(
        key=new_key(),
        service_key=f"{ministry}.{service}",
        ministry_key=ministry,
        based_on_id=based_on_id,
        status=DraftStatus.OPEN,
        revision=0,
        made_at=now,
        made_by_id=actor.person_id,
        touched_at=now,
        touched_by_id=actor.person_id,
    )
    session.add(draft)
    session.flush()
    first_save(session, draft, files, words)
    return draft.key


def close(session: Session, actor: Actor, key: str, *, now: datetime) -> None:
    """Puts a draft away: nobody changes it until it is opened again, and it keeps all its saves."""
    _set_status(session, actor, key, DraftStatus.CLOSED, now)


def reopen(session: Session, actor: Actor, key: str, *, now: datetime) -> None:
    """Takes up again a draft that was put away."""
    _set_status(session, actor, key, DraftStatus.OPEN, now)


def shapes(house: House) -> tuple[str, ...]:
    """The names of the shapes that a new service may begin from."""
    return tuple(sorted(place.parent.name for place in (house.processes / SHAPES_FOLDER).glob("*/shape.yaml")))


def _set_status(session: Session, actor: Actor, key: str, status: DraftStatus, now: datetime) -> None:
    draft = find(session, actor, key, to_change=True)
    draft.status, draft.touched_at, draft.touched_by_id = status, now, actor.person_id
    session.flush()


def _parts(named: str) -> tuple[str, str]:
    if not is_name(named):
        raise ServiceKeyRefused(key=named[:80])
    ministry, _, service = named.partition("/")
    return ministry, service


def _titled(title: Bilingual, service: str) -> Bilingual:
    english = title.en.strip() or title_of(service)
    return Bilingual(title.km.strip(), english)


def _shape(house: House, name: str) -> Mapping[str, bytes] | None:
    return read_files(house.processes / SHAPES_FOLDER / name) if name in shapes(house) else None


def _ministry_file(session: Session, house: House, ministry: str, *, now: datetime) -> bytes:
    """The file of a ministry as one of its services was published with it, else as it lies in the house."""
    covers = house.catalog.covers(session, now=now)
    service = next((cover.manifest.key for cover in covers if cover.ministry.key == ministry), None)
    if service is not None:
        return house.catalog.current(session, service, now=now).package.files[MINISTRY]
    lies = house.processes / ministry / MINISTRY
    if not lies.is_file():
        known = sorted(found.parent.name for found in house.processes.glob(f"*/{MINISTRY}"))
        raise NoSuchMinistry(ministry=ministry, ministries=", ".join(known))
    return lies.read_bytes()


def _taken(session: Session, house: House, *, now: datetime) -> frozenset[str]:
    """The letters of certificates that services have already."""
    there = (cover.manifest.certificate for cover in house.catalog.covers(session, now=now))
    return frozenset(rule.series for rule in there if rule)


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
