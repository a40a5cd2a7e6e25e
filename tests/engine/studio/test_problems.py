"""What is wrong with a draft is told whatever stands in it, and in time."""

from __future__ import annotations

import time
from itertools import chain

import pytest

from engine.catalog import examined
from engine.catalog.examined import Examined
from engine.errors import FileTooLarge, NotFound, PathRefused
from engine.house import House
from engine.packages import check_package
from engine.studio import drafts, names, problems, saving
from engine.studio.bounds import LARGEST_FILE
from tests.cast import NOW, Cast
from tests.small.cases import PACKAGE, SERVICE, Kilns
from tests.ways import ground

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">'
    '<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="t0" />'
)
HOSTILE = {
    "nothing": b"",
    "brackets": b"[" * 200_000,
    "tags": b"<a>" * 100_000,
    "an entity": b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>',
    "one long word": b"x" * 500_000,
    "a script": b"<script>alert(1)</script>",
    "lines": b"a: b\n" * 50_000,
}


def tasks(count: int) -> bytes:
    """A drawing with so many tasks one behind the other, which is twice as many elements and flows."""
    drawn = chain.from_iterable(
        (f'<bpmn:task id="t{n}" />', f'<bpmn:sequenceFlow id="f{n}" sourceRef="t{n - 1}" targetRef="t{n}" />')
        for n in range(1, count + 1)
    )
    return "".join([HEAD, *drawn, "</bpmn:process></bpmn:definitions>"]).encode()


@pytest.fixture
@ground
def key(kilns: Kilns) -> str:
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="", now=NOW)


def test_a_draft_is_told_what_the_check_of_its_folder_says(kilns: Kilns, key: str) -> None:
    with kilns.house.database.reading() as session:
        told = problems.problems_of(session, kilns.house, kilns.cast.chenda.actor, key)
    assert set(told) == set(check_package(PACKAGE))


def test_what_is_typed_is_examined_and_nothing_of_it_is_kept(kilns: Kilns, key: str) -> None:
    actor = kilns.cast.chenda.actor
    with kilns.house.database.reading() as session:
        told = problems.problems_with(session, kilns.house, actor, key, {"texts.yaml": b"stages: {}\n"})
        assert any(one.file == "texts.yaml" for one in told if one.severity == "error")
        gone = problems.problems_with(session, kilns.house, actor, key, {"texts.yaml": None})
        assert any(one.rule == "files" and one.file == "texts.yaml" for one in gone)
        for changes, refusal in (
            ({"../a.yaml": b""}, PathRefused),
            ({"a.yaml": b"x" * (LARGEST_FILE + 1)}, FileTooLarge),
        ):
            with pytest.raises(refusal):
                problems.problems_with(session, kilns.house, actor, key, changes)
    assert problems_of(kilns, key) == set(check_package(PACKAGE))


def problems_of(kilns: Kilns, key: str) -> set[object]:
    with kilns.house.database.reading() as session:
        return set(problems.problems_of(session, kilns.house, kilns.cast.chenda.actor, key))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("path", ["service.yaml", "process.bpmn", "forms/apply.json", "fees.dmn", "tests.yaml"])
def test_hostile_files_are_told_as_problems_and_named_without_breaking(
    kilns: Kilns, key: str, path: str, hostile: str
) -> None:
    actor = kilns.cast.chenda.actor
    with kilns.house.database.transaction() as session:
        saving.save(session, actor, key, {path: HOSTILE[hostile]}, based_on=1, now=NOW)
        assert any(one.severity == "error" for one in problems.problems_of(session, kilns.house, actor, key))
        assert names.names_of(session, kilns.house, actor, key).groups


def test_a_drawing_beyond_every_service_is_not_followed(kilns: Kilns) -> None:
    files = {name: (PACKAGE / name).read_bytes() for name in ("service.yaml", "texts.yaml")}
    within, beyond = tasks(100), tasks(examined.MOST_DRAWN // 2)
    began = time.perf_counter()
    _, told = Examined().look({**files, "process.bpmn": beyond}, known=())
    assert time.perf_counter() - began < 2
    assert [(one.rule, one.file) for one in told] == [("size", "process.bpmn")]
    assert "size" not in {one.rule for one in Examined().look({**files, "process.bpmn": within}, known=())[1]}


def test_what_was_looked_at_lately_is_kept_and_no_more_than_that() -> None:
    looked = Examined()
    first = looked.look({"a.yaml": b"0"}, known=())
    assert looked.look({"a.yaml": b"0"}, known=()) is first
    assert looked.look({"a.yaml": b"0"}, known=("a.b",)) is not first
    for number in range(examined.KEPT + 1):
        looked.look({"a.yaml": str(number + 1).encode()}, known=())
    assert looked.look({"a.yaml": b"0"}, known=()) is not first


def test_nobody_else_is_told_anything(kilns: Kilns, house: House, cast: Cast, key: str) -> None:
    with house.database.reading() as session:
        for ask in (problems.problems_of, names.names_of):
            with pytest.raises(NotFound):
                ask(session, house, cast.kunthea.actor, key)
