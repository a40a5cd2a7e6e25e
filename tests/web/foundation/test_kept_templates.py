"""Templates that were compiled once are not compiled again by the next start."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from web.kept_templates import KeptTemplates


class Counting(Environment):
    """An environment that counts what it compiles."""

    compiled = 0

    def _generate(self, *given: Any, **named: Any) -> str:
        self.compiled += 1
        return super()._generate(*given, **named)


def start(folder: Path, source: str = "Hello {{ name }}", **rules: bool) -> Counting:
    environment = Counting(loader=DictLoader({"page": source}), **rules)  # type: ignore[arg-type]
    environment.bytecode_cache = KeptTemplates(folder, environment)
    return environment


def shown(environment: Environment) -> str:
    return environment.get_template("page").render(name="Sokha")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    assert shown(start(folder)) == "Hello Sokha"
    return folder


def test_the_next_start_compiles_nothing(folder: Path) -> None:
    again = start(folder)
    assert (shown(again), again.compiled) == ("Hello Sokha", 0)


def test_what_is_kept_is_for_nobody_else(folder: Path) -> None:
    (kept,) = folder.iterdir()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, kept)] == [0o700, 0o600]


def test_a_template_or_a_rule_that_was_changed_is_compiled_anew_in_the_place_of_the_old_one(folder: Path) -> None:
    other = start(folder, "Good day {{ name }}")
    assert (shown(other), other.compiled) == ("Good day Sokha", 1)
    trimmed = start(folder, "Good day {{ name }}", trim_blocks=True)
    assert (shown(trimmed), trimmed.compiled) == ("Good day Sokha", 1)
    assert len(list(folder.iterdir())) == 1


def test_what_is_broken_is_compiled_anew(folder: Path) -> None:
    (kept,) = folder.iterdir()
    kept.write_bytes(kept.read_bytes()[:-20])
    again = start(folder)
    assert (shown(again), again.compiled) == ("Hello Sokha", 1)


def test_where_nothing_can_be_kept_the_page_is_shown_all_the_same(tmp_path: Path) -> None:
    environment = start(tmp_path / "templates")
    (tmp_path / "templates").rmdir()
    assert shown(environment) == "Hello Sokha"
