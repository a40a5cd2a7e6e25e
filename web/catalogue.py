"""The one catalogue of Khmer words: kept in step with the sentences in code and pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from engine.errors import Refused
from web.i18n import CATALOGUE

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
}


def collect(root: Path = ROOT) -> Catalog:
    """Every sentence that readers can see: in templates, in code, and in the refusals of the engine."""
    catalogue = Catalog(project="One Window", charset="utf-8")
    with (root / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    for folder in ("engine", "web"):
        for file, line, message, comments, context in extract_from_dir(
            str(root / folder), [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods],
            {pattern.removeprefix(f"{folder}/"): chosen for pattern, chosen in options.items()}, KEYWORDS,
        ):  # fmt: skip
            catalogue.add(message, None, [(f"{folder}/{file}", line)], auto_comments=comments, context=context)
    for refusal in refusals():
        catalogue.add(refusal.message, None, [("engine/errors.py", 1)])
    return catalogue


def refusals(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """Every named refusal of the engine."""
    yield kind
    for narrower in kind.__subclasses__():
        yield from refusals(narrower)


def update(file: Path = CATALOGUE) -> Catalog:
    """Bring the catalogue up to date: new sentences are added empty, gone ones dropped; words that are there stay."""
    catalogue = read(file)
    catalogue.update(collect(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    beside = file.with_suffix(".new")
    with beside.open("wb") as out:
        write_po(out, catalogue, width=120, sort_output=True, omit_header=False, no_location=True)
    os.replace(beside, file)
    return catalogue


def read(file: Path = CATALOGUE) -> Catalog:
    """The catalogue as it is on disk."""
    with file.open("rb") as readable:
        return read_po(readable, locale="km")


def untranslated(catalogue: Catalog) -> list[str]:
    """The English sentences without Khmer, or with a guess that nobody confirmed."""
    return [str(message.id) for message in catalogue if message.id and (not message.string or message.fuzzy)]
