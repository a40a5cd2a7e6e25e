"""What is taken away as a file is written into the security log before it leaves."""

from __future__ import annotations

from engine.people import security_log
from engine.words import SecurityKind
from web.context import now, transaction


def note_export(what: str, **about: str) -> None:
    """``what`` names the kind of file, ``about`` what is in it, by keys."""
    with transaction() as (session, actor):
        security_log.note(session, SecurityKind.EXPORTED, actor, data={"what": what, **about}, at=now())
