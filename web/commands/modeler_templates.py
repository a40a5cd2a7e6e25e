"""``owso modeler-templates``: files with which Camunda Modeler and bpmn-js offer the settings of this system."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.packages.modeler_templates import template_files
from web.config import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Where they are written, and the language of their labels."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the files are written")
    parser.add_argument("--lang", choices=("km", "en"), default="km", help="the language of the labels (km)")


def run(args: argparse.Namespace, _settings: Settings) -> int:
    """Writes the files and prints their names."""
    args.folder.mkdir(parents=True, exist_ok=True)
    for name, data in template_files(args.lang).items():
        (args.folder / name).write_bytes(data)
        print(args.folder / name)
    return 0
