"""The history of a ministry is a chain: what was changed, left out or cut off afterwards is found."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from engine.versions.history import BrokenEvent, verify_ministries
from storage.releases import MinistryEvent
from tests.cast import NOW
from tests.small.agreeing import MINISTRY, Agreeing, kiln_files
from tests.small.cases import Kilns


@pytest.fixture
def agreed(kilns: Kilns) -> Agreeing:
    agreeing = Agreeing(kilns)
    agreeing.approve(agreeing.submitted())
    return agreeing


def broken(agreed: Agreeing) -> list[BrokenEvent]:
    with agreed.house.database.reading() as session:
        return list(verify_ministries(session))


def test_an_untouched_history_holds(agreed: Agreeing) -> None:
    assert len(agreed.history()) > 4
    assert broken(agreed) == []


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "withdrawn"},
        {"actor_id": None},
        {"actor_role": "analyst+x"},
        {"data": {"number": 9}},
        {"release_id": None},
    ],
)
def test_a_changed_event_is_found(agreed: Agreeing, values: dict[str, object]) -> None:
    with agreed.house.database.transaction() as session:
        session.execute(update(MinistryEvent).where(MinistryEvent.seq == 3).values(**values))
    assert broken(agreed) == [BrokenEvent(MINISTRY, 3, "the event was changed")]


def test_a_missing_event_is_found(agreed: Agreeing) -> None:
    with agreed.house.database.transaction() as session:
        session.execute(delete(MinistryEvent).where(MinistryEvent.seq == 2))
    assert broken(agreed) == [BrokenEvent(MINISTRY, 3, "an event before this one is missing")]


def test_last_events_that_were_cut_off_are_found(agreed: Agreeing) -> None:
    last = len(agreed.history())
    with agreed.house.database.transaction() as session:
        session.execute(delete(MinistryEvent).where(MinistryEvent.seq == last))
    assert broken(agreed) == [BrokenEvent(MINISTRY, last, "the last events are missing")]


def test_the_history_says_who_did_it_as_what(agreed: Agreeing) -> None:
    with agreed.house.database.reading() as session:
        rows = session.execute(
            select(MinistryEvent.kind, MinistryEvent.actor_id, MinistryEvent.actor_role).order_by(MinistryEvent.seq)
        ).all()
    told = {row.kind: (row.actor_id, row.actor_role) for row in rows}
    assert told["begun"] == (agreed.cast.chenda.person_id, "analyst")
    assert told["approved"] == (agreed.cast.sothea.person_id, "approver")


def test_what_the_operator_publishes_is_in_it_and_says_so(agreed: Agreeing) -> None:
    agreed.kilns.publish(texts_yaml=kiln_files("By hand.")["texts.yaml"], now=NOW)
    with agreed.house.database.reading() as session:
        last = session.scalars(select(MinistryEvent).order_by(MinistryEvent.seq.desc()).limit(1)).one()
    assert (last.kind, last.actor_id, last.actor_role) == ("published", None, "operator")
    assert (last.data["by"], last.data["version"]) == ("operator", 3)
    assert broken(agreed) == []
