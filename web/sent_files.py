"""Files that came with a form: looked at once it is known who sent them, and not more of one than somebody sends."""

from __future__ import annotations

from typing import Final

from flask import g
from werkzeug.datastructures import FileStorage

from engine.applications.uploads import Upload, examined
from web.access import rule_here
from web.context import reading

MOST_FILES: Final = 50
"""Files of one form; the tray of the counter and the report of a visit take the most."""


def looked_at(file: FileStorage) -> Upload:
    """The file and what it is. To read a file takes processor time and memory, so whoever sent it is asked for first:
    raises what the rule of the page raises. A public page asks for what it demands itself, before it calls this."""
    know_sender()
    return examined(file.filename or "", file.read())


def know_sender() -> None:
    """Nothing for somebody whom the rule of the page lets in; ``NotSignedIn``, ``NotAllowed`` and the like for others.
    A transaction of its own where none of the page has loaded them yet."""
    if not rule_here().public and g.get("actor") is None:
        with reading():
            return
