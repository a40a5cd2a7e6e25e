"""Any bytes at all: problems in words, never a traceback, never a hang, never a look outside the file."""

from __future__ import annotations

import random
import re

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, S, boundary, document, flows, message, script, timer, user

GOOD = document(
    S
    + '<subProcess id="sub"><startEvent id="si"/><userTask id="a"/><parallelGateway id="g"/>'
    + script("t", "n = 1")
    + user("u")
    + flows("si > a > g", "g > t", "g > u").replace("flow_", "i_")
    + "</subProcess>"
    + boundary("b", "sub", message("m"))
    + boundary("c", "sub", timer("Cycle", "R3/PT1H"), interrupting=False)
    + '<exclusiveGateway id="x" default="flow_3_0_x"/><callActivity id="call" calledElement="q"/>'
    + '<userTask id="mi"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
    + "</multiInstanceLoopCharacteristics></userTask>"
    + E
    + flows("s > sub > x", "x > call: n == 1", "call > mi > e", "x > e", "b > e", "c > e"),
    root='<message id="m" name="m"/><process id="q"><userTask id="qa"/></process>',
)


def rules(data: bytes) -> set[str]:
    return {problem.rule for problem in bpmn.check({"f.bpmn": data}) if problem.severity == "error"}


def test_the_drawing_that_is_broken_below_is_a_good_one() -> None:
    assert rules(GOOD) == set()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "file-empty"),
        (b"\x00\xff\xfe", "not-xml"),
        (b"hello", "not-xml"),
        (b"<a>", "not-xml"),
        (b"<a/>", "not-bpmn"),
        (GOOD[:500], "not-xml"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GOOD, "document-type"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">' + GOOD, "document-type"),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a []><a/>'.encode("utf-16"), "document-type"),
        (b"<a>" * 5000, "not-xml"),
        (b"<a " + b'b="c" ' * 3 + b"/>", "not-xml"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "not-xml"),
        (b" " * 6_000_000, "file-too-large"),
        (document("")[:-25] + b"</definitions>", "not-xml"),
        (document(""), "empty"),
        (re.sub(rb"<process.*</process>", b"", document("")), "no-process"),
        (document(S + "<strangeTask id='z'/>" + flows()), "element-unknown"),
        (document(S + "<z:task xmlns:z='urn:z' id='z'/>" + flows()), "element-unknown"),
        (document(S + user("a", "a") + flows("s > a")), "duplicate-id"),
        (document(S + E + flows("s > nothing")), "flow-end-unknown"),
        (
            document(S + E + f'<subProcess id="sub">{user("a")}</subProcess>' + flows("s > a", "s > sub > e")),
            "flow-crosses",
        ),
        (document(user("a"), '<process id="p"><task id="k"/></process>'), "process-twice"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_by_its_rule(data: bytes, rule: str) -> None:
    assert rule in rules(data)
    with pytest.raises(bpmn.DefinitionRejected):
        bpmn.parse({"f.bpmn": data})


def test_no_entity_is_ever_expanded_and_nothing_is_fetched() -> None:
    bomb = b'<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;") for n in range(12)
    )
    assert rules(bomb + b"]><z>&a11;</z>") == {"document-type"}
    include = document(
        S + '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>' + user("a") + flows("s > a")
    )
    assert "element-unknown" in rules(include)


def test_a_condition_cannot_raise_an_error_of_the_diagram() -> None:
    body = S + user("a") + '<exclusiveGateway id="x" default="flow_1_0_x"/>' + E
    drawing = document(body + flows("s > a > x", "x > e", "x > a: bpmn_error('E1')"))
    assert rules(drawing) == {"expression-invalid"}
    told = next(one for one in bpmn.check({"f.bpmn": drawing}) if one.rule == "expression-invalid")
    assert "bpmn_error() can be called in scripts only" in told.message
    assert "bpmn_error() អាចហៅបានតែក្នុងស្គ្រីបប៉ុណ្ណោះ" in told.message_km


def test_mutated_drawings_give_problems_or_a_definition() -> None:
    chance = random.Random(7)
    for _ in range(200):
        data = bytearray(GOOD)
        for _ in range(chance.randrange(1, 6)):
            where = chance.randrange(len(data))
            kind = chance.randrange(3)
            if kind == 0:
                data[where] = chance.randrange(256)
            elif kind == 1:
                del data[where : where + chance.randrange(1, 30)]
            else:
                begin = chance.randrange(len(data))
                data[where:where] = data[begin : begin + chance.randrange(1, 60)]
        read(bytes(data))


def test_drawings_with_elements_exchanged_or_left_out_give_problems_or_a_definition() -> None:
    chance = random.Random(11)
    elements = re.findall(rb"<[a-zA-Z]+ [^>]*/>", GOOD)
    names = sorted(set(re.findall(rb"<([a-zA-Z]+)", GOOD)))
    for _ in range(200):
        data = GOOD
        for _ in range(chance.randrange(1, 4)):
            kind = chance.randrange(3)
            if kind == 0:
                data = data.replace(chance.choice(elements), b"", 1)
            elif kind == 1:
                data = data.replace(chance.choice(elements), chance.choice(elements), 1)
            else:
                old, new = chance.choice(names), chance.choice(names)
                data = data.replace(b"<" + old, b"<" + new, 1).replace(b"</" + old, b"</" + new, 1)
        read(data)


def read(data: bytes) -> None:
    problems = bpmn.check({"f.bpmn": data})
    broken = [problem for problem in problems if problem.severity == "error"]
    try:
        bpmn.parse({"f.bpmn": data})
    except bpmn.DefinitionRejected as rejected:
        assert rejected.problems and broken  # noqa: PT017, PT018 - either outcome is fine, but both must agree
    else:
        assert not broken


def test_a_hopeless_file_is_not_reported_without_end() -> None:
    body = "".join(f'<userTask id="t{n}" startQuantity="x"/>' for n in range(1000))
    assert len(bpmn.check({"f": document(S + body)})) <= 201


def test_other_products_extensions_are_noted_and_have_no_effect() -> None:
    task = (
        '<userTask id="a"><extensionElements><camunda:formData xmlns:camunda="http://camunda.org/schema/1.0/bpmn"/>'
        "</extensionElements><potentialOwner><resourceRef>x</resourceRef></potentialOwner></userTask>"
    )
    problems = bpmn.check({"f": document(S + task + E + flows("s > a > e"), '<resource id="x" name="x"/>')})
    assert {(one.severity, one.rule, one.element_id) for one in problems} == {
        ("note", "foreign-extension", "a"),
        ("note", "people-ignored", "a"),
    }


@pytest.mark.parametrize("name", ["preScript", "postScript"])
def test_an_extension_that_would_change_the_execution_is_refused(name: str) -> None:
    task = f'<userTask id="a"><extensionElements><spiffworkflow:{name}>n = 1</spiffworkflow:{name}></extensionElements>'
    assert "script-beside" in rules(document(S + task + "</userTask>" + flows("s > a")))


@pytest.mark.parametrize("depth", [40, 100, 200, 260])
def test_sub_processes_nested_without_end_are_refused(depth: int) -> None:
    inner = "".join(f'<subProcess id="sub{n}">' for n in range(depth)) + user("a") + "</subProcess>" * depth
    assert rules(document(inner)) & {"nested-too-deep", "not-xml"}


def test_a_very_wide_choice_is_checked_in_bounds() -> None:
    names = [f"t{number}" for number in range(300)]
    body = S + '<inclusiveGateway id="f"/><inclusiveGateway id="j"/>' + user(*names) + E
    body += flows("s > f", *(f"f > {name}: n == 1" for name in names), *(f"{name} > j" for name in names), "j > e")
    assert rules(document(body)) == set()
