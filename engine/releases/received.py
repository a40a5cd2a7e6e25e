"""What is put into a release: a package that arrives as one ZIP file, or a draft of one as it was saved last."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine.house import House
from engine.packages import used_parts
from engine.packages.package import MINISTRY
from engine.packages.parts import LIBRARY
from engine.people.actors import Actor
from engine.releases.overtaken import newest_versions
from engine.studio.keeping import files_in, find, save_of
from engine.studio.whole import files_from_archive

SHARED = f"{LIBRARY}/"


def of_archive(session: Session, house: House, ministry_key: str, archive: bytes) -> dict[str, bytes]:
    """The files of a zipped package folder, with those that lie beside it where they were not sent along: the
    ministry's own and the shared processes that are called, as the newest version of the service has them, else of
    another. Raises what ``files_from_archive`` raises."""
    return _completed(session, house, ministry_key, files_from_archive(archive))


def of_draft(session: Session, actor: Actor, draft_key: str) -> dict[str, bytes]:
    """The files of the newest save of a draft; ``NotFound`` for one that the person may not work on."""
    return files_in(session, save_of(session, find(session, actor, draft_key)))


def _completed(session: Session, house: House, ministry_key: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    service_key = house.catalog.draft(files).package.manifest.key
    beside: dict[str, bytes] = {}
    newest = newest_versions(session, ministry_key)
    for key in sorted(newest, key=lambda key: key == service_key):
        kept = house.catalog.of(session, newest[key].definition_id).package.files
        beside |= {name: data for name, data in kept.items() if name == MINISTRY or name.startswith(SHARED)}
    if any(name.startswith(SHARED) for name in files):
        beside = {name: data for name, data in beside.items() if name == MINISTRY}
    used = used_parts(beside | dict(files))
    called = {name: data for name, data in beside.items() if name == MINISTRY or name.split("/")[1] in used}
    return called | dict(files)
