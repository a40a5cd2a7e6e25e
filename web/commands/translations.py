"""``owso translations``: the catalogue of Khmer words."""

from __future__ import annotations

import argparse

from web import catalogue
from web.config import Settings
from web.i18n import compile_catalogue


def configure(parser: argparse.ArgumentParser) -> None:
    """``update`` writes the catalogue; ``check`` only looks."""
    parser.add_argument("action", choices=["update", "check"])


def run(args: argparse.Namespace, _settings: Settings) -> int:
    """Prints the sentences without Khmer; 1 when there is one."""
    if args.action == "update":
        words = catalogue.update()
        compile_catalogue()
    else:
        words = catalogue.current()
    lacking = catalogue.untranslated(words)
    for sentence in lacking:
        print(f"no Khmer: {sentence}")
    print(f"Sentences: {len(words)}. Without Khmer: {len(lacking)}.")
    return 1 if lacking else 0
