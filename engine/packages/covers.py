"""The cover of a package: what a list of services says of it, read without forms, tables and the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.bpmn import read_xml
from engine.khmer import Bilingual
from engine.packages.manifest import ServiceManifest, read_service
from engine.packages.ministry import MinistryManifest, read_ministry
from engine.packages.package import MINISTRY, SERVICE, TEXTS, ServicePackage, is_drawing
from engine.packages.texts import read_summary

_NAMESPACE: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_PROCESS: Final = f"{_NAMESPACE}process"
_START: Final = f"{_NAMESPACE}startEvent"


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """What a service is called and promises, whose it is, and whether people apply for it. One is equal to itself."""

    manifest: ServiceManifest
    ministry: MinistryManifest
    summary: Bilingual
    is_applied_for: bool


def cover_of(package: ServicePackage) -> Cover:
    """The cover of a package that was read as a whole."""
    return Cover(package.manifest, package.ministry, package.texts.summary, package.is_applied_for)


def read_cover(files: Mapping[str, bytes]) -> Cover | None:
    """The cover of a published package from three of its files; None where only the whole package tells whether people
    apply for it. Raises ``PackageRejected`` and ``XmlRefused`` for files that cannot be read."""
    if not all(_begins_plainly(data) for name, data in files.items() if is_drawing(name)):
        return None
    return Cover(
        read_service(SERVICE, files[SERVICE]),
        read_ministry(MINISTRY, files[MINISTRY]),
        read_summary(TEXTS, files[TEXTS]),
        is_applied_for=True,
    )


def _begins_plainly(drawing: bytes) -> bool:
    """Whether nothing in a drawing begins a case but an application: no message, signal or timer."""
    if b"instantiate" in drawing:
        return False
    starts = (start for process in read_xml(drawing).iter(_PROCESS) for start in process.iterchildren(_START))
    return not any("ventDefinition" in str(part.tag) for start in starts for part in start)
