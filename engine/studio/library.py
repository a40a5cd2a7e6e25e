"""Shared processes come with the house: what a draft calls and does not hold is taken from the library."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from engine.house import House
from engine.packages.parts import LIBRARY, from_library, with_library
from engine.people.actors import Actor
from engine.studio.bounds import Files
from engine.studio.keeping import files_in, find, save_of
from engine.studio.saving import save


def missing_parts(house: House, files: Files) -> dict[str, bytes]:
    """The files of shared processes that these drawings call and that are not among the files, by path."""
    found = from_library(files, house.processes / LIBRARY)
    return {path: place.read_bytes() for path, place in found.items() if path not in files}


def older_parts(house: House, files: Files) -> dict[str, bytes | None]:
    """What would have to change so that the shared processes among these files are those of the library today."""
    newer = with_library(files, house.processes / LIBRARY)
    changed: dict[str, bytes | None] = {path: data for path, data in newer.items() if files.get(path) != data}
    return changed | {path: None for path in files if path not in newer}


def renew_parts(session: Session, house: House, actor: Actor, key: str, *, words: str, now: datetime) -> int:
    """The shared processes of a draft become those of the library today; the number of the save."""
    draft = find(session, actor, key, to_change=True)
    changes: Mapping[str, bytes | None] = older_parts(house, files_in(session, save_of(session, draft)))
    return save(session, actor, key, changes, based_on=draft.revision, words=words, now=now)
