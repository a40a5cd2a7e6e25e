"""Secrets that an installation makes for itself, once: whoever starts first makes one, all others read it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def kept_once(path: Path, make: Callable[[], str]) -> str:
    """The secret in this file, made when there is none yet. Only its owner can read it (mode 0600).

    The file appears whole or not at all (written aside, then linked to its name, which fails when the name is taken):
    servers that start at the same moment share one secret.
    """
    _make_private(path.parent)
    if not path.exists() or not path.stat().st_size:
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as out:
                out.write(make())
                out.flush()
                os.fsync(out.fileno())
            os.link(aside, path)
        except FileExistsError:
            if not path.stat().st_size:  # left empty by a start that was killed
                Path(aside).replace(path)
        finally:
            Path(aside).unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()


def _make_private(folder: Path) -> None:
    """Makes a folder, and those above it that lack, for its owner alone: ``parents=True`` would leave those open."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
