"""Opening a form in the studio and saving it changes no byte, and an edit changes what it says and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.packages.field_kinds import FIELD_KINDS
from tests import patience

ROOT = Path(__file__).parents[3]
NODE = Path(sys.executable).with_name("node")
SCRIPT = Path(__file__).with_name("reform.mjs")
FORMS = sorted([*ROOT.glob("processes/**/forms/*.json"), *ROOT.glob("tests/small/**/forms/*.json")])


@dataclass(frozen=True, slots=True)
class Kind:
    """What the editor knows of a kind."""

    key: str
    written: tuple[str, ...]
    mark: tuple[str, str]
    keyed_by: str
    takes: tuple[str, ...]
    options: bool
    repeats: bool


KINDS = [
    Kind(one.name, one.written, one.mark, one.keyed_by, one.takes, bool(one.options), one.repeats)
    for one in FIELD_KINDS.values()
]


def reformed(asked: Mapping[Path, int]) -> dict[Path, tuple[str, Any]]:
    """Each form after the edits of its seed: its text, and what that should mean."""
    sent = {
        "kinds": [asdict(kind) for kind in KINDS],
        "asked": [{"file": str(path), "seed": seed} for path, seed in asked.items()],
    }
    done = subprocess.run(
        [NODE, SCRIPT], input=json.dumps(sent), check=True, capture_output=True, text=True, timeout=patience.SECONDS
    )
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return {Path(path): (one["text"], json.loads(one["wanted"])) for path, one in found.items()}


def lines_kept(before: str, after: str) -> float:
    """The share of lines of fields that stand in both."""
    old = [line.strip().rstrip(",") for line in before.splitlines() if '"type"' in line and '"components"' not in line]
    new = {line.strip().rstrip(",") for line in after.splitlines()}
    return sum(line in new for line in old) / len(old)


def test_opening_and_saving_every_form_of_the_repository_changes_no_byte() -> None:
    assert len(FORMS) > 100
    saved = reformed(dict.fromkeys(FORMS, 0))
    assert [path for path in FORMS if saved[path][0] != path.read_text("utf-8")] == []


@pytest.mark.parametrize("seed", range(1, 7))
def test_edits_change_what_they_say_and_leave_the_other_lines_as_they_were(seed: int) -> None:
    saved = reformed({path: seed * 1000 + number for number, path in enumerate(FORMS)})
    kept = []
    for path in FORMS:
        text, wanted = saved[path]
        assert json.loads(text) == wanted, path
        kept.append(lines_kept(path.read_text("utf-8"), text))
    assert sum(kept) / len(kept) > 0.4


ODD = """\
\ufeff{ "type":"default",
\t"id" : "x", "unknown": {"a": [1.50, 1e3, -0, "\\u1780\\/", null]},
\t"components": [ {"type":"group","id":"p","components":[
\t\t{"type" : "textfield","key":"a", "odd":[ ], "validate":{}},

\t\t{"type": "button", "components": [{"type": "iframe"}], "__proto__": {"x": 1}}, 7, "text", null,
\t\t{"type": "group"}, {"type": "dynamiclist", "components": "none"}]} ]
}"""


def test_what_is_written_otherwise_and_what_nobody_knows_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text(ODD, "utf-8")
    assert reformed({path: 0})[path][0] == ODD


@pytest.mark.parametrize("seed", range(1, 9))
def test_edits_of_an_odd_file_lose_nothing_of_it(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "odd.json"
    path.write_text(ODD.replace('7, "text", null,', '{"type": "note"},'), "utf-8")
    text, wanted = reformed({path: seed})[path]
    assert json.loads(text.removeprefix("\ufeff")) == wanted
    assert '"unknown": {"a": [1.50, 1e3, -0, "\\u1780\\/", null]}' in text
