"""Templates that were compiled once, kept in the data folder, so that the next start does not compile them again.

What lies there is code, as private as the rest of the folder. It can be thrown away at any time.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import jinja2
import structlog
from jinja2.bccache import Bucket, FileSystemBytecodeCache

log = structlog.get_logger("owso.templates")


class KeptTemplates(FileSystemBytecodeCache):
    """The compiled templates of an environment. One whose source, or whose Jinja, is another is compiled anew; a folder
    that cannot be read or written costs the time of compiling and nothing else."""

    def __init__(self, folder: Path, environment: jinja2.Environment) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder), "%s")
        rules = (jinja2.__version__, environment.trim_blocks, environment.lstrip_blocks, sorted(environment.extensions))
        self._rules = repr(rules)

    def get_source_checksum(self, source: str) -> str:
        """What tells a template from an earlier one of its name."""
        return sha256(f"{self._rules}\n{source}".encode()).hexdigest()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled, whole or not at all."""
        try:
            super().dump_bytecode(bucket)
        except OSError as problem:
            log.warning("template_not_kept", problem=problem.strerror)
