"""Steps that are put back leave what they leave when they are taken (``tests/ways.py``)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.case.events import verify_chains
from engine.catalog.published import Catalog
from storage.offices import Office
from tests.small import cases
from tests.small.cases import FEE, Kilns
from tests.statements import counting
from tests.ways import ground, way_of

FILLED: list[str] = []
"""The kinds of databases in which the ground was filled, once for each time."""


@pytest.fixture
@ground
def paid(kilns: Kilns, database_kind: str) -> Kilns:
    FILLED.append(database_kind)
    kilns.pay(kilns.send())
    return kilns


@pytest.mark.parametrize("time", ["first", "second", "third"])
def test_a_ground_is_filled_once_and_stands_each_time(paid: Kilns, database_kind: str, time: str) -> None:
    assert FILLED.count(database_kind) == 1
    assert paid is not None
    assert [fee.amount for fee in paid.fees(paid.send())] == [FEE]
    assert way_of(paid.house).steps


@pytest.mark.parametrize("how", ["taken", "taken and kept", "put back"])
def test_a_case_goes_on_the_same_however_it_came_where_it_is(kilns: Kilns, how: str) -> None:
    sent = kilns.approved()
    taken = [f"{Kilns.__module__}.{Kilns.__name__}.{did}" for did in ("open", "approved")]
    assert [step[0] for step in way_of(kilns.house).steps or ()] == ["cast", *taken]
    certificate = kilns.certificate(sent)
    assert kilns.house.files.get(certificate.sha256 or "").startswith(b"%PDF")
    kilns.collect(sent)
    other = kilns.send()
    assert [kilns.row(one).reference[:12] for one in (sent, other)] == ["02-26-000001", "02-26-000002"]
    assert kilns.row(sent).id < kilns.row(other).id
    with kilns.house.database.reading() as session:
        assert list(verify_chains(session)) == []


def test_after_anything_else_was_written_every_step_is_taken(kilns: Kilns) -> None:
    way = way_of(kilns.house)
    assert way.steps
    with kilns.house.database.transaction() as session:
        session.get_one(Office, kilns.cast.battambang).phone = "+85553952123"
    assert way.steps is None
    kilns.send()
    assert way.steps is None


def test_a_house_with_another_part_takes_every_step(kilns: Kilns) -> None:
    way = way_of(kilns.house)
    Kilns(replace(kilns.house, catalog=Catalog({})), kilns.cast).send()
    assert way.steps is None


def test_a_constant_that_is_another_makes_another_way(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "FEE", FEE + 1)
    kilns.send()
    assert f"'FEE', {FEE + 1}" in ((way_of(kilns.house).steps or ((),))[-1])[-1]


def test_with_a_part_of_the_product_that_has_no_words_every_step_is_taken(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "packed", lambda: ("", b""))
    kilns.send()
    assert way_of(kilns.house).steps is None


def test_kept_numbers_are_compared_again_once_something_else_was_written(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    way, compared = way_of(kilns.house), []
    monkeypatch.setattr(way, "held", set())
    for _ in range(3):
        way.hold(lambda: compared.append("as the steps left it"))
    assert compared == ["as the steps left it"]
    with kilns.house.database.transaction() as session:
        session.get_one(Office, kilns.cast.battambang).phone = "+85553952123"
    for _ in range(2):
        way.hold(lambda: compared.append("otherwise"))
    assert compared.count("otherwise") == 2


def test_a_test_that_counts_statements_does_so_by_itself_or_by_a_function_of_its_module(tmp_path: Path) -> None:
    module = tmp_path / "test_cost.py"
    module.write_text(
        "def cost(db):\n with counted(db) as found: pass\n\n"
        "def test_one(db):\n assert cost(db) == 1\n\ndef test_other(db): pass\n"
    )
    assert counting(module) == {"cost", "test_one"}
