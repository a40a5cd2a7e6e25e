"""What differs between two packages: whatever a file may hold is found when it is another one, and said where it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from engine.khmer import Bilingual
from engine.packages import (
    Difference,
    Part,
    ServicePackage,
    amounts,
    build_package,
    differences,
    draft_of,
    read_files,
    scenarios_told,
)
from engine.packages.differing.parts import OF_SERVICE
from engine.packages.form_schema import ComponentSchema, PropertiesSchema
from engine.packages.law import LawSchema
from engine.packages.manifest import ServiceSchema
from engine.packages.task_schema import TaskSchema
from engine.packages.texts import TextsSchema

PROCESSES = Path(__file__).parents[3] / "processes"
GUESTHOUSE = build_package(read_files(PROCESSES / "tourism" / "guesthouse_licence"))
ANOTHER = "another one"


def with_file(name: str, data: bytes | None, package: ServicePackage = GUESTHOUSE) -> ServicePackage:
    """The package with another file, whatever that makes of it."""
    files = {**package.files, name: data} if data is not None else {k: v for k, v in package.files.items() if k != name}
    return replace(package, files=files)


def written(name: str, *changes: tuple[str, str]) -> ServicePackage:
    """The guesthouse with these texts of a file replaced, read anew."""
    text = GUESTHOUSE.files[name].decode()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return build_package({**GUESTHOUSE.files, name: text.encode()})


def only(found: tuple[Difference, ...]) -> Difference:
    (one,) = found
    return one


def places_of(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every leaf of plain values."""
    if isinstance(value, dict | list):
        for key, held in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places_of(held, (*place, key))
    else:
        yield place


def put(value: Any, place: tuple[str | int, ...], new: Any) -> Any:
    """A copy of plain values with another one at a place."""
    copied = json.loads(json.dumps(value))
    inside = copied
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = new
    return copied


def test_equal_packages_do_not_differ() -> None:
    assert differences(GUESTHOUSE, build_package(dict(GUESTHOUSE.files))) == ()


@pytest.mark.parametrize("key", sorted(ServiceSchema().fields))
def test_each_key_of_a_service_is_told_in_its_part(key: str) -> None:
    said = yaml.safe_load(GUESTHOUSE.files["service.yaml"])
    for other in ({**said, key: ANOTHER}, {name: held for name, held in said.items() if name != key}):
        if other == said:
            continue
        after = with_file("service.yaml", yaml.safe_dump(other, allow_unicode=True, sort_keys=False).encode())
        one = only(differences(GUESTHOUSE, after))
        assert (one.part, one.place) == (OF_SERVICE[key], (key,))


def test_a_new_key_of_a_service_has_a_part() -> None:
    assert set(OF_SERVICE) == set(ServiceSchema().fields)


@pytest.mark.parametrize(
    ("name", "part"),
    [("service.yaml", None), ("texts.yaml", Part.TEXTS), ("tests.yaml", Part.SCENARIOS), ("law.yaml", Part.LAW)],
)
def test_each_line_of_a_yaml_file_is_told_when_it_is_another_one(name: str, part: Part | None) -> None:
    said = yaml.load(GUESTHOUSE.files[name], Loader=yaml.BaseLoader)
    start = with_file(name, yaml.safe_dump(said, allow_unicode=True, sort_keys=False).encode())
    kinds = {(place[0], place[-1], len(place)): place for place in places_of(said)}
    assert len(kinds) > 5
    for place in kinds.values():
        other = yaml.safe_dump(put(said, place, ANOTHER), allow_unicode=True, sort_keys=False).encode()
        found = differences(start, with_file(name, other))
        assert found, place
        assert part is None or {one.part for one in found} == {part}, place
        assert any(ANOTHER in str(one.after) for one in found), place


@pytest.mark.parametrize("schema", [LawSchema, TextsSchema])
def test_each_key_of_laws_and_texts_is_told(schema: type[Any]) -> None:
    name = "law.yaml" if schema is LawSchema else "texts.yaml"
    said = yaml.safe_load(GUESTHOUSE.files[name])
    for key in schema().fields:
        other = yaml.safe_dump({**said, key: ANOTHER}, allow_unicode=True, sort_keys=False).encode()
        assert [one.place for one in differences(GUESTHOUSE, with_file(name, other))] == [(key,)]


@pytest.mark.parametrize("setting", sorted(TaskSchema().fields))
def test_each_setting_of_a_task_is_told_at_the_task(setting: str) -> None:
    root = etree.fromstring(GUESTHOUSE.files["process.bpmn"])
    check = next(element for element in root.iter() if element.get("id") == "check")
    settings = next(element for element in check.iter() if etree.QName(element).localname == "properties")
    here = next((one for one in settings if one.get("name") == setting), None)
    before = here.get("value") if here is not None else None
    if here is None:
        here = etree.SubElement(settings, settings[0].tag, name=setting)
    here.set("value", ANOTHER)
    one = only(differences(GUESTHOUSE, with_file("process.bpmn", etree.tostring(root))))
    assert (one.part, one.place, one.element) == (Part.TASKS, ("check", "properties", setting), "check")
    assert (one.before is None, one.after) == (before is None, Bilingual(ANOTHER, ANOTHER))
    assert one.name is not None
    assert one.name.en == "Check the documents"


@pytest.mark.parametrize("name", ["process.bpmn", "fees.dmn"])
def test_each_attribute_and_text_of_a_drawing_is_told(name: str) -> None:
    root = etree.fromstring(GUESTHOUSE.files[name], etree.XMLParser(remove_comments=True))
    start = with_file(name, etree.tostring(root))
    tried = set()
    for element in root.iter(etree.Element):
        for attribute, value in dict(element.attrib).items():
            if (element.tag, attribute) in tried:
                continue
            tried.add((element.tag, attribute))
            element.set(attribute, f"{value}_other")
            assert differences(start, with_file(name, etree.tostring(root))), (element.tag, attribute, value)
            element.set(attribute, value)
        if element.text and element.text.strip() and element.tag not in tried:
            tried.add(element.tag)
            kept, element.text = element.text, ANOTHER
            assert differences(start, with_file(name, etree.tostring(root))), (element.tag, kept)
            element.text = kept
    assert len(tried) > 20


def test_each_cell_of_a_fee_table_is_told_with_its_row_and_column() -> None:
    columns = {"inputEntry": ["rooms"], "outputEntry": ["line", "quantity", "unit_amount", "citation"]}
    root = etree.fromstring(GUESTHOUSE.files["fees.dmn"])
    for row in (element for element in root.iter() if etree.QName(element).localname == "rule"):
        for kind, names in columns.items():
            cells = [cell for cell in row if etree.QName(cell).localname == kind]
            for cell, column in zip(cells, names, strict=True):
                kept, cell[0].text = cell[0].text, ANOTHER
                one = only(differences(GUESTHOUSE, with_file("fees.dmn", etree.tostring(root))))
                assert (one.part, one.place) == (Part.FEES, ("fees", "rows", row.get("id"), column))
                assert (one.before, one.after) == (Bilingual(kept, kept), Bilingual(ANOTHER, ANOTHER))
                cell[0].text = kept


def test_a_fee_table_tells_its_policy_and_rows_that_come_and_go() -> None:
    policy = only(differences(GUESTHOUSE, written("fees.dmn", ('hitPolicy="UNIQUE"', 'hitPolicy="FIRST"'))))
    assert (policy.place, policy.after) == (("fees", "hitPolicy"), Bilingual("FIRST", "FIRST"))
    root = etree.fromstring(GUESTHOUSE.files["fees.dmn"])
    row = next(element for element in root.iter() if element.get("id") == "by_room")
    row.getparent().remove(row)
    gone = only(differences(GUESTHOUSE, with_file("fees.dmn", etree.tostring(root))))
    assert (gone.place, gone.change, gone.after) == (("fees", "rows", "by_room"), "removed", None)
    assert gone.before is not None
    assert 'rooms: >= 7, line: "per_room"' in gone.before.en


def _fields(schema: Any) -> list[str]:
    return [one.data_key or name for name, one in schema.fields.items()]


@pytest.mark.parametrize("group", ["", "properties", "validate", "conditional"])
def test_each_setting_of_a_question_is_told_at_the_question(group: str) -> None:
    schema = PropertiesSchema() if group == "properties" else ComponentSchema()
    rules = ComponentSchema().fields["rules" if group == "validate" else "conditional"]
    keys = _fields(rules.schema if group in ("validate", "conditional") else schema)  # type: ignore[attr-defined]
    document = json.loads(GUESTHOUSE.files["forms/apply.json"])
    rooms = next(page for page in document["components"] if page["id"] == "rooms")["components"][0]
    for key in set(keys) - ({"key"} if not group else set()):
        kept = json.loads(json.dumps(rooms))
        (rooms.setdefault(group, {}) if group else rooms)[key] = ANOTHER
        one = only(differences(GUESTHOUSE, with_file("forms/apply.json", json.dumps(document).encode())))
        inside = ("components", "rooms", "components", "rooms")
        assert one.part == Part.FORMS
        assert one.place[:4] == inside
        assert (group or key) in one.place
        assert one.name is not None
        assert one.name.en == "Rooms for guests"
        rooms.clear()
        rooms.update(kept)


def test_flows_tell_their_condition_and_where_they_lead() -> None:
    drawn = GUESTHOUSE.files["process.bpmn"].decode()
    condition = drawn.partition("conditionExpression")[2].partition(">")[2].partition("<")[0]
    found = only(differences(GUESTHOUSE, with_file("process.bpmn", drawn.replace(condition, "1 == 2", 1).encode())))
    assert (found.part, found.place[1], found.after) == (Part.FLOWS, "condition", Bilingual("1 == 2", "1 == 2"))
    assert found.name is not None
    assert " → " in found.name.en
    named = drawn.replace('id="to_pay"', 'id="to_pay" name="first"', 1)
    told = only(differences(GUESTHOUSE, with_file("process.bpmn", named.encode())))
    assert (told.part, told.place, told.change) == (Part.FLOWS, ("to_pay", "name"), "added")
    elsewhere = drawn.replace('targetRef="pay"', 'targetRef="check"', 1)
    assert [one.place[1] for one in differences(GUESTHOUSE, with_file("process.bpmn", elsewhere.encode()))] == ["to"]


def test_who_does_a_task_is_told_with_the_lane() -> None:
    lane = "        <bpmn:flowNodeRef>check</bpmn:flowNodeRef>\n"
    head = '<bpmn:lane id="head_lane" name="Head of office">\n'
    found = differences(GUESTHOUSE, written("process.bpmn", (lane, ""), (head, head + lane)))
    told = {one.place[1]: one.after.en if one.after else "" for one in found}
    assert told == {"lane": "Head of office", "group": "head"}


def test_what_only_moved_in_the_drawing_is_one_difference() -> None:
    root = etree.fromstring(GUESTHOUSE.files["process.bpmn"])
    for bounds in root.iter("{http://www.omg.org/spec/DD/20100524/DC}Bounds"):
        bounds.set("x", str(float(bounds.get("x", "0")) + 1))
    one = only(differences(GUESTHOUSE, with_file("process.bpmn", etree.tostring(root))))
    assert (one.part, one.place, one.element) == (Part.FILES, ("drawing",), "")
    assert one.after is not None
    assert "check" in one.after.en


@pytest.mark.parametrize("name", sorted(GUESTHOUSE.files))
def test_no_file_differs_in_silence(name: str) -> None:
    """Comments alone, a file that cannot be read, one that is gone."""
    comment = {"yaml": b"\n# more\n", "bpmn": b"\n<!-- more -->", "dmn": b"\n<!-- more -->", "json": b"\n"}
    data = GUESTHOUSE.files[name]
    for other in (data + comment.get(name.rpartition(".")[2], b"\n// more\n"), b"\xff\xfe\x00", None):
        found = differences(GUESTHOUSE, with_file(name, other))
        assert found, other
        assert {one.file for one in found} == {name}


def test_a_file_that_no_part_knows_is_told_by_its_name() -> None:
    for before, after, change in ((None, b"1", "added"), (b"1", None, "removed"), (b"1", b"2", "changed")):
        found = only(differences(with_file("notes.bin", before), with_file("notes.bin", after)))
        assert (found.part, found.file, found.change) == (Part.FILES, "notes.bin", change)


def test_lengths_of_time_are_said_in_both_languages() -> None:
    one = only(differences(GUESTHOUSE, written("service.yaml", ("term: 10 working days", "term: 12 working days"))))
    assert (one.before, one.after) == (
        Bilingual("១០ ថ្ងៃធ្វើការ", "10 working days"),
        Bilingual("១២ ថ្ងៃធ្វើការ", "12 working days"),
    )


def test_a_shared_process_tells_what_its_calls_do_otherwise() -> None:
    library = PROCESSES / "agriculture" / "input_retail"
    before = build_package(read_files(library))
    part = next(name for name in before.files if name.startswith("shared/") and name.endswith("process.bpmn"))
    files: Mapping[str, bytes] = before.files
    calls = [call for call in before.woven.calls if call.folder() == part.removesuffix("/process.bpmn")]
    task = next(element for element in before.tasks if element.startswith(f"{calls[0].id}."))
    own = task.removeprefix(f"{calls[0].id}.")
    drawn = (
        files[part].decode().replace(f'<bpmn:userTask id="{own}" name="', f'<bpmn:userTask id="{own}" name="New ', 1)
    )
    assert drawn.encode() != files[part]
    found = differences(before, draft_of({**files, part: drawn.encode()}).package)
    assert {(one.element, one.place[-1]) for one in found} == {(f"{call.id}.{own}", "name") for call in calls}
    layout = differences(before, draft_of({**files, part: files[part] + b"<!-- more -->"}).package)
    assert [(one.file, one.place) for one in layout] == [(part, ("layout",))]


def test_what_example_cases_pay_is_told_at_every_turn_of_a_fee() -> None:
    after = written("fees.dmn", ("15000", "20000"))
    (fee,) = amounts(GUESTHOUSE, after)
    assert (fee.fee, fee.tried, fee.differ) == ("fee", 8, 4)
    assert [(one.case, one.before, one.after) for one in fee.examples][:2] == [
        ((("rooms", "7"),), 105_000, 140_000),
        ((("rooms", "8"),), 120_000, 160_000),
    ]
    assert amounts(GUESTHOUSE, GUESTHOUSE) == ()


def test_a_fee_that_only_one_package_has_costs_nothing_in_the_other() -> None:
    one = GUESTHOUSE.files["service.yaml"].decode()
    without = one.replace("fee: {decision: fees, pay: on_submission, refundable: false}\n", "")
    after = draft_of({**GUESTHOUSE.files, "service.yaml": without.encode()}).package
    (fee,) = amounts(GUESTHOUSE, after)
    assert {example.after for example in fee.examples} == {None}


def test_scenarios_tell_what_goes_otherwise() -> None:
    after = written("fees.dmn", ("15000", "20000"))
    told = scenarios_told(GUESTHOUSE, after)
    assert told
    assert {one.fees for one in told} == {(180_000, 240_000)}
    assert {one.parts_at for one in told} == {""}
    assert scenarios_told(GUESTHOUSE, GUESTHOUSE) == ()
