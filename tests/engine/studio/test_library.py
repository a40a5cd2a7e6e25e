"""Shared processes come with the house: what a drawing calls is there, and becomes newer when somebody asks for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.house import House
from engine.packages.parts import LIBRARY
from engine.queries.analyst import package_drafts
from engine.studio import drafts, keeping, library, typed, whole
from engine.studio.problems import problems_with
from tests.cast import NOW, Cast

CALLS = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">'
    '<bpmn:process id="p"><bpmn:callActivity id="c" calledElement="shared_{part}" /></bpmn:process></bpmn:definitions>'
)
NOTHING = {"service.yaml": b"key: industry.kiln\n", "process.bpmn": CALLS.format(part="none").encode()}


@pytest.fixture
def draft(house: House, cast: Cast) -> str:
    with house.database.transaction() as session:
        return drafts.begin(session, cast.chenda.actor, "industry.kiln", NOTHING, words="", now=NOW)


@pytest.fixture
def elsewhere(house: House, tmp_path: Path) -> House:
    """The house with a library in which the process of a payment is another one."""
    part = tmp_path / LIBRARY / "payment"
    part.mkdir(parents=True)
    for name in ("process.bpmn", "texts.yaml"):
        (part / name).write_text(f"another {name}")
    return replace(house, processes=tmp_path)


def files_of(house: House, cast: Cast, key: str) -> dict[str, bytes]:
    with house.database.reading() as session:
        return keeping.files_in(session, keeping.save_of(session, keeping.find(session, cast.chenda.actor, key)))


def call(house: House, cast: Cast, key: str, part: str, based_on: int = 1) -> None:
    text = CALLS.format(part=part)
    with house.database.transaction() as session:
        typed.save_typed(session, house, cast.chenda.actor, key, "process.bpmn", text=text, based_on=based_on, now=NOW)


def test_a_shared_process_that_is_drawn_comes_from_the_library_in_the_same_save(
    house: House, cast: Cast, draft: str
) -> None:
    call(house, cast, draft, "payment")
    files = files_of(house, cast, draft)
    lies = house.processes / LIBRARY / "payment"
    assert files["shared/payment/process.bpmn"] == (lies / "process.bpmn").read_bytes()
    assert files["shared/payment/texts.yaml"] == (lies / "texts.yaml").read_bytes()


def test_what_is_typed_is_examined_with_the_shared_processes_that_it_calls(
    house: House, cast: Cast, draft: str
) -> None:
    with house.database.reading() as session:
        actor = cast.chenda.actor
        for part, is_known in (("payment", True), ("no_such", False)):
            changes = typed.typed(session, house, actor, draft, "process.bpmn", text=CALLS.format(part=part))
            told = [one.message for one in problems_with(session, house, actor, draft, changes) if one.rule == "call"]
            assert (told == []) is is_known, told


def test_a_shared_process_that_nobody_drew_is_no_reason_to_refuse_a_save(house: House, cast: Cast, draft: str) -> None:
    call(house, cast, draft, "no_such")
    assert sorted(files_of(house, cast, draft)) == ["process.bpmn", "service.yaml"]


@pytest.mark.parametrize("text", ["", "<a>" * 1000, "no drawing", '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'])
def test_what_is_no_drawing_is_saved_all_the_same(house: House, cast: Cast, draft: str, text: str) -> None:
    with house.database.transaction() as session:
        typed.save_typed(session, house, cast.chenda.actor, draft, "process.bpmn", text=text, based_on=1, now=NOW)
    assert files_of(house, cast, draft)["process.bpmn"] == text.encode()


def test_shared_processes_stay_as_they_are_until_somebody_asks_for_newer_ones(
    house: House, elsewhere: House, cast: Cast, draft: str
) -> None:
    actor = cast.chenda.actor
    call(house, cast, draft, "payment")
    call(elsewhere, cast, draft, "payment", based_on=2)
    assert files_of(house, cast, draft)["shared/payment/texts.yaml"] != b"another texts.yaml"
    with house.database.transaction() as session:
        assert not package_drafts.draft(session, house, actor, draft).has_older_parts
        assert package_drafts.draft(session, elsewhere, actor, draft).has_older_parts
        library.renew_parts(session, elsewhere, actor, draft, words="Newer", now=NOW)
        assert not package_drafts.draft(session, elsewhere, actor, draft).has_older_parts
    assert files_of(house, cast, draft)["shared/payment/texts.yaml"] == b"another texts.yaml"


def test_what_is_brought_back_gets_the_shared_processes_that_it_calls(house: House, cast: Cast, draft: str) -> None:
    brought = NOTHING | {"process.bpmn": CALLS.format(part="payment").encode()}
    with house.database.transaction() as session:
        whole.bring_back(session, house, cast.chenda.actor, draft, brought, based_on=1, words="", now=NOW)
    assert "shared/payment/process.bpmn" in files_of(house, cast, draft)
