"""Findings as the commands print them: the place, and what is said there in the language that was asked for."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from engine.khmer import LANGUAGES, Language
from engine.problems import Problem

SEVERITIES: Final[Mapping[str, str]] = {"error": "កំហុស", "warning": "ព្រមាន", "note": "កំណត់សម្គាល់"}


def ask_language(parser: argparse.ArgumentParser) -> None:
    """``--lang``, the same for every command that finds something."""
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language in which findings are said (en)")


def in_words(problem: Problem, language: Language) -> str:
    """The finding on a line."""
    if language == "en":
        return str(problem)
    told = str(replace(problem, message=problem.message_km))
    return told.replace(f": {problem.severity}: ", f": {SEVERITIES[problem.severity]}: ", 1)
