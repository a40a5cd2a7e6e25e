"""Fonts for PDFs: the Khmer and Latin parts of each web font, joined into one TTF that Typst reads, and fonts for the
other scripts that names come in.

``python -m engine.documents.fonts`` writes them beside the built front end, unless they are there.
Web font packages cut a face by script; Typst picks one file per family and style, so they become one file again.
All families are under the SIL Open Font License.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

from engine.documents.pdf import BUILT_FONTS

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
DESTINATION = ROOT / "web" / "static" / "dist" / "fonts" / "pdf"
SOURCE_DATE = 0
"""Seconds since 1904 written into every font: the same sources give the same bytes."""


@dataclass(frozen=True, slots=True)
class Face:
    """One style of one family: the parts of it in the npm packages, and the file it becomes."""

    package: str
    weight: int
    scripts: tuple[str, ...] = ("khmer", "latin")

    @property
    def file_name(self) -> str:
        return f"{self.package}-{self.weight}.ttf"

    def part(self, script: str) -> str:
        return f"@fontsource/{self.package}/files/{self.package}-{script}-{self.weight}-normal.woff2"


FACES = (
    Face("kantumruy-pro", 400),
    Face("kantumruy-pro", 700),
    Face("noto-serif-khmer", 400),
    Face("noto-serif-khmer", 700),
    Face("moul", 400),
    # Typst takes these where the family of the template lacks a sign: names of other countries, names of businesses.
    Face("noto-sans", 400, ("latin", "latin-ext", "vietnamese")),
    Face("noto-sans-thai", 400, ("thai",)),
    Face("noto-sans-sc", 400, ("chinese-simplified",)),
)


class FontSourceMissing(FileNotFoundError):
    """A web font package is not installed; ``npm ci`` brings it."""


def convert(modules: Path, destination: Path) -> list[Path]:
    """Write the faces unless they are there from the same packages; the files written.

    Raises FontSourceMissing naming the file that lacks.
    """
    stamp = destination / BUILT_FONTS
    versions = json.dumps({face.file_name: _version(modules, face) for face in FACES}, indent=2)
    present = all((destination / face.file_name).is_file() for face in FACES)
    if present and stamp.is_file() and stamp.read_text(encoding="utf-8") == versions:
        return []
    destination.mkdir(parents=True, exist_ok=True)
    written = [_write(destination / face.file_name, modules, face) for face in FACES]
    stamp.write_text(versions, encoding="utf-8")
    return written


def _version(modules: Path, face: Face) -> str:
    manifest = modules / "@fontsource" / face.package / "package.json"
    if not manifest.is_file():
        raise FontSourceMissing(f"{manifest} is missing. Run: npm ci --ignore-scripts")
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


def _write(target: Path, modules: Path, face: Face) -> Path:
    """The new font takes the place of an old one in one move: a PDF that is being drawn never reads half a font."""
    beside = target.with_suffix(".part")
    beside.write_bytes(joined([modules / face.part(script) for script in face.scripts]))
    return beside.replace(target)


def joined(parts: Sequence[Path]) -> bytes:
    """One TTF with the letters of all the given web fonts, which share family, style and design size."""
    for part in parts:
        if not part.is_file():
            raise FontSourceMissing(f"{part} is missing. Run: npm ci --ignore-scripts")
    unpacked = [_unpacked(part) for part in parts]
    font = Merger().merge(unpacked) if len(unpacked) > 1 else TTFont(unpacked[0])
    font["head"].created = font["head"].modified = SOURCE_DATE
    font.recalcTimestamp = False
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _unpacked(path: Path) -> io.BytesIO:
    font = TTFont(path)
    font.flavor = None
    out = io.BytesIO()
    font.save(out)
    out.seek(0)
    return out


def main(arguments: Sequence[str]) -> None:
    """Convert from the folder of npm packages (first argument) into the folder of the second; both have defaults."""
    modules, destination = (Path(argument) for argument in arguments or (MODULES, DESTINATION))
    written = convert(modules, destination)
    sys.stdout.write(f"PDF fonts: {len(written) or 'nothing'} written\n")


if __name__ == "__main__":
    main(sys.argv[1:])
