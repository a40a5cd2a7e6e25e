"""Opening a drawing in the studio and saving it loses nothing, and a setting that is given changes nothing else."""

from __future__ import annotations

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

ROOT = Path(__file__).parents[3]
NODE = Path(sys.executable).with_name("node")
SCRIPT = Path(__file__).with_name("redraw.mjs")
DRAWINGS = sorted([*ROOT.glob("processes/**/*.bpmn"), *ROOT.glob("tests/small/**/*.bpmn")])
NAMES = ("stage", "due", "warn", "not_by", "check.due", "something_else")
VALUES = ("2 working days", "received", "a < b & \"c\" 'd'", "ដំណាក់កាល", "80 %", "")

Edit = Mapping[str, str]


def redrawn(edits: Mapping[Path, Sequence[Edit]]) -> dict[Path, bytes]:
    asked = [{"file": str(path), "edits": list(edits[path])} for path in edits]
    done = subprocess.run(
        [NODE, SCRIPT], input=json.dumps(asked), check=True, capture_output=True, text=True, timeout=patience.SECONDS
    )
    return {Path(path): xml.encode() for path, xml in json.loads(done.stdout).items()}


def meaning(element: etree._Element) -> Any:
    """Everything of an element but blanks between elements, comments and the order of attributes."""
    inside = [meaning(each) for each in element if isinstance(each.tag, str)]
    return (element.tag, sorted(element.attrib.items()), (element.text or "").strip(), inside)


def without_settings(root: etree._Element) -> etree._Element:
    """The tree without what settings are made of, and without extensions in which nothing else stood."""
    for held in [one for one in root.iter(etree.Element) if bpmn.local_name(one) == "properties"]:
        for entry in held:  # also those that say nothing, as other editors leave them
            held.remove(entry)
    for name in ("properties", "extensionElements"):
        for each in [one for one in root.iter(etree.Element) if bpmn.local_name(one) == name and len(one) == 0]:
            above = each.getparent()
            assert above is not None
            above.remove(each)
    return root


def test_opening_and_saving_every_drawing_of_the_repository_loses_nothing() -> None:
    assert len(DRAWINGS) > 50
    saved = redrawn({path: [] for path in DRAWINGS})
    changed = [
        path.relative_to(ROOT)
        for path in DRAWINGS
        if meaning(etree.fromstring(path.read_bytes())) != meaning(etree.fromstring(saved[path]))
    ]
    assert changed == []


def _random_edits(chance: random.Random, path: Path) -> list[Edit]:
    ids = [
        own
        for each in bpmn.read_xml(path.read_bytes()).iter(etree.Element)
        if bpmn.local_name(each) in ("userTask", "serviceTask", "callActivity", "endEvent", "startEvent")
        and (own := each.get("id"))
    ]
    return [{"id": chance.choice(ids), "name": chance.choice(NAMES), "value": chance.choice(VALUES)} for _ in range(12)]


@pytest.mark.parametrize("seed", range(4))
def test_settings_are_kept_as_they_were_given_and_change_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    edits = {path: _random_edits(chance, path) for path in DRAWINGS}
    saved = redrawn(edits)
    for path in DRAWINGS:
        before, after = bpmn.read_xml(path.read_bytes()), bpmn.read_xml(saved[path])
        wanted = {each.get("id"): bpmn.properties_of(each) for each in before.iter(etree.Element) if each.get("id")}
        for edit in edits[path]:
            wanted[edit["id"]] = {**wanted[edit["id"]], edit["name"]: edit["value"]}
            if not edit["value"]:
                del wanted[edit["id"]][edit["name"]]
        found = {each.get("id"): bpmn.properties_of(each) for each in after.iter(etree.Element) if each.get("id")}
        assert found == wanted, path
        assert meaning(without_settings(before)) == meaning(without_settings(after)), path


FOREIGN = """\
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:z="http://camunda.org/schema/zeebe/1.0"
    xmlns:c="http://camunda.org/schema/1.0/bpmn" xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core"
    xmlns:q="urn:nobody" id="d" targetNamespace="urn:t" q:made="yesterday">
  <process id="p" c:versionTag="3"><userTask id="x" c:assignee="dara" q:colour="red"><extensionElements>
    <z:properties><z:property name="stage" value="one" /><z:property name="m:note" value="" /></z:properties>
    <s:unknown deep="1"><s:inside>text</s:inside></s:unknown><q:odd><q:more c:a="b" /></q:odd>
    <c:taskListener class="a.B" event="create" />
  </extensionElements></userTask></process>
</definitions>
"""


def test_what_other_tools_wrote_is_kept_and_a_setting_is_written_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "foreign.bpmn"
    path.write_text(FOREIGN, "utf-8")
    unchanged = redrawn({path: []})[path]
    assert meaning(etree.fromstring(unchanged)) == meaning(etree.fromstring(FOREIGN.encode()))
    given = [{"id": "x", "name": "stage", "value": "two"}, {"id": "x", "name": "due", "value": "1 working day"}]
    expected = FOREIGN.replace('value="one" />', 'value="two" />').replace(
        '<z:property name="m:note" value="" />',
        '<z:property name="m:note" value="" /><z:property name="due" value="1 working day" />',
    )
    assert meaning(etree.fromstring(redrawn({path: given})[path])) == meaning(etree.fromstring(expected.encode()))
