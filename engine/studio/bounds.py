"""What a draft may hold: names of files, how large each may be, and how much there may be of them.

A draft may be wrong in every other way, since it is not finished; what is wrong with it is said beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from engine.errors import DraftTooLarge, FileTooLarge, NotText, PathRefused
from engine.packages.package import LARGEST, MOST_FILES

LARGEST_FILE: Final = 1024 * 1024
"""Bytes of one file; the largest drawing of the ministries has less than a tenth of it."""
_LONGEST_PATH: Final = 120
_PART: Final = r"[a-z0-9][a-z0-9_-]{0,59}"
_PATH: Final = re.compile(rf"(?:{_PART}/){{0,3}}{_PART}\.[a-z0-9]{{1,8}}")
_NUL: Final = b"\0"

Files = Mapping[str, bytes]
"""Files of a package by their paths, ``/`` between folders."""


def check_path(path: str) -> None:
    """Raises ``PathRefused`` for what is no name of a file of a package: hidden, absolute, or out of the folder."""
    if len(path) > _LONGEST_PATH or _PATH.fullmatch(path) is None:
        raise PathRefused(file=path[:_LONGEST_PATH])


def check_content(path: str, content: bytes) -> None:
    """Raises ``FileTooLarge``, or ``NotText`` for what no editor could show."""
    if len(content) > LARGEST_FILE:
        raise FileTooLarge(file=path, kilobytes=LARGEST_FILE // 1024)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise NotText(file=path) from None
    if _NUL in content:
        raise NotText(file=path)


def check_whole(sizes: Mapping[str, int]) -> None:
    """Raises ``DraftTooLarge`` for more than a package may have; ``sizes`` are the bytes of each file."""
    if len(sizes) > MOST_FILES or sum(sizes.values()) > LARGEST:
        raise DraftTooLarge(files=MOST_FILES, kilobytes=LARGEST // 1024)


def check_files(files: Files) -> None:
    """Raises the first refusal that holds for these files as a whole package."""
    for path, content in files.items():
        check_path(path)
        check_content(path, content)
    check_whole({path: len(content) for path, content in files.items()})
