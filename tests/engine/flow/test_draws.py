"""A second look at some cases: drawn by lot, so that anybody reckons it again, and done by another person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from engine.errors import SamePersonRefused
from engine.house import House
from engine.packages import check_files
from engine.packages.draws import is_drawn, lot_of
from engine.tasks import user_tasks
from engine.versions.replaying import replay
from tests.cast import NOW, Cast
from tests.small.files import changed
from tests.small.services import SmallService, found, scale_checks

HALF = "50"
SECOND_LOOK = """<bpmn:sequenceFlow id="f2" sourceRef="verify" targetRef="lot" />
    <bpmn:serviceTask id="lot" name="Draw for a second look">
      <bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="cases.draw"><spiffworkflow:parameters>
        <spiffworkflow:parameter id="percent" type="integer" value="{percent}" />
      </spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="d1" sourceRef="lot" targetRef="is_drawn" />
    <bpmn:exclusiveGateway id="is_drawn" name="Drawn?" default="d3" />
    <bpmn:sequenceFlow id="d2" sourceRef="is_drawn" targetRef="second_look">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">drawn</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:userTask id="second_look" name="Look a second time">
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="form" value="second" />
        <spiffworkflow:property name="not_by" value="verify" />
      </spiffworkflow:properties></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="d4" sourceRef="second_look" targetRef="approve" />
    <bpmn:sequenceFlow id="d3" sourceRef="is_drawn" targetRef="approve" />"""
FORM = b"""{"type": "default", "id": "second", "schemaVersion": 18, "components": [
  {"type": "group", "id": "seen", "label": "Seen", "components": [
    {"type": "textfield", "key": "seen", "label": "Seen"}
  ]}
]}"""
FORM_WORDS = """forms:
  second:
    title: {km: ពិនិត្យម្ដងទៀត, en: Second look}
    pages:
      seen: {km: ឃើញ, en: Seen}
    fields:
      seen: {label: {km: ឃើញ, en: Seen}}
"""
VERIFIES = "<bpmn:flowNodeRef>verify</bpmn:flowNodeRef>"
SCENARIO = """  - name: drawn for a second look
    starts: 2026-03-02 09:00
    answers: two_scales
    connectors: {lot: {drawn: true}}
    steps:
      - complete: verify
        at: 2026-03-03 09:00
        answers:
          scales:
            - {kind: table, serial: A1, passed: true, next_check: "2027-03-02"}
      - {complete: second_look, at: 2026-03-04 09:00}
    expect:
      path: [verify, lot, second_look, approve]
      issued: 1
"""


def drawing(percent: str = HALF) -> dict[str, bytes]:
    """The verification of scales with a second look at some of a hundred."""
    files = changed(
        "industry/scale_check",
        (
            "process.bpmn",
            '<bpmn:sequenceFlow id="f2" sourceRef="verify" targetRef="approve" />',
            SECOND_LOOK.format(percent=percent),
        ),
        ("process.bpmn", VERIFIES, f"{VERIFIES}<bpmn:flowNodeRef>second_look</bpmn:flowNodeRef>"),
        ("texts.yaml", "  hand_over: {km", "  second_look: {km: ពិនិត្យម្ដងទៀត, en: Look a second time}\n  hand_over: {km"),
        ("texts.yaml", "forms:\n", FORM_WORDS),
        ("tests.yaml", "  - name: all the way", f"{SCENARIO}  - name: all the way"),
    )
    return files | {"forms/second.json": FORM}


def checked(service: SmallService) -> Iterator[str]:
    """Cases that Chan Bopha verifies, one after the other."""
    while True:
        key = service.send()
        service.work(key, "verify", found(True, False, False))
        yield key


def test_the_drawn_ones_wait_for_another_person_and_the_others_go_on(house: House, cast: Cast) -> None:
    service = scale_checks(house, cast, drawing())
    seen: dict[bool, str] = {}
    for key in checked(service):
        waits = bool(service.task(key, "second_look"))
        assert waits == is_drawn(key, "lot", 50)
        assert bool(service.task(key, "hand_over")) != waits
        seen[waits] = key
        if len(seen) == 2:
            break
    task = service.task(seen[True], "second_look")
    with house.database.transaction() as session, pytest.raises(SamePersonRefused):
        user_tasks.claim(session, house, cast.bopha.actor, task, now=NOW)
    with house.database.transaction() as session:
        user_tasks.claim(session, house, cast.vannak.actor, task, now=NOW)
    with house.database.transaction() as session:
        user_tasks.complete(session, house, cast.vannak.actor, task, {}, now=NOW)
    assert service.task(seen[True], "hand_over")
    with house.database.reading() as session:
        assert all(replay(session, house, service.row(key).id).same for key in seen.values())


def test_the_lot_is_what_anybody_reckons_from_the_key_and_the_element() -> None:
    digest = hashlib.sha256(b"aB3-x/lot").hexdigest()
    assert lot_of("aB3-x", "lot") == int(digest[:16], 16) % 100
    lots = [lot_of(f"case {number}", "lot") for number in range(2_000)]
    assert sorted(set(lots)) == list(range(100))
    assert 140 <= sum(lot < 10 for lot in lots) <= 260
    others = [lot_of(f"case {number}", "another") for number in range(2_000)]
    assert sum(one < 10 and two < 10 for one, two in zip(lots, others, strict=True)) < 60, "each element by itself"


def test_all_are_drawn_of_a_hundred_percent() -> None:
    assert all(is_drawn(f"case {number}", "lot", 100) for number in range(500))


def test_a_package_with_a_draw_is_whole_and_its_scenarios_try_both_ways() -> None:
    assert [one for one in check_files(drawing()) if one.severity == "error"] == []


@pytest.mark.parametrize("percent", ["0", "101", "percent", "5.5", "-1"])
def test_a_part_that_is_none_is_told_where_it_is_drawn(percent: str) -> None:
    told = [one for one in check_files(drawing(percent)) if one.element_id == "lot" and one.severity == "error"]
    assert any("whole number from 1 to 100" in one.message for one in told), told
