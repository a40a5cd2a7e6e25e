"""One file of a draft as its newest save, or an earlier one, has it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.people.actors import Actor
from engine.studio.keeping import file_in, find, save_of


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file, and the number of the save that it was read from."""

    path: str
    text: str
    save: int


def file_of(session: Session, actor: Actor, key: str, path: str) -> FileShown:
    """A file of the newest save of a draft; ``NotFound``."""
    draft = find(session, actor, key)
    return FileShown(path, file_in(session, save_of(session, draft), path).decode("utf-8"), draft.revision)
