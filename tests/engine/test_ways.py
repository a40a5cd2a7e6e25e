"""Steps that are put back leave what they leave when they are taken (``tests/ways.py``)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.case.events import verify_chains
from engine.catalog.published import Catalog
from storage.offices import Office
from tests.small.cases import Kilns
from tests.ways import way_of


@pytest.mark.parametrize("how", ["taken", "taken and kept", "put back"])
def test_a_case_goes_on_the_same_however_it_came_where_it_is(kilns: Kilns, how: str) -> None:
    sent = kilns.approved()
    assert [step[0] for step in way_of(kilns.house).steps or ()] == ["cast", "Kilns.open", "Kilns.approved"]
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
