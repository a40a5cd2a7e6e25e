"""Opening a table in the studio and saving it loses nothing, and a cell that is written changes nothing else."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine import bpmn
from tests import patience
from tests.web.assets.test_redrawing import meaning

ROOT = Path(__file__).parents[3]
NODE = Path(sys.executable).with_name("node")
SCRIPT = Path(__file__).with_name("retable.mjs")
TABLES = sorted([*ROOT.glob("processes/**/*.dmn"), *ROOT.glob("tests/small/**/*.dmn")])
TEXTS = ("-", "", "< 5", '"a < b & c"', "[1..5]", "'បន្ទប់'", "  12 ", 'not("A", "B")', "1\n2", "]]>", "<b>")

Edit = Mapping[str, Any]


def saved(edits: Mapping[Path, Sequence[Edit]]) -> dict[Path, str | None]:
    asked = [{"file": str(path), "edits": list(edits[path])} for path in edits]
    done = subprocess.run(
        [NODE, SCRIPT], input=json.dumps(asked), check=True, capture_output=True, text=True, timeout=patience.SECONDS
    )
    return {Path(path): xml for path, xml in json.loads(done.stdout).items()}


def one(path: Path, content: str) -> str | None:
    path.write_text(content, "utf-8")
    return saved({path: []})[path]


def cells_of(root: etree._Element) -> dict[str, str]:
    """The text of every cell by its id."""
    entries = [each for each in root.iter(etree.Element) if bpmn.local_name(each) in ("inputEntry", "outputEntry")]
    return {each.get("id") or "": "".join(str(part) for part in each.itertext()).strip() for each in entries}


def test_opening_and_saving_every_table_of_the_repository_loses_nothing() -> None:
    assert len(TABLES) > 40
    found = saved({path: [] for path in TABLES})
    assert [path.relative_to(ROOT) for path in TABLES if found[path] != path.read_text("utf-8")] == []


@pytest.mark.parametrize("seed", range(4))
def test_cells_are_kept_as_they_were_written_and_change_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    edits: dict[Path, list[Edit]] = {}
    for path in TABLES:
        ids = sorted(cells_of(etree.fromstring(path.read_bytes())))
        edits[path] = [{"id": chance.choice(ids), "text": chance.choice(TEXTS)} for _ in range(6)]
    found = saved(edits)
    for path in TABLES:
        before, after = etree.fromstring(path.read_bytes()), etree.fromstring((found[path] or "").encode())
        wanted = cells_of(before) | {edit["id"]: edit["text"].strip() for edit in edits[path]}
        assert cells_of(after) == wanted, path
        assert _without_cells(before) == _without_cells(after), path


def _without_cells(root: etree._Element) -> object:
    for each in [one for one in root.iter(etree.Element) if bpmn.local_name(one) in ("inputEntry", "outputEntry")]:
        for text in list(each):
            each.remove(text)
    return meaning(root)


def rules_of(root: etree._Element) -> list[etree._Element]:
    return [each for each in root.iter(etree.Element) if bpmn.local_name(each) == "rule"]


def as_edited(root: etree._Element, edit: Edit) -> etree._Element:
    """The same change, made in the tree."""
    rules = rules_of(root)
    rule = rules[next(edit[name] for name in ("remove", "move", "copy") if name in edit)]
    table, first = rule.getparent(), rules[0].getparent().index(rules[0])
    if "copy" in edit:
        again = copy.deepcopy(rule)
        for each in again.iter(etree.Element):
            if each.get("id"):
                each.set("id", f"{each.get('id')}_again")
        table.insert(table.index(rule) + 1, again)
        return root
    table.remove(rule)
    if "move" in edit:
        table.insert(first + edit["to"], rule)
    return root


@pytest.mark.parametrize("seed", range(6))
def test_rules_that_go_move_or_are_copied_leave_every_other_sign_of_the_file(seed: int) -> None:
    chance = random.Random(seed)
    tables = {path: len(rules_of(etree.fromstring(path.read_bytes()))) for path in TABLES}
    several = {path: count for path, count in tables.items() if count > 1}
    edits: dict[Path, Sequence[Edit]] = {}
    for path, count in several.items():
        place, to = chance.randrange(count), chance.randrange(count)
        edits[path] = [chance.choice([{"remove": place}, {"move": place, "to": to}, {"copy": place}])]
    found = saved(edits)
    for path, (edit,) in edits.items():
        text, after = path.read_text("utf-8"), found[path] or ""
        wanted = meaning(as_edited(etree.fromstring(text.encode()), edit))
        assert meaning(etree.fromstring(after.encode())) == wanted, (path, edit)
        if "remove" not in edit:
            assert set(text.splitlines()) <= set(after.splitlines()), (path, edit)
        assert len(after.splitlines()) - len(text.splitlines()) <= 3 * text.count("<input id") + 15


REMARKED = """\
<?xml version='1.0'?>
<!-- before -->
<d:definitions xmlns:d="https://www.omg.org/spec/DMN/20191111/MODEL/" id='d' name="d" namespace='n'>
  <d:decision name="A > 'b' id='x'" id="a"><!-- remark -->
    <d:decisionTable id="t"   hitPolicy="UNIQUE" >
\t<d:input id="c"><d:inputExpression id="e"><d:text>rooms</d:text></d:inputExpression></d:input>
\t<d:output id="o" name="a"/>
      <!-- about the first --><d:rule id="one"><d:inputEntry id="x"><d:text><![CDATA[< 5]]></d:text></d:inputEntry>
        <d:outputEntry id="y"><d:text/></d:outputEntry></d:rule>
      <!-- about the second -->
      <d:rule id="two"><d:inputEntry id="x2"><d:text>&#62; 5</d:text></d:inputEntry>
        <d:outputEntry id="y2"><d:text>2</d:text></d:outputEntry></d:rule>
    </d:decisionTable>
  </d:decision>
</d:definitions>
<!-- behind -->
"""


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (
            {"id": "y", "text": "7 < 8"},
            "<d:text/></d:outputEntry></d:rule>",
            "<d:text>7 &lt; 8</d:text></d:outputEntry></d:rule>",
        ),
        ({"id": "x2", "text": "9"}, "&#62; 5", "9"),
        (
            {"remove": 0},
            REMARKED[REMARKED.index("\n      <!-- about the first") : REMARKED.index("\n      <!-- about the second")],
            "",
        ),
    ],
)
def test_remarks_blanks_and_ways_of_writing_stay_where_nothing_was_changed(
    tmp_path: Path, edit: Edit, before: str, after: str
) -> None:
    path = tmp_path / "remarked.dmn"
    path.write_text(REMARKED, "utf-8")
    assert saved({path: [edit]})[path] == REMARKED.replace(before, after)


FOREIGN = """\
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:q="urn:nobody" id="d" name="d" namespace="n"
    q:made="yesterday" exporter="Other" expressionLanguage="feel">
  <extensionElements><q:odd deep="1"><q:more>text</q:more></q:odd></extensionElements>
  <inputData id="i" name="rooms"><variable name="rooms" typeRef="number" /></inputData>
  <decision id="a" name="A" q:colour="red">
    <description>What it is for</description>
    <variable id="v" name="a" typeRef="string" />
    <informationRequirement id="r"><requiredInput href="#i" /></informationRequirement>
    <decisionTable id="t" hitPolicy="UNIQUE" outputLabel="A">
      <input id="c" label="Rooms"><inputExpression id="e" typeRef="number"><text>rooms</text></inputExpression>
        <inputValues id="iv"><text>1, 2</text></inputValues></input>
      <output id="o" name="a" typeRef="string"><outputValues id="ov"><text>"x"</text></outputValues>
        <defaultOutputEntry id="de"><text>"none"</text></defaultOutputEntry></output>
      <annotation name="why" />
      <rule id="one"><description>Remark</description><inputEntry id="x"><text>1</text></inputEntry>
        <outputEntry id="y"><text>"x"</text></outputEntry>
        <annotationEntry><text>because</text></annotationEntry></rule>
    </decisionTable>
  </decision>
  <decision id="b" name="B"><literalExpression id="l"><text>rooms * 2</text></literalExpression></decision>
</definitions>
"""


@pytest.mark.parametrize("version", ["20191111", "20180521", "20211108", "20230324"])
def test_what_other_tools_wrote_is_kept_in_every_version_of_the_standard(tmp_path: Path, version: str) -> None:
    written = FOREIGN.replace("20191111", version)
    found = one(tmp_path / "foreign.dmn", written)
    assert found == written


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<annotation ", "<mystery /><annotation "),
        ('<decision id="b"', '<m:decision xmlns:m="https://www.omg.org/spec/DMN/20191111/MODEL/" id="b"'),
    ],
)
def test_a_file_that_is_not_read_whole_is_left_to_the_editor_of_texts(tmp_path: Path, before: str, after: str) -> None:
    text = FOREIGN.replace(before, after)
    if "m:decision" in after:
        text = text.replace("</decision>\n</definitions>", "</m:decision>\n</definitions>")
    assert one(tmp_path / "unknown.dmn", text) is None
