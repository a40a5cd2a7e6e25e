"""One file of a draft as its newest save has it, and what is wrong with the draft."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.house import House
from engine.packages import Problem
from engine.people.actors import Actor
from engine.queries.analyst.package_drafts import DraftLine, line
from engine.studio.keeping import file_in, find, save_of
from engine.studio.problems import looked_at


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file, and the number of the save that it was read from."""

    path: str
    text: str
    save: int


@dataclass(frozen=True, slots=True)
class FilePage:
    """A file with its draft, and everything that is wrong with that: what is in this file first, errors first."""

    line: DraftLine
    file: FileShown
    problems: tuple[Problem, ...]


def file_of(session: Session, actor: Actor, key: str, path: str) -> FileShown:
    """A file of the newest save of a draft; ``NotFound``."""
    draft = find(session, actor, key)
    return FileShown(path, file_in(session, save_of(session, draft), path).decode("utf-8"), draft.revision)


def file_page(session: Session, house: House, actor: Actor, key: str, path: str) -> FilePage:
    """A file of the newest save of a draft, with what is wrong; ``NotFound``."""
    draft = find(session, actor, key)
    shown = file_of(session, actor, key, path)
    found = looked_at(session, house, actor, key)[1]
    ordered = sorted(found, key=lambda one: (one.file != path, one.severity != "error"))
    return FilePage(line(session, draft), shown, tuple(ordered))
