"""What an editor sends of a file: its text, with the ends of lines as the file has them.

A field of a page knows one kind of line end whatever the file had, so a file with others would change on every line.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.people.actors import Actor
from engine.studio.keeping import file_in, find, save_of
from engine.studio.saving import save

_WINDOWS: Final = b"\r\n"
_UNIX: Final = b"\n"


def save_typed(
    session: Session, actor: Actor, key: str, path: str, text: str, *, based_on: int, words: str = "", now: datetime
) -> int:
    """Saves the text of one file; see ``engine.studio.saving.save``."""
    return save(
        session,
        actor,
        key,
        {path: as_kept(session, actor, key, path, text)},
        based_on=based_on,
        words=words,
        now=now,
    )


def as_kept(session: Session, actor: Actor, key: str, path: str, text: str) -> bytes:
    """The text of a file as it would be kept: with the line ends of the newest save, ``\\n`` for a file that is new."""
    try:
        before = file_in(session, save_of(session, find(session, actor, key)), path)
    except NotFound:
        before = b""
    return with_line_ends(text, before)


def with_line_ends(text: str, before: bytes) -> bytes:
    """A text in UTF-8, its lines ended as in what was there before."""
    lines = text.encode("utf-8").replace(_WINDOWS, _UNIX)
    windows = before.count(_WINDOWS)
    return lines.replace(_UNIX, _WINDOWS) if windows and windows == before.count(_UNIX) else lines
