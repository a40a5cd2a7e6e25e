"""``owso draw``: the diagrams of services, shared processes and shapes as pictures (SVG), in Khmer or English."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from engine.bpmn import XmlRefused
from engine.documents.diagrams import picture
from engine.khmer import Bilingual
from engine.packages import PackageRejected
from engine.packages.drawn_words import drawn_words
from engine.packages.ministry import read_ministry
from web.config import Settings
from web.i18n import CATALOGUE

_LANES: Final[Mapping[str, str]] = {"Head of office": "Head of the office"}
"""Lanes that are called otherwise than their group is on pages."""


def configure(parser: argparse.ArgumentParser) -> None:
    """What is drawn, where to and in which language."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a folder with drawings, or one above such")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where the pictures are written")
    parser.add_argument("--lang", choices=("km", "en"), default="km", help="the language of the words (km)")


def run(args: argparse.Namespace, _settings: Settings) -> int:
    """Writes ``FOLDER/ministry.service.svg`` for every drawing; 1 when one cannot be read, 2 when there is none."""
    drawings = [drawing for path in args.paths for drawing in sorted(path.rglob("*.bpmn"))]
    if not drawings:
        print(f"owso draw: no drawing in {', '.join(map(str, args.paths))}", file=sys.stderr)
        return 2
    args.to.mkdir(parents=True, exist_ok=True)
    unread = list(_unread(drawings, args.to, args.lang))
    for drawing, reason in unread:
        print(f"owso draw: {drawing} cannot be drawn: {reason}", file=sys.stderr)
    return int(bool(unread))


def _unread(drawings: Sequence[Path], to: Path, language: str) -> Iterator[tuple[Path, str]]:
    """Draws each; those that could not be drawn, and why."""
    for drawing in drawings:
        try:
            svg = drawn(drawing, language)
        except (XmlRefused, PackageRejected) as refused:
            yield drawing, str(refused)
            continue
        above, folder = drawing.resolve().parts[-3:-1]
        name = f"{above}.{folder}" if drawing.stem == "process" else f"{above}.{folder}.{drawing.stem}"
        (to / f"{name}.svg").write_text(svg, "utf-8")
        print(to / f"{name}.svg")


def drawn(drawing: Path, language: str) -> str:
    """The picture of a drawing with the words of the ``texts.yaml`` beside it. Raises XmlRefused, PackageRejected."""
    words = drawing.with_name("texts.yaml")
    named = drawn_words(drawing.read_bytes(), words.read_bytes() if words.is_file() else b"")
    names = {key: text(language) for key, text in named.words.items()}
    declared = _declared(drawing.resolve().parent.parent.parent)
    lanes = {
        key: declared[lane](language) if lane in declared else _lane(lane, language)
        for key, lane in named.lanes.items()
    }
    return picture(drawing.read_bytes(), title=named.title(language), names=names | lanes)


def _lane(lane: str, language: str) -> str:
    """What pages call the group of a lane; a lane that is called otherwise keeps its name."""
    message = None if language == "en" else _catalogue().get(_LANES.get(lane, lane))
    return str(message.string) if message is not None and message.string else lane


@cache
def _declared(above: Path) -> Mapping[str, Bilingual]:
    """The names of groups that ministries declare, by the lanes in which they work."""
    found: dict[str, Bilingual] = {}
    for file in sorted(above.glob("*/ministry.yaml")):
        ministry = read_ministry(str(file), file.read_bytes())
        works = {lane: ministry.groups[of.group] for lane, of in ministry.lanes.items() if of.group in ministry.groups}
        found = works | found
    return found


@cache
def _catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file)
