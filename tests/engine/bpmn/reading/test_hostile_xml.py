"""XML written to break the house: nothing is fetched or expanded, encodings are read or refused, sizes bounded."""

from __future__ import annotations

import codecs
import socket
from typing import Any, NoReturn

import pytest

from engine import bpmn
from engine.bpmn.reading.xml import MOST_ATTRIBUTES, MOST_ELEMENTS
from tests.engine.bpmn.drawings.drawing import HEAD, E, Player, S, document, flows, timer, user

PLAIN = document(S + user("a") + E + flows("s > a > e"))
TEXT = PLAIN.decode()


def rules(data: bytes) -> set[str]:
    return {problem.rule for problem in bpmn.check({"f.bpmn": data}) if problem.severity == "error"}


def sentences(data: bytes) -> list[tuple[str, str]]:
    return [(problem.message, problem.message_km) for problem in bpmn.check({"f.bpmn": data})]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Any attempt to open a connection is noted and refused."""
    tried: list[Any] = []

    def refuse(*address: Any) -> NoReturn:
        tried.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


@pytest.mark.parametrize(
    "trick",
    [
        '<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?>' + TEXT,
        '<?xml-model href="http://127.0.0.1:9/x.rng"?>' + TEXT,
        TEXT.replace("<definitions ", '<definitions xsi:schemaLocation="http://x http://127.0.0.1:9/x.xsd" '),
        TEXT.replace("<definitions ", '<definitions xsi:noNamespaceSchemaLocation="http://127.0.0.1:9/x.xsd" '),
        TEXT.replace("<definitions ", '<definitions xml:base="http://127.0.0.1:9/" '),
        TEXT.replace(
            "<process ",
            '<import importType="http://www.w3.org/2001/XMLSchema" location="http://127.0.0.1:9/x.xsd" namespace="n"/>'
            "<process ",
        ),
    ],
)
def test_no_address_in_a_file_is_ever_visited(trick: str, no_network: list[Any]) -> None:
    bpmn.check({"f.bpmn": trick.encode()})
    assert no_network == []


@pytest.mark.parametrize(
    "bomb",
    [
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
        b"<!DOCTYPE\na [<!ATTLIST process isExecutable CDATA 'true'>]>",
        b"<!doctype a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_a_document_type_is_refused_in_every_encoding(bomb: bytes, encoding: str, no_network: list[Any]) -> None:
    assert rules((bomb + PLAIN).decode().encode(encoding)) & {"document-type", "not-xml"}
    assert no_network == []


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a [+ADwAIQ-ENTITY x "y">]>' + PLAIN,
        ('<?xml version="1.0" encoding="IBM037"?><!DOCTYPE a [<!ENTITY x "y">]>' + TEXT).encode("cp037"),
    ],
)
def test_a_document_type_in_disguise_is_refused_too(data: bytes) -> None:
    assert rules(data) <= {"document-type", "not-xml"}
    assert rules(data)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        codecs.BOM_UTF8 + PLAIN,
        ('<?xml version="1.0" encoding="UTF-16"?>' + TEXT).encode("utf-16"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>' + TEXT).encode("latin-1"),
        ('<?xml version="1.0" encoding="windows-1252"?>' + TEXT).encode("cp1252"),
        ('<?xml version="1.0" encoding="utf-8" standalone="yes"?>' + TEXT).encode(),
    ],
)
def test_the_encodings_of_drawing_tools_are_read(data: bytes) -> None:
    assert rules(data) == set()


@pytest.mark.parametrize(
    "data",
    [
        ('<?xml version="1.0" encoding="UTF-8"?>' + TEXT.replace('id="a"', 'id="a" name="é"')).encode("latin-1"),
        ('<?xml version="1.0" encoding="UTF-16"?>' + TEXT).encode(),
        ('<?xml version="1.0" encoding="klingon"?>' + TEXT).encode(),
        ('<?xml version="9.9"?>' + TEXT).encode()[:-1],
        TEXT.replace('id="a"', 'id="a" name="\x01"').encode(),
        TEXT.replace('id="a"', 'id="a" name="&#0;"').encode(),
        TEXT.replace('id="a"', 'id="a" name="&lol;"').encode(),
    ],
)
def test_bytes_that_are_not_what_they_say_are_no_xml(data: bytes) -> None:
    assert rules(data) == {"not-xml"}
    assert all("<string>" not in message and khmer != message for message, khmer in sentences(data))


@pytest.mark.parametrize(
    ("old", "new", "accepted"),
    [
        ("xmlns=", "xmlns:b=", False),
        ("20100524/MODEL", "20100501/MODEL", False),
        ("<userTask", '<userTask xmlns="urn:other"', False),
        ("<userTask", '<x:userTask xmlns:x="http://www.omg.org/spec/BPMN/20100524/MODEL"', True),
        (
            "<userTask",
            '<spiffworkflow:userTask xmlns:spiffworkflow="http://www.omg.org/spec/BPMN/20100524/MODEL"',
            True,
        ),
        ("<userTask", "<?php echo 1 ?><userTask", True),
        ("<userTask", "<!-- <userTask id='b'/> --><userTask", True),
        ("<userTask", "<![CDATA[ ]]><userTask", True),
        ("<userTask", "<![CDATA[x]]><userTask", False),
    ],
)
def test_namespaces_comments_and_instructions_mean_what_xml_says(old: str, new: str, accepted: bool) -> None:
    changed = TEXT.replace(old, new, 1)
    assert (not rules(changed.encode())) is accepted


def test_a_comment_within_a_text_does_not_cut_it() -> None:
    wait = (
        f'<intermediateCatchEvent id="w">{timer("Duration", "PT<!-- not a minute -->5<?x?>H")}</intermediateCatchEvent>'
    )
    player = Player(document(S + wait + E + flows("s > w > e")))
    assert [timer.due_at for timer in player.snapshot.timers] == [player.now.replace(hour=player.now.hour + 5)]


@pytest.mark.parametrize("own", ["ភារកិច្ច", "a" * 5000, "a.b-c·d", "__proto__", "None", "Ａ"])
def test_an_odd_id_is_an_id_like_any_other(own: str) -> None:
    drawing = document(S + user(own) + E + flows(f"s > {own} > e").replace(f"_{own}", "_x"))
    assert bpmn.check({"f.bpmn": drawing}) == ()
    player = Player(drawing)
    assert player.ready == [own]
    assert player.do(own).status == "completed"


@pytest.mark.parametrize(
    "data",
    [
        HEAD.encode() + b"<category/>" * (MOST_ELEMENTS + 1) + b"</definitions>",
        TEXT.replace("<userTask ", "<userTask " + " ".join(f'a{n}="1"' for n in range(MOST_ATTRIBUTES)) + " ").encode(),
        b" " * 5_000_001,
    ],
)
def test_a_file_that_would_take_long_to_check_is_too_large(data: bytes) -> None:
    assert rules(data) == {"file-too-large"}


def test_thousands_of_breaches_of_the_schema_are_one_problem() -> None:
    tasks = "".join(f'<userTask id="t{number}" wrong="1"/>' for number in range(3000))
    assert [message for message, _ in sentences(document(tasks)) if "schema" in message] == [
        "The file breaks the BPMN 2.0 schema: it does so in more than 2000 places, so they are not listed. "
        "Correct it or export it again."
    ]


@pytest.mark.parametrize(
    ("body", "english", "khmer"),
    [
        ('<userTask id="a" zz="1"/>', "element userTask cannot have the attribute zz (line 2)", "បន្ទាត់ទី 2"),
        (
            '<userTask id="a" startQuantity="x"/>',
            "attribute startQuantity of the element userTask cannot be 'x'",
            "'x'",
        ),
        (
            "<callActivity id='a'><ioSpecification/></callActivity>",
            "ioSpecification lacks one of: documentation",
            "ខ្វះ",
        ),
        ("<adHocSubProcess id='a' ordering='x'/>", "'x'; it must be one of 'Parallel', 'Sequential'", "'Parallel'"),
        ("<userTask id='a'><incoming><z/></incoming></userTask>", "incoming holds elements, but only text", "incoming"),
        ("words<userTask id='a'/>", "the element process holds text, but only elements", "process"),
        ("<userTask id='a' xsi:type='tScript'/>", "userTask has a type (xsi:type)", "xsi:type"),
    ],
)
def test_a_breach_of_the_schema_is_told_in_our_words_and_with_its_line(body: str, english: str, khmer: str) -> None:
    found = sentences(document("\n" + body))
    assert any(english in message and khmer in message_km for message, message_km in found)
    assert not any("{" in message or "facet" in message for message, _ in found)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("calledElement", "${x}"), ("startQuantity", "it's 5"), ("startQuantity", "#{n}"), ("startQuantity", "{a} 'b'")],
)
def test_a_value_that_the_schema_refuses_is_told_as_it_is_written(attribute: str, value: str) -> None:
    called = "q" if attribute != "calledElement" else value
    more = "" if attribute == "calledElement" else f'{attribute}="{value}"'
    activity = f'<callActivity id="a" calledElement="{called}" {more}/>'
    told = [one.message for one in bpmn.check({"f": document(S + activity + E + flows("s > a > e"))})]
    assert any(f"the attribute {attribute} of the element callActivity cannot be '{value}'" in one for one in told)


def test_a_type_whose_prefix_stands_for_nothing_is_named() -> None:
    typed = '<conditionExpression xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="q:tFormalExpression">'
    drawn = flows("s > g > e", "g > f: n == 1").replace("<conditionExpression>", typed)
    gateway = '<exclusiveGateway id="g" default="flow_0_1_g"/><endEvent id="f"/>'
    (problem,) = bpmn.check({"f": document(S + gateway + E + drawn)})
    assert "the attribute type of the element conditionExpression cannot be 'q:tFormalExpression'" in problem.message
